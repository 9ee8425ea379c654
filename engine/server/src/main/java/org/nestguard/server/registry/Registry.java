package org.nestguard.server.registry;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.Harmless;
import org.nestguard.store.EpochMicros;
import org.nestguard.store.Store;

/**
 * What is known of hosts and of the guests on them, and a memory of harm. Safe for use by many threads; each call is one
 * transaction, but for a document of very many guests, and what it returned is kept whatever happens to this process afterwards.
 *
 * <p><b>Which host.</b> A host is known by its id, and by its name: an id belongs to one name and a name to one id. By the id
 * alone, two machines with copied disks would be one host, on which all guests of the other had just been shut off; by the
 * name alone, a machine set up anew would go on with the facts of the old one. A document that says otherwise is refused until
 * somebody {@linkplain #forget forgets} the old host. A document without an id is of the host of its name; a host that was
 * known by its name alone takes the first id that comes.
 *
 * <p><b>Which guest.</b> A guest is known by its UUID, wherever it runs. One without cannot be registered, and is counted.
 *
 * <p><b>Where it runs.</b> On the host whose newest document has it; only that host's facts of it are shown. Where two have it,
 * and by their times one had it only after the other, it has moved. Where their times overlap (the clocks of two hosts may
 * differ by 5 s), it is being moved or two guests have one UUID: its L2 state is unknown until one of them has it no more and a
 * newer document of the other comes. The same holds where a document has a time yet to come, or is older than one that is
 * there: until a newer one comes, nothing is believed of its guests.
 *
 * <p><b>Harm.</b> {@code movedWithLiveL2} is true from the moment the service says so, a document says so, or a guest of which
 * the last look saw a live L2 is seen on another host or in a process that took its state from elsewhere. This asks for no
 * vendor: it is what the word means, and what it means on which vendor is for the rules. Nothing but a proof ends it: a
 * document of the host where it ran has it no more, and later a process begins cold. A newer start alone proves nothing, since
 * every migration makes a new process; a guest that is restarted between two looks stays marked, for nobody saw it off.
 *
 * <p>It is false in two cases only. A process began cold, and the document says that no snapshot was loaded into it: the
 * registry need not have seen the guest before, since the state of such a process came from nowhere. Or the registry has
 * followed such a guest through migrations: each time the old host's newest look saw no L2, was no older than such a state is
 * believed when that host had the guest no more, and the guest has never been out of sight for longer than that since. In all
 * other cases it is unknown, whatever documents say: the mere word of a process that did not begin cold is no knowledge.
 */
public final class Registry {
    private static final int MOST_GUESTS = 10_000;

    private final Store store;
    private final Freshness freshness;
    private final InstantSource clock;
    /** Few for all names that there may ever be: that two hosts wait for each other does no harm. */
    private final Object[] turns = Stream.generate(Object::new).limit(64).toArray();

    /**
     * A registry on a store.
     *
     * @param freshness how long facts are believed
     * @param clock by which the age of facts is measured
     */
    public Registry(Store store, Freshness freshness, InstantSource clock) {
        this.store = store;
        this.freshness = freshness;
        this.clock = clock;
    }

    /**
     * Takes the facts of a host and of every guest that runs on it: a guest that the document has not does not run there.
     *
     * @param pusher who says so
     * @throws org.nestguard.store.StoreException where the database fails; then nothing was taken
     */
    public Taken take(FactsDocument document, Pusher pusher) {
        Instant now = clock.instant();
        String digest;
        try {
            digest = FactsText.digest(document);
        } catch (UncheckedIOException e) {
            return new Taken.Refused(
                    Taken.Refusal.NO_TEXT, "there is something in the document that is no text: " + e.getMessage());
        }
        if (document.guests().size() > MOST_GUESTS) {
            return new Taken.Refused(
                    Taken.Refusal.TOO_MANY,
                    "the document has " + document.guests().size() + " guests, and of one host at most " + MOST_GUESTS
                            + " are taken");
        }
        synchronized (turn(document.host().name())) {
            return new Intake(store, document, digest, freshness, now).take(pusher);
        }
    }

    /**
     * Marks a guest as moved, saved or loaded with a live L2, whether or not it was ever seen.
     *
     * @param at when; a time yet to come is taken for now
     * @param why a sentence
     * @return its mark, of the newest harm
     */
    public Harm harm(UUID guest, HarmCause cause, Instant at, String why) {
        Instant now = clock.instant();
        return store.write(handle ->
                new HarmRows(handle, now).mark(guest, cause, at.isAfter(now) ? now : at, Harmless.text(why, 1_000)));
    }

    /** All guests with a mark, the oldest first. */
    public List<Harm> harms() {
        return store.read(handle -> new HarmRows(handle, clock.instant()).all());
    }

    /** Every mark and every clearing of a guest, the oldest first. */
    public List<HarmEvent> history(UUID guest) {
        return store.read(handle -> new HarmRows(handle, clock.instant()).history(guest));
    }

