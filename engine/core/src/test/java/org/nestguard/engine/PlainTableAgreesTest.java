package org.nestguard.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.CompleteQuestions.Case;
import org.nestguard.engine.CompleteQuestions.CpuCase;
import org.nestguard.engine.CompleteQuestions.GuestCase;
import org.nestguard.engine.CompleteQuestions.HostCase;
import org.nestguard.engine.CompleteQuestions.KernelCase;
import org.nestguard.engine.CompleteQuestions.PlatformCase;
import org.nestguard.engine.CompleteQuestions.QemuCase;
import org.nestguard.engine.CompleteQuestions.Setting;
import org.nestguard.engine.PlainTable.Row;
import org.nestguard.engine.PlainTable.Said;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.internal.JudgeAlone;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Level;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Finding;

/**
 * The engine and the table written a second time by hand say the same of every complete question asked here: the verdict
 * and the names of all rules that match, each of them certain.
 */
class PlainTableAgreesTest {
    /** Rules that no complete question of the built-in tables can make match. */
    private static final Set<String> NOT_IN_COMPLETE_QUESTIONS = Set.of(
            "source-version-not-understood",
            "destination-version-not-understood",
            "snapshot-version-not-understood",
            "source-kernel-by-site-table",
            "destination-kernel-by-site-table",
            "snapshot-kernel-by-site-table");

    private static final Set<Arch> HPAGE_IS_SAID_OF = Set.of(Arch.S390X, Arch.AARCH64);

    private static final MigrationGuard GUARD = MigrationGuard.create();
    private static final JudgeAlone JUDGE = new JudgeAlone(GUARD);
    private static final CompleteQuestions QUESTIONS = new CompleteQuestions(GUARD.tables());
    private static final List<String> FEW_KERNELS = List.of(
            "4.18.0",
            "4.20.0",
            "5.3.0",
            "5.4.0-rc1",
            "5.10.13",
            "5.8.0-63-generic",
            "6.8.0",
            "7.0.0",
            "3.10.0-1160.el7.x86_64",
            "4.18.0-193.6.3.el8_2.x86_64",
            "5.3.0-76-generic");
    private static final List<String> FEW_QEMUS = List.of("3.0.94", "4.0.1", "4.2.0", "8.2.0");
    private static final Setting PLAIN_SETTING = new Setting(Said.YES, Said.NOT, Said.NOT, Level.L0);
    private static final CpuCase NO_CPU = CompleteQuestions.CPUS.get(0);

    private final List<String> differences = new ArrayList<>();
    private int asked;

    @Test
    void the_plain_table_knows_every_rule_that_a_complete_question_can_match_and_its_effect() {
        Set<String> rules = GUARD.rules().stream()
                .filter(card -> !NOT_IN_COMPLETE_QUESTIONS.contains(card.id()))
                .map(card -> card.id() + " " + card.effect())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> rows = new TreeSet<>();
        for (Row row : Row.values()) {
            rows.add(row.id() + " " + row.effect());
        }
        assertEquals(rules, rows);
        assertTrue(GUARD.rules().stream().map(RuleCard::id).toList().containsAll(NOT_IN_COMPLETE_QUESTIONS));
    }

    @Test
    void every_kernel_and_capability_on_either_side_of_a_vmx_or_svm_guest_is_judged_alike() {
        for (PlatformCase platform : CompleteQuestions.PLATFORMS.subList(0, 2)) {
            for (Operation operation : Operation.values()) {
                for (KernelCase from : CompleteQuestions.KERNELS) {
                    for (Said capability : List.of(Said.NOT, Said.NO, Said.YES)) {
                        if (!CompleteQuestions.floorKnown(from, capability)) {
                            continue;
                        }
                        for (CpuCase cpu : CompleteQuestions.CPUS.subList(0, 3)) {
                            Setting setting = new Setting(Said.YES, Said.NOT, capability, Level.L0);
                            QemuCase qemu = CompleteQuestions.qemu("5.1.0");
                            HostCase varied = QUESTIONS.host(platform, from, qemu, cpu, setting, false);
                            HostCase fixed = QUESTIONS.host(
                                    platform, CompleteQuestions.kernel("6.8.0"), qemu, cpu, PLAIN_SETTING, false);
                            for (GuestCase guest : guests(List.of(true), List.of(0, 2))) {
                                same(QUESTIONS.ask(operation, guest, varied, fixed));
                                same(QUESTIONS.ask(operation, guest, fixed, varied));
                            }
                        }
                    }
                }
            }
        }
        allSame(20_000);
    }

