package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.Rulings;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;

/**
 * Answers the audit's question, each different one once. Guests of one kind on hosts of one kind have the same answer, made of
 * what the rules say of each kind of destination; and that is asked once for all that differ in compared values alone, as
 * long as the comparison says the same. Safe for use by many threads.
 */
final class Answers {
    // The bounds keep a made-up fleet from filling the memory; beyond them the same is asked again.
    private static final int MOST_SITUATIONS = 50_000;
    private static final int MOST_RULINGS = 6_000_000;

    private final MigrationGuard guard;
    private final Kinds kinds;
    private final Asked asked;
    private final List<Destination> destinations;
    private final int destinationNumbers;
    private final Map<List<String>, Compared> compared = new ConcurrentHashMap<>();
    private final Rulings rulings;
    private final Map<Long, Ruling[]> remembered = new ConcurrentHashMap<>();
    private final Map<Situation, Situation> situations = new ConcurrentHashMap<>();
    private final AtomicLong places = new AtomicLong();

    /** Destinations of one kind, and which of the compared values they have. */
    private record Destination(HostKind kind, long hosts, int compared) {}

    /** What is compared between a source with these values and each destination; -1 where nobody has looked. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Compared(byte[] between) {}

    /** Guests of one kind on hosts of one kind; two of the same kinds are equal. */
    static final class Situation {
        final GuestKind guest;
        final HostKind source;
        private volatile @Nullable Answer toOthers;
        private volatile @Nullable Answer toAll;

        Situation(GuestKind guest, HostKind source) {
            this.guest = guest;
            this.source = source;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Situation s && s.guest.equals(guest) && s.source.equals(source);
        }

        @Override
        public int hashCode() {
            return 31 * guest.hashCode() + source.hashCode();
        }
    }

    Answers(MigrationGuard guard, Kinds kinds, Asked asked, Collection<Host> hosts) {
        this.guard = guard;
        this.kinds = kinds;
        rulings = guard.rulings(asked.operation());
        this.asked = asked;
        Map<HostKind, Long> targets = new HashMap<>();
        List<HostKind> order = new ArrayList<>();
        hosts.stream().filter(Host::target).forEach(host -> {
            if (targets.merge(host.kind(), 1L, Long::sum) == 1) {
                order.add(host.kind());
            }
        });
        Map<List<String>, Integer> values = new LinkedHashMap<>();
        List<Destination> all = new ArrayList<>();
        for (HostKind kind : order) {
            int number = values.computeIfAbsent(kind.compared(), v -> values.size());
            all.add(new Destination(kind, Objects.requireNonNull(targets.get(kind)), number));
        }
        destinations = List.copyOf(all);
        destinationNumbers =
                order.stream().mapToInt(HostKind::destination).max().orElse(0) + 1;
    }

    /** Of how many different questions the rules were asked. */
    long distinct() {
        return rulings.asked();
    }

    /** The answer for a guest on a host. */
    Answer of(GuestKind guest, Host host) {
        Situation situation = new Situation(guest, host.kind());
        Situation before = situations.get(situation);
        if (before != null) {
            situation = before;
        } else if (guest.shared() && host.kind().shared() && situations.size() < MOST_SITUATIONS) {
            Situation first = situations.putIfAbsent(situation, situation);
            situation = first == null ? situation : first;
        }
        boolean itself = asked.operation() == Operation.MIGRATE && host.target();
        Answer answer = itself ? situation.toOthers : situation.toAll;
        if (answer == null) {
            answer = answer(situation, itself);
            if (itself) {
                situation.toOthers = answer;
            } else {
                situation.toAll = answer;
            }
        }
        return answer;
    }

    /** @param itself whether the guest's own host is among the destinations; nobody is migrated to where he is */
    private Answer answer(Situation situation, boolean itself) {
        if (asked.operation() == Operation.SAVEVM) {
            Ruling ruling = ruling(situation, null, 0);
            return new Answer(ruling.verdict(), List.of(new Answer.Group(ruling, 1)));
        }
        Map<Ruling, Long> hosts = new LinkedHashMap<>();
        Compared source = compared(situation);
        for (Destination destination : destinations) {
            long count = destination.hosts() - (itself && destination.kind().equals(situation.source) ? 1 : 0);
            if (count > 0) {
                hosts.merge(ruling(situation, destination, between(source, situation, destination)), count, Long::sum);
            }
        }
        List<Answer.Group> groups = new ArrayList<>();
        Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
        hosts.forEach((ruling, count) -> {
            groups.add(new Answer.Group(ruling, count));
            verdicts.add(ruling.verdict());
        });
        return new Answer(verdict(verdicts), List.copyOf(groups));
    }

