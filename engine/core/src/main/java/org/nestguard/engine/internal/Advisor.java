package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Change;
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
    private final Predicate<Question> allows;
    private final Question question;
    private final Judge.Judgement judgement;
    private final Wording wording;
    private final List<Step> steps = new ArrayList<>();

    /** One thing to do or to learn, and the facts that are different after it. */
    private record Step(Map<FactName, String> facts, String text) {}

    Advisor(Judge judge, Predicate<Question> allows, Judge.Judgement judgement, Wording wording) {
        this.judge = judge;
        this.allows = allows;
        this.judgement = judgement;
        this.wording = wording;
        question = judgement.question().asked();
    }

    List<Change> changes() {
        if (judgement.certain().stream().anyMatch(i -> judge.cards().get(i).contradiction())) {
            return List.of(); // nothing to be done about facts that cannot all be true but to read them again
        }
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
        return smallest();
    }

    private List<Change> smallest() {
        List<Map<FactName, String>> found = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        int most = judgement.worlds() > WORLDS_FOR_PLANS ? 1 : MOST_AT_ONCE;
        for (int size = 1; size <= most; size++) {
            combine(0, size, new ArrayList<>(), found, changes);
        }
        return List.copyOf(changes);
    }

    private void combine(
            int from, int size, List<Step> chosen, List<Map<FactName, String>> found, List<Change> changes) {
        if (changes.size() >= MOST_LISTED) {
            return;
        }
        if (size > 0) {
            for (int i = from; i < steps.size(); i++) {
                chosen.add(steps.get(i));
                combine(i + 1, size - 1, chosen, found, changes);
                chosen.remove(chosen.size() - 1);
            }
            return;
        }
        Map<FactName, String> facts = new EnumMap<>(FactName.class);
        for (Step step : chosen) {
            for (Map.Entry<FactName, String> e : step.facts().entrySet()) {
                String other = facts.put(e.getKey(), e.getValue());
                if (other != null && !other.equals(e.getValue())) {
                    return; // two steps that want one fact different ways
                }
            }
        }
        if (found.stream().anyMatch(f -> contains(facts, f))) {
            return;
        }
        Question.Builder changed = question.toBuilder();
        facts.forEach((name, text) -> changed.put(name, Question.Builder.read(name, text)));
        if (allows.test(changed.build())) {
            found.add(facts);
            Map<String, String> shown = new LinkedHashMap<>();
            facts.forEach((name, text) -> shown.put(name.path(), text));
            changes.add(new Change(
                    shown, String.join("; and ", chosen.stream().map(Step::text).toList())));
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
        boolean noneLive = says(FactName.GUEST_L2_LIVE, 0);
        String guest = wording.fill("{guest}");
        Fact<?> live = question.fact(FactName.GUEST_L2_LIVE);
        if (!noneLive) {
            step(
                    Map.of(FactName.GUEST_L2_LIVE, "0"),
                    live.known()
                            ? "shut down the " + wording.fill("{live now}") + " in " + guest
                            : "see that no L2 is live in " + guest + ", and shut down any that is");
        }
        if (question.operation() != Operation.LOADVM && !says(FactName.GUEST_MOVED, false)) {
            step(restarted(Map.of(FactName.GUEST_MOVED, "false")), "restart " + guest + " (a cold start)");
        }
        if (question.operation() != Operation.SAVEVM && !says(FactName.GUEST_CPU_MODE, CpuMode.CUSTOM)) {
            step(
                    question.operation() == Operation.LOADVM
                            ? Map.of(FactName.GUEST_CPU_MODE, "custom")
                            : restarted(Map.of(FactName.GUEST_CPU_MODE, "custom")),
                    "shut " + guest + " down and start it with a named CPU model that both hosts offer");
        }
    }

    private void versionSteps(Party party) {
        String host = wording.fill("{" + party.word() + "}");
        boolean source = party == Party.SOURCE;
        Thresholds t = judge.tables().thresholds();
        FactName qemu = FactName.of(party, "qemu").orElseThrow();
        FactName kernel = FactName.of(party, "kernel").orElseThrow();
        for (Version least : List.of(t.qemuFloor(), new Version(5, 2, 0))) {
            if (older(question.fact(qemu), least)) {
                upgrade(qemu, least, "upgrade QEMU on " + host + " to " + least + " or later", source);
            }
        }
        // Not the floor itself: Linux 5.3 misses pages that an L2 dirties.
        for (Version least : List.of(new Version(5, 4, 0), t.hpageBesideNested())) {
            if (older(question.fact(kernel), least)) {
                upgrade(
                        kernel,
                        least,
                        "upgrade the kernel of " + host + " to " + Wording.kernel(least) + " or later",
                        source);
            }
        }
    }

    // The guest runs on the source: with its QEMU or kernel it is started anew.
    private void upgrade(FactName name, Version least, String text, boolean source) {
        Map<FactName, String> facts = Map.of(name, least.toString());
        step(source ? restarted(facts) : facts, source ? text + ", which restarts " + wording.fill("{guest}") : text);
    }

    private void destinationSteps() {
        String host = wording.fill("{destination}");
        boolean hpageOn = says(FactName.DESTINATION_HPAGE, true);
        if (!says(FactName.DESTINATION_NESTED, true)
                || question.fact(FactName.DESTINATION_NESTED).assumed()) {
            step(
                    hpageOn
                            ? Map.of(FactName.DESTINATION_NESTED, "true", FactName.DESTINATION_HPAGE, "false")
                            : Map.of(FactName.DESTINATION_NESTED, "true"),
                    hpageOn
                            ? "turn hpage off and nesting on at " + host
                            : wording.fill("{turn-nesting-on destination}"));
        }
        Party origin = question.operation() == Operation.LOADVM ? Party.SNAPSHOT : Party.SOURCE;
        Fact<?> arch = question.fact(FactName.of(origin, "arch").orElseThrow());
        Fact<?> vendor = question.fact(FactName.of(origin, "vendor").orElseThrow());
        if (arch.known() && vendor.known()) {
            String a = Wording.value(arch.value());
            String v = Wording.value(vendor.value());
            if (!says(FactName.DESTINATION_ARCH, arch.value()) || !says(FactName.DESTINATION_VENDOR, vendor.value())) {
                step(
                        Map.of(FactName.DESTINATION_ARCH, a, FactName.DESTINATION_VENDOR, v),
                        "take a destination of the same architecture and vendor (" + a + ", " + v + ")");
            }
        }
    }

    /** A fact that can turn the verdict, found out to be this or that. */
    private void learn(FactName name) {
        if (name == FactName.GUEST_L2_LIVE) {
            return; // shutting them down says the same
        }
        List<String> values = switch (name.kind()) {
            case FLAG -> List.of("true", "false");
            case COUNT -> List.of("0");
            case CPU_MODE -> List.of("custom", "host-model", "host-passthrough");
            case ACCELERATOR -> List.of("kvm", "tcg");
            case GUEST_LEVEL -> List.of("L1", "L2");
            case OPERATING_LEVEL -> List.of("L0", "L1");
            case KERNEL ->
                List.of(
                        judge.tables().thresholds().kernelFloor().toString(),
                        "5.4.0",
                        judge.tables().thresholds().hpageBesideNested().toString());
            case QEMU -> List.of(judge.tables().thresholds().qemuFloor().toString(), "5.2.0");
            case PLATFORM -> List.of();
            case TEXT, ARCH, VENDOR, CPU_ID -> List.of();
        };
        boolean version = name.kind() == Kind.KERNEL || name.kind() == Kind.QEMU;
        for (String value : values) {
            step(
                    Map.of(name, value),
                    "find out " + name.path() + " (" + wording.howToRead(name) + "): it is safe if it is " + value
                            + (version ? " or later" : ""));
        }
        if (name.kind() == Kind.PLATFORM) {
            learnPlatform(name);
        }
    }

    private void learnPlatform(FactName name) {
        FactName arch = FactName.of(name.party(), "arch").orElseThrow();
        FactName vendor = FactName.of(name.party(), "vendor").orElseThrow();
        for (Object candidate : judgement.question().candidates(name)) {
            Platform platform = (Platform) candidate;
            step(
                    Map.of(
                            arch,
                            platform.arch().word(),
                            vendor,
                            platform.vendor().word()),
                    "find out " + vendor.path() + " (" + wording.howToRead(name) + "): it is safe if it is "
                            + platform.vendor().word() + " on "
                            + platform.arch().word());
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

    private static boolean older(Fact<?> fact, Version least) {
        return version(fact).map(v -> v.before(least)).orElse(false);
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
