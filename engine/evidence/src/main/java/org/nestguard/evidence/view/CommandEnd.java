package org.nestguard.evidence.view;

import java.time.Instant;

/** What the end of a command means for what it printed; the same for a live host and a captured tree. */
final class CommandEnd {
    /** What timeout(1) says of a command that it ended. */
    private static final int TIMED_OUT = 124;

    private static final int NOT_FOUND = 127;

    /** A status above is 128 and the number of the signal that ended the command. */
    private static final int SIGNALLED = 128;

    private CommandEnd() {}

    /**
     * The artefact.
     *
     * @param complaint the first line of its standard error; empty if it said nothing there
     */
    static Artefact artefact(String from, Instant at, int status, String output, String complaint) {
        if (status == 0) {
            return new Artefact.Text(from, at, output);
        }
        // systemd-detect-virt answers "none" with status 1, and dozens of tools likewise: no complaint, but an answer.
        if (status < TIMED_OUT && complaint.isEmpty() && !output.isBlank()) {
            return new Artefact.Text(from, at, output);
        }
        return new Artefact.Missing(from, complaint.isEmpty() ? meaning(status) : remedied(complaint));
    }

    private static String meaning(int status) {
        if (status == TIMED_OUT) {
            return "no answer in time; it was ended";
        }
        if (status == NOT_FOUND) {
            return "not installed";
        }
        return status > SIGNALLED ? "ended by signal " + (status - SIGNALLED) : "ended with status " + status;
    }

    private static String remedied(String complaint) {
        boolean denied = complaint.contains("ermission denied") || complaint.contains("Operation not permitted");
        return denied ? complaint + "; run this as root" : complaint;
    }
}
