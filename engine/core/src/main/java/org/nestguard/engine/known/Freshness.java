package org.nestguard.engine.known;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.nestguard.facts.FactName;

/**
 * How long a fact is believed.
 *
 * @param l2 the state of L2 guests, which changes at any moment
 * @param rest everything else: versions, parameters, what a guest's CPU shows
 */
public record Freshness(Duration l2, Duration rest) implements Serializable {
    /** A minute for the state of L2 guests, a day for the rest. */
    public static final Freshness USUAL = new Freshness(Duration.ofSeconds(60), Duration.ofHours(24));

    /** Clocks of two hosts are never quite the same. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    private static final Set<String> OF_L2 = Set.of(FactName.GUEST_L2_LIVE.key(), FactName.GUEST_MOVED.key());
    private static final Set<String> FOR_EVER = Set.of(
            FactName.GUEST_NAME.key(), FactName.GUEST_UUID.key(), FactName.SOURCE_ID.key(), Subject.COLD_STARTED_AT);

    Observation judge(String key, Observation observation, Instant observedAt, Instant moment) {
        if (!observation.known() || FOR_EVER.contains(key)) {
            return observation;
        }
        Instant at = observation.at() == null ? observedAt : observation.at();
        Duration bound = OF_L2.contains(key) ? l2 : rest;
        Duration age = Duration.between(at, moment);
        if (age.compareTo(bound) > 0) {
            return observation.forgotten("it was " + observation.text() + " at " + at + ", which is " + inWords(age)
                    + " old and believed for " + inWords(bound) + " only");
        }
        if (age.plus(CLOCKS_DIFFER).isNegative()) {
            return observation.forgotten("it is said to be of " + at + ", which is yet to come: clocks differ");
        }
        return observation;
    }

    /** Whether what was observed of that key at one moment is still believed at another. */
    public boolean believes(String key, Instant at, Instant moment) {
        return FOR_EVER.contains(key)
                || (Duration.between(at, moment).compareTo(OF_L2.contains(key) ? l2 : rest) <= 0
                        && !at.isAfter(moment.plus(CLOCKS_DIFFER)));
    }

    /** A duration as people say it: {@code 90 s}, {@code 26 h}. */
    static String inWords(Duration duration) {
        if (duration.compareTo(Duration.ofMinutes(10)) < 0) {
            return duration.toSeconds() + " s";
        }
        return duration.compareTo(Duration.ofHours(10)) < 0
                ? duration.toMinutes() + " min"
                : duration.compareTo(Duration.ofDays(10)) < 0 ? duration.toHours() + " h" : duration.toDays() + " days";
    }
}
