package org.nestguard.fleet.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.known.Asking;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.drain.Drained;
import org.nestguard.fleet.inventory.BytesRead;
import org.nestguard.fleet.inventory.Inventory;

/**
 * Can a host be emptied now? Asks of each of its guests about each other host, and picks one for it, that has room where that
 * is known. To be run once.
 */
public final class Drain {
    // More than any host runs; beyond it a made-up fleet would fill the memory.
    private static final int MOST_GUESTS = 10_000;
    private static final int MOST_REMEDIES = 3;
    private static final int MEMORY_OF_HOST = FlatRecord.keys(Subject.HOST).indexOf(Subject.MEMORY);
    private static final int MEMORY_OF_GUEST = FlatRecord.keys(Subject.GUEST).indexOf(Subject.MEMORY);

    private final MigrationGuard guard;
    private final Asked asked;
    private final String host;
    private final @Nullable To wanted;
    private final @Nullable Waiving waiving;
    private final Asking asking;
    private final List<Leaving> guests = new ArrayList<>();
    private final List<Host> destinations = new ArrayList<>();
    private final Map<String, Room> rooms = new HashMap<>(); // of each destination, by its id
    private @Nullable Kinds kinds;
    private @Nullable Host drained;
    private @Nullable To to;
    private @Nullable Answers answers;
    private @Nullable Ageing ageing;
    private BooleanSupplier stopped = () -> false;

    /**
     * A guest of the host.
     *
     * @param memory that it may take, in MiB; null where that is not known
     */
    private record Leaving(
            FlatRecord record,
            GuestKind kind,
            String place,
            @Nullable Long memory) {}

    /** Where a guest can go. */
    private record Place(Host to, Ruling ruling, List<Waived> waived) {}

    /**
     * A guest with all hosts that it can go to.
     *
     * @param verdict what the rules say of it
     */
    private record Placed(Leaving guest, Verdict verdict, List<Place> places) {}

    /**
     * A question.
     *
     * @param asked whether guests may be migrated to any host; with the age of facts and what is supposed
     * @param host the name or id of the host to be emptied
     * @param wanted where its guests may go; null for the other hosts of its pool, or any other where it is in none
     * @param waivers to weigh refusals with, of guests that can go nowhere without; null for none
     */
    public Drain(MigrationGuard guard, Asked asked, String host, @Nullable To wanted, @Nullable Waivers waivers) {
        this.guard = guard;
        this.asked = asked;
        this.host = host;
        this.wanted = wanted;
        waiving = waivers == null ? null : new Waiving(waivers, asked.operation(), guard.version());
        asking = new Asking(guard);
    }

    /**
     * Asks.
     *
     * @param merge whether several observations of one host or guest are made one
     * @param complaints is told what cannot be read
     * @param strict whether the first record that cannot be read ends it
     * @param stopped whether somebody wants no more of it; asked often
     * @param read is told of every byte that is read, of each file twice
     * @return null where it was stopped: of half a fleet there is no answer
     * @throws AuditException where it cannot go on: there is no such host, or one of the reasons of an audit
     */
    public @Nullable Drained run(
            Inventory inventory,
            boolean merge,
            Report complaints,
            boolean strict,
            Clock clock,
            BooleanSupplier stopped,
            BytesRead read)
            throws IOException {
        this.stopped = stopped;
        Whereabouts whereabouts = new Whereabouts();
        Audit audit = new Audit(guard, asked, List.of(complaints, whereabouts), null, strict, clock, stopped, read)
                .followedBy(new Seeing());
        Summary summary = merge ? audit.runMerged(inventory) : audit.run(inventory);
        if (!summary.whole()) {
            return null;
        }
        Host from = Objects.requireNonNull(drained);
        List<Drained.Staying> staying = new ArrayList<>();
        List<Placed> placed = new ArrayList<>();
        IdentityHashMap<HostKind, Host> kinds = new IdentityHashMap<>();
        destinations.forEach(one -> kinds.putIfAbsent(one.kind(), one));
        for (Leaving guest : guests) {
            IdentityHashMap<HostKind, Ruling> rulings = new IdentityHashMap<>();
            kinds.forEach((kind, one) ->
                    rulings.put(kind, Objects.requireNonNull(answers).to(guest.kind(), from, one)));
            Verdict verdict = verdict(rulings.values());
            List<Place> places = verdict == Verdict.ALLOW ? places(rulings) : waivedPlaces(guest, from, rulings);
            if (places.isEmpty()) {
                staying.add(staying(guest, verdict, from, rulings));
            } else {
                placed.add(new Placed(guest, verdict, places));
            }
        }
        for (Host one : destinations) {
            if (summary.unreadable() > 0 || whereabouts.guestsOf(one.id()) > 0) {
                room(one).othersMayBeThere();
            }
        }
        List<Drained.Going> going = new ArrayList<>();
        List<Drained.Room> filled = place(placed, from, going, staying);
        List<String> doubts = doubts(from, whereabouts, summary);
        List<Verdict> effective = staying.stream().map(Drained.Staying::verdict).toList();
        List<Verdict> verdicts = new ArrayList<>(effective);
        placed.forEach(one -> verdicts.add(one.verdict()));
        return new Drained(
                verdict(verdicts, doubts),
                verdict(effective, doubts),
                from.name(),
                from.id(),
                Objects.requireNonNull(to).toString(),
                destinations.size(),
                summary.asOf(),
                asked.supposed(),
                going,
                staying,
                filled,
                summary.unreadable(),
                doubts,
                guard.version());
    }

