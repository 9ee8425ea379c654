package org.nestguard.server.registry;

import org.nestguard.facts.Worded;

/** How it is known that a guest was harmed. */
public enum HarmCause implements Worded {
    /** An operation was let through though an L2 was live: a waiver, or a door that does not refuse. */
    LET_THROUGH("let-through"),
    /** An operation was to be stopped, and it was too late. */
    LATE_ABORT("late-abort"),
    /** Its facts came from another host, or from a process that took its state from elsewhere, and an L2 had been live. */
    SEEN("seen"),
    /** A facts document says so. */
    TOLD("told");

    private final String word;

    HarmCause(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
