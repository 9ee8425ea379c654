package org.nestguard.server.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Beginning;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.Harmless;
import org.nestguard.facts.FactName;
import org.nestguard.server.registry.Rows.GuestRow;
import org.nestguard.server.registry.Rows.HostRow;
import org.nestguard.server.registry.Rows.State;
import org.nestguard.server.registry.Rows.StayRow;
import org.nestguard.store.EpochMicros;

/**
 * Takes one document, or a part of it, within one transaction.
 *
 * <p>All that is said of one guest is always in one transaction: where it is, whether it is trusted, its mark of harm and
 * whether it was followed. The host's own row is last, with whom that was seen shut off; where a part was taken before and the
 * rest never came, the row is older than the document, so that the document is taken whole when it comes again.
 */
final class Taking {
    /** As much as {@link Freshness} allows for clocks that differ. */
    static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    private static final long CLOCKS_DIFFER_MICROS = CLOCKS_DIFFER.toMillis() * 1_000;
    private static final int LONGEST_NAME = 255;

    private final Rows rows;
    private final HarmRows harms;
    /** Few guests have one, and a host may have a thousand: one question instead of one a guest. */
    private final Set<UUID> marked;

    private final Intake intake;
    private final FactsDocument document;
    private final Freshness freshness;
    private final Instant now;
    private final Instant at;
    private final long time;

    Taking(Handle handle, Intake intake) {
        rows = new Rows(handle);
        harms = new HarmRows(handle, intake.now());
        marked = harms.marked();
        this.intake = intake;
        document = intake.document();
        freshness = intake.freshness();
        now = intake.now();
        at = document.host().observedAt();
        time = EpochMicros.of(at);
    }

    /** What is to be done with the document; nothing is written. */
    Step begin(Pusher pusher) {
        Known facts = document.host();
        String name = facts.name();
        String id = facts.get(FactName.SOURCE_ID.key()).known()
                ? facts.get(FactName.SOURCE_ID.key()).text()
                : null;
        if (!facts.get(FactName.SOURCE_NAME.key()).known() || !fit(name) || (id != null && !fit(id))) {
            return new Step.Done(new Taken.Refused(
                    Taken.Refusal.NO_NAME,
                    "the document is of a host without a name, or with a name or id that no host has"));
        }
        if (!pusher.maySpeakFor(name)) {
            return new Step.Done(new Taken.Refused(
                    Taken.Refusal.ANOTHER_HOST,
                    "the document is of " + name + ", and who sent it may speak for "
                            + Harmless.text(pusher.host().orElse(""), LONGEST_NAME) + " only"));
        }
        Optional<HostRow> named = rows.hostNamed(name);
        Optional<HostRow> identified = id == null ? Optional.empty() : rows.hostWithId(id);
        if (identified.isPresent() && !identified.get().name().equals(name)) {
            return new Step.Done(new Taken.Refused(
                    Taken.Refusal.NAME_AND_ID,
                    "the machine with the id " + id + " is known as "
                            + identified.get().name() + ", not as " + name
                            + ": was its name changed, or its disk copied? Forget "
                            + identified.get().name()
                            + " if it was renamed"));
        }
        if (named.isPresent()
                && id != null
                && named.get().id() != null
                && !id.equals(named.get().id())) {
            return new Step.Done(new Taken.Refused(
                    Taken.Refusal.NAME_AND_ID,
                    "another machine is known as " + name + " (its id is "
                            + named.get().id() + ", not " + id + "): forget " + name + " if it was set up anew"));
        }
        return begin(name, id, named);
    }

    private static boolean fit(String name) {
        return !name.isBlank()
                && name.length() <= LONGEST_NAME
                && Harmless.text(name).equals(name);
    }