    @Test
    void every_pair_of_qemu_versions_is_judged_alike() {
        for (PlatformCase platform : List.of(
                CompleteQuestions.PLATFORMS.get(0),
                CompleteQuestions.PLATFORMS.get(1),
                CompleteQuestions.PLATFORMS.get(5))) {
            for (Operation operation : Operation.values()) {
                for (String kernel : List.of("5.2.21", "5.8.0", "5.4.0-1103-aws")) {
                    for (QemuCase from : CompleteQuestions.QEMUS) {
                        for (QemuCase to : CompleteQuestions.QEMUS) {
                            HostCase source = host(platform, kernel, from);
                            HostCase destination = host(platform, kernel, to);
                            for (GuestCase guest : guests(List.of(true), List.of(0, 1))) {
                                same(QUESTIONS.ask(operation, guest, source, destination));
                            }
                        }
                    }
                }
            }
        }
        allSame(50_000);
    }

    @Test
    void every_pair_of_kernels_and_versions_below_and_above_the_floors_is_judged_alike() {
        PlatformCase intel = CompleteQuestions.PLATFORMS.get(0);
        for (Operation operation : Operation.values()) {
            for (String from : FEW_KERNELS) {
                for (String to : FEW_KERNELS) {
                    for (String fromQemu : FEW_QEMUS) {
                        for (String toQemu : FEW_QEMUS) {
                            HostCase source = host(intel, from, CompleteQuestions.qemu(fromQemu));
                            HostCase destination = host(intel, to, CompleteQuestions.qemu(toQemu));
                            for (GuestCase guest : guests(List.of(true), List.of(0, 1))) {
                                same(QUESTIONS.ask(operation, guest, source, destination));
                            }
                        }
                    }
                }
            }
        }
        allSame(20_000);
    }

    @Test
    void every_pair_of_platforms_with_nested_and_hpage_on_or_off_is_judged_alike() {
        List<PlatformCase> platforms = new ArrayList<>(CompleteQuestions.PLATFORMS);
        platforms.addAll(CompleteQuestions.IMPOSSIBLE);
        for (Operation operation : Operation.values()) {
            for (PlatformCase from : platforms) {
                for (HostCase source : settings(from, false)) {
                    for (PlatformCase to : platforms) {
                        for (HostCase destination : settings(to, true)) {
                            for (GuestCase guest : guests(List.of(true, false), List.of(0, 2))) {
                                if (guest.smm() == guest.passthrough()) {
                                    same(QUESTIONS.ask(operation, guest, source, destination));
                                }
                            }
                            if (operation == Operation.SAVEVM) {
                                break; // does not read it
                            }
                        }
                    }
                }
            }
        }
        allSame(50_000);
    }

    @Test
    void every_pair_of_cpus_is_judged_alike() {
        for (Operation operation : Operation.values()) {
            for (CpuCase from : CompleteQuestions.CPUS) {
                for (CpuCase to : CompleteQuestions.CPUS) {
                    for (String kernel : List.of("5.3.0", "5.3.0-76-generic", "5.3.7-301.fc31.x86_64", "6.8.0")) {
                        for (PlatformCase platform : CompleteQuestions.PLATFORMS.subList(0, 2)) {
                            HostCase source = cpu(platform, kernel, from);
                            HostCase destination = cpu(platform, kernel, to);
                            for (GuestCase guest : guests(List.of(true, false), List.of(0, 1))) {
                                same(QUESTIONS.ask(operation, guest, source, destination));
                                same(QUESTIONS.ask(operation, secondLevel(guest), source, destination));
                            }
                        }
                    }
                }
            }
        }
        allSame(50_000);
    }

