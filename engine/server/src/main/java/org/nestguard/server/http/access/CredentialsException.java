package org.nestguard.server.http.access;

/** The file of credentials cannot be taken; the message names file, line and key, never a secret. */
public final class CredentialsException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a message for a person. */
    public CredentialsException(String message) {
        super(message);
    }
}
