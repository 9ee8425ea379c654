package org.nestguard.fleet.foreign;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Worded;

/** Facts of one host or guest, each with the key of the other program's document that tells it. */
final class Told {
    private final Subject subject;
    private final Map<String, Observation> facts = new HashMap<>();

    Told(Subject subject) {
        this.subject = subject;
    }

    /**
     * Takes a fact, if it is told and can be one.
     *
     * @param from the key that tells it
     */
    Told put(String key, Optional<String> text, String from, @Nullable String why) {
        text.filter(said -> subject.takes(key, said))
                .ifPresent(said ->
                        facts.put(key, new Observation(said, new Evidence(from, null, Evidence.Witness.HOST, why))));
        return this;
    }

    Told put(String key, Reading<String> text, String from) {
        return put(key, text.value(), from, null);
    }

    Known known(Instant observedAt) {
        return new Known(subject, observedAt, facts);
    }

    /** The architecture, as Linux, Kubernetes or libvirt spell it. */
    static Optional<String> arch(Reading<String> text) {
        return text.value()
                .map(said -> switch (said) {
                    case "amd64" -> Arch.X86_64.word();
                    case "arm64" -> Arch.AARCH64.word();
                    default -> said;
                })
                .filter(said -> Worded.read(Arch.class, said).isPresent());
    }
}
