package org.nestguard.engine.known;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;

class AskingTest {
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");
    private static final MigrationGuard GUARD = MigrationGuard.create();
    private static final Asking ASKING = new Asking(GUARD);

    private static Known known(Subject subject, Map<String, String> texts) {
        Map<String, Observation> facts = new HashMap<>();
        texts.forEach((key, text) -> facts.put(
                key, new Observation(text, new Evidence("file of " + key, NOW, Evidence.Witness.HOST, null))));
        return new Known(subject, NOW, facts);
    }

    private static Known host(String name, Map<String, String> more) {
        Map<String, String> texts = new HashMap<>(Map.of(
                "name", name, "level", "L0", "arch", "x86_64", "vendor", "amd", "kernel", "6.8.0", "qemu", "9.0.0",
                "nested", "true"));
        texts.putAll(more);
        return known(Subject.HOST, texts);
    }

    private static Known guest(Map<String, String> more) {
        Map<String, String> texts = new HashMap<>(Map.of(
                "name",
                "l1",
                "level",
                "L1",
                "accelerator",
                "kvm",
                "nesting",
                "true",
                "l2.live",
                "0",
                "cpuMode",
                "custom",
                "movedWithLiveL2",
                "false",
                "qemu",
                "8.2.0",
                "smm",
                "false"));
        texts.putAll(Map.of("evmcs", "false"));
        texts.putAll(more);
        return known(Subject.GUEST, texts);
    }

    @Test
    void everyFactIsStatedSoThatNoAssumptionIsMade() {
        Known nothing = new Known(Subject.HOST, NOW, Map.of());
        Question question = ASKING.migrate(new Known(Subject.GUEST, NOW, Map.of()), nothing, nothing);
        Arrays.stream(FactName.values())
                .filter(name -> name.written() && name.party() != Party.SNAPSHOT)
                .forEach(name -> assertTrue(!question.fact(name).absent(), name.path()));
        Decision decision = GUARD.decide(question);
        assertEquals(Verdict.UNDETERMINED, decision.verdict());
        assertTrue(decision.assumptions().isEmpty(), decision.assumptions().toString());
    }

    @Test
    void theSourcesQemuIsTheOneThatRunsTheGuest() {
        Question question = ASKING.migrate(guest(Map.of()), host("a", Map.of()), host("b", Map.of()));
        assertEquals("8.2.0", question.fact(FactName.SOURCE_QEMU).value().toString());
        assertEquals("9.0.0", question.fact(FactName.DESTINATION_QEMU).value().toString());
        assertEquals(Verdict.ALLOW, GUARD.decide(question).verdict());
    }

    @Test
    void whatARunningQemuIsIsNotTakenFromTheInstalledOne() {
        Known guest = guest(Map.of("qemu", "unknown"));
        Question question = ASKING.savevm(guest, host("a", Map.of()));
        assertTrue(!question.fact(FactName.SOURCE_QEMU).known());
    }

    @Test
    void theAnswerSaysWhereAFactWasRead() {
        Decision decision =
                GUARD.decide(ASKING.migrate(guest(Map.of("l2.live", "2")), host("a", Map.of()), host("b", Map.of())));
        assertEquals(Verdict.DENY, decision.verdict());
        assertTrue(
                decision.findings().stream()
                        .flatMap(finding -> finding.because().stream())
                        .anyMatch(because -> because.fact().equals("guest.l2.live")
                                && because.evidence() != null
                                && because.evidence().from().equals("file of l2.live")),
                decision.findings().toString());
    }

    @Test
    void whatIsNeededSaysWhyItIsNotKnown() {
        Known guest = guest(Map.of()).with("l2.live", Observation.unknown("virsh domstats --vcpu", "no counters"));
        Decision decision = GUARD.decide(ASKING.migrate(guest, host("a", Map.of()), host("b", Map.of())));
        assertEquals(Verdict.UNDETERMINED, decision.verdict());
        assertTrue(
                decision.needs().stream()
                        .anyMatch(need -> need.fact().equals("guest.l2.live")
                                && need.how().contains("not known so far from virsh domstats --vcpu: no counters")),
                decision.needs().toString());
    }

    @Test
    void aSnapshotIsOfItsOwnTime() {
        Known saved = guest(Map.of("l2.live", "1"));
        Question question =
                ASKING.loadvm(guest(Map.of()), saved, host("a", Map.of("kernel", "6.1.0")), host("b", Map.of()));
        assertEquals(1, question.fact(FactName.SNAPSHOT_L2_LIVE).value());
        assertEquals("6.1.0", question.fact(FactName.SNAPSHOT_KERNEL).value().toString());
        assertEquals(Verdict.DENY, GUARD.decide(question).verdict());
    }
}