    /** All hosts, by name. */
    public List<HostEntry> hosts() {
        Instant now = clock.instant();
        return store.read(handle -> {
            Rows rows = new Rows(handle);
            return rows.hosts().stream()
                    .map(row -> new HostEntry(
                            row.name(),
                            Optional.ofNullable(row.id()),
                            EpochMicros.instant(row.observedAt()),
                            Duration.between(EpochMicros.instant(row.observedAt()), now),
                            EpochMicros.instant(row.takenAt()),
                            rows.running(row.number()),
                            row.withoutUuid(),
                            Optional.ofNullable(row.disbelievedAt())
                                    .map(since -> new Doubt(
                                            EpochMicros.instant(since), String.valueOf(row.disbelievedWhy())))))
                    .toList();
        });
    }

    /** What is known now of a host and of the guests that run there; empty for a host that was never heard of. */
    public Optional<FactsDocument> host(String name) {
        Instant now = clock.instant();
        return store.read(handle -> {
            View view = new View(handle, freshness, now);
            return new Rows(handle).hostNamed(name).map(view::document);
        });
    }

    /** The same without the guests. */
    public Optional<Known> hostFacts(String name) {
        Instant now = clock.instant();
        return store.read(handle -> {
            View view = new View(handle, freshness, now);
            return new Rows(handle).hostNamed(name).map(view::host);
        });
    }

    /**
     * What is known now of a guest; of those that bear a name, the ones that run go before those that do not. A UUID is never
     * taken for a name: whoever may name a guest could have it answer for another.
     */
    public Found guest(String uuidOrName) {
        Instant now = clock.instant();
        return store.read(handle -> {
            Rows rows = new Rows(handle);
            View view = new View(handle, freshness, now);
            Optional<UUID> uuid = Facts.uuid(uuidOrName);
            List<GuestEntry> all = (uuid.isPresent()
                            ? uuid.flatMap(rows::guest).stream()
                            : rows.guestsNamed(Harmless.text(uuidOrName, 255)).stream())
                    .map(view::guest)
                    .toList();
            List<GuestEntry> running = all.stream().filter(GuestEntry::running).toList();
            List<GuestEntry> meant = running.isEmpty() ? all : running;
            return switch (meant.size()) {
                case 0 -> new Found.None();
                case 1 -> new Found.One(meant.get(0));
                default -> new Found.Several(meant);
            };
        });
    }

    /**
     * The same guest as the host tells of it that it began to be moved away from, though meanwhile another host reports it too.
     * That nobody may believe who does not know that it is being moved.
     */
    public GuestEntry moving(GuestEntry guest) {
        Instant now = clock.instant();
        return store.read(handle -> new Rows(handle)
                .guest(guest.uuid())
                .map(row -> new View(handle, freshness, now).guest(row.believed()))
                .orElse(guest));
    }

    /** Whether some host, when it saw a guest last, saw an L2 live in it, and that was after a moment. */
    public boolean seenLiveSince(UUID guest, Instant moment) {
        return store.read(handle -> new Rows(handle)
                .stays(guest).stream()
                        .filter(stay -> EpochMicros.instant(stay.lastSeen()).isAfter(moment))
                        .anyMatch(stay -> new Facts(FactsText.guest(stay.facts())).live()));
    }

    /** Every host that the guest does not run on, by name: where it may perhaps go. */
    public List<Known> destinations(GuestEntry guest) {
        Instant now = clock.instant();
        return store.read(handle -> {
            View view = new View(handle, freshness, now);
            return new Rows(handle)
                    .hosts().stream()
                            .filter(row -> !guest.host().equals(Optional.of(row.name())))
                            .map(view::host)
                            .toList();
        });
    }

    /** The registry in numbers. */
    public Counts counts() {
        return store.read(handle -> new Rows(handle).counts());
    }

    /**
     * Forgets a host and what it told, for one that is no more, was renamed or was set up anew. Marks of harm stay.
     *
     * @return whether it was known
     */
    public boolean forget(String host) {
        synchronized (turn(host)) {
            return store.write(handle -> {
                Rows rows = new Rows(handle);
                Optional<Rows.HostRow> row = rows.hostNamed(host);
                row.ifPresent(known -> rows.forgetHost(known.number()));
                return row.isPresent();
            });
        }
    }

    /** What one must hold who writes what is known of a host: a large document is taken in several transactions. */
    private Object turn(String host) {
        return turns[Math.floorMod(host.hashCode(), turns.length)];
    }

    /**
     * Forgets guests that run nowhere and that nobody has reported since that moment. Marks of harm stay.
     *
     * @return how many
     */
    public int forgetGuestsNotSeenSince(Instant moment) {
        return store.write(handle -> new Rows(handle).removeGuestsNotSeenSince(EpochMicros.of(moment)));
    }
}