    private Step begin(String name, @Nullable String id, Optional<HostRow> before) {
        Instant latest = intake.latest();
        if (latest.isAfter(now.plus(CLOCKS_DIFFER))) {
            return disbelieve(
                    name,
                    before,
                    "a document of " + name + " has a time yet to come, " + latest
                            + ": its clock is wrong, or the registry's");
        }
        if (before.isPresent() && time <= before.get().observedAt()) {
            Instant stored = EpochMicros.instant(before.get().observedAt());
            if (time == before.get().observedAt()
                    && intake.digest().equals(before.get().digest())) {
                return new Step.Done(intake.stored(
                        name,
                        true,
                        rows.running(before.get().number()),
                        before.get().withoutUuid()));
            }
            return disbelieve(
                    name,
                    before,
                    "a document of " + name + " is of " + at + ", and one of " + stored
                            + " was there already: an older one came late, its clock was set back, or two programs push for it");
        }
        long number = before.map(HostRow::number).orElseGet(rows::nextHostNumber);
        HostRow row = new HostRow(
                number,
                name,
                id == null ? before.map(HostRow::id).orElse(null) : id,
                time,
                EpochMicros.of(now),
                intake.digest(),
                intake.host(),
                intake.withoutUuid(),
                null,
                null);
        List<UUID> gone = new ArrayList<>(rows.guestsSeenAt(number));
        gone.removeAll(intake.guests().keySet());
        return new Step.Take(row, before, gone);
    }

    /** Nothing of it is taken; but what it speaks of is not believed any more either. */
    private Step disbelieve(String name, Optional<HostRow> host, String why) {
        Set<UUID> guests = new LinkedHashSet<>(intake.guests().keySet());
        host.ifPresent(row -> guests.addAll(rows.guestsSeenAt(row.number())));
        return new Step.Disbelieve(name, host.map(HostRow::number), why, List.copyOf(guests));
    }

    /** What a document comes to. */
    sealed interface Step {
        /** Nothing is to be written. */
        record Done(Taken taken) implements Step {}

        /**
         * It is not believed.
         *
         * @param guests that it speaks of, or that were on its host
         */
        record Disbelieve(String name, Optional<Long> host, String why, List<UUID> guests) implements Step {}

        /**
         * It is taken.
         *
         * @param row the host's, to be saved when all the rest is
         * @param before the row that is there
         * @param gone guests that were on the host and are not in the document
         */
        record Take(HostRow row, Optional<HostRow> before, List<UUID> gone) implements Step {}
    }

    // ---- what is written, in the order in which it stands here

    void disbelieve(Step.Disbelieve step) {
        step.host().ifPresent(number -> rows.disbelieve(number, EpochMicros.of(now), step.why()));
    }

    void distrust(List<UUID> guests, String why) {
        guests.forEach(uuid -> rows.guest(uuid).ifPresent(guest -> distrust(guest, EpochMicros.of(now), why)));
    }

    /** That the document is about to be taken, and its host, which stays are of: nothing older is taken from now on. */
    void open(Step.Take step) {
        HostRow row = step.row();
        rows.save(new HostRow(
                row.number(),
                row.name(),
                row.id(),
                row.observedAt() - 1,
                row.takenAt(),
                "",
                row.facts(),
                row.withoutUuid(),
                step.before().map(HostRow::disbelievedAt).orElse(null),
                step.before().map(HostRow::disbelievedWhy).orElse(null)));
    }

    void sight(Step.Take step, List<UUID> guests) {
        String name = step.row().name();
        for (UUID uuid : guests) {
            sight(
                    name,
                    step.row().number(),
                    uuid,
                    new Facts(Objects.requireNonNull(intake.guests().get(uuid))));
            if (intake.twice().contains(uuid)) {
                distrust(
                        rows.guest(uuid).orElseThrow(),
                        time,
                        "two guests of one document of " + name + " have its UUID");
            }
        }
    }

    void depart(Step.Take step, List<UUID> guests) {
        for (UUID uuid : guests) {
            StayRow stay = on(rows.stays(uuid), step.row().number());
            if (stay != null && stay.state() != State.LEFT) {
                depart(stay);
            }
        }
    }

    void close(Step.Take step) {
        rows.save(step.row());
        if (step.row().withoutUuid() == 0) {
            seeShutOff(step.row().number());
        }
    }

