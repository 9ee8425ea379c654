package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.engine.known.Asking;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.plan.Plan;

/**
 * Finds out what would free most guests. What can be done is what the answers themselves say would make them safe, applied to
 * a whole pool; each such change is tried out on the fleet, which is asked again, kind by kind. The best one is taken, and so
 * on. For one thread.
 */
final class Planner implements Follower {
    // Bounds of a plan's time and memory; where one is met, the plan says so.
    private static final int MOST_GROUPS = 50_000;
    private static final int MOST_STEPS = 8;
    private static final int MOST_TRIED_A_STEP = 40;
    private static final int MOST_LOOKED_AT = 400;
    private static final int MOST_READINGS = 20;

    private final MigrationGuard guard;
    private final Asked asked;
    private final BooleanSupplier stopped;
    private final Asking asking;

    private final List<HostGroup> hostGroups = new ArrayList<>();
    private final Map<String, HostGroup> groupOf = new HashMap<>();
    private final Map<List<Object>, GuestGroup> guestGroups = new LinkedHashMap<>();
    private final Map<Ruling, List<Map<String, String>>> remedies = new HashMap<>();
    private final Map<String, FlatRecord> records = new HashMap<>();
    private @Nullable Kinds kinds;
    private @Nullable Answers answers;
    private @Nullable Ageing ageing;
    private boolean pools;
    private boolean tooVaried;
    private long waived;
    private long tried;
    private boolean notAllTried;

    /** Hosts that neither the rules nor a change tells apart. */
    private static final class HostGroup {
        final int number;
        final Host one;
        int hosts;

        HostGroup(int number, Host one) {
            this.number = number;
            this.one = one;
        }
    }

    /** Guests that the rules do not tell apart, on such hosts. */
    private static final class GuestGroup {
        final HostGroup on;
        final FlatRecord one;
        final GuestKind kind;
        long guests;

        GuestGroup(HostGroup on, FlatRecord one, GuestKind kind) {
            this.on = on;
            this.one = one;
            this.kind = kind;
        }
    }

    /** The fleet at some step. The lists go with those of the groups. */
    private record Fleet(
            List<Host> hosts, Answers answers, List<FlatRecord> records, List<GuestKind> kinds, List<Answer> of) {}

    /** Something that could be done. */
    private record Candidate(Map<String, String> remedy, WhatIf.@Nullable Scope guests, WhatIf.@Nullable Scope to) {}

    /** What came of trying it. */
    private record Tried(Candidate candidate, List<WhatIf> whatIf, Fleet fleet, long gain, long touched) {}

    Planner(MigrationGuard guard, Asked asked, BooleanSupplier stopped) {
        this.guard = guard;
        this.asked = asked;
        this.stopped = stopped;
        asking = new Asking(guard);
    }

    @Override
    public void begin(Kinds kinds, Map<String, Host> hosts, Answers answers, Ageing ageing) {
        this.kinds = kinds;
        this.answers = answers;
        this.ageing = ageing;
        Map<List<Object>, HostGroup> groups = new HashMap<>();
        for (Host host : hosts.values()) {
            // two versions that no rule tells apart may lie on both sides of one to upgrade to
            Known believed = ageing.host(host.record());
            List<Object> key = List.of(
                    host.kind(),
                    Objects.requireNonNullElse(host.pool(), ""),
                    host.pool() == null,
                    host.target(),
                    believed.get(FactName.SOURCE_KERNEL.key()).text(),
                    believed.get(FactName.SOURCE_QEMU.key()).text());
            HostGroup group = groups.get(key);
            if (group == null) {
                group = new HostGroup(hostGroups.size(), host);
                hostGroups.add(group);
                groups.put(key, group);
                records.put(host.id(), host.record());
            }
            group.hosts++;
            groupOf.put(host.id(), group);
            pools |= host.pool() != null;
        }
    }

    @Override
    public void guest(FlatRecord record, GuestKind kind, Host host, Answer answer, Verdict effective, String place) {
        if (effective == Verdict.ALLOW && answer.verdict() != Verdict.ALLOW) {
            waived++; // waivers name guests: of those no two are alike, and there is nothing to free
            return;
        }
        HostGroup on = Objects.requireNonNull(groupOf.get(host.id()));
        List<Object> key = List.of(on, kind);
        GuestGroup group = guestGroups.get(key);
        if (group == null) {
            if (guestGroups.size() >= MOST_GROUPS) {
                tooVaried = true;
                return;
            }
            // its own host may have been observed at another time than the one that stands for the group
            group = new GuestGroup(on, record.observed(host.observedAt()), kind);
            guestGroups.put(key, group);
        }
        group.guests++;
    }

