package org.nestguard.findings;

import org.nestguard.facts.Worded;

/** What a rule says when it matches. */
public enum Effect implements Worded {
    /** This may not be done. One of these is enough for DENY. */
    FORBID("forbid"),
    /** Nothing known covers this case. */
    UNCOVERED("uncovered"),
    /** This may be done. Without one there is no ALLOW. */
    PERMIT("permit"),
    /** Something to know before doing it; it does not change the verdict. */
    CAUTION("caution");

    private final String word;

    Effect(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
