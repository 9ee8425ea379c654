package org.nestguard.engine.known;

import org.nestguard.facts.Worded;

/** How the process that runs a guest began. Counters of one that did not begin cold prove nothing at zero. */
public enum Beginning implements Worded {
    COLD("cold"),
    /** As the destination of a migration. */
    INCOMING("incoming"),
    /** From a snapshot. */
    LOADVM("loadvm"),
    /** From a file that the guest was saved to. */
    RESTORE("restore");

    private final String word;

    Beginning(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
