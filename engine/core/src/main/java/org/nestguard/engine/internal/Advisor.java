package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Platform;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Question;
import org.nestguard.facts.Thresholds;
import org.nestguard.facts.Version;

/**
 * What would make it safe: among the things that an operator can do or learn, the smallest changes after which the rules
 * say ALLOW. Each is asked for anew; none that contains a smaller one is listed.
 */
final class Advisor {
    private static final int MOST_AT_ONCE = 3;
    private static final int MOST_LISTED = 12;
    // Where hardly anything is known there are thousands of worlds; what helps then is to learn, not a list of plans.
    private static final int WORLDS_FOR_PLANS = 1_000;

    private final Judge judge;
    private final Question question;
    private final Judge.Judgement judgement;
    private final List<Step> steps = new ArrayList<>();

    /** One thing to do or to learn, in words some of which stand in braces, and the facts that are different after it. */
    private record Step(Map<FactName, String> facts, String text) {}

    /**
     * What would make it safe, for all questions of a profile.
     *
     * @param change the facts that are different after it
     * @param text what to do, with words in braces
     */
    record Plan(Map<String, String> change, String text) {}

    Advisor(Judge judge, Judge.Judgement judgement) {
        this.judge = judge;
        this.judgement = judgement;
        question = judgement.question().asked();
        guestSteps();
        for (Party party : List.of(Party.SOURCE, Party.DESTINATION)) {
            if (PreparedQuestion.read(
                    question.operation(), FactName.of(party, "kernel").orElseThrow())) {
                versionSteps(party);
            }
        }
        if (question.operation() != Operation.SAVEVM) {
            destinationSteps();
        }
        judgement.needs().forEach(this::learn);
    }

    /**
     * The smallest changes.
     *
     * @param allows whether a changed question would be allowed
     */
    List<Plan> plans(Predicate<Question> allows) {
        List<Plan> plans = new ArrayList<>();
        for (List<Integer> numbers : chosen(allows)) {
            Map<String, String> change = new LinkedHashMap<>();
            List<String> texts = new ArrayList<>();
            for (int number : numbers) {
                Step step = steps.get(number);
                new EnumMap<>(step.facts()).forEach((name, text) -> change.put(name.path(), text));
                texts.add(step.text());
            }
            plans.add(new Plan(Collections.unmodifiableMap(change), String.join("; and ", texts)));
        }
        return List.copyOf(plans);
    }

    /** The same, each as the numbers of its steps. */
    private List<List<Integer>> chosen(Predicate<Question> allows) {
        if (contradicts()) {
            return List.of(); // nothing to be done about facts that cannot all be true but to read them again
        }
        List<Integer> all = IntStream.range(0, steps.size()).boxed().toList();
        Search search = new Search(allows);
        search.combine(all, 0, 1);
        if (judgement.worlds() > WORLDS_FOR_PLANS) {
            return List.copyOf(search.plans);
        }
        // A step that by itself changes nothing that the rules say is tried together with others only where the rest
        // fails.
        List<Integer> telling = judgement.worlds() > 1
                ? all
                : all.stream().filter(number -> tells(steps.get(number))).toList();
        search.combine(telling, 0, 2);
        if (search.plans.isEmpty()) {
            search.combine(all, 0, 2);
        }
        if (search.plans.isEmpty()) {
            search.combine(all, 0, MOST_AT_ONCE);
        }
        return List.copyOf(search.plans);
    }

    private boolean tells(Step step) {
        return !judge.says(judge.prepare(changed(step.facts()))).equals(judge.deciding(judgement.certain()));
    }

    private Question changed(Map<FactName, String> facts) {
        Question.Builder changed = question.toBuilder();
        facts.forEach((name, text) -> changed.put(name, Question.Builder.read(name, text)));
        return changed.build();
    }

    private boolean contradicts() {
        return judgement.certain().stream().anyMatch(i -> judge.cards().get(i).contradiction());
    }

    /** Goes through sets of steps of one size after another. */
    private final class Search {
        private final Predicate<Question> allows;
        private final List<Integer> chosen = new ArrayList<>();
        private final List<Map<FactName, String>> found = new ArrayList<>();
        private final List<List<Integer>> plans = new ArrayList<>();

        private Search(Predicate<Question> allows) {
            this.allows = allows;
        }

