package org.nestguard.engine.known;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;

/** Makes questions of what is known of hosts and guests. Every fact that a question can state is stated, if as unknown. */
public final class Asking {
    private final MigrationGuard guard;

    public Asking(MigrationGuard guard) {
        this.guard = guard;
    }

    /** May that guest be migrated from its host to another? */
    public Question migrate(Known guest, Known source, Known destination) {
        Filling filling = new Filling(Operation.MIGRATE);
        filling.guest(guest);
        filling.source(guest, source);
        filling.host(Party.DESTINATION, destination);
        return filling.question();
    }

    /** May that guest be saved on its host? */
    public Question savevm(Known guest, Known source) {
        Filling filling = new Filling(Operation.SAVEVM);
        filling.guest(guest);
        filling.source(guest, source);
        return filling.question();
    }

    /**
     * May a guest be loaded on a host?
     *
     * @param guest the guest as it is now; what runs now is lost by the load
     * @param saved the guest as it was when the snapshot was taken
     * @param savedOn the host of that time
     */
    public Question loadvm(Known guest, Known saved, Known savedOn, Known destination) {
        Filling filling = new Filling(Operation.LOADVM);
        filling.guest(guest);
        filling.snapshot(saved, savedOn);
        filling.host(Party.DESTINATION, destination);
        return filling.question();
    }

    private final class Filling {
        private final Question.Builder question;
        private final Map<FactName, Evidence> evidence = new EnumMap<>(FactName.class);

        Filling(Operation operation) {
            question = guard.question(operation);
        }

        void guest(Known guest) {
            all(Party.GUEST, guest::get);
        }

        void host(Party party, Known host) {
            all(party, host::get);
        }

        /** The process that runs the guest gives its state away, whatever QEMU is installed by now. */
        void source(Known guest, Known host) {
            all(Party.SOURCE, key -> running(guest, host, key));
        }

        /** What a snapshot is of comes from the guest of that time, what it was taken on from the host. */
        void snapshot(Known guest, Known host) {
            all(
                    Party.SNAPSHOT,
                    key -> host.subject().keys().contains(key) ? running(guest, host, key) : guest.get(key));
        }

        private Observation running(Known guest, Known host, String key) {
            return key.equals(Subject.QEMU) ? guest.get(key) : host.get(key);
        }

        private void all(Party party, Function<String, Observation> known) {
            Arrays.stream(FactName.values())
                    .filter(name -> name.party() == party && name.written())
                    .forEach(name -> {
                        Observation observation = Objects.requireNonNull(known.apply(name.key()));
                        question.state(name, observation.text());
                        if (observation.evidence() != null) {
                            evidence.put(name, observation.evidence());
                        }
                    });
        }

        Question question() {
            return question.evidence(evidence).build();
        }
    }
}
