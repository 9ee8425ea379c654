package org.nestguard.facts;

/** The level of nesting: L0 is the bare-metal host (on s390x the LPAR), L1 its guest, L2 a guest of that guest. */
public enum Level implements Worded {
    L0,
    L1,
    L2;

    @Override
    public String word() {
        return name();
    }
}