        private void combine(List<Integer> numbers, int from, int size) {
            if (plans.size() >= MOST_LISTED) {
                return;
            }
            if (size == 0) {
                ask();
                return;
            }
            for (int i = from; i < numbers.size(); i++) {
                chosen.add(numbers.get(i));
                combine(numbers, i + 1, size - 1);
                chosen.remove(chosen.size() - 1);
            }
        }

        private void ask() {
            Map<FactName, String> facts = new EnumMap<>(FactName.class);
            for (int number : chosen) {
                for (Map.Entry<FactName, String> e : steps.get(number).facts().entrySet()) {
                    String other = facts.put(e.getKey(), e.getValue());
                    if (other != null && !other.equals(e.getValue())) {
                        return; // two steps that want one fact different ways
                    }
                }
            }
            if (found.stream().noneMatch(f -> contains(facts, f)) && allows.test(changed(facts))) {
                for (int i = found.size() - 1; i >= 0; i--) {
                    if (contains(found.get(i), facts)) { // one step may change more than another does
                        found.remove(i);
                        plans.remove(i);
                    }
                }
                found.add(facts);
                plans.add(List.copyOf(chosen));
            }
        }
    }

    /** Whether a change does all that another one does; a later version does what an earlier one does. */
    private static boolean contains(Map<FactName, String> change, Map<FactName, String> other) {
        return other.entrySet().stream().allMatch(e -> {
            String mine = change.get(e.getKey());
            boolean version = e.getKey().kind() == Kind.KERNEL || e.getKey().kind() == Kind.QEMU;
            return mine != null
                    && (mine.equals(e.getValue())
                            || (version
                                    && Version.read(mine)
                                            .orElseThrow()
                                            .atLeast(Version.read(e.getValue()).orElseThrow())));
        });
    }

    // ---- what an operator can do

    private void guestSteps() {
        if (!says(FactName.GUEST_L2_LIVE, 0)) {
            boolean known = question.fact(FactName.GUEST_L2_LIVE).known();
            step(
                    Map.of(FactName.GUEST_L2_LIVE, "0"),
                    known
                            ? "shut down the {live now} in {guest}"
                            : "see that no L2 is live in {guest}, and shut down any that is");
        }
        if (question.operation() != Operation.LOADVM && !says(FactName.GUEST_MOVED, false)) {
            step(restarted(Map.of(FactName.GUEST_MOVED, "false")), "restart {guest} (a cold start)");
        }
        if (question.operation() != Operation.SAVEVM && !says(FactName.GUEST_CPU_MODE, CpuMode.CUSTOM)) {
            Map<FactName, String> custom = Map.of(FactName.GUEST_CPU_MODE, "custom");
            step(
                    question.operation() == Operation.LOADVM ? custom : restarted(custom),
                    "shut {guest} down and start it with a named CPU model that both hosts offer");
        }
    }

    /** Versions from which on an answer changes, and the release that an operator would take. */
    private record Upgrade(Version from, String release) {}

    private List<Upgrade> qemuUpgrades() {
        Thresholds t = judge.tables().thresholds();
        return List.of(
                new Upgrade(t.qemuFloor(), t.qemuFloor().toString()),
                new Upgrade(t.qemuMislabelsSvm().below(), "5.2.0"));
    }

    private List<Upgrade> kernelUpgrades() {
        Thresholds t = judge.tables().thresholds();
        // not the floor itself: Linux 5.3 misses pages that an L2 dirties
        return List.of(
                new Upgrade(t.missesL2Pages().below(), "5.4"),
                new Upgrade(t.hpageBesideNested(), Wording.kernel(t.hpageBesideNested())));
    }

    private void versionSteps(Party party) {
        versionSteps(FactName.of(party, "qemu").orElseThrow(), "upgrade QEMU on ", qemuUpgrades());
        versionSteps(FactName.of(party, "kernel").orElseThrow(), "upgrade the kernel of ", kernelUpgrades());
    }

    private void versionSteps(FactName name, String doing, List<Upgrade> upgrades) {
        boolean source = name.party() == Party.SOURCE;
        for (Upgrade upgrade : upgrades) {
            if (version(question.fact(name))
                    .filter(v -> v.before(upgrade.from()))
                    .isPresent()) {
                Map<FactName, String> facts = Map.of(name, upgrade.release());
                // The guest runs on the source: with its QEMU or kernel it is started anew.
                step(
                        source ? restarted(facts) : facts,
                        doing + "{" + name.party().word() + "} to " + upgrade.release() + " or later"
                                + (source ? ", which restarts {guest}" : ""));
            }
        }
    }

