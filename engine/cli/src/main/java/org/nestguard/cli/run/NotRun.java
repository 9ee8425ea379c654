package org.nestguard.cli.run;

/** What {@code nestguard run} ends with where the status is not that of the command. */
public enum NotRun {
    /** It was not run, or it was stopped while it ran: DENY. */
    DENIED(101),
    /** It was not run: it is not known what it does, or the usage is wrong. */
    UNREADABLE(102),
    /** It was not run, or it was stopped while it ran: UNDETERMINED. */
    UNDETERMINED(103),
    /** It was to be stopped while it ran, and that was too late. */
    TOO_LATE(104),
    /** It was not run: there is no answer. */
    FAILED(170);

    private final int status;

    NotRun(int status) {
        this.status = status;
    }

    /** The exit status. */
    public int status() {
        return status;
    }
}
