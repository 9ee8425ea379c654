package org.nestguard.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

/**
 * The law of unknowns over the abstract fact space: each fact takes every value that rules and tables tell apart, and
 * unknown. What an incomplete question must get is put together from what its completions get, one fact at a time, so
 * nothing here knows how the engine visits worlds.
 */
@Tag("any-jvm") // long, and the same on each; see .ci/run
class LawOfUnknownsTest {
    private static final Tables TABLES = BuiltTables.load();
    private static final RuleBase RULES = RuleBase.load();
    private static final Judge JUDGE = new Judge(RULES, TABLES);
    private static final Profiles PROFILES = new Profiles(TABLES, JUDGE.candidates());
    private static final List<RuleCard> CARDS = RULES.cards();
    private static final String UNKNOWN = "unknown";
    private static long asked;

    // Kernels: below and at each threshold that a verdict hangs on, upstream's and distributors'.
    private static final List<String> KERNELS = List.of(
            "4.19.0",
            "5.0.0",
            "5.3.0",
            "5.5.0",
            "5.8.0",
            "7.0.0",
            "4.18.0-80.el8",
            "4.18.0-193.el8",
            "3.10.0-1160.el7",
            "5.0.0-1-generic",
            "5.3.0-1-generic",
            "5.5.0-1-generic");
    private static final List<String> QEMUS = List.of("3.0.0", "3.1.0", "4.1.0", "4.2.0", "5.1.0", "5.2.0");
    private static final List<String> FEW_QEMUS = List.of("4.1.0", "4.2.0", "5.1.0");
    private static final List<String> FLAGS = List.of("true", "false");
    private static final List<String> PLATFORMS = List.of(
            "x86_64 intel",
            "x86_64 amd",
            "x86_64 hygon",
            "x86_64 zhaoxin",
            "x86_64 other",
            "s390x ibm",
            "ppc64le ibm",
            "ppc64le other",
            "aarch64 arm",
            "aarch64 other",
            "riscv64 other",
            "loongarch64 other");
    private static final List<String> LIVE = List.of("0", "2");
    private static final List<String> MODES = List.of("host-passthrough", "host-model", "custom");

    /** A fact, or a platform as one, and the values it takes. */
    private record Axis(FactName name, List<String> values, boolean unknownToo) {
        int size() {
            return values.size() + (unknownToo ? 1 : 0);
        }
    }

