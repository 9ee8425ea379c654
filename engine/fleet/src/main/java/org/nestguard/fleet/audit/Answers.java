package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.FactClasses;
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
    private static final int MOST_REACHES = 2_000;

    private static final Ruling[] NOTHING = {};

    private final MigrationGuard guard;
    private final Kinds kinds;
    private final Asked asked;
    private final List<Destination> destinations;
    private final int destinationNumbers;
    private final int comparedNumbers;
    private final Map<List<String>, Reach> reaches = new ConcurrentHashMap<>();
    private final Rulings rulings;
    private final Map<Alike, Ruling[]> remembered = new ConcurrentHashMap<>();
    private final Map<Case, Answer> answers = new ConcurrentHashMap<>();
    private final AtomicLong places = new AtomicLong();

    /** Destinations of one kind, and which of the compared values they have. */
    private record Destination(HostKind kind, long hosts, int compared) {}

    /** Situations that differ in nothing but compared values, and what holds between the source and a destination. */
    private record Alike(int guest, int source, int between) {}

    /** Destinations that differ in nothing but compared values, between which and the source the same holds. */
    private record Same(
            int destination, int between, @Nullable HostKind alone) {}

    /**
     * Destinations that no rule tells apart for a source with certain values of what is compared.
     *
     * @param one of them
     * @param between what is compared between the source and them
     */
    private record Reached(Destination one, int between, long hosts) {}

    /**
     * All destinations of a source with certain values of what is compared.
     *
     * @param places which of the reached a kind of destination is in
     */
    private record Reach(List<Reached> reached, Map<HostKind, Integer> places) {}

    /** Guests of one kind on hosts of one kind. */
    private record Situation(GuestKind guest, HostKind source) {}

    /**
     * What each guest is looked up by. How it is compared is written out, for what Java makes of a record takes long to become
     * quick.
     *
     * @param itself whether the guest's own host is among the destinations; nobody is migrated to where he is
     */
    private record Case(GuestKind guest, HostKind source, boolean itself) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Case c && guest == c.guest && source == c.source && itself == c.itself;
        }

        @Override
        public int hashCode() {
            return 31 * guest.hashCode() + source.hashCode() + (itself ? 1 : 0);
        }
    }

    Answers(MigrationGuard guard, Kinds kinds, Asked asked, Collection<Host> hosts) {
        this(guard, kinds, asked, hosts, guard.rulings(asked.operation()));
    }

    private Answers(MigrationGuard guard, Kinds kinds, Asked asked, Collection<Host> hosts, Rulings rulings) {
        this.guard = guard;
        this.kinds = kinds;
        this.rulings = rulings;
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
        comparedNumbers = values.size();
        destinationNumbers =
                order.stream().mapToInt(HostKind::destination).max().orElse(0) + 1;
    }

    /** The same question with other hosts; what the rules said before is remembered. */
    Answers with(Collection<Host> hosts) {
        return new Answers(guard, kinds, asked, hosts, rulings);
    }

    /** Of how many different questions the rules were asked. */
    long distinct() {
        return rulings.asked();
    }

    /** The answer for a guest on a host. */
    Answer of(GuestKind guest, Host host) {
        boolean itself = asked.operation() == Operation.MIGRATE && host.target();
        Case one = new Case(guest, host.kind(), itself);
        Answer answer = answers.get(one);
        if (answer == null) {
            answer = answer(new Situation(guest, host.kind()), itself);
            if (guest.shared() && host.kind().shared() && answers.size() < MOST_SITUATIONS) {
                Answer before = answers.putIfAbsent(one, answer);
                answer = before == null ? answer : before; // counted by which answer it is
            }
        }
        return answer;
    }

    private Answer answer(Situation situation, boolean itself) {
        if (asked.operation() == Operation.SAVEVM) {
            Ruling ruling = ruling(situation, null, 0, new Row(situation));
            return new Answer(ruling.verdict(), List.of(new Answer.Group(ruling, 1)));
        }
        Row row = new Row(situation);
        Reach reach = reach(situation);
        Integer own = itself ? reach.places().get(situation.source()) : null;
        List<Ruling> order = new ArrayList<>();
        IdentityHashMap<Ruling, long[]> hosts = new IdentityHashMap<>(); // each is there once
        for (int i = 0; i < reach.reached().size(); i++) {
            Reached reached = reach.reached().get(i);
            long count = reached.hosts() - (own != null && own == i ? 1 : 0);
            if (count > 0) {
                Ruling ruling = ruling(situation, reached.one(), reached.between(), row);
                long[] counted = hosts.get(ruling);
                if (counted == null) {
                    order.add(ruling);
                    hosts.put(ruling, new long[] {count});
                } else {
                    counted[0] += count;
                }
            }
        }
        List<Answer.Group> groups = new ArrayList<>();
        Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
        for (Ruling ruling : order) {
            groups.add(new Answer.Group(ruling, Objects.requireNonNull(hosts.get(ruling))[0]));
            verdicts.add(ruling.verdict());
        }
        return new Answer(verdict(verdicts), List.copyOf(groups));
    }

    /** What the rules say of a guest on a host and of one destination; null for a question without. */
    Ruling to(GuestKind guest, Host source, @Nullable Host destination) {
        Situation situation = new Situation(guest, source.kind());
        if (destination == null) {
            return ruling(situation, null, 0, new Row(situation));
        }
        Reach reach = reach(situation);
        Reached reached =
                reach.reached().get(Objects.requireNonNull(reach.places().get(destination.kind())));
        return ruling(situation, reached.one(), reached.between(), new Row(situation));
    }

    /** Takes what the rules say of one kind of destination; null for a question without. */
    interface Told {
        void that(@Nullable HostKind destination, Ruling ruling);
    }

    /** Tells what the rules say of a guest on a host of that kind and of each kind of destination. */
    void each(GuestKind guest, HostKind source, Told told) {
        Situation situation = new Situation(guest, source);
        Row row = new Row(situation);
        if (asked.operation() == Operation.SAVEVM) {
            told.that(null, ruling(situation, null, 0, row));
            return;
        }
        Reach reach = reach(situation);
        for (Destination destination : destinations) {
            Reached reached =
                    reach.reached().get(Objects.requireNonNull(reach.places().get(destination.kind())));
            told.that(destination.kind(), ruling(situation, reached.one(), reached.between(), row));
        }
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

    private Reach reach(Situation situation) {
        List<String> values = kinds.compared(situation.guest(), situation.source());
        Reach known = reaches.get(values);
        if (known == null) {
            known = made(situation);
            if (reaches.size() < MOST_REACHES) {
                reaches.put(values, known); // the same, whoever makes it
            }
        }
        return known;
    }

    private Reach made(Situation situation) {
        byte[] between = new byte[comparedNumbers];
        Arrays.fill(between, (byte) -1);
        Map<Same, Integer> numbers = new HashMap<>();
        List<Reached> reached = new ArrayList<>();
        Map<HostKind, Integer> places = new HashMap<>();
        for (Destination one : destinations) {
            if (between[one.compared()] < 0) {
                between[one.compared()] = (byte) guard.classes().between(question(situation, one));
            }
            int with = between[one.compared()];
            HostKind alone = one.kind().shared() ? null : one.kind();
            int place =
                    numbers.computeIfAbsent(new Same(one.kind().destination(), with, alone), same -> reached.size());
            if (place == reached.size()) {
                reached.add(new Reached(one, with, one.hosts()));
            } else {
                Reached before = reached.get(place);
                reached.set(place, new Reached(before.one(), with, before.hosts() + one.hosts()));
            }
            places.put(one.kind(), place);
        }
        return new Reach(List.copyOf(reached), places);
    }

    private Question question(Situation situation, @Nullable Destination destination) {
        Question.Builder question = guard.question(asked.operation());
        situation.guest().facts().forEach(question::put);
        situation.source().asSource().forEach(question::put);
        if (destination != null) {
            destination.kind().asDestination().forEach(question::put);
        }
        return question.build();
    }

    private Ruling ruling(Situation situation, @Nullable Destination destination, int between, Row row) {
        Ruling[] known = destination == null || destination.kind().shared() ? row.known(between) : NOTHING;
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
            case GUEST, SNAPSHOT -> situation.guest().code(place);
            case SOURCE ->
                name == FactName.SOURCE_QEMU
                        ? situation.guest().code(place)
                        : situation.source().code(place);
            case DESTINATION -> destination == null ? 0 : destination.kind().code(place);
        };
    }

    /** What is remembered of a situation, for each thing that can hold between its source and a destination. */
    private final class Row {
        private final Situation situation;
        private final @Nullable Ruling[][] known = new Ruling[FactClasses.BETWEEN][];

        Row(Situation situation) {
            this.situation = situation;
        }

        /** By the destinations' numbers; empty where nothing can be remembered. */
        Ruling[] known(int between) {
            Ruling[] there = known[between];
            if (there == null) {
                there = situation.guest().shared() && situation.source().shared()
                        ? remembered(new Alike(
                                situation.guest().number(), situation.source().source(), between))
                        : NOTHING;
                known[between] = there;
            }
            return there;
        }
    }

    private Ruling[] remembered(Alike situations) {
        Ruling[] known = remembered.get(situations);
        if (known == null) {
            if (places.addAndGet(destinationNumbers) > MOST_RULINGS) {
                return NOTHING;
            }
            Ruling[] made = new Ruling[destinationNumbers];
            Ruling[] before = remembered.putIfAbsent(situations, made);
            known = before == null ? made : before;
        }
        return known;
    }
}
