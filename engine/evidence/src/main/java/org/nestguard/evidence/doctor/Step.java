package org.nestguard.evidence.doctor;

import java.util.List;
import org.nestguard.facts.Worded;

/**
 * One thing to do.
 *
 * @param say what it is, a sentence
 * @param commands for root, on that host, in order; empty where a person has to do it some other way
 * @param when what must be so before
 */
public record Step(String say, List<String> commands, When when) {
    /** What must be so before a step. */
    public enum When implements Worded {
        /** It can be done at any time; no guest notices. */
        ANY_TIME("any-time"),
        /** The module is loaded, or unloaded and loaded anew: no guest may run, and all it reads must be in place. */
        LOADS_MODULE("loads-module"),
        /** A person has to do it, or to look first. */
        BY_HAND("by-hand");

        private final String word;

        When(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** Copies the list. */
    public Step {
        commands = List.copyOf(commands);
    }

    static Step anyTime(String say, String... commands) {
        return new Step(say, List.of(commands), When.ANY_TIME);
    }

    static Step loading(String say, String... commands) {
        return new Step(say, List.of(commands), When.LOADS_MODULE);
    }

    static Step byHand(String say, String... commands) {
        return new Step(say, List.of(commands), When.BY_HAND);
    }
}
