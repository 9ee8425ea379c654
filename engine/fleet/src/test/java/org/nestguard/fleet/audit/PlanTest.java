package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.plan.Plan;
import org.nestguard.fleet.sample.SampleFleet;

class PlanTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");

    @TempDir
    private Path folder = Path.of("");

    private Path sample(int guests, int hosts) throws IOException {
        Path file = folder.resolve("sample.ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SampleFleet(guests, hosts, 11).write(out);
        }
        return file;
    }

    private static Summary planned(Asked asked, AtomicBoolean stopped, Path file) throws IOException {
        return planned(asked, null, stopped, file);
    }

    private static Summary planned(Asked asked, @Nullable Waivers waivers, AtomicBoolean stopped, Path file)
            throws IOException {
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            return new Audit(
                            Audited.GUARD,
                            asked,
                            List.of(),
                            waivers,
                            false,
                            Clock.systemUTC(),
                            stopped::get,
                            bytes -> {})
                    .planning()
                    .run(inventory);
        }
    }

    private static Plan plan(Asked asked, Path file) throws IOException {
        return Objects.requireNonNull(planned(asked, new AtomicBoolean(), file).plan());
    }

    private static Asked asked(String to) {
        return to.equals("savevm") ? Audited.savevm() : Audited.to(to);
    }

    private static Asked with(Asked asked, List<String> whatIf) {
        return new Asked(
                asked.operation(),
                asked.to(),
                asked.asOf(),
                asked.freshness(),
                whatIf.stream().map(WhatIf::read).toList());
    }

    /** The numbers of each step are those of the changed fleet, audited guest by guest from its file. */
    @ParameterizedTest
    @ValueSource(strings = {"savevm", "any", "all", "pool:pool-001"})
    void eachStepIsWhatAnAuditOfTheChangedFleetCounts(String to) throws Exception {
        stepsAreWhatAuditsCount(to, sample(500, 90));
    }

    /** Of two hosts that no rule tells apart one was looked at later: the facts of its guests are not as old as the other's. */
    @ParameterizedTest
    @ValueSource(strings = {"savevm", "any"})
    void andSoItIsWhereGuestsAreAsOldAsTheirHosts(String to) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(sample(500, 90))) {
            lines.add(
                    line.startsWith("{\"kind\":\"guest\"")
                            ? line.replaceAll("\"observedAt\":\"[^\"]*\",", "")
                            : line.replaceAll("T13:00:00Z", lines.size() % 2 == 0 ? "T12:58:00Z" : "T13:00:00Z"));
        }
        stepsAreWhatAuditsCount(to, Files.write(folder.resolve("as-old-as-their-hosts.ndjson"), lines));
    }

    private static void stepsAreWhatAuditsCount(String to, Path file) throws IOException {
        Asked asked = asked(to);
        Plan plan = plan(asked, file);
        assertFalse(plan.steps().isEmpty(), "nothing could be done for " + to);
        List<String> done = new ArrayList<>();
        Audited before = Audited.of(asked, file);
        for (Plan.Step step : plan.steps()) {
            done.addAll(step.whatIf());
            Audited after = Audited.of(with(asked, done), file);
            assertEquals(after.summary().verdicts(), step.verdicts(), step.text());
            assertEquals(after.summary().pairs(), step.pairs(), step.text());
            long ofDeny = 0;
            long ofUndetermined = 0;
            long lost = 0;
            for (int i = 0; i < before.guests().size(); i++) {
                Verdict was = before.guests().get(i).answer().verdict();
                boolean is = after.guests().get(i).answer().verdict() == Verdict.ALLOW;
                ofDeny += was == Verdict.DENY && is ? 1 : 0;
                ofUndetermined += was == Verdict.UNDETERMINED && is ? 1 : 0;
                lost += was == Verdict.ALLOW && !is ? 1 : 0;
            }
            assertEquals(
                    List.of(ofDeny, ofUndetermined, lost),
                    List.of(step.freedOfDeny(), step.freedOfUndetermined(), step.lost()),
                    step.text());
            before = after;
        }
    }

    @Test
    void theStepThatFreesMostComesFirstAndSaysWhatItTouches() throws Exception {
        Plan plan = plan(Audited.savevm(), RACK);
        Plan.Step first = plan.steps().get(0);
        // of one of them nobody knows whether it was moved with a live L2: to shut the L2s down is not enough
        assertEquals("start the guests in the pool amd anew (cold)", first.text());
        assertEquals(List.of("guest.l2.live=0@pool:amd", "guest.movedWithLiveL2=false@pool:amd"), first.whatIf());
        assertEquals(List.of(0L, 3L), List.of(first.hosts(), first.guests()));
        assertEquals(1, first.freedOfDeny());
        assertEquals(2, first.freedOfUndetermined());
        assertEquals(5, first.verdicts().get(Verdict.ALLOW));
        assertEquals(1, plan.steps().size());
        assertEquals(List.of(), plan.remarks());
    }

    @Test
    void nestingIsTurnedOnWhereItIsOffAndVersionsAreTheRulesOwn() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(RACK));
        lines.set(3, lines.get(3).replace("\"nested\":true", "\"nested\":false"));
        Path off = Files.write(folder.resolve("off.ndjson"), lines);
        Plan.Step on = plan(Audited.to("l0-c"), off).steps().get(0);
        assertEquals(List.of("host.nested=true@pool:intel"), on.whatIf(), on.text());
        assertEquals("turn nesting on in the pool intel", on.text());
        assertEquals(1, on.hosts(), "of the two it was on at one already");
        lines.set(3, lines.get(3).replace("\"nested\":false", "\"nested\":true").replace("6.6.30", "4.18.20"));
        Path old = Files.write(folder.resolve("old.ndjson"), lines);
        Plan.Step upgrade = plan(Audited.to("l0-c"), old).steps().get(0);
        assertEquals("upgrade the kernel in the pool intel to 5.4 or later", upgrade.text());
        assertEquals(List.of("host.kernel>=5.4@pool:intel"), upgrade.whatIf());
        assertEquals(List.of(1L, 0L), List.of(upgrade.hosts(), upgrade.guests()), "the other one is newer");
        assertEquals(List.of(1L, 0L), List.of(upgrade.freedOfDeny(), upgrade.lost()));
    }

    @Test
    void whatIsMerelyNotKnownIsToBeReadAndNobodyPromisesWhatComesOut() throws Exception {
        List<Plan.Reading> readings = plan(Audited.savevm(), RACK).readings();
        assertTrue(readings.contains(new Plan.Reading("guest.l2.live", "pool:amd", 2)), readings.toString());
    }

    @Test
    void aFleetWithoutPoolsIsOne() throws Exception {
        Path file = folder.resolve("fleet.ndjson");
        Files.writeString(file, Files.readString(RACK).replaceAll("\"pool\":\"[a-z]*\",", ""));
        assertEquals(
                List.of("guest.l2.live=0@all", "guest.movedWithLiveL2=false@all"),
                plan(Audited.savevm(), file).steps().get(0).whatIf());
    }

    @Test
    void aPlanIsMadeOfWhatIsSupposedToo() throws Exception {
        Asked asked = with(Audited.savevm(), List.of("guest.l2.live=0@guest:build-farm-07"));
        Plan.Step step = plan(asked, RACK).steps().get(0);
        assertEquals(0, step.freedOfDeny());
        assertEquals(2, step.freedOfUndetermined());
    }

    @Test
    void whoPassesByAWaiverIsNotToBeFreed() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(RACK));
        lines.set(2, lines.get(2).replace("EPYC 7742", "EPYC 7763").replace("23-49-0", "25-1-1"));
        lines.set(6, lines.get(6).replace("\"cpuMode\":\"custom\"", "\"cpuMode\":\"host-passthrough\""));
        Path file = Files.write(folder.resolve("passthrough.ndjson"), lines);
        String named =
                "give the guests in the pool amd a named CPU model; and start the guests in the pool amd anew (cold)";
        assertTrue(plan(Audited.to("l0-b"), file).steps().stream()
                .anyMatch(step -> step.text().equals(named)));
        Waivers waivers = Waivers.read(
                "waivers.yaml",
                new ByteArrayInputStream(("- {rule: passthrough-cpu-differs, scope: 'guest=web-01', reason: we know,"
                                + " owner: ops, expires: 2999-12-01}")
                        .getBytes(StandardCharsets.UTF_8)),
                Audited.GUARD.rules(),
                Clock.systemUTC());
        Plan plan = Objects.requireNonNull(
                planned(Audited.to("l0-b"), waivers, new AtomicBoolean(), file).plan());
        assertFalse(plan.steps().stream().anyMatch(step -> step.text().contains("CPU model")), plan::toString);
        assertEquals(List.of("1 guest passes by a waiver: the numbers are without it."), plan.remarks());
        plan.steps()
                .forEach(step -> assertEquals(
                        4, step.verdicts().values().stream().mapToLong(n -> n).sum()));
    }

    @Test
    void anInterruptedPlanSaysSo() throws Exception {
        Plan plan = Objects.requireNonNull(
                planned(Audited.savevm(), new AtomicBoolean(true), RACK).plan());
        assertEquals(List.of(), plan.steps());
        assertTrue(plan.remarks().get(0).contains("interrupted"), plan.toString());
    }

    @Test
    void nobodyIsGivenAPlanWhoDidNotAsk() throws Exception {
        assertNull(Audited.of(Audited.savevm(), RACK).summary().plan());
        assertNotNull(planned(Audited.savevm(), new AtomicBoolean(), RACK).plan());
        assertEquals(
                Map.copyOf(Audited.of(Audited.savevm(), RACK).summary().verdicts()),
                planned(new Asked(Operation.SAVEVM, null, null, Freshness.USUAL), new AtomicBoolean(), RACK)
                        .verdicts());
    }
}
