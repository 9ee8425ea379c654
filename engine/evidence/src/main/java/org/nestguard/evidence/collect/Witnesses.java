package org.nestguard.evidence.collect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.facts.Evidence;

/**
 * Who says what of one fact. All who say something must agree: of two that contradict each other none is believed, and both
 * are shown.
 */
final class Witnesses {
    // what a facts document takes
    private static final int LONGEST = 2_000;

    private final List<Observation> said = new ArrayList<>();
    private final List<Evidence> silent = new ArrayList<>();

    /** Hears what an artefact says, in the words of a facts document. */
    Witnesses hear(Artefact artefact, Function<String, Reading<String>> testimony) {
        if (artefact instanceof Artefact.Text text) {
            return hear(text, testimony.apply(text.text()));
        }
        Artefact.Missing missing = (Artefact.Missing) artefact;
        silent.add(new Evidence(missing.from(), null, Evidence.Witness.HOST, missing.why()));
        return this;
    }

    /** Hears one reading of an artefact. */
    Witnesses hear(Artefact.Text artefact, Reading<String> reading) {
        if (reading instanceof Reading.Said<String> said && said.what().length() > LONGEST) {
            silent.add(new Evidence(
                    artefact.from(),
                    artefact.at(),
                    Evidence.Witness.HOST,
                    "it is longer than " + LONGEST + " characters"));
        } else if (reading instanceof Reading.Said<String> said) {
            String line = said.line() > 0 ? ", line " + said.line() : "";
            this.said.add(new Observation(
                    said.what(), new Evidence(artefact.from() + line, artefact.at(), Evidence.Witness.HOST, null)));
        } else {
            silent.add(new Evidence(
                    artefact.from(), artefact.at(), Evidence.Witness.HOST, ((Reading.Unsaid<String>) reading).why()));
        }
        return this;
    }

    /** When the last of these facts was read: a tree is of the time it was captured, whenever it is looked at. */
    static Optional<Instant> latest(Map<String, Observation> facts) {
        return facts.values().stream()
                .map(Observation::evidence)
                .filter(Objects::nonNull)
                .map(Evidence.class::cast)
                .map(Evidence::at)
                .filter(Objects::nonNull)
                .map(Instant.class::cast)
                .max(Instant::compareTo);
    }

    /** Whether somebody said something. */
    boolean spoke() {
        return !said.isEmpty();
    }

    /** What they agree on. */
    Observation verdict() {
        if (said.isEmpty()) {
            return silent.isEmpty() ? Observation.unknown("the host", "nothing says so") : unknown();
        }
        Set<String> texts = said.stream().map(Observation::text).collect(Collectors.toCollection(LinkedHashSet::new));
        if (texts.size() > 1) {
            return Observation.unknown(
                    from(said.get(0)),
                    "contradiction: "
                            + said.stream()
                                    .map(o -> from(o) + " says " + o.text())
                                    .collect(Collectors.joining(", ")));
        }
        return said.get(0);
    }

    /** The first that was looked at stands for all; what the others said is added. */
    private Observation unknown() {
        StringBuilder why = new StringBuilder(String.valueOf(silent.get(0).why()));
        for (Evidence other : silent.subList(1, silent.size())) {
            why.append("; ").append(other.from()).append(": ").append(other.why());
        }
        return Observation.unknown(silent.get(0).from(), why.substring(0, Math.min(why.length(), LONGEST)));
    }

    private static String from(Observation observation) {
        Evidence evidence = observation.evidence();
        return evidence == null ? "somebody" : evidence.from();
    }
}
