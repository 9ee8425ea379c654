package org.nestguard.server.registry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Asking;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;

/** Makes questions of what the registry knows now. */
public final class Questions {
    private static final String LIVE = FactName.GUEST_L2_LIVE.key();
    private static final String NAME = FactName.GUEST_NAME.key();
    private static final String UUID = FactName.GUEST_UUID.key();

    private final Registry registry;
    private final Asking asking;
    private final InstantSource clock;

    /**
     * Questions for a guard.
     *
     * @param clock the moment of a question about something that nothing is known of
     */
    public Questions(Registry registry, MigrationGuard guard, InstantSource clock) {
        this.registry = registry;
        this.asking = new Asking(guard);
        this.clock = clock;
    }

    /**
     * May that guest be migrated from where it runs?
     *
     * @param destination as {@link Registry#hostFacts} or {@link Registry#destinations} has it
     */
    public Question migrate(GuestEntry guest, Known destination) {
        return asking.migrate(guest.facts(), source(guest), destination);
    }

    /** May that guest be saved where it runs? */
    public Question savevm(GuestEntry guest) {
        return asking.savevm(guest.facts(), source(guest));
    }

    /** May a saved state of that guest be loaded on a host? What it was saved with, the registry does not know. */
    public Question loadvm(GuestEntry guest, Known destination) {
        Instant now = clock.instant();
        return asking.loadvm(
                guest.facts(), View.nothing(Subject.GUEST, now), View.nothing(Subject.HOST, now), destination);
    }

    /**
     * May a guest be restored on a host from an image that it was saved to? It is loaded into a new process: nothing runs in it
     * now, and what it is like, it was like when it was saved.
     *
     * @param saved what is known of that time; empty where nothing is
     */
    public Question restore(GuestEntry guest, Optional<SavedState> saved, Known destination) {
        Instant now = clock.instant();
        Observation none = new Observation(
                "0",
                new Evidence(
                        "the restore",
                        now,
                        Evidence.Witness.HOST,
                        "it makes a new process, in which nothing runs yet"));
        Known then = saved.map(SavedState::guestThen).orElseGet(() -> View.nothing(Subject.GUEST, now));
        Known facts = saved.isEmpty()
                ? guest.facts()
                : then.with(NAME, guest.facts().get(NAME))
                        .with(UUID, guest.facts().get(UUID));
        return asking.loadvm(
                facts.with(LIVE, none),
                then,
                saved.map(SavedState::hostThen).orElseGet(() -> View.nothing(Subject.HOST, now)),
                destination);
    }

    /** The host where it runs; one of which nothing is known where it runs nowhere. */
    private Known source(GuestEntry guest) {
        return guest.host()
                .filter(host -> guest.running())
                .flatMap(registry::hostFacts)
                .orElseGet(() -> View.nothing(Subject.HOST, clock.instant()));
    }
}
