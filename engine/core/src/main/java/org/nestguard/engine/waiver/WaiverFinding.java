package org.nestguard.engine.waiver;

/**
 * What is wrong with a waiver.
 *
 * @param place where the waiver is written, as {@code file, line N}
 * @param rule what it waives
 * @param owner who answers for it
 * @param why what is wrong, after "it"; of one that was not needed there is nothing to add, and it is empty
 */
public record WaiverFinding(Kind kind, String place, String rule, String owner, String why) {
    /** What can be wrong. */
    public enum Kind {
        /** It is over. */
        EXPIRED("waives nothing"),
        /** There is no such rule, or it cannot be waived. */
        VAIN("waives nothing"),
        /** It names no single guest, or holds for longer than one should. */
        TOO_WIDE("is too wide"),
        /** It is in force, and nothing that was asked made use of it. */
        UNUSED("was not needed");

        private final String says;

        Kind(String says) {
            this.says = says;
        }
    }

    /** As a sentence. */
    public String text() {
        return place + ": the waiver of " + rule + " " + kind.says + (why.isEmpty() ? "" : ": " + why);
    }
}