    /** The plan for all that was seen. */
    Plan plan() {
        List<Plan.Step> steps = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        if (tooVaried) {
            remarks.add("The guests are of more than " + MOST_GROUPS
                    + " kinds on different kinds of hosts; no plan was made. Audit a pool's hosts alone.");
            return new Plan(List.of(), List.of(), 0, remarks);
        }
        if (stopped.getAsBoolean()) {
            remarks.add("The audit was interrupted before there was a plan.");
            return new Plan(List.of(), List.of(), 0, remarks);
        }
        List<GuestGroup> groups = List.copyOf(guestGroups.values());
        Fleet now = asItIs(groups);
        List<Plan.Reading> readings = readings(groups, now, remarks);
        while (!stopped.getAsBoolean() && steps.size() < MOST_STEPS) {
            Tried best = best(groups, now);
            if (best == null) {
                break;
            }
            steps.add(step(groups, now, best));
            now = best.fleet();
        }
        if (stopped.getAsBoolean()) {
            remarks.add("The plan was interrupted: there may be better or more steps.");
        } else if (steps.size() == MOST_STEPS) {
            remarks.add("The plan ends after " + MOST_STEPS + " steps; there may be more.");
        }
        if (waived > 0) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "%,d %s by a waiver: the numbers are without %s.",
                    waived,
                    waived == 1 ? "guest passes" : "guests pass",
                    waived == 1 ? "it" : "them"));
        }
        if (notAllTried) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "There were more possible changes than were tried; of each step those %d were that are said to"
                            + " help most guests, among the %d largest groups of alike guests.",
                    MOST_TRIED_A_STEP,
                    MOST_LOOKED_AT));
        }
        return new Plan(List.copyOf(steps), readings, tried, List.copyOf(remarks));
    }

    // ---- the fleet as it is, and as it would be

    private Fleet asItIs(List<GuestGroup> groups) {
        List<Host> hosts = hostGroups.stream().map(group -> group.one).toList();
        return asked(
                groups,
                hosts,
                Objects.requireNonNull(answers),
                groups.stream().map(group -> group.one).toList(),
                groups.stream().map(group -> group.kind).toList());
    }

    private static Fleet asked(
            List<GuestGroup> groups,
            List<Host> hosts,
            Answers answers,
            List<FlatRecord> records,
            List<GuestKind> kinds) {
        List<Answer> of = new ArrayList<>(groups.size());
        for (int i = 0; i < groups.size(); i++) {
            of.add(answers.of(kinds.get(i), hosts.get(groups.get(i).on.number)));
        }
        return new Fleet(hosts, answers, records, kinds, of);
    }

    private Fleet changed(List<GuestGroup> groups, Fleet now, List<WhatIf> whatIf) {
        Kinds all = Objects.requireNonNull(kinds);
        Supposed supposed = new Supposed(whatIf, Objects.requireNonNull(ageing), records, new HostNames(records));
        List<Host> hosts = new ArrayList<>(now.hosts().size());
        boolean sameHosts = true;
        for (Host host : now.hosts()) {
            FlatRecord record = supposed.host(host.record());
            boolean same = record == host.record();
            hosts.add(same ? host : new Host(record, host.place(), all.host(record), host.target()));
            sameHosts &= same;
        }
        List<FlatRecord> guests = new ArrayList<>(groups.size());
        List<GuestKind> guestKinds = new ArrayList<>(groups.size());
        for (int i = 0; i < groups.size(); i++) {
            Host host = hosts.get(groups.get(i).on.number);
            FlatRecord before = now.records().get(i);
            FlatRecord record = supposed.guest(before, host);
            guests.add(record);
            guestKinds.add(record == before ? now.kinds().get(i) : all.guest(record, host.observedAt()));
        }
        if (sameHosts) {
            return asked(groups, now.hosts(), now.answers(), guests, guestKinds);
        }
        List<Host> each = new ArrayList<>();
        for (HostGroup group : hostGroups) {
            each.addAll(Collections.nCopies(group.hosts, hosts.get(group.number)));
        }
        return asked(groups, hosts, now.answers().with(each), guests, guestKinds);
    }

    // ---- what could be done

    private @Nullable Tried best(List<GuestGroup> groups, Fleet now) {
        Map<Candidate, Long> candidates = candidates(groups, now);
        List<Candidate> order = new ArrayList<>(candidates.keySet());
        order.sort(Comparator.comparing((Candidate c) -> -Objects.requireNonNull(candidates.get(c)))
                .thenComparing(Candidate::toString));
        notAllTried |= order.size() > MOST_TRIED_A_STEP;
        Tried best = null;
        for (Candidate candidate : order.subList(0, Math.min(MOST_TRIED_A_STEP, order.size()))) {
            if (stopped.getAsBoolean()) {
                return null;
            }
            tried++;
            List<WhatIf> whatIf = whatIf(candidate);
            Fleet fleet = changed(groups, now, whatIf);
            long gain = gain(groups, now, fleet);
            long touched = hostsTouched(now, fleet) + guestsTouched(groups, now, fleet);
            if (gain > 0 && (best == null || gain > best.gain() || (gain == best.gain() && touched < best.touched()))) {
                best = new Tried(candidate, whatIf, fleet, gain, touched);
            }
        }
        return best;
    }

    /** Each with the number of guests of which an answer says that it would help. */
    private Map<Candidate, Long> candidates(List<GuestGroup> groups, Fleet now) {
        List<Integer> refused = new ArrayList<>();
        for (int i = 0; i < groups.size(); i++) {
            if (now.of().get(i).verdict() != Verdict.ALLOW) {
                refused.add(i);
            }
        }
        refused.sort(Comparator.comparing((Integer i) -> -groups.get(i).guests).thenComparing(i -> i));
        notAllTried |= refused.size() > MOST_LOOKED_AT;
        Map<Candidate, Long> candidates = new HashMap<>();
        for (int i : refused.subList(0, Math.min(MOST_LOOKED_AT, refused.size()))) {
            if (stopped.getAsBoolean()) {
                return Map.of();
            }
            Set<Candidate> found = new HashSet<>();
            GuestGroup group = groups.get(i);
            Host source = now.hosts().get(group.on.number);
            FlatRecord record = now.records().get(i);
            if (asked.operation() == Operation.SAVEVM) {
                found(found, now.answers().to(now.kinds().get(i), source, null), record, source, null);
            } else {
                for (HostGroup to : hostGroups) {
                    Host host = now.hosts().get(to.number);
                    boolean itself = to == group.on && to.hosts == 1; // nobody goes where he is
                    if (host.target() && !itself) {
                        found(found, now.answers().to(now.kinds().get(i), source, host), record, source, host);
                    }
                }
            }
            found.forEach(candidate -> candidates.merge(candidate, group.guests, Long::sum));
        }
        return candidates;
    }

    private void found(Set<Candidate> found, Ruling ruling, FlatRecord guest, Host source, @Nullable Host destination) {
        if (ruling.verdict() == Verdict.ALLOW) {
            return;
        }
        List<Map<String, String>> known = remedies.get(ruling);
        if (known == null) {
            known = guard.decide(question(guest, source, destination)).safeIf().stream()
                    .map(Change::change)
                    .filter(Planner::canBeDone)
                    .toList();
            remedies.put(ruling, known);
        }
        for (Map<String, String> remedy : known) {
            boolean there = remedy.keySet().stream().anyMatch(Planner::ofDestination);
            boolean here = !remedy.keySet().stream().allMatch(Planner::ofDestination);
            found.add(new Candidate(
                    remedy, here ? scope(source) : null, there ? scope(Objects.requireNonNull(destination)) : null));
        }
    }

    private Question question(FlatRecord guest, Host source, @Nullable Host destination) {
        Ageing worth = Objects.requireNonNull(ageing);
        Known what = worth.guest(guest, source);
        Known from = worth.host(source.record());
        return destination == null
                ? asking.savevm(what, from)
                : asking.migrate(what, from, worth.host(destination.record()));
    }

    private WhatIf.Scope scope(Host host) {
        return pools ? WhatIf.Scope.ofPool(host.pool()) : WhatIf.Scope.ALL;
    }

    private static boolean ofDestination(String fact) {
        return FactName.at(fact).orElseThrow().party() == Party.DESTINATION;
    }

    /** Not all that would make an answer safe is a deed: some is to be found out, or another destination. */
    private static boolean canBeDone(Map<String, String> remedy) {
        return remedy.entrySet().stream()
                .allMatch(fact -> switch (FactName.at(fact.getKey()).orElseThrow()) {
                    case GUEST_L2_LIVE -> fact.getValue().equals("0");
                    case GUEST_MOVED, DESTINATION_HPAGE -> fact.getValue().equals("false");
                    case GUEST_CPU_MODE -> fact.getValue().equals("custom");
                    case DESTINATION_NESTED -> fact.getValue().equals("true");
                    case SOURCE_KERNEL, SOURCE_QEMU, DESTINATION_KERNEL, DESTINATION_QEMU -> true;
                    default -> false;
                });
    }

    /** Whether guests begin anew with it, which ends their L2 guests and what came with a move. */
    private static boolean restarts(Map<String, String> remedy) {
        return remedy.keySet().stream()
                .map(fact -> FactName.at(fact).orElseThrow())
                .anyMatch(name -> switch (name) {
                    case GUEST_MOVED, GUEST_CPU_MODE, SOURCE_KERNEL, SOURCE_QEMU -> true;
                    default -> false;
                });
    }

    private static List<WhatIf> whatIf(Candidate candidate) {
        Map<String, String> guests = new TreeMap<>();
        Map<String, String> hosts = new TreeMap<>();
        Map<String, String> destinations = new TreeMap<>();
        candidate.remedy().forEach((path, value) -> {
            FactName name = FactName.at(path).orElseThrow();
            switch (name.party()) {
                case GUEST, SNAPSHOT -> guests.put(name.key(), value);
                case SOURCE -> hosts.put(name.key(), value);
                case DESTINATION -> destinations.put(name.key(), value);
            }
        });
        if (hosts.containsKey(FactName.SOURCE_QEMU.key())) {
            guests.put(FactName.SOURCE_QEMU.key(), hosts.get(FactName.SOURCE_QEMU.key()));
        }
        if (restarts(candidate.remedy())) {
            guests.put(FactName.GUEST_L2_LIVE.key(), "0");
            guests.put(FactName.GUEST_MOVED.key(), "false");
        }
        List<WhatIf> all = new ArrayList<>();
        add(all, Subject.HOST, hosts, candidate.guests());
        add(all, Subject.HOST, destinations, candidate.to());
        add(all, Subject.GUEST, guests, candidate.guests());
        return all;
    }

    private static void add(
            List<WhatIf> all, Subject subject, Map<String, String> facts, WhatIf.@Nullable Scope scope) {
        facts.forEach((key, value) -> all.add(
                new WhatIf(subject, key, WhatIf.kind(subject, key).forgiving(), value, Objects.requireNonNull(scope))));
    }

    // ---- what comes of it

    /** Guests; where a guest shall be able to go everywhere, whom no single change may help, pairs. */
    private long gain(List<GuestGroup> groups, Fleet before, Fleet after) {
        boolean pairs = asked.to() != null && asked.to().kind() == To.Kind.ALL;
        long gain = 0;
        for (int i = 0; i < groups.size(); i++) {
            Answer was = before.of().get(i);
            Answer is = after.of().get(i);
            gain += groups.get(i).guests
                    * ((pairs ? is.hosts(Verdict.ALLOW) : allowed(is))
                            - (pairs ? was.hosts(Verdict.ALLOW) : allowed(was)));
        }
        return gain;
    }

    private static long allowed(Answer answer) {
        return answer.verdict() == Verdict.ALLOW ? 1 : 0;
    }

    private long hostsTouched(Fleet before, Fleet after) {
        return hostGroups.stream()
                .filter(group -> before.hosts().get(group.number).record()
                        != after.hosts().get(group.number).record())
                .mapToLong(group -> group.hosts)
                .sum();
    }

    private static long guestsTouched(List<GuestGroup> groups, Fleet before, Fleet after) {
        long touched = 0;
        for (int i = 0; i < groups.size(); i++) {
            touched += before.records().get(i) == after.records().get(i) ? 0 : groups.get(i).guests;
        }
        return touched;
    }

    private Plan.Step step(List<GuestGroup> groups, Fleet before, Tried best) {
        Map<Verdict, Long> verdicts = Tally.zeros();
        Map<Verdict, Long> pairs = Tally.zeros();
        Map<Verdict, Long> freed = Tally.zeros();
        long lost = 0;
        for (int i = 0; i < groups.size(); i++) {
            long guests = groups.get(i).guests;
            Verdict was = before.of().get(i).verdict();
            Answer is = best.fleet().of().get(i);
            verdicts.merge(is.verdict(), guests, Long::sum);
            is.groups().forEach(group -> pairs.merge(group.ruling().verdict(), guests * group.hosts(), Long::sum));
            if (is.verdict() == Verdict.ALLOW) {
                freed.merge(was, guests, Long::sum);
            } else if (was == Verdict.ALLOW) {
                lost += guests;
            }
        }
        return new Plan.Step(
                text(best.candidate()),
                best.whatIf().stream().map(WhatIf::toString).toList(),
                hostsTouched(before, best.fleet()),
                guestsTouched(groups, before, best.fleet()),
                freed.getOrDefault(Verdict.DENY, 0L),
                freed.getOrDefault(Verdict.UNDETERMINED, 0L),
                lost,
                Map.copyOf(verdicts),
                Map.copyOf(pairs));
    }

    private static String text(Candidate candidate) {
        Set<String> deeds = new LinkedHashSet<>();
        boolean restart = restarts(candidate.remedy());
        String here = candidate.guests() == null ? "" : where(candidate.guests());
        String there = candidate.to() == null ? "" : where(candidate.to());
        new TreeMap<>(candidate.remedy()).forEach((path, value) -> {
            switch (FactName.at(path).orElseThrow()) {
                case DESTINATION_KERNEL -> deeds.add("upgrade the kernel" + there + " to " + value + " or later");
                case DESTINATION_QEMU -> deeds.add("upgrade QEMU" + there + " to " + value + " or later");
                case DESTINATION_NESTED -> deeds.add("turn nesting on" + there);
                case DESTINATION_HPAGE -> deeds.add("turn hpage off" + there);
                case SOURCE_KERNEL -> deeds.add("upgrade the kernel" + here + " to " + value + " or later");
                case SOURCE_QEMU -> deeds.add("upgrade QEMU" + here + " to " + value + " or later");
                case GUEST_CPU_MODE -> deeds.add("give the guests" + here + " a named CPU model");
                case GUEST_L2_LIVE -> {
                    if (!restart) {
                        deeds.add("shut down the L2 guests" + here);
                    }
                }
                default -> {
                    // a restart, which is said at the end
                }
            }
        });
        if (restart) {
            deeds.add("start the guests" + here + " anew (cold)");
        }
        return String.join("; and ", deeds);
    }

    private static String where(WhatIf.Scope scope) {
        return switch (scope.reach()) {
            case POOL -> " in the pool " + scope.name();
            case NO_POOL -> " on the hosts that are in no pool";
            default -> " on all hosts";
        };
    }

    private List<Plan.Reading> readings(List<GuestGroup> groups, Fleet now, List<String> remarks) {
        Map<List<String>, Long> missing = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            Answer answer = now.of().get(i);
            if (answer.verdict() == Verdict.UNDETERMINED) {
                String where = scope(now.hosts().get(groups.get(i).on.number)).toString();
                for (String fact : answer.needs()) {
                    missing.merge(List.of(fact, where), groups.get(i).guests, Long::sum);
                }
            }
        }
        List<Plan.Reading> all = missing.entrySet().stream()
                .map(e -> new Plan.Reading(e.getKey().get(0), e.getKey().get(1), e.getValue()))
                .sorted(Comparator.comparing((Plan.Reading r) -> -r.guests())
                        .thenComparing(Plan.Reading::fact)
                        .thenComparing(Plan.Reading::where))
                .toList();
        if (all.size() > MOST_READINGS) {
            remarks.add("Of the " + all.size() + " facts to read, " + MOST_READINGS + " are listed.");
        }
        return all.subList(0, Math.min(MOST_READINGS, all.size()));
    }
}
