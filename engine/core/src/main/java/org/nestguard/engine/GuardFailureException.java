package org.nestguard.engine;

/** The guard itself failed: there is no answer, and no answer is a refusal. */
public final class GuardFailureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a message for a person. */
    public GuardFailureException(String message) {
        super(message);
    }

    /** With what went wrong beneath. */
    public GuardFailureException(String message, Throwable cause) {
        super(message, cause);
    }
}
