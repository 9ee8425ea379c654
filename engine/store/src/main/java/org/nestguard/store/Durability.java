package org.nestguard.store;

/** What a commit to the embedded database outlives. */
public enum Durability {
    /** The death of the process, at any moment. After a loss of power the newest commits may be gone. */
    NORMAL,
    /** A loss of power too: each commit waits for the disk. */
    FULL
}