    private static Verdict verdict(List<Verdict> guests, List<String> doubts) {
        if (guests.contains(Verdict.DENY)) {
            return Verdict.DENY;
        }
        return guests.contains(Verdict.UNDETERMINED) || !doubts.isEmpty() ? Verdict.UNDETERMINED : Verdict.ALLOW;
    }

    /** Of a guest, by what the rules say of each destination. */
    private static Verdict verdict(Collection<Ruling> destinations) {
        Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
        destinations.forEach(ruling -> verdicts.add(ruling.verdict()));
        return verdicts.contains(Verdict.ALLOW)
                ? Verdict.ALLOW
                : verdicts.equals(EnumSet.of(Verdict.DENY)) ? Verdict.DENY : Verdict.UNDETERMINED;
    }

    private List<Place> places(IdentityHashMap<HostKind, Ruling> rulings) {
        List<Place> places = new ArrayList<>();
        for (Host one : destinations) {
            Ruling ruling = Objects.requireNonNull(rulings.get(one.kind()));
            if (ruling.verdict() == Verdict.ALLOW) {
                places.add(new Place(one, ruling, List.of()));
            }
        }
        return places;
    }

    private List<Place> waivedPlaces(Leaving guest, Host from, IdentityHashMap<HostKind, Ruling> rulings) {
        List<Place> places = new ArrayList<>();
        Drained.Guest known = guest(guest, from);
        for (Host one : waiving == null ? List.<Host>of() : destinations) {
            Ruling ruling = Objects.requireNonNull(rulings.get(one.kind()));
            Waiving.Effective with =
                    Objects.requireNonNull(waiving).weigh(name(guest, from), known.uuid(), from, one, ruling);
            if (with.verdict() == Verdict.ALLOW) {
                places.add(new Place(one, ruling, with.waived()));
            }
        }
        return places;
    }

    private List<String> doubts(Host from, Whereabouts whereabouts, Summary summary) {
        List<String> doubts = new ArrayList<>();
        if (summary.unreadable() > 0) {
            doubts.add(many(summary.unreadable(), "record or source", "records or sources")
                    + " could not be read; there may be guests of " + from.name() + " among them.");
        }
        long elsewhere = whereabouts.guestsOf(from.id());
        if (elsewhere > 0) {
            doubts.add(many(elsewhere, "guest is", "guests are") + " said to be on " + from.name()
                    + " and on another host at the same time.");
        }
        if (!asked.freshness().believes(FactName.SOURCE_KERNEL.key(), from.observedAt(), summary.asOf())) {
            doubts.add(from.name() + " was observed at " + from.observedAt()
                    + ", which is not believed any more: who is on it now nobody has told.");
        }
        if (guests.isEmpty()) {
            doubts.add("Nobody named a guest of " + from.name()
                    + ", nor said that it has none; look there, as with virsh list.");
        }
        return List.copyOf(doubts);
    }

