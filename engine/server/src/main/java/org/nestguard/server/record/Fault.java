package org.nestguard.server.record;

/**
 * Something in the record that was not written by it.
 *
 * @param seq the number of the decision, or the first of several
 * @param why a sentence
 */
public record Fault(Kind kind, long seq, String why) {
    /** What was found. */
    public enum Kind {
        /** It does not say what was recorded: edited, put in by somebody, or moved here from another place. */
        ALTERED,
        /** It is not there, and later ones are. */
        MISSING,
        /** It is genuine, and was not written after the one that stands before it. */
        UNCHAINED,
        /** It was removed with a prefix, and is there again. */
        RETURNED,
        /** It is not there, nor is any later one; the head knows of it. */
        CUT_OFF,
        /** The checkpoint of what was removed is not genuine. */
        CHECKPOINT,
        /** The head names another decision by that number, or there is no head. */
        HEAD
    }
}