    /** What the rules say of a guest on a host and of one destination; null for a question without. */
    Ruling to(GuestKind guest, Host source, @Nullable Host destination) {
        Situation situation = new Situation(guest, source.kind());
        if (destination == null) {
            return ruling(situation, null, 0);
        }
        Destination one = destinations.stream()
                .filter(d -> d.kind().equals(destination.kind()))
                .findFirst()
                .orElseThrow();
        return ruling(situation, one, between(compared(situation), situation, one));
    }

    /** The verdict of a guest by the verdicts of its destinations. Where there is nowhere to go, nobody knows that it can go there. */
    Verdict verdict(Set<Verdict> destinations) {
        boolean every = Objects.requireNonNull(asked.to()).kind() == To.Kind.ALL;
        boolean allowed = destinations.contains(Verdict.ALLOW);
        boolean denied = destinations.contains(Verdict.DENY);
        boolean open = destinations.contains(Verdict.UNDETERMINED);
        if (every) {
            return denied ? Verdict.DENY : open || !allowed ? Verdict.UNDETERMINED : Verdict.ALLOW;
        }
        return allowed ? Verdict.ALLOW : open || !denied ? Verdict.UNDETERMINED : Verdict.DENY;
    }

    private Compared compared(Situation situation) {
        List<String> values = kinds.compared(situation.guest, situation.source);
        Compared known = compared.get(values);
        if (known == null) {
            known = new Compared(new byte[destinations.size()]);
            Arrays.fill(known.between(), (byte) -1);
            if (compared.size() < MOST_SITUATIONS) {
                compared.put(values, known);
            }
        }
        return known;
    }

    private int between(Compared source, Situation situation, Destination destination) {
        byte known = source.between()[destination.compared()];
        if (known < 0) {
            known = (byte) guard.classes().between(question(situation, destination));
            source.between()[destination.compared()] = known; // the same, whoever looks
        }
        return known;
    }

    private Question question(Situation situation, @Nullable Destination destination) {
        Question.Builder question = guard.question(asked.operation());
        situation.guest.facts().forEach(question::put);
        situation.source.asSource().forEach(question::put);
        if (destination != null) {
            destination.kind().asDestination().forEach(question::put);
        }
        return question.build();
    }

    private Ruling ruling(Situation situation, @Nullable Destination destination, int between) {
        boolean shared = situation.guest.shared()
                && situation.source.shared()
                && (destination == null || destination.kind().shared());
        Ruling[] known = shared ? known(situation, between) : new Ruling[0];
        int place = destination == null ? 0 : destination.kind().destination();
        Ruling ruling = known.length == 0 ? null : known[place];
        if (ruling == null) {
            ruling = rulings.of(
                    name -> code(situation, destination, name), between, () -> question(situation, destination));
            if (known.length > 0) {
                known[place] = ruling; // immutable, and the same whoever asks
            }
        }
        return ruling;
    }

    @SuppressWarnings("EnumOrdinal") // no place outlives the process
    private static int code(Situation situation, @Nullable Destination destination, FactName name) {
        int place = name.ordinal();
        return switch (name.party()) {
            case GUEST, SNAPSHOT -> situation.guest.code(place);
            case SOURCE -> name == FactName.SOURCE_QEMU ? situation.guest.code(place) : situation.source.code(place);
            case DESTINATION -> destination == null ? 0 : destination.kind().code(place);
        };
    }

    private Ruling[] known(Situation situation, int between) {
        long key = ((long) situation.guest.number() << 32 | (long) situation.source.source() << 4) | between;
        Ruling[] known = remembered.get(key);
        if (known == null) {
            if (places.addAndGet(destinationNumbers) > MOST_RULINGS) {
                return new Ruling[0];
            }
            Ruling[] made = new Ruling[destinationNumbers];
            Ruling[] before = remembered.putIfAbsent(key, made);
            known = before == null ? made : before;
        }
        return known;
    }
}
