package org.nestguard.cli;

import org.nestguard.findings.Verdict;

/** What the command tells its caller. Of several questions the worst counts. */
enum ExitStatus {
    // in the order in which the worse one counts
    ALLOWED(0),
    UNDETERMINED(3),
    DENIED(1),
    UNREADABLE(2),
    FAILED(70);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    ExitStatus or(ExitStatus other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /** Of a command that answers no question: 0 where all is well, 1 where there is something to look at. */
    static int ofFindings(boolean some) {
        return some ? DENIED.code : ALLOWED.code;
    }

    static ExitStatus of(Verdict effective) {
        return switch (effective) {
            case ALLOW -> ALLOWED;
            case DENY -> DENIED;
            case UNDETERMINED -> UNDETERMINED;
        };
    }
}
