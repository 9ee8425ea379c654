package org.nestguard.findings;

import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Worded;

/**
 * A fact behind a finding.
 *
 * @param fact its place in the question, such as {@code guest.l2.live}
 * @param value its value as the document would write it; null where it is not known
 * @param state how it is known
 * @param evidence where it was read; null where nobody said
 */
public record Because(
        String fact,
        @Nullable String value,
        State state,
        @Nullable Evidence evidence) {
    /** How a fact is known. */
    public enum State implements Worded {
        STATED("stated"),
        ASSUMED("assumed"),
        /** The other facts leave no other value. */
        SETTLED("settled"),
        UNKNOWN("unknown");

        private final String word;

        State(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
