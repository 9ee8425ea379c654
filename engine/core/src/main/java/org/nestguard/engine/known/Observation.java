package org.nestguard.engine.known;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Evidence;

/**
 * What was found of one fact.
 *
 * @param text its value as a document writes it, or {@link #UNKNOWN}
 * @param evidence where it was read or, for one that is unknown, where it was looked for and why it is not known; null
 *     where the document does not say
 */
public record Observation(String text, @Nullable Evidence evidence) {
    /** The text of a fact that was looked for and not found out. */
    public static final String UNKNOWN = "unknown";

    /** Not known. */
    public static Observation unknown(String from, String why) {
        return new Observation(UNKNOWN, new Evidence(from, null, Evidence.Witness.HOST, why));
    }

    /** Whether it has a value. */
    public boolean known() {
        return !text.equals(UNKNOWN);
    }

    /** When it was read; null where nobody noted it. */
    @Nullable
    Instant at() {
        return evidence == null ? null : evidence.at();
    }

    /** The same, not believed any more. */
    Observation forgotten(String why) {
        return evidence == null
                ? unknown("the facts", why)
                : new Observation(UNKNOWN, new Evidence(evidence.from(), evidence.at(), evidence.by(), why));
    }
}
