package org.nestguard.fleet.inventory;

/** Is told how much was read. */
public interface BytesRead {
    /** So many more bytes. */
    void more(long bytes);
}
