package org.nestguard.fleet.audit;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.FactClasses;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.Rulings;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;

/**
 * Asks the rules of a host alone: what they would say of a guest with a live L2, about which all is known, that is saved there or
 * goes from there to a host just like it. Of that it is the host's own state what a rule says because of a fact that somebody can
 * change on the host. So no check is written twice.
 */
final class HostStates {
    /** What can be changed on a host, in a question's words. */
    private static final Set<String> CHANGEABLE = Set.of(
            FactName.SOURCE_NESTED.key(),
            FactName.SOURCE_HPAGE.key(),
            FactName.SOURCE_KERNEL.key(),
            FactName.SOURCE_QEMU.key(),
            FactName.SOURCE_CAPABILITY.key());

    private static final List<Operation> ASKED = List.of(Operation.MIGRATE, Operation.SAVEVM);
    private static final Map<FactName, Fact<?>> GUEST = guest();
    private static final Fact<?> OFF = Question.Builder.read(FactName.SOURCE_NESTED, "false");
    private static final Set<String> HOSTS = Set.of("source", "destination", "origin", "here");

    private static final int HOOK = FlatRecord.keys(Subject.HOST).indexOf(Subject.HOOK);

    private final MigrationGuard guard;
    private final Kinds kinds;
    private final Map<String, RuleCard> cards;
    private final Map<Operation, Rulings> rulings = new EnumMap<>(Operation.class);
    private final Map<HostKind, State> known = new HashMap<>();
    private final Map<String, long[]> counts = new LinkedHashMap<>();
    private final Map<String, Effect> effects = new HashMap<>();
    private final Map<Hook, Long> hooks = new EnumMap<>(Hook.class);

    private record State(List<HostResult.Said> said, List<String> unknown) {}

    /** @param kinds that know what is still believed of a host */
    HostStates(MigrationGuard guard, Kinds kinds) {
        this.guard = guard;
        this.kinds = kinds;
        cards = guard.rules().stream().collect(Collectors.toMap(RuleCard::id, Function.identity()));
        for (Operation operation : ASKED) {
            rulings.put(operation, guard.rulingsWithEveryCaution(operation));
        }
    }

    /** Asks of one, and counts it. */
    HostResult of(Host host) {
        State state = known.get(host.kind());
        if (state == null) {
            state = ask(host.kind());
            if (host.kind().shared()) {
                known.put(host.kind(), state);
            }
        }
        for (HostResult.Said said : state.said()) {
            counts.computeIfAbsent(said.rule(), rule -> new long[2])[said.certain() ? 0 : 1]++;
            effects.put(said.rule(), said.effect());
        }
        // not of its kind: hosts that no rule tells apart may differ in it
        Hook hook = Hook.of(kinds.texts(host.record(), Instant.MIN)[HOOK]); // a host says when it was observed
        hooks.merge(hook, 1L, Long::sum);
        return new HostResult(host.place(), host.id(), host.name(), host.pool(), state.said(), state.unknown(), hook);
    }

    private State ask(HostKind kind) {
        Map<String, HostResult.Said> said = new LinkedHashMap<>();
        Set<String> unknown = new TreeSet<>();
        for (Operation operation : ASKED) {
            Ruling ruling = ruling(operation, kind);
            for (Ruling.Said one : ruling.said()) {
                if (one.effect() != Effect.PERMIT && ofTheHost(one.rule())) {
                    said.merge(
                            one.rule(),
                            new HostResult.Said(one.rule(), one.effect(), one.certain()),
                            (first, second) -> first.certain() ? first : second);
                }
            }
            for (FactName name : ruling.needs()) {
                if (name.party() == Party.SOURCE || name.party() == Party.DESTINATION) {
                    unknown.add("host." + name.key());
                }
            }
        }
        return new State(List.copyOf(said.values()), List.copyOf(unknown));
    }

    private Ruling ruling(Operation operation, HostKind kind) {
        Map<FactName, Fact<?>> facts = new EnumMap<>(GUEST);
        facts.putAll(kind.asSource());
        if (OFF.equals(facts.get(FactName.SOURCE_NESTED))) {
            // no guest that nests can come from there: it comes from a twin where nesting is on
            facts.put(FactName.SOURCE_NESTED, Question.Builder.read(FactName.SOURCE_NESTED, "true"));
            facts.computeIfPresent(
                    FactName.SOURCE_HPAGE,
                    (name, hpage) -> hpage.known() ? Question.Builder.read(name, "false") : hpage);
        }
        Fact<?> qemu = kind.asDestination().get(FactName.DESTINATION_QEMU);
        if (qemu != null) {
            facts.put(FactName.SOURCE_QEMU, qemu); // what is installed there runs the guest
        }
        if (operation == Operation.MIGRATE) {
            facts.putAll(kind.asDestination());
        }
        Question.Builder builder = guard.question(operation);
        facts.forEach(builder::put);
        Question question = builder.build();
        FactClasses classes = guard.classes();
        return Objects.requireNonNull(rulings.get(operation))
                .of(
                        name -> facts.containsKey(name) ? classes.of(name, facts.get(name)) : 0,
                        operation == Operation.MIGRATE ? classes.between(question) : 0,
                        () -> question);
    }

    private boolean ofTheHost(String rule) {
        RuleCard card = cards.get(rule);
        // a rule that compares two hosts says nothing of one
        return card != null
                && card.because().stream().anyMatch(HostStates::changeable)
                && CHANGEABLE.stream()
                        .noneMatch(key -> card.because().containsAll(List.of("source." + key, "destination." + key)));
    }

    private static Map<FactName, Fact<?>> guest() {
        Map<FactName, Fact<?>> guest = new EnumMap<>(FactName.class);
        for (FactName name : FactName.values()) {
            if (name.party() == Party.GUEST && name.written()) {
                guest.put(name, Question.Builder.read(name, Observation.UNKNOWN));
            }
        }
        Map.of(
                        FactName.GUEST_LEVEL, "L1",
                        FactName.GUEST_ACCELERATOR, "kvm",
                        FactName.GUEST_NESTING, "true",
                        FactName.GUEST_L2_LIVE, "1",
                        FactName.GUEST_CPU_MODE, "custom",
                        FactName.GUEST_MOVED, "false",
                        FactName.GUEST_SMM, "true",
                        FactName.GUEST_EVMCS, "true")
                .forEach((name, text) -> guest.put(name, Question.Builder.read(name, text)));
        return guest;
    }

    private static boolean changeable(String fact) {
        int dot = fact.indexOf('.');
        return dot > 0 && HOSTS.contains(fact.substring(0, dot)) && CHANGEABLE.contains(fact.substring(dot + 1));
    }

    /** How many hosts have a hook, have none, or nobody knows. */
    Map<Hook, Long> hooks() {
        return Map.copyOf(hooks);
    }

    /** How many hosts each rule speaks of, that of most first. */
    List<Summary.HostReason> counted() {
        return counts.entrySet().stream()
                .map(count -> new Summary.HostReason(
                        count.getKey(),
                        effects.getOrDefault(count.getKey(), Effect.CAUTION),
                        count.getValue()[0],
                        count.getValue()[1]))
                .sorted(Comparator.comparing((Summary.HostReason reason) -> -reason.hosts() - reason.possible())
                        .thenComparing(Summary.HostReason::rule))
                .toList();
    }
}