    private static String many(long number, String one, String more) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : more);
    }

    /** Notes the guests of that host, and where they may go. */
    private final class Seeing implements Follower {
        @Override
        public void begin(Kinds kinds, Map<String, Host> hosts, Answers answers, Ageing ageing) {
            if (hosts.isEmpty() && stopped.getAsBoolean()) {
                return; // not all hosts were read, so none is known
            }
            Drain.this.answers = answers;
            Drain.this.kinds = kinds;
            Drain.this.ageing = ageing;
            Map<String, FlatRecord> records = new HashMap<>();
            hosts.forEach((id, one) -> records.put(id, one.record()));
            HostNames names = new HostNames(records);
            Host from = Objects.requireNonNull(hosts.get(names.theOne(host)));
            drained = from;
            To where = wanted != null
                    ? wanted
                    : from.pool() == null ? new To(To.Kind.ANY, null) : new To(To.Kind.POOL, from.pool());
            to = where;
            String name = String.valueOf(where.name());
            String one = where.kind() == To.Kind.HOST ? names.theOne(name) : "";
            for (Host other : hosts.values()) {
                boolean meant = switch (where.kind()) {
                    case HOST -> other.id().equals(one);
                    case POOL -> name.equals(other.pool());
                    case ANY -> true;
                    case ALL ->
                        throw new AuditException("a guest goes to one host; --to takes a host, pool:NAME or any");
                };
                if (meant && !other.id().equals(from.id())) {
                    destinations.add(other);
                    rooms.put(other.id(), new Room(memory(kinds.texts(other.record(), Instant.MIN)[MEMORY_OF_HOST])));
                }
            }
            if (where.kind() == To.Kind.POOL && records.values().stream().noneMatch(r -> name.equals(r.pool()))) {
                throw names.noPool(name);
            }
        }

        @Override
        public void guest(
                FlatRecord record, GuestKind kind, Host host, Answer answer, Verdict effective, String place) {
            boolean leaving = host.id().equals(Objects.requireNonNull(drained).id());
            Room room = rooms.get(host.id());
            if (!leaving && room == null) {
                return;
            }
            Long memory = memory(Objects.requireNonNull(kinds).texts(record, host.observedAt())[MEMORY_OF_GUEST]);
            if (room != null) {
                room.take(memory); // of other hosts' guests no more is kept
            }
            if (!leaving) {
                return;
            }
            if (guests.size() >= MOST_GUESTS) {
                throw new AuditException("there are more than " + MOST_GUESTS + " guests on " + host.name()
                        + "; no host runs so many, look through what was named");
            }
            guests.add(new Leaving(record, kind, place, memory));
        }
    }

    // ---- who goes where

    /** @param text as it is believed; null where nothing is said */
    private static @Nullable Long memory(@Nullable String text) {
        return text == null || text.equals(Observation.UNKNOWN) ? null : Long.valueOf(text);
    }

    /**
     * Those with fewest places first, of these the largest, each to where it has room for certain if there is such a host, and
     * where fewest have been sent.
     *
     * @return the hosts that got any
     */
    private List<Drained.Room> place(
            List<Placed> placed, Host from, List<Drained.Going> going, List<Drained.Staying> staying) {
        List<Placed> order = new ArrayList<>(placed);
        order.sort(Comparator.<Placed, Integer>comparing(one -> one.places().size())
                .thenComparing(one -> one.guest().memory(), Comparator.nullsLast(Comparator.reverseOrder())));
        Map<Host, Integer> sent = new LinkedHashMap<>();
        for (Placed one : order) {
            Long memory = one.guest().memory();
            Optional<Place> best = one.places().stream()
                    .filter(place -> room(place.to()).mayHold(memory))
                    .min(Comparator.<Place, Boolean>comparing(
                                    place -> !room(place.to()).holds(memory))
                            .thenComparing(place -> sent.getOrDefault(place.to(), 0)));
            if (best.isEmpty()) {
                staying.add(withoutRoom(one, from));
            } else {
                sent.merge(best.get().to(), 1, Integer::sum);
                room(best.get().to()).take(memory);
                going.add(going(one, from, best.get()));
            }
        }
        return sent.entrySet().stream()
                .map(host -> new Drained.Room(
                        host.getKey().name(),
                        host.getKey().id(),
                        host.getValue(),
                        room(host.getKey()).left(),
                        room(host.getKey()).whyNotKnown()))
                .toList();
    }

    private Room room(Host host) {
        return Objects.requireNonNull(rooms.get(host.id()));
    }

    private Drained.Going going(Placed one, Host from, Place place) {
        Host to = place.to();
        boolean cautioned = place.ruling().said().stream().anyMatch(said -> said.effect() == Effect.CAUTION);
        List<String> heed = cautioned ? messages(decision(one.guest(), from, to), Set.of(Effect.CAUTION)) : List.of();
        return new Drained.Going(
                guest(one.guest(), from), to.name(), to.id(), one.places().size(), one.verdict(), place.waived(), heed);
    }

    /** The rules would let it go, or a waiver. That another order would have found room is possible, so it is not denied. */
    private Drained.Staying withoutRoom(Placed one, Host from) {
        Host roomiest = one.places().stream()
                .map(Place::to)
                .max(Comparator.comparing(host -> room(host).atMost()))
                .orElseThrow();
        long needed = Objects.requireNonNullElse(one.guest().memory(), 1L);
        long left = Math.max(0, room(roomiest).atMost());
        return new Drained.Staying(
                guest(one.guest(), from),
                Verdict.UNDETERMINED,
                roomiest.name(),
                List.of(),
                List.of("no room was found for " + (one.guest().memory() == null ? "it" : "its " + mebibytes(needed))
                        + ": of the hosts that it may go to, " + roomiest.name() + " has most memory left, "
                        + mebibytes(left)),
                List.of(),
                List.of("free " + mebibytes(needed - left) + " on " + roomiest.name()
                        + ", or let it go to more hosts (--to)"));
    }

    private static String mebibytes(long number) {
        return String.format(Locale.ROOT, "%,d MiB", number);
    }

    private Drained.Staying staying(
            Leaving guest, Verdict verdict, Host from, IdentityHashMap<HostKind, Ruling> rulings) {
        Host nearest = null;
        int least = 0;
        for (Host one : destinations) {
            Ruling ruling = Objects.requireNonNull(rulings.get(one.kind()));
            // what is not certain is nearer than what is denied
            int against = (ruling.verdict() == Verdict.DENY ? 1_000 : 0)
                    + Answer.against(ruling).size();
            if (nearest == null || against < least) {
                nearest = one;
                least = against;
            }
        }
        if (nearest == null) {
            return new Drained.Staying(
                    guest(guest, from),
                    verdict,
                    null,
                    List.of(),
                    List.of("there is no other host to go to"),
                    List.of(),
                    List.of());
        }
        Decision decision = decision(guest, from, nearest);
        Set<Effect> against = EnumSet.of(Effect.FORBID, Effect.UNCOVERED);
        return new Drained.Staying(
                guest(guest, from),
                verdict,
                nearest.name(),
                decision.findings().stream()
                        .filter(finding -> against.contains(finding.effect()))
                        .map(Finding::rule)
                        .toList(),
                messages(decision, against),
                decision.needs().stream()
                        .map(need -> need.fact() + ": " + need.how())
                        .toList(),
                decision.safeIf().stream()
                        .map(Change::text)
                        .limit(MOST_REMEDIES)
                        .toList());
    }

    private static List<String> messages(Decision decision, Set<Effect> effects) {
        return decision.findings().stream()
                .filter(finding -> effects.contains(finding.effect()))
                .map(Finding::message)
                .toList();
    }

    private Decision decision(Leaving guest, Host from, Host destination) {
        Ageing worth = Objects.requireNonNull(ageing);
        return guard.decide(asking.migrate(
                worth.guest(guest.record(), from), worth.host(from.record()), worth.host(destination.record())));
    }

    private @Nullable String name(Leaving guest, Host from) {
        Observation name =
                Objects.requireNonNull(ageing).guest(guest.record(), from).get(FactName.GUEST_NAME.key());
        return name.known() ? name.text() : null;
    }

    private Drained.Guest guest(Leaving guest, Host from) {
        Known known = Objects.requireNonNull(ageing).guest(guest.record(), from);
        Observation uuid = known.get(FactName.GUEST_UUID.key());
        Observation name = known.get(FactName.GUEST_NAME.key());
        Integer l2 = (Integer)
                Kind.COUNT.read(known.get(FactName.GUEST_L2_LIVE.key()).text()).orElse(null);
        return new Drained.Guest(
                name.known() ? name.text() : uuid.known() ? uuid.text() : guest.place(),
                uuid.known() ? uuid.text() : null,
                l2,
                guest.memory(),
                guest.place());
    }
}
