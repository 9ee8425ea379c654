package org.nestguard.evidence.doctor;

import java.util.List;
import org.nestguard.facts.Worded;

/**
 * What the doctor makes of one thing it looked at. Parts may quote what somebody else wrote: make them harmless before they
 * go to a terminal.
 *
 * @param id a spoken slug: {@code nesting-now}
 * @param title what was looked at, a few words
 * @param state what it came to
 * @param sentence the result
 * @param details why, and what goes with it; a sentence each
 * @param doNext what to do, in order; empty where nothing has to be done or nothing can
 * @param evidence where it was read
 */
public record Diagnosis(
        String id,
        String title,
        State state,
        String sentence,
        List<String> details,
        List<Step> doNext,
        List<Seen> evidence) {

    /** What looking at one thing came to. */
    public enum State implements Worded {
        OK("ok"),
        /** Something is to be done, or to be known before a guest is started or moved. */
        FINDING("finding"),
        /** It could not be read, or what was read settles nothing. */
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

    /** Copies the lists. */
    public Diagnosis {
        details = List.copyOf(details);
        doNext = List.copyOf(doNext);
        evidence = List.copyOf(evidence);
    }
}
