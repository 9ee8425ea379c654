package org.nestguard.evidence.collect;

/** Whom a collector asks beyond looking, where looking does not tell. Both need a connection to libvirt that may write. */
public enum Ask {
    /** The guest agents in the guests. */
    GUESTS,
    /** The monitors of their QEMUs; libvirt notes each such question in its log and marks the guest as tainted. */
    MONITORS
}
