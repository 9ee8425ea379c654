package org.nestguard.server.http;

/** The service does not start; the message says why and what to do. */
public final class StartRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With a message for a person. */
    public StartRefusedException(String message) {
        super(message);
    }

    /** With what went wrong beneath. */
    public StartRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