    @Test
    void every_move_of_an_l2_and_of_an_emulated_guest_is_judged_alike() {
        for (Operation operation : Operation.values()) {
            for (PlatformCase from : CompleteQuestions.PLATFORMS) {
                for (PlatformCase to : CompleteQuestions.PLATFORMS) {
                    for (Level source : List.of(Level.L0, Level.L1)) {
                        for (Level destination : List.of(Level.L0, Level.L1)) {
                            HostCase one = level(from, source, Said.NO);
                            HostCase other = level(to, destination, Said.YES);
                            for (GuestCase guest : guests(List.of(true, false), List.of(0, 3))) {
                                if (guest.smm()) {
                                    same(QUESTIONS.ask(operation, secondLevel(guest), one, other));
                                    same(QUESTIONS.ask(operation, emulated(guest), one, other));
                                    same(QUESTIONS.ask(operation, guest, one, other));
                                }
                            }
                        }
                    }
                }
            }
        }
        allSame(50_000);
    }

    @Test
    void a_snapshot_whose_platform_is_left_out_is_judged_as_one_of_the_destinations() {
        for (PlatformCase platform : CompleteQuestions.PLATFORMS) {
            for (KernelCase kernel : CompleteQuestions.KERNELS) {
                if (!CompleteQuestions.floorKnown(kernel, Said.NOT)) {
                    continue;
                }
                QemuCase qemu = CompleteQuestions.qemu("4.2.0");
                HostCase snapshot = QUESTIONS.host(platform, kernel, qemu, NO_CPU, PLAIN_SETTING, true);
                for (HostCase destination : settings(platform, true)) {
                    for (GuestCase guest : guests(List.of(true, false), List.of(0, 1))) {
                        if (guest.smm()) {
                            same(QUESTIONS.ask(Operation.LOADVM, guest, snapshot, destination));
                            same(QUESTIONS.ask(Operation.LOADVM, secondLevel(guest), snapshot, destination));
                        }
                    }
                }
            }
        }
        allSame(20_000);
    }

    @Test
    void questions_drawn_over_everything_at_once_are_judged_alike() {
        Set<String> seen = new TreeSet<>();
        for (Case one : QUESTIONS.drawn(20_261_122, 60_000, 5)) {
            same(one);
            seen.addAll(PlainTable.decide(one.facts()).ids());
        }
        Set<String> all = new TreeSet<>();
        for (Row row : Row.values()) {
            all.add(row.id());
        }
        all.removeAll(seen);
        assertEquals(Set.of(), all, "rows that no question has met");
        allSame(60_000);
    }

    @Test
    void the_whole_decision_has_the_verdict_and_the_findings_of_the_table_all_certain() {
        for (Case one : QUESTIONS.drawn(5, 3_000, 8)) {
            asked++;
            Decision decision = GUARD.decide(one.question());
            PlainTable.Answer table = PlainTable.decide(one.facts());
            Set<String> rules = decision.findings().stream()
                    .filter(Finding::certain)
                    .map(Finding::rule)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (decision.verdict() != table.verdict()
                    || !rules.equals(table.ids())
                    || decision.findings().size() != rules.size()
                    || !decision.needs().isEmpty()
                    || decision.incomplete()) {
                difference(one, decision.verdict() + " " + rules, table);
            }
        }
        allSame(3_000);
    }

    // ---- the parts

    private static List<GuestCase> guests(List<Boolean> nestings, List<Integer> lives) {
        List<GuestCase> guests = new ArrayList<>();
        for (boolean nesting : nestings) {
            for (int live : lives) {
                for (int snapshotLive : lives) {
                    for (boolean passthrough : List.of(true, false)) {
                        for (boolean moved : List.of(true, false)) {
                            boolean smm = moved != (live > 0);
                            guests.add(new GuestCase(
                                    false,
                                    false,
                                    nesting,
                                    live,
                                    passthrough,
                                    moved,
                                    smm,
                                    passthrough != moved,
                                    snapshotLive,
                                    !moved));
                        }
                    }
                }
            }
        }
        return guests;
    }