    /** A part of the space: an operation, facts that stand still, and facts that take every value. */
    private record Space(String name, Operation operation, List<String> fixed, List<Axis> axes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Axis axis(FactName name, List<String> values) {
        return new Axis(name, values, true);
    }

    private static final List<String> GOOD_INTEL_SOURCE = List.of(
            "source.arch=x86_64",
            "source.vendor=intel",
            "source.kernel=6.1.0",
            "source.qemu=8.2.0",
            "source.nested=true");
    private static final List<String> GOOD_INTEL_DESTINATION = List.of(
            "destination.arch=x86_64",
            "destination.vendor=intel",
            "destination.kernel=6.1.0",
            "destination.qemu=8.2.0",
            "destination.nested=true");
    private static final List<String> CUSTOM = List.of("guest.cpuMode=custom");

    private static List<String> with(List<String> one, List<String> other) {
        List<String> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    static List<Space> spaces() {
        return List.of(
                new Space(
                        "migrate, all of the source",
                        Operation.MIGRATE,
                        with(CUSTOM, GOOD_INTEL_DESTINATION),
                        List.of(
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.SOURCE_PLATFORM, PLATFORMS),
                                axis(FactName.SOURCE_NESTED, FLAGS),
                                axis(FactName.SOURCE_KERNEL, KERNELS),
                                axis(FactName.SOURCE_CAPABILITY, FLAGS),
                                axis(FactName.SOURCE_QEMU, QEMUS))),
                new Space(
                        "migrate from Intel, all of the destination",
                        Operation.MIGRATE,
                        with(CUSTOM, GOOD_INTEL_SOURCE),
                        List.of(
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.DESTINATION_PLATFORM, PLATFORMS),
                                axis(FactName.DESTINATION_NESTED, FLAGS),
                                axis(FactName.DESTINATION_KERNEL, KERNELS),
                                axis(FactName.DESTINATION_CAPABILITY, FLAGS),
                                axis(FactName.DESTINATION_QEMU, QEMUS))),
                new Space(
                        "migrate from AMD, all of the destination",
                        Operation.MIGRATE,
                        List.of(
                                "guest.cpuMode=custom",
                                "source.arch=x86_64",
                                "source.vendor=amd",
                                "source.kernel=6.1.0",
                                "source.qemu=8.2.0"),
                        List.of(
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.SOURCE_NESTED, FLAGS),
                                axis(FactName.GUEST_MOVED, FLAGS),
                                axis(FactName.DESTINATION_PLATFORM, PLATFORMS),
                                axis(FactName.DESTINATION_NESTED, FLAGS),
                                axis(FactName.DESTINATION_KERNEL, KERNELS),
                                axis(FactName.DESTINATION_QEMU, FEW_QEMUS))),
                new Space(
                        "migrate between any two platforms",
                        Operation.MIGRATE,
                        List.of(
                                "source.kernel=6.1.0",
                                "source.qemu=8.2.0",
                                "destination.kernel=6.1.0",
                                "destination.qemu=8.2.0",
                                "source.hpage=unknown",
                                "destination.hpage=unknown"),
                        List.of(
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.GUEST_CPU_MODE, MODES),
                                axis(FactName.SOURCE_PLATFORM, PLATFORMS),
                                axis(FactName.SOURCE_NESTED, FLAGS),
                                axis(FactName.DESTINATION_PLATFORM, PLATFORMS),
                                axis(FactName.DESTINATION_NESTED, FLAGS))),
                new Space(
                        "migrate on s390x",
                        Operation.MIGRATE,
                        List.of(
                                "guest.cpuMode=custom",
                                "source.arch=s390x",
                                "source.vendor=ibm",
                                "destination.arch=s390x",
                                "destination.vendor=ibm",
                                "source.qemu=8.2.0",
                                "destination.qemu=8.2.0"),
                        List.of(
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.SOURCE_NESTED, FLAGS),
                                axis(FactName.SOURCE_HPAGE, FLAGS),
                                new Axis(FactName.SOURCE_KERNEL, List.of("6.1.0", "7.0.0"), false),
                                axis(FactName.DESTINATION_NESTED, FLAGS),
                                axis(FactName.DESTINATION_HPAGE, FLAGS),
                                new Axis(FactName.DESTINATION_KERNEL, List.of("6.1.0", "7.0.0"), false))),
                new Space(
                        "migrate, levels, emulation and harm",
                        Operation.MIGRATE,
                        with(
                                CUSTOM,
                                List.of(
                                        "source.kernel=6.1.0",
                                        "source.qemu=8.2.0",
                                        "destination.kernel=6.1.0",
                                        "destination.qemu=8.2.0",
                                        "source.nested=true",
                                        "destination.nested=true",
                                        "destination.arch=x86_64",
                                        "destination.vendor=amd")),
                        List.of(
                                axis(FactName.GUEST_LEVEL, List.of("L1", "L2")),
                                axis(FactName.GUEST_ACCELERATOR, List.of("kvm", "tcg")),
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.GUEST_MOVED, FLAGS),
                                axis(FactName.SOURCE_LEVEL, List.of("L0", "L1")),
                                axis(FactName.DESTINATION_LEVEL, List.of("L0", "L1")),
                                axis(FactName.SOURCE_PLATFORM, PLATFORMS))),
                new Space(
                        "savevm",
                        Operation.SAVEVM,
                        List.of(),
                        List.of(
                                axis(FactName.GUEST_ACCELERATOR, List.of("kvm", "tcg")),
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.GUEST_MOVED, FLAGS),
                                axis(FactName.SOURCE_PLATFORM, PLATFORMS),
                                axis(FactName.SOURCE_NESTED, FLAGS),
                                axis(FactName.SOURCE_KERNEL, List.of("5.0.0", "5.3.0", "5.0.0-1-generic")),
                                axis(FactName.SOURCE_CAPABILITY, FLAGS),
                                axis(FactName.SOURCE_QEMU, List.of("3.1.0", "4.1.0", "4.2.0")))),
                new Space(
                        "loadvm, the snapshot",
                        Operation.LOADVM,
                        with(
                                CUSTOM,
                                with(GOOD_INTEL_DESTINATION, List.of("snapshot.arch=x86_64", "snapshot.vendor=intel"))),
                        List.of(
                                axis(FactName.GUEST_ACCELERATOR, List.of("kvm", "tcg")),
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.SNAPSHOT_L2_LIVE, LIVE),
                                axis(FactName.SNAPSHOT_MOVED, FLAGS),
                                axis(FactName.SNAPSHOT_KERNEL, KERNELS),
                                axis(FactName.SNAPSHOT_CAPABILITY, FLAGS),
                                axis(FactName.SNAPSHOT_QEMU, FEW_QEMUS))),
                new Space(
                        "loadvm, the destination",
                        Operation.LOADVM,
                        List.of("guest.cpuMode=custom", "snapshot.kernel=6.1.0", "snapshot.qemu=8.2.0"),
                        List.of(
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.SNAPSHOT_L2_LIVE, LIVE),
                                axis(FactName.SNAPSHOT_MOVED, FLAGS),
                                axis(
                                        FactName.SNAPSHOT_PLATFORM,
                                        List.of(
                                                "x86_64 intel",
                                                "x86_64 amd",
                                                "s390x ibm",
                                                "ppc64le ibm",
                                                "aarch64 arm",
                                                "x86_64 hygon",
                                                "x86_64 zhaoxin",
                                                "x86_64 other",
                                                "ppc64le other",
                                                "aarch64 other",
                                                "riscv64 other",
                                                "loongarch64 other")),
                                axis(FactName.DESTINATION_PLATFORM, PLATFORMS),
                                axis(FactName.DESTINATION_NESTED, FLAGS),
                                new Axis(FactName.DESTINATION_KERNEL, List.of("5.0.0", "6.1.0"), false),
                                new Axis(FactName.DESTINATION_QEMU, List.of("5.1.0", "8.2.0"), false))),
                new Space(
                        "an L2 on its way",
                        Operation.MIGRATE,
                        List.of("guest.level=L2"),
                        List.of(
                                axis(FactName.GUEST_NESTING, FLAGS),
                                axis(FactName.GUEST_L2_LIVE, LIVE),
                                axis(FactName.GUEST_CPU_MODE, MODES),
                                axis(FactName.SOURCE_LEVEL, List.of("L0", "L1")),
                                axis(FactName.DESTINATION_LEVEL, List.of("L0", "L1")),
                                axis(FactName.SOURCE_PLATFORM, PLATFORMS),
                                axis(FactName.DESTINATION_PLATFORM, PLATFORMS))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spaces")
    void theAnswerToAnIncompleteQuestionFollowsFromItsCompletions(Space space) {
        new Lattice(space).check();
    }

    @AfterAll
    static void say() {
        System.out.println("law of unknowns: " + asked + " questions asked");
        assertTrue(asked > 500_000, "the space has shrunk to " + asked + " questions");
    }

    /** All questions of a space; the completions of a question are reached by filling one unknown fact after another. */
    private static final class Lattice {
        private final Space space;
        private final int[] weights;
        private final int size;
        private final Answer[] answers;
        private final Map<Profile, Integer> saidOfProfile = new HashMap<>();

        /** What all completions of a question get together. */
        private static final class Answer {
            private Verdict verdict = Verdict.UNDETERMINED;
            private final EnumSet<Verdict> consistent = EnumSet.noneOf(Verdict.class);
            private final EnumSet<Verdict> contradictory = EnumSet.noneOf(Verdict.class);
            private final BitSet possible = new BitSet();
            private final BitSet certain = new BitSet();
            private final BitSet possibleAll = new BitSet();
            private final BitSet certainAll = new BitSet();
            private final Set<FactName> needs = EnumSet.noneOf(FactName.class);
        }

        Lattice(Space space) {
            this.space = space;
            weights = new int[space.axes().size()];
            int total = 1;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = total;
                total *= space.axes().get(i).size();
            }
            size = total;
            answers = new Answer[size];
        }

        private int digit(int index, int axis) {
            return index / weights[axis] % space.axes().get(axis).size();
        }

        private boolean unknown(int index, int axis) {
            return digit(index, axis) == space.axes().get(axis).values().size();
        }

        void check() {
            // complete questions first: an unknown digit is the highest one, but not of the whole index
            List<Integer> order = new ArrayList<>();
            for (int unknowns = 0; unknowns <= weights.length; unknowns++) {
                for (int index = 0; index < size; index++) {
                    if (unknowns(index) == unknowns) {
                        order.add(index);
                    }
                }
            }
            order.forEach(this::check);
        }

        private int unknowns(int index) {
            int count = 0;
            for (int axis = 0; axis < weights.length; axis++) {
                count += unknown(index, axis) ? 1 : 0;
            }
            return count;
        }

        private void check(int index) {
            Question question = question(index);
            PreparedQuestion prepared = JUDGE.prepare(question);
            Judge.Judgement judgement = JUDGE.judge(prepared);
            asked++;
            sameForTheProfile(question, judgement, index);
            Answer answer = new Answer();
            answer.verdict = judgement.verdict();
            answers[index] = answer;
            int first = firstUnknown(index);
            if (first < 0) {
                complete(answer, judgement);
            } else {
                for (int value = 0; value < space.axes().get(first).values().size(); value++) {
                    join(answer, answers[fill(index, first, value)], value == 0);
                }
                needs(index, answer);
                compare(index, answer, judgement);
                moreKnowledge(index, answer);
            }
            neverForTheWrongReason(question, judgement);
        }

        /** Questions of one profile are decided once: they must get the same. */
        private void sameForTheProfile(Question question, Judge.Judgement judgement, int index) {
            int said = Objects.hash(judgement.verdict(), judgement.possible(), judgement.certain(), judgement.needs());
            Integer before = saidOfProfile.putIfAbsent(PROFILES.of(question), said);
            assertTrue(before == null || before == said, () -> text(index) + " has the profile of another question");
        }

        private void complete(Answer answer, Judge.Judgement judgement) {
            boolean contradiction =
                    judgement.certain().stream().anyMatch(i -> CARDS.get(i).contradiction());
            (contradiction ? answer.contradictory : answer.consistent).add(judgement.verdict());
            boolean consistent = answer.contradictory.isEmpty();
            if (consistent) {
                answer.possible.or(judgement.possible());
                answer.certain.or(judgement.certain());
            }
            answer.possibleAll.or(judgement.possible());
            answer.certainAll.or(judgement.certain());
        }

        private static void join(Answer answer, Answer part, boolean first) {
            if (!part.consistent.isEmpty()) {
                if (answer.consistent.isEmpty()) {
                    answer.certain.or(part.certain);
                } else {
                    answer.certain.and(part.certain);
                }
            }
            answer.consistent.addAll(part.consistent);
            answer.contradictory.addAll(part.contradictory);
            answer.possible.or(part.possible);
            answer.possibleAll.or(part.possibleAll);
            if (first) {
                answer.certainAll.or(part.certainAll);
            } else {
                answer.certainAll.and(part.certainAll);
            }
        }

        private void needs(int index, Answer answer) {
            for (int axis = 0; axis < weights.length; axis++) {
                if (unknown(index, axis) && turns(index, axis)) {
                    answer.needs.add(space.axes().get(axis).name());
                }
            }
        }

        /** Whether two completions that differ in this fact alone have different verdicts. */
        private boolean turns(int index, int axis) {
            for (int other = 0; other < weights.length; other++) {
                if (other != axis && unknown(index, other)) {
                    for (int value = 0; value < space.axes().get(other).values().size(); value++) {
                        if (answers[fill(index, other, value)].needs.contains(
                                space.axes().get(axis).name())) {
                            return true;
                        }
                    }
                    return false;
                }
            }
            Set<Verdict> verdicts = new HashSet<>();
            for (int value = 0; value < space.axes().get(axis).values().size(); value++) {
                verdicts.addAll(answers[fill(index, axis, value)].consistent);
            }
            return verdicts.size() > 1;
        }

        private void compare(int index, Answer expected, Judge.Judgement judgement) {
            boolean none = expected.consistent.isEmpty();
            Set<Verdict> verdicts = none ? expected.contradictory : expected.consistent;
            Verdict wanted = verdicts.size() == 1 ? verdicts.iterator().next() : Verdict.UNDETERMINED;
            assertEquals(wanted, judgement.verdict(), () -> text(index) + " " + expected.consistent);
            if (wanted == Verdict.UNDETERMINED && verdicts.size() > 1) {
                Set<String> found = inAxes(judgement.needs());
                assertEquals(names(expected.needs), found, () -> text(index));
            }
            assertEquals(
                    rules(none ? expected.possibleAll : expected.possible),
                    rules(judgement.possible()),
                    () -> text(index) + " possible");
            assertEquals(
                    rules(none ? expected.certainAll : expected.certain),
                    rules(judgement.certain()),
                    () -> text(index) + " certain");
        }

        private Set<String> inAxes(Set<FactName> needs) {
            Set<FactName> mine = space.axes().stream().map(Axis::name).collect(Collectors.toSet());
            return names(needs.stream().filter(mine::contains).collect(Collectors.toSet()));
        }

        private static Set<String> names(Set<FactName> names) {
            return names.stream().map(FactName::path).collect(Collectors.toCollection(TreeSet::new));
        }

        /** Rules that decide; cautions may tell apart more kernels than this space has. */
        private static Set<String> rules(BitSet rules) {
            return rules.stream()
                    .mapToObj(CARDS::get)
                    .filter(card -> card.effect() != Effect.CAUTION)
                    .map(RuleCard::id)
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /** ALLOW never becomes DENY, nor DENY ALLOW, by learning a fact. */
        private void moreKnowledge(int index, Answer answer) {
            for (int axis = 0; axis < weights.length; axis++) {
                for (int value = 0;
                        unknown(index, axis)
                                && value < space.axes().get(axis).values().size();
                        value++) {
                    Answer learned = answers[fill(index, axis, value)];
                    if (!learned.consistent.isEmpty() && answer.verdict != Verdict.UNDETERMINED) {
                        assertEquals(answer.verdict, learned.verdict, () -> text(index));
                    }
                }
            }
        }

        private static void neverForTheWrongReason(Question question, Judge.Judgement judgement) {
            Set<RuleCard> forbids = judgement.possible().stream()
                    .mapToObj(CARDS::get)
                    .filter(card -> card.effect() == Effect.FORBID && !card.contradiction())
                    .collect(Collectors.toSet());
            if (question.guest().level().known() && question.guest().l2()) {
                forbids.forEach(card -> assertEquals("l2", card.topic(), "an L2 is refused by " + card.id()));
            }
            Fact<Boolean> nesting = question.guest().nesting();
            if (nesting.known() && !nesting.value()) {
                forbids.forEach(
                        card -> assertTrue(PLAIN_TOO.contains(card.id()), "a plain guest is refused by " + card.id()));
            }
        }

        private static final Set<String> PLAIN_TOO = Set.of(
                "architecture-differs",
                "vendor-differs",
                "passthrough-cpu-differs",
                "amd-moved-with-live-l2",
                "uncovered-moved-with-live-l2",
                "emulated-guest-moved-with-live-l2",
                "emulated-live-l2",
                "l2-architecture-differs",
                "l2-passthrough-host-differs");

        private int firstUnknown(int index) {
            for (int axis = 0; axis < weights.length; axis++) {
                if (unknown(index, axis)) {
                    return axis;
                }
            }
            return -1;
        }

        private int fill(int index, int axis, int value) {
            return index + (value - digit(index, axis)) * weights[axis];
        }

        private Question question(int index) {
            Question.Builder q = Question.about(space.operation(), TABLES);
            for (String fact : space.fixed()) {
                String[] parts = fact.split("=", 2);
                q.state(FactName.at(parts[0]).orElseThrow(), parts[1]);
            }
            for (int axis = 0; axis < weights.length; axis++) {
                Axis a = space.axes().get(axis);
                String value = unknown(index, axis) ? UNKNOWN : a.values().get(digit(index, axis));
                if (a.name().kind() == Kind.PLATFORM) {
                    String[] parts = value.equals(UNKNOWN) ? new String[] {UNKNOWN, UNKNOWN} : value.split(" ", 2);
                    q.state(FactName.of(a.name().party(), "arch").orElseThrow(), parts[0]);
                    q.state(FactName.of(a.name().party(), "vendor").orElseThrow(), parts[1]);
                } else {
                    q.state(a.name(), value);
                }
            }
            return q.build();
        }

        private String text(int index) {
            StringBuilder text = new StringBuilder(space.name() + ":");
            for (int axis = 0; axis < weights.length; axis++) {
                Axis a = space.axes().get(axis);
                text.append(' ')
                        .append(a.name().path())
                        .append('=')
                        .append(unknown(index, axis) ? UNKNOWN : a.values().get(digit(index, axis)));
            }
            return text.toString();
        }
    }
}
