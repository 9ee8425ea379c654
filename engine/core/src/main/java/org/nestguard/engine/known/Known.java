package org.nestguard.engine.known;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.nestguard.facts.FactName;

/**
 * What is known of one host or one guest. Every key is there: what nobody looked for is unknown too, so that no assumption
 * can take its place.
 *
 * @param subject host or guest
 * @param observedAt when, for each fact that does not say so itself
 * @param facts by key, such as {@code l2.live}
 */
public record Known(Subject subject, Instant observedAt, Map<String, Observation> facts) {
    private static final Observation NOT_LOOKED_FOR = new Observation(Observation.UNKNOWN, null);

    /** @throws IllegalArgumentException for a key or a text that the subject does not have */
    public Known {
        Map<String, Observation> all = new LinkedHashMap<>();
        for (String key : subject.keys()) {
            all.put(key, facts.getOrDefault(key, NOT_LOOKED_FOR));
        }
        if (!all.keySet().containsAll(facts.keySet())) {
            throw new IllegalArgumentException("there are other keys in " + facts.keySet());
        }
        all.forEach((key, observation) -> {
            if (!subject.takes(key, observation.text())) {
                throw new IllegalArgumentException(key + " cannot be \"" + observation.text() + "\"");
            }
        });
        facts = Collections.unmodifiableMap(all);
    }

    /** What was found of a fact. @throws NullPointerException for a key that the subject does not have */
    public Observation get(String key) {
        return Objects.requireNonNull(facts.get(key), key);
    }

    /** Its name, or {@code unknown}. */
    public String name() {
        return get(FactName.GUEST_NAME.key()).text();
    }

    /** The same with one fact found out otherwise. */
    public Known with(String key, Observation observation) {
        Map<String, Observation> changed = new LinkedHashMap<>(facts);
        changed.put(key, observation);
        return new Known(subject, observedAt, changed);
    }

    /** The time of the newest fact in it. */
    public Instant newest() {
        return facts.values().stream()
                .filter(Observation::known)
                .map(Observation::at)
                .filter(Objects::nonNull)
                .map(Instant.class::cast)
                .max(Instant::compareTo)
                .filter(at -> at.isAfter(observedAt))
                .orElse(observedAt);
    }

    /** The same as it is worth at that moment: what is too old by then, or from a later time, is unknown. */
    public Known asOf(Instant moment, Freshness freshness) {
        Map<String, Observation> aged = new LinkedHashMap<>();
        facts.forEach((key, observation) -> aged.put(key, freshness.judge(key, observation, observedAt, moment)));
        return new Known(subject, observedAt, aged);
    }
}