    private static GuestCase secondLevel(GuestCase g) {
        return new GuestCase(
                true,
                g.tcg(),
                g.nesting(),
                g.live(),
                g.passthrough(),
                g.moved(),
                g.smm(),
                g.evmcs(),
                g.snapshotLive(),
                g.snapshotMoved());
    }

    private static GuestCase emulated(GuestCase g) {
        return new GuestCase(
                false,
                true,
                g.nesting(),
                g.live(),
                g.passthrough(),
                g.moved(),
                g.smm(),
                g.evmcs(),
                g.snapshotLive(),
                g.snapshotMoved());
    }

    private static HostCase host(PlatformCase platform, String kernel, QemuCase qemu) {
        Setting setting =
                platform.arch() == Arch.S390X ? new Setting(Said.YES, Said.NO, Said.NOT, Level.L0) : PLAIN_SETTING;
        return QUESTIONS.host(platform, CompleteQuestions.kernel(kernel), qemu, NO_CPU, setting, false);
    }

    private static HostCase cpu(PlatformCase platform, String kernel, CpuCase cpu) {
        return QUESTIONS.host(
                platform, CompleteQuestions.kernel(kernel), CompleteQuestions.qemu("8.2.0"), cpu, PLAIN_SETTING, false);
    }

    private static HostCase level(PlatformCase platform, Level level, Said nested) {
        Said hpage = platform.arch() == Arch.S390X ? Said.YES : Said.NOT;
        return QUESTIONS.host(
                platform,
                CompleteQuestions.kernel("5.10.13"),
                CompleteQuestions.qemu("5.1.0"),
                NO_CPU,
                new Setting(nested, hpage, Said.NOT, level),
                false);
    }

    /** Nested and hpage every way on a kernel below and one above 7.0. */
    private static List<HostCase> settings(PlatformCase platform, boolean mayAssume) {
        List<HostCase> hosts = new ArrayList<>();
        for (String kernelText : platform.arch() == Arch.S390X ? List.of("5.8.0", "7.0.0") : List.of("5.8.0")) {
            KernelCase kernel = CompleteQuestions.kernel(kernelText);
            boolean byDefault = PlainTable.nestedByDefault(platform.arch(), platform.vendor(), kernel.version());
            for (Said nested : Said.values()) {
                boolean parameter = platform.arch() == Arch.X86_64
                        || platform.arch() == Arch.S390X
                        || platform.arch() == Arch.PPC64LE;
                if (nested == Said.NOT ? parameter : nested == Said.ASSUMED_YES && !(mayAssume && byDefault)) {
                    continue;
                }
                for (Said hpage : List.of(Said.NOT, Said.NO, Said.YES)) {
                    if (hpage == Said.NOT
                            ? platform.arch() == Arch.S390X
                            : !HPAGE_IS_SAID_OF.contains(platform.arch())) {
                        continue;
                    }
                    Setting setting = new Setting(nested, hpage, Said.NOT, Level.L0);
                    QemuCase qemu = CompleteQuestions.qemu("5.1.0");
                    hosts.add(QUESTIONS.host(platform, kernel, qemu, NO_CPU, setting, false));
                }
            }
        }
        return hosts;
    }

    // ---- the comparison

    private void same(Case one) {
        asked++;
        PlainTable.Answer table = PlainTable.decide(one.facts());
        JudgeAlone.Said said = JUDGE.said(one.question());
        if (said.verdict() != table.verdict()
                || !said.certain().equals(table.ids())
                || !said.possible().equals(said.certain())) {
            difference(one, said.toString(), table);
        }
    }

    private void difference(Case one, String engine, PlainTable.Answer table) {
        if (differences.size() < 5) {
            differences.add(one.question().operation() + " " + CompleteQuestions.shown(one.question()) + "\n   engine: "
                    + engine + "\n   table:  " + table.verdict() + " " + table.ids());
        }
    }

    private void allSame(int atLeast) {
        assertTrue(differences.isEmpty(), () -> String.join("\n", differences));
        assertTrue(asked >= atLeast, () -> "only " + asked + " questions were asked");
    }
}
