package org.nestguard.fleet.merge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Moments;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;

/**
 * What several sightings say, fact by fact: the newest word counts, also where it says that the fact was looked for and not
 * found. A sighting that does not mention a fact has nothing to say about it.
 */
final class Words {
    /** What was seen within so long of each other was seen at the same time: no two clocks are the same. */
    static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    /** These no machine changes: two of them are two machines, whenever they were seen. */
    private static final Set<String> LASTING = Set.of(FactName.SOURCE_ARCH.key(), FactName.SOURCE_VENDOR.key());

    private final Subject subject;
    private final List<Sighting> sightings;
    private final Instant observedAt;
    private final boolean ofSeveral;
    private final List<Difference> differences = new ArrayList<>();

    /** Two sightings of one time that say different things. */
    record Difference(String key, Contradiction.Said one, Contradiction.Said other) {}

    /** @param sightings at least one, the newest first */
    Words(List<Sighting> sightings) {
        this(sightings, false);
    }

    /** @param ofSeveral whether they may be of more than one: then what any of them says is as good as what another does */
    Words(List<Sighting> sightings, boolean ofSeveral) {
        this.ofSeveral = ofSeveral;
        this.sightings = List.copyOf(sightings);
        subject = sightings.get(0).known().subject();
        observedAt = sightings.stream()
                .map(sighting -> sighting.known().observedAt())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    /** What one sighting says of a fact. */
    private record Word(Observation said, Instant at, Sighting by) {
        Contradiction.Said asSaid() {
            return new Contradiction.Said(said.text(), at, by.place());
        }
    }

    /** All of it as one; where sightings contradict each other, the fact is unknown. */
    Known known() {
        Map<String, Observation> facts = new HashMap<>();
        for (String key : subject.keys()) {
            Observation observation = fact(key);
            if (observation != null) {
                facts.put(key, observation);
            }
        }
        return new Known(subject, observedAt, facts);
    }

    /** What {@link #known} left unknown, and why. */
    List<Difference> differences() {
        return List.copyOf(differences);
    }

    private @Nullable Observation fact(String key) {
        List<Word> words = words(key);
        if (words.isEmpty()) {
            return null;
        }
        Instant sameTime = words.get(0).at().minus(CLOCKS_DIFFER);
        Word chosen = null;
        for (Word word : words) {
            boolean counts = ofSeveral
                    || LASTING.contains(key)
                    || word.by().anyTime()
                    || !word.at().isBefore(sameTime);
            if (!counts || !word.said().known()) {
                continue;
            }
            if (chosen == null) {
                chosen = word;
            } else if (!same(key, chosen.said().text(), word.said().text())) {
                differences.add(new Difference(key, chosen.asSaid(), word.asSaid()));
                return contradicted(chosen.asSaid(), word.asSaid());
            }
        }
        return dated(chosen == null ? words.get(0) : chosen);
    }

    /** The newest first. */
    private List<Word> words(String key) {
        List<Word> words = new ArrayList<>();
        for (Sighting sighting : sightings) {
            Observation said = sighting.known().get(key);
            Evidence evidence = said.evidence();
            if (said.known() || evidence != null) {
                Instant at = evidence == null || evidence.at() == null
                        ? sighting.known().observedAt()
                        : evidence.at();
                words.add(new Word(said, at, sighting));
            }
        }
        words.sort(Comparator.comparing(Word::at).reversed());
        return words;
    }

    static Observation contradicted(Contradiction.Said one, Contradiction.Said other) {
        return Observation.unknown(
                "several observations",
                "it is " + one.value() + " at " + one.place() + " and " + other.value() + " at " + other.place());
    }

    /** With its own time, where that is not the time of all. */
    private Observation dated(Word word) {
        Evidence evidence = word.said().evidence();
        if (evidence == null) {
            return word.at().equals(observedAt)
                    ? word.said()
                    : new Observation(
                            word.said().text(),
                            new Evidence(word.by().place(), word.at(), Evidence.Witness.HOST, null));
        }
        return evidence.at() != null
                ? word.said()
                : new Observation(
                        word.said().text(), new Evidence(evidence.from(), word.at(), evidence.by(), evidence.why()));
    }

    /** Whether two texts say the same: {@code Y} and {@code true} do. */
    private boolean same(String key, String one, String other) {
        return one.equals(other) || value(key, one).equals(value(key, other)) || sameStart(key, one, other);
    }

    private Object value(String key, String text) {
        return subject.kind(key)
                .<Optional<?>>map(kind -> kind.read(text))
                .filter(Optional::isPresent)
                .<Object>map(Optional::get)
                .orElse(text);
    }

    /** When a process began is reckoned from when the host did, never quite the same twice. */
    private static boolean sameStart(String key, String one, String other) {
        return key.equals(Subject.COLD_STARTED_AT)
                && Duration.between(Moments.parse(one), Moments.parse(other))
                                .abs()
                                .compareTo(CLOCKS_DIFFER)
                        <= 0;
    }
}
