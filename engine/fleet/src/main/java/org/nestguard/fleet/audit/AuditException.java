package org.nestguard.fleet.audit;

/** The audit cannot go on, or cannot begin; the message says why and what to do. */
public final class AuditException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With that message. */
    public AuditException(String message) {
        super(message);
    }
}