    private void destinationSteps() {
        if (!says(FactName.DESTINATION_NESTED, true)
                || question.fact(FactName.DESTINATION_NESTED).assumed()) {
            if (says(FactName.DESTINATION_HPAGE, true)) {
                step(
                        Map.of(FactName.DESTINATION_NESTED, "true", FactName.DESTINATION_HPAGE, "false"),
                        "turn hpage off and nesting on at {destination}");
            } else {
                step(Map.of(FactName.DESTINATION_NESTED, "true"), "{turn-nesting-on destination}");
            }
        }
        Party origin = question.operation() == Operation.LOADVM ? Party.SNAPSHOT : Party.SOURCE;
        Fact<?> arch = question.fact(FactName.of(origin, "arch").orElseThrow());
        Fact<?> vendor = question.fact(FactName.of(origin, "vendor").orElseThrow());
        boolean same = arch.known()
                && vendor.known()
                && says(FactName.DESTINATION_ARCH, arch.value())
                && says(FactName.DESTINATION_VENDOR, vendor.value());
        if (arch.known() && vendor.known() && !same) {
            String a = Wording.value(arch.value());
            String v = Wording.value(vendor.value());
            step(
                    Map.of(FactName.DESTINATION_ARCH, a, FactName.DESTINATION_VENDOR, v),
                    "take a destination of the same architecture and vendor (" + a + ", " + v + ")");
        }
    }

    /** A fact that can turn the verdict, found out to be this or that. */
    private void learn(FactName name) {
        switch (name.kind()) {
            case FLAG -> learn(name, List.of("true", "false"), "");
            case COUNT -> {
                if (name != FactName.GUEST_L2_LIVE) { // shutting them down says the same
                    learn(name, List.of("0"), "");
                }
            }
            case CPU_MODE -> learn(name, List.of("custom", "host-model", "host-passthrough"), "");
            case ACCELERATOR -> learn(name, List.of("kvm", "tcg"), "");
            case GUEST_LEVEL -> learn(name, List.of("L1", "L2"), "");
            case OPERATING_LEVEL -> learn(name, List.of("L0", "L1"), "");
            case KERNEL ->
                learn(name, kernelUpgrades().stream().map(Upgrade::release).toList(), " or later");
            case QEMU ->
                learn(name, qemuUpgrades().stream().map(Upgrade::release).toList(), " or later");
            case PLATFORM -> learnPlatform(name);
            case TEXT, ARCH, VENDOR, CPU_ID -> {
                // no rule that is built in asks for one
            }
        }
    }

    private void learn(FactName name, List<String> values, String more) {
        for (String value : values) {
            step(
                    Map.of(name, value),
                    "find out " + name.path() + " (" + Wording.howToRead(name) + "): it is safe if it is " + value
                            + more);
        }
    }

    private void learnPlatform(FactName name) {
        FactName arch = FactName.of(name.party(), "arch").orElseThrow();
        FactName vendor = FactName.of(name.party(), "vendor").orElseThrow();
        for (Object candidate : judgement.question().candidates(name)) {
            Platform platform = (Platform) candidate;
            String a = platform.arch().word();
            String v = platform.vendor().word();
            step(
                    Map.of(arch, a, vendor, v),
                    "find out " + vendor.path() + " (" + Wording.howToRead(name) + "): it is safe if it is " + v
                            + " on " + a);
        }
    }

    private Map<FactName, String> restarted(Map<FactName, String> facts) {
        Map<FactName, String> all = new EnumMap<>(facts);
        if (!says(FactName.GUEST_L2_LIVE, 0)) {
            all.put(FactName.GUEST_L2_LIVE, "0");
        }
        if (!says(FactName.GUEST_MOVED, false)) {
            all.put(FactName.GUEST_MOVED, "false");
        }
        return all;
    }

    private void step(Map<FactName, String> facts, String text) {
        Step step = new Step(facts, text);
        if (steps.stream().noneMatch(s -> s.facts().equals(facts))) {
            steps.add(step);
        }
    }

    private boolean says(FactName name, Object value) {
        Fact<?> fact = question.fact(name);
        return fact.known() && fact.value().equals(value);
    }

    private static Optional<Version> version(Fact<?> fact) {
        if (!fact.known()) {
            return Optional.empty();
        }
        @Nullable Object value = fact.value();
        return value instanceof QemuVersion qemu
                ? Optional.of(qemu.version())
                : value instanceof KernelRelease kernel ? Optional.of(kernel.version()) : Optional.empty();
    }
}