    private void distrust(GuestRow guest, long since, String why) {
        rows.save(guest.distrusted(since, why));
        intake.distrusted(guest.uuid(), why);
    }

    // ---- a guest that the document has

    private void sight(String hostName, long host, UUID uuid, Facts facts) {
        String name = Harmless.text(facts.known().name(), LONGEST_NAME);
        GuestRow before = rows.guest(uuid).orElse(null);
        List<StayRow> stays = before == null ? List.of() : rows.stays(uuid);
        StayRow mine = on(stays, host);
        boolean continued = mine != null && mine.state() != State.LEFT;
        long since = continued && mine != null ? mine.since() : time;
        GuestRow guest = before == null
                ? new GuestRow(uuid, name, host, null, null, null)
                : new GuestRow(
                        uuid, name, before.home(), before.distrustedAt(), before.distrustedWhy(), before.followed());
        if (before == null) {
            rows.save(guest); // a stay is of a guest
        }
        if (continued && mine != null) {
            Instant stored = FactsText.guest(mine.facts()).newest();
            if (facts.known().newest().isBefore(stored)) {
                rows.save(new StayRow(uuid, host, State.HERE, since, time, null, mine.facts()));
                distrust(
                        guest,
                        time,
                        "its facts in a document of " + hostName + " are of "
                                + facts.known().newest() + ", and some of " + stored + " were there already");
                return;
            }
        }
        rows.save(new StayRow(uuid, host, State.HERE, since, time, null, FactsText.ofGuest(facts.known())));
        if (!facts.cold()) {
            forgetShutOff(uuid);
        }
        List<StayRow> others = stays.stream()
                .filter(stay -> stay.host() != host && stay.state() == State.HERE)
                .toList();
        Optional<StayRow> rival = others.stream()
                .filter(other -> since <= other.lastSeen() + CLOCKS_DIFFER_MICROS)
                .findFirst();
        if (rival.isPresent()) {
            StayRow other = rival.get();
            String why = "it is reported by " + hostName + " (" + at + ") and by " + hostName(other.host()) + " ("
                    + EpochMicros.instant(other.lastSeen())
                    + ") at overlapping times: it is being moved, or two guests have its UUID";
            boolean whole = others.size() == 1 && onItsWay(guest, new Stay(since, time, facts), stay(other));
            rows.save(guest.distrusted(Math.max(time, other.lastSeen()), why)
                    .followed(whole ? "no L2 was live in it when it was seen on two hosts at once" : null));
            intake.distrusted(uuid, why);
            return;
        }
        others.forEach(other -> rows.save(other.elsewhere()));
        runsHere(guest, host, stays, facts);
    }

    /** A stay of a guest on a host, by the newest document that has it there. */
    private record Stay(long since, long lastSeen, Facts facts) {}

    private static Stay stay(StayRow row) {
        return new Stay(row.since(), row.lastSeen(), new Facts(FactsText.guest(row.facts())));
    }

    /**
     * Whether two hosts have a guest because it is being migrated, as every migration shows it for a while, and it was never
     * moved with a live L2 before. What comes of it is judged when the old host has it no more.
     */
    private boolean onItsWay(GuestRow guest, Stay one, Stay another) {
        boolean forth = one.since() <= another.since();
        Stay from = forth ? one : another;
        Stay to = forth ? another : one;
        boolean known = guest.followed() != null
                || (guest.distrustedAt() == null
                        && from.facts().cold()
                        && from.facts().saysMoved(false));
        boolean stillThere = time - from.lastSeen() <= freshness.l2().toMillis() * 1_000;
        return known
                && stillThere
                && mark(guest.uuid()).isEmpty()
                && to.facts().startedBy().filter(Beginning.INCOMING::equals).isPresent();
    }

    private static @Nullable StayRow on(List<StayRow> stays, @Nullable Long host) {
        return stays.stream()
                .filter(stay -> host != null && stay.host() == host)
                .findFirst()
                .orElse(null);
    }

