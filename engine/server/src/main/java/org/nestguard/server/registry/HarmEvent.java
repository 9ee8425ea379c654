package org.nestguard.server.registry;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.nestguard.facts.Worded;

/**
 * Something that befell a mark; kept for ever.
 *
 * @param number counts all events
 * @param cause of the harm; empty where the mark was removed
 * @param happenedAt when it happened, by the clock of who says so
 * @param notedAt when the registry heard of it
 * @param why a sentence
 */
public record HarmEvent(
        long number,
        UUID guest,
        What what,
        Optional<HarmCause> cause,
        Instant happenedAt,
        Instant notedAt,
        String why) {
    /** What befell it. */
    public enum What implements Worded {
        /** Harm was done, perhaps not for the first time. */
        MARKED("marked"),
        /** A cold start after the harm is proven. */
        CLEARED("cleared");

        private final String word;

        What(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
