package org.nestguard.cli.run;

/** Why a command is not run. */
public final class NotRunException extends Exception {
    private static final long serialVersionUID = 1L;

    private final NotRun status;

    /** @param message a sentence; further lines for more of them */
    public NotRunException(NotRun status, String message) {
        super(message);
        this.status = status;
    }

    /** What to end with. */
    public int status() {
        return status.status();
    }
}