    private String hostName(long host) {
        return rows.host(host).map(HostRow::name).orElse("a host that was forgotten");
    }

    /** It runs here and nowhere else. */
    private void runsHere(GuestRow guest, long host, List<StayRow> stays, Facts facts) {
        boolean settled = guest.distrustedAt() == null;
        StayRow from = cameFrom(guest, host, stays, settled);
        Facts last = from == null ? null : new Facts(FactsText.guest(from.facts()));
        boolean arrived = from != null && last != null && arrived(from, host, last, facts);
        String followed = null;
        if (from != null && last != null) {
            // whoever is distrusted is followed no more, unless it was on its way
            boolean known = mark(guest.uuid()).isEmpty()
                    && (guest.followed() != null || (settled && last.cold() && last.saysMoved(false)));
            if (arrived && last.live()) {
                String why = "an L2 was live in it on " + hostName(from.host()) + " at the last look ("
                        + EpochMicros.instant(from.lastSeen()) + "); at " + at
                        + " it was " + (from.host() == host ? "there in another process" : "on another host")
                        + beginning(facts);
                harm(guest.uuid(), HarmCause.SEEN, why);
            } else if (known && arrived) {
                followed = movedIdle(from, host, last, facts);
            } else if (known && !facts.cold() && within(from)) {
                followed = guest.followed();
            }
        }
        boolean believed = guest.distrustedAt() == null || time > guest.distrustedAt();
        rows.save(new GuestRow(
                guest.uuid(),
                guest.name(),
                host,
                believed ? null : guest.distrustedAt(),
                believed ? null : guest.distrustedWhy(),
                followed));
        if (!believed) {
            intake.distrusted(guest.uuid(), String.valueOf(guest.distrustedWhy()));
        }
        mark(guest.uuid()).ifPresent(row -> clearWhereProven(row, host, facts));
        if (facts.saysMoved(true) && mark(guest.uuid()).isEmpty()) {
            harm(guest.uuid(), HarmCause.TOLD, "a facts document of " + hostName(host) + " says so");
        }
    }

    /**
     * Where it was before: at its home or, where two hosts had it and one of them has it no more, there. Null for one that
     * was never seen.
     */
    private static @Nullable StayRow cameFrom(GuestRow guest, long host, List<StayRow> stays, boolean settled) {
        StayRow mine = on(stays, host);
        if (!settled && mine != null) {
            Optional<StayRow> ended = stays.stream()
                    .filter(stay -> stay.host() != host && stay.lastSeen() + CLOCKS_DIFFER_MICROS >= mine.since())
                    .findFirst(); // the latest
            if (ended.isPresent()) {
                return ended.get();
            }
        }
        return on(stays, guest.home());
    }

    /**
     * Whether its state came from elsewhere since it was seen last. A process that began cold has its state from nowhere. On
     * the same host, that a beginning could not be read is no sign of another process.
     */
    private static boolean arrived(StayRow from, long host, Facts last, Facts facts) {
        if (from.host() != host) {
            return !facts.cold();
        }
        return facts.notCold()
                && (from.state() == State.LEFT
                        || (last.startedBy().isPresent() && !last.startedBy().equals(facts.startedBy())));
    }

    private static String beginning(Facts facts) {
        return facts.startedBy()
                .map(how -> ", begun by " + how.word())
                .orElse(", and how its process began is not known");
    }

    /** Why its migration did no harm; null where that is not certain. */
    private @Nullable String movedIdle(StayRow from, long host, Facts last, Facts facts) {
        boolean migrated = from.host() != host
                && facts.startedBy().filter(Beginning.INCOMING::equals).isPresent();
        if (!migrated) {
            return null;
        }
        if (last.plain() && facts.plain()) {
            return "it was migrated from " + hostName(from.host()) + ", and no L2 can be in it";
        }
        // until the old host has it no more, it may run there still, and start an L2
        return from.state() == State.LEFT && last.idleWithin(freshness.l2(), at)
                ? "it was migrated from " + hostName(from.host()) + " with no L2 live"
                : null;
    }

