package org.nestguard.evidence.report;

/** Is told how far the collecting is. */
@FunctionalInterface
public interface Progress {
    /**
     * One thing is about to be read.
     *
     * @param what the file or command
     * @param done how many were read before it
     * @param ofAll how many there are in all
     */
    void reading(String what, int done, int ofAll);
}