    /** Whether nobody can have moved it to and fro since it was seen last, as long as a state of L2 guests is believed. */
    private boolean within(StayRow from) {
        return from.state() != State.LEFT
                && time - from.lastSeen() <= freshness.l2().toMillis() * 1_000;
    }

    private Optional<HarmRows.Row> mark(UUID guest) {
        return marked.contains(guest) ? harms.find(guest) : Optional.empty();
    }

    private void harm(UUID guest, HarmCause cause, String why) {
        harms.mark(guest, cause, at, why);
        marked.add(guest);
        intake.harmed(guest);
    }

    private void clearWhereProven(HarmRows.Row row, long host, Facts facts) {
        Harm harm = row.harm();
        Instant started = facts.coldStartedAt().orElse(null);
        Instant shutOff = harm.shutOffAt().orElse(null);
        if (started == null || shutOff == null) {
            return;
        }
        // the times of one host are by one clock
        Instant after = row.shutOffHost() != null && row.shutOffHost() == host ? shutOff : shutOff.plus(CLOCKS_DIFFER);
        if (started.isAfter(after)) { // and so after the harm, which what was seen is newer than
            harms.clear(
                    harm.guest(),
                    started,
                    "it was seen shut off at " + shutOff + ", and its process on " + hostName(host) + " began cold at "
                            + started);
            intake.cleared(harm.guest());
        }
    }

    private void forgetShutOff(UUID uuid) {
        mark(uuid).filter(row -> row.harm().shutOffAt().isPresent()).ifPresent(row -> {
            Harm harm = row.harm();
            harms.save(new HarmRows.Row(new Harm(uuid, harm.cause(), harm.at(), harm.why(), Optional.empty()), null));
        });
    }

    // ---- guests that the document has no more

    private void depart(StayRow stay) {
        rows.save(stay.left(time));
        if (stay.state() == State.HERE) {
            intake.left();
        } else {
            confirmMove(stay);
        }
    }

    /**
     * It is known to run elsewhere, and now its old host has it no more: its migration is over. It was from there to its
     * home, if no third host had it since and nobody can have moved it on meanwhile.
     */
    private void confirmMove(StayRow from) {
        GuestRow guest = rows.guest(from.uuid()).orElseThrow();
        List<StayRow> stays = rows.stays(from.uuid());
        StayRow home = on(stays, guest.home());
        if (home == null || home.state() != State.HERE || guest.distrustedAt() != null) {
            return;
        }
        boolean straight = stays.stream()
                        .noneMatch(stay -> stay.host() != from.host()
                                && stay.host() != home.host()
                                && stay.lastSeen() >= from.since())
                && home.lastSeen() - home.since() <= freshness.l2().toMillis() * 1_000;
        boolean incoming = new Facts(FactsText.guest(home.facts()))
                .startedBy()
                .filter(Beginning.INCOMING::equals)
                .isPresent();
        Facts last = new Facts(FactsText.guest(from.facts()));
        if (straight
                && incoming
                && mark(guest.uuid()).isEmpty()
                && last.cold()
                && last.saysMoved(false)
                && last.idleWithin(freshness.l2(), at)) {
            rows.save(guest.followed("it was migrated from " + hostName(from.host()) + " with no L2 live"));
        }
    }

    /** Only a document that says of every guest which one it is says that one is not there. */
    private void seeShutOff(long host) {
        for (HarmRows.Row row : harms.ofGuestsAt(host)) {
            Harm harm = row.harm();
            boolean runs = rows.stays(harm.guest()).stream().anyMatch(stay -> stay.state() == State.HERE);
            if (!runs && harm.shutOffAt().isEmpty() && at.isAfter(harm.at().plus(CLOCKS_DIFFER))) {
                harms.save(new HarmRows.Row(
                        new Harm(harm.guest(), harm.cause(), harm.at(), harm.why(), Optional.of(at)), host));
            }
        }
    }
}
