package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.merge.Contradiction;
import org.nestguard.fleet.sample.SampleFleet;

class MergedAuditTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");
    private static final int HOST_A = 1;
    private static final int HOST_B = 2;
    private static final int BUILD_FARM = 5;
    private static final int WEB = 6;

    @TempDir
    private Path folder = Path.of("");

    private List<String> lines = List.of();

    @BeforeEach
    void rack() throws IOException {
        lines = new ArrayList<>(Files.readAllLines(RACK));
    }

    private Audited merged(Asked asked) throws IOException {
        return Audited.merged(asked, Files.write(folder.resolve("fleet.ndjson"), lines));
    }

    /** A line with another time, and some words replaced by others, in pairs. */
    private String line(int number, String observedAt, String... words) {
        String line = lines.get(number);
        assertTrue(line.endsWith("}"), line);
        String later = line.contains("observedAt")
                ? line.replaceAll("\"observedAt\":\"[^\"]*\"", "\"observedAt\":\"" + observedAt + "\"")
                : line.substring(0, line.length() - 1) + ",\"observedAt\":\"" + observedAt + "\"}";
        for (int i = 0; i < words.length; i += 2) {
            assertTrue(later.contains(words[i]), words[i]);
            later = later.replace(words[i], words[i + 1]);
        }
        return later;
    }

    private static Verdict verdict(Audited audited, String guest) {
        return audited.guest(guest).answer().verdict();
    }

    private static List<String> facts(Audited audited) {
        return audited.contradictions().stream().map(Contradiction::fact).toList();
    }

    @Test
    void aFleetInWhichEachStandsOnceComesToTheSame() throws Exception {
        Path file = folder.resolve("sample.ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SampleFleet(400, 20, 11).write(out);
        }
        Audited plain = Audited.of(Audited.to("any"), file);
        Audited merged = Audited.merged(Audited.to("any"), file);
        assertEquals(plain.summary().pairs(), merged.summary().pairs());
        assertEquals(plain.summary().reasons(), merged.summary().reasons());
        assertEquals(plain.summary().asOf(), merged.summary().asOf());
        for (GuestResult guest : plain.guests()) {
            assertEquals(
                    guest.place(), merged.guest(String.valueOf(guest.guest())).place());
        }
    }

    @Test
    void theNewestWordOnEachFactCounts() throws Exception {
        lines.add(line(WEB, "2026-11-22T12:30:00Z", "\"nesting\":false", "\"nesting\":true"));
        lines.add(line(BUILD_FARM, "2026-11-22T13:00:10Z", "{\"live\":2}", "{\"live\":0}"));
        Audited audited = merged(Audited.savevm());
        assertEquals(Verdict.ALLOW, verdict(audited, "web-01"), "what was half an hour before is past");
        assertEquals(Verdict.ALLOW, verdict(audited, "build-farm-07"), "its L2 guests were shut down since");
        assertEquals(List.of(), audited.contradictions());
        assertEquals(5, audited.guests().size());
    }

    @Test
    void theOrderOfTheObservationsDoesNotMatter() throws Exception {
        lines.add(line(WEB, "2026-11-22T12:30:00Z", "\"nesting\":false", "\"nesting\":true"));
        lines.add(line(BUILD_FARM, "2026-11-22T13:00:10Z", "{\"live\":2}", "{\"live\":0}"));
        lines.add(line(HOST_B, "2026-11-22T13:00:10Z", "8.2.0", "8.2.1"));
        Map<Verdict, Long> once = merged(Audited.to("all")).summary().pairs();
        Collections.shuffle(lines, new Random(5));
        assertEquals(once, merged(Audited.to("all")).summary().pairs());
    }

    @Test
    void whatAnObservationDoesNotMentionIsTakenFromAnOlderOne() throws Exception {
        lines.add("{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"uuid\":\"6d1c3a52-0000-4000-8000-000000000003\","
                + "\"observedAt\":\"2026-11-22T13:00:20Z\",\"qemu\":\"8.2.0\"}");
        assertEquals(Verdict.ALLOW, verdict(merged(Audited.savevm()), "web-01"));
    }

    @Test
    void thatAFactWasLookedForAndNotFoundIsAWordToo() throws Exception {
        lines.add(line(
                WEB,
                "2026-11-22T13:00:20Z",
                "\"nesting\":false",
                "\"nesting\":\"unknown\"",
                "\"live\":0",
                "\"live\":\"unknown\""));
        assertEquals(Verdict.UNDETERMINED, verdict(merged(Audited.savevm()), "web-01"));
    }

    @Test
    void aFactFromAnOlderObservationKeepsItsAge() throws Exception {
        lines.set(WEB, line(WEB, "2026-11-22T12:50:00Z", "\"nesting\":false", "\"nesting\":true"));
        lines.add("{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"uuid\":\"6d1c3a52-0000-4000-8000-000000000003\","
                + "\"observedAt\":\"2026-11-22T13:00:00Z\",\"qemu\":\"8.2.0\"}");
        Audited audited = merged(Audited.savevm());
        assertEquals(Verdict.UNDETERMINED, verdict(audited, "web-01"), "that no L2 is live was ten minutes ago");
        assertTrue(audited.guest("web-01").staleL2());
    }

    @Test
    void differentWordsOfOneTimeContradictEachOtherAndTheFactIsUnknown() throws Exception {
        lines.set(WEB, line(WEB, "2026-11-22T13:00:00Z", "\"nesting\":false", "\"nesting\":true"));
        assertEquals(Verdict.ALLOW, verdict(merged(Audited.savevm()), "web-01"));
        lines.add(line(WEB, "2026-11-22T12:59:57Z", "{\"live\":0}", "{\"live\":1}"));
        Audited audited = merged(Audited.savevm());
        assertEquals(Verdict.UNDETERMINED, verdict(audited, "web-01"));
        assertEquals(Map.of("guest.l2.live", 1L), audited.summary().contradictions());
        String said = audited.contradictions().get(0).inOneLine();
        assertTrue(said.startsWith("guest web-01: l2.live is 0 ("), said);
        assertTrue(said.contains("fleet.ndjson:7, 2026-11-22T13:00:00Z) and 1 ("), said);
        assertTrue(said.contains("fleet.ndjson:10, 2026-11-22T12:59:57Z)"), said);
    }

    @Test
    void theSameInOtherWordsIsNoContradiction() throws Exception {
        lines.set(WEB, line(WEB, "2026-11-22T13:00:00Z"));
        lines.add(
                line(WEB, "2026-11-22T13:00:00Z", "\"nesting\":false", "\"nesting\":\"N\"", "08:00:00Z", "08:00:01Z"));
        Audited audited = merged(Audited.savevm());
        assertEquals(Verdict.ALLOW, verdict(audited, "web-01"));
        assertEquals(List.of(), audited.contradictions());
    }

    @Test
    void aHostOfTwoVendorsIsAContradictionWheneverItWasSeen() throws Exception {
        assertEquals(Verdict.DENY, verdict(merged(Audited.savevm()), "build-farm-07"));
        lines.add(line(HOST_A, "2026-11-20T13:00:00Z", "\"vendor\":\"amd\"", "\"vendor\":\"intel\""));
        Audited audited = merged(Audited.savevm());
        assertEquals(List.of("host.vendor"), facts(audited));
        assertEquals(Verdict.UNDETERMINED, verdict(audited, "build-farm-07"));
        assertEquals(4, audited.summary().hosts());
    }

    @Test
    void aHostInTwoPoolsAtOnceIsADestinationInNone() throws Exception {
        lines.add(line(HOST_B, "2026-11-22T12:59:40Z", "\"pool\":\"amd\"", "\"pool\":\"other\""));
        Audited audited = merged(Audited.to("pool:amd"));
        assertEquals(List.of("host.pool"), facts(audited));
        assertEquals(1, audited.summary().targets());
    }

    @Test
    void ofAGuestThatIsOnTwoHostsAtOnceNothingIsKnown() throws Exception {
        lines.add(line(WEB, "2026-11-22T13:00:03Z", "h-amd-a", "h-amd-b"));
        Audited audited = merged(Audited.savevm());
        assertEquals(List.of("guest.hostId"), facts(audited));
        assertEquals(Verdict.UNDETERMINED, verdict(audited, "web-01"));
        assertEquals(5, audited.guests().size());
    }

    /** Whatever the hosts are: an Intel host that may save anything is no excuse. */
    @Test
    void aGuestThatIsOnTwoHostsAtOnceIsNeverAllowedAnything() throws Exception {
        Path file = folder.resolve("sample.ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SampleFleet(300, 60, 2).write(out);
        }
        List<String> fleet = new ArrayList<>(Files.readAllLines(file));
        List<String> ids = fleet.stream()
                .filter(line -> line.startsWith("{\"kind\":\"host\""))
                .map(line -> line.replaceAll(".*\"id\":\"([^\"]*)\".*", "$1"))
                .toList();
        for (String line : List.copyOf(fleet)) {
            if (line.startsWith("{\"kind\":\"guest\"")) {
                String host = line.replaceAll(".*\"hostId\":\"([^\"]*)\".*", "$1");
                fleet.add(line.replace(host, ids.get((ids.indexOf(host) + 1) % ids.size())));
            }
        }
        Files.write(file, fleet);
        for (Asked asked : List.of(Audited.savevm(), Audited.to("any"))) {
            Audited audited = Audited.merged(asked, file);
            assertEquals(300, audited.guests().size());
            assertEquals(300, audited.contradictions().size());
            assertEquals(0, audited.summary().verdicts(Verdict.ALLOW), audited.summary()::toString);
        }
    }

    @Test
    void aGuestThatCameAndWentBackIsNotKnownToBeAnywhere() throws Exception {
        lines.add(line(WEB, "2026-11-22T12:40:00Z", "h-amd-a", "h-amd-b"));
        lines.add(line(WEB, "2026-11-22T12:30:00Z"));
        assertEquals(List.of("guest.hostId"), facts(merged(Audited.savevm())));
    }

    @Test
    void aGuestIsWhereItWasSeenLast() throws Exception {
        lines.set(WEB, line(WEB, "2026-11-22T12:30:00Z"));
        lines.add(line(WEB, "2026-11-22T13:00:00Z", "h-amd-a", "h-amd-b"));
        Audited audited = merged(Audited.savevm());
        assertEquals("l0-b", audited.guest("web-01").host());
        assertEquals(List.of(), audited.contradictions());
        assertEquals(Verdict.ALLOW, verdict(audited, "web-01"), "it began cold and nothing nested can be in it");
    }

    @Test
    void whatWasSeenOnAnotherHostIsNotBelievedOfThisOne() throws Exception {
        lines.set(WEB, line(WEB, "2026-11-22T12:59:30Z"));
        lines.add("{\"kind\":\"guest\",\"hostId\":\"h-amd-b\",\"uuid\":\"6d1c3a52-0000-4000-8000-000000000003\","
                + "\"name\":\"web-01\",\"observedAt\":\"2026-11-22T13:00:00Z\",\"qemu\":\"8.2.0\"}");
        assertEquals(Verdict.UNDETERMINED, verdict(merged(Audited.savevm()), "web-01"));
    }

    @Test
    void aGuestThatWasSeenElsewhereWithALiveL2WasMovedWithIt() throws Exception {
        lines.set(BUILD_FARM, line(BUILD_FARM, "2026-11-22T12:59:00Z"));
        String[] idleThere = {"h-amd-a", "h-amd-b", "{\"live\":2}", "{\"live\":0}"};
        lines.add(line(BUILD_FARM, "2026-11-22T13:00:00Z", idleThere));
        assertEquals(Verdict.ALLOW, verdict(merged(Audited.savevm()), "build-farm-07"), "it says that it began cold");
        lines.set(
                lines.size() - 1,
                lines.get(lines.size() - 1)
                        .replace("\"startedBy\":\"cold\"", "\"startedBy\":\"incoming\"")
                        .replace("2026-11-20T08:00:00Z", "unknown"));
        Audited audited = merged(Audited.savevm());
        assertEquals(Verdict.DENY, verdict(audited, "build-farm-07"));
        assertNotEquals(List.of(), audited.guest("build-farm-07").answer().against());
    }

    @Test
    void aProcessThatDidNotBeginColdCannotKnowThatItWasNotHarmed() throws Exception {
        lines.set(BUILD_FARM, line(BUILD_FARM, "2026-11-22T12:30:00Z", "{\"live\":2}", "{\"live\":0}"));
        lines.add(line(
                BUILD_FARM,
                "2026-11-22T13:00:00Z",
                "h-amd-a",
                "h-amd-b",
                "\"startedBy\":\"cold\"",
                "\"startedBy\":\"incoming\""));
        assertEquals(Verdict.UNDETERMINED, verdict(merged(Audited.savevm()), "build-farm-07"));
    }

    @Test
    void whoeverSaysThatAGuestWasHarmedIsBelieved() throws Exception {
        lines.set(WEB, line(WEB, "2026-11-22T13:00:00Z", "\"nesting\":false", "\"nesting\":true"));
        lines.add(line(WEB, "2026-11-22T12:30:00Z", "\"movedWithLiveL2\":false", "\"movedWithLiveL2\":true"));
        assertEquals(Verdict.DENY, verdict(merged(Audited.savevm()), "web-01"));
    }

    @Test
    void anObservationOfAnotherProcessIsPast() throws Exception {
        lines.add("{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"uuid\":\"6d1c3a52-0000-4000-8000-000000000003\","
                + "\"name\":\"web-01\",\"observedAt\":\"2026-11-22T13:00:00Z\",\"qemu\":\"8.2.0\","
                + "\"startedBy\":\"cold\",\"coldStartedAt\":\"2026-11-22T12:59:40Z\"}");
        lines.set(WEB, line(WEB, "2026-11-22T12:59:50Z", "2026-11-20T08:00:00Z", "2026-11-22T12:59:41Z"));
        assertEquals(Verdict.ALLOW, verdict(merged(Audited.savevm()), "web-01"), "of the same process");
        lines.set(WEB, line(WEB, "2026-11-22T12:59:30Z"));
        assertEquals(Verdict.UNDETERMINED, verdict(merged(Audited.savevm()), "web-01"), "of the one before");
    }

    /** The older host was seen a minute before the newer; the guest does not say with which of the two. */
    @Test
    void aGuestWithoutATimeIsAsOldAsItsHostMayBe() throws Exception {
        lines.set(WEB, lines.get(WEB).replace("\"nesting\":false", "\"nesting\":true"));
        assertEquals(Verdict.ALLOW, verdict(merged(Audited.savevm()), "web-01"));
        lines.add(line(HOST_A, "2026-11-22T12:00:00Z"));
        Audited audited = merged(Audited.savevm());
        assertEquals(Verdict.UNDETERMINED, verdict(audited, "web-01"));
        lines.add(line(WEB, "2026-11-22T13:00:00Z", "{\"live\":0}", "{\"live\":1}"));
        assertEquals(List.of("guest.l2.live"), facts(merged(Audited.savevm())), "it may be of the same time");
    }

    /** Whoever was on a host at one of two moments, between which he was seen elsewhere, may be there again. */
    @Test
    void aGuestWithoutATimeMayBeThereAfterItWasSeenElsewhere() throws Exception {
        lines.add(line(HOST_A, "2026-11-22T12:00:00Z"));
        lines.add(line(WEB, "2026-11-22T12:30:00Z", "h-amd-a", "h-amd-b"));
        Audited audited = merged(Audited.savevm());
        assertEquals(List.of("guest.hostId"), facts(audited));
        assertEquals(Verdict.UNDETERMINED, verdict(audited, "web-01"));
    }

    @Test
    void guestsThatHaveTheUuidOfZerosAreToldApartByTheirNames() throws Exception {
        String zeros = "00000000-0000-0000-0000-000000000000";
        lines.set(WEB, lines.get(WEB).replace("6d1c3a52-0000-4000-8000-000000000003", zeros));
        lines.add(lines.get(WEB).replace("web-01", "web-02"));
        assertEquals(6, merged(Audited.savevm()).guests().size());
    }

    @Test
    void guestsThatNobodyNamesAreNotMadeOne() throws Exception {
        for (String name : List.of(
                "",
                ",\"name\":\"unknown\"",
                ",\"uuid\":\"00000000-0000-0000-0000-000000000000\"",
                ",\"uuid\":\"unknown\"")) {
            String live =
                    "{\"kind\":\"guest\",\"hostId\":\"h-amd-a\"" + name + ",\"nesting\":true,\"l2\":{\"live\":2}}";
            List<String> all = new ArrayList<>(lines);
            all.add(live);
            all.add(live.replace("\"live\":2", "\"live\":0"));
            Path file = Files.write(folder.resolve("fleet.ndjson"), all);
            Audited audited = Audited.merged(Audited.savevm(), file);
            assertEquals(0, audited.summary().unreadable());
            assertEquals(7, audited.guests().size());
            assertEquals(
                    7, audited.guests().stream().map(GuestResult::id).distinct().count());
            Audited plain = Audited.of(Audited.savevm(), file);
            assertEquals(
                    7, plain.guests().stream().map(GuestResult::id).distinct().count());
        }
    }

    @Test
    void aRecordThatCannotBeReadIsSaidOnceWithItsPlace() throws Exception {
        lines.add(3, "{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"nestng\":true}");
        Audited audited = merged(Audited.savevm());
        assertEquals(List.of(4), audited.problems().stream().map(p -> p.line()).toList());
        assertEquals(1, audited.summary().unreadable());
        assertEquals(5, audited.guests().size());
    }

    @Test
    void moreObservationsOfOneGuestThanAnyFleetHasAreLeftOutAndSaid() throws Exception {
        for (int i = 0; i < 10_001; i++) {
            lines.add(lines.get(WEB));
        }
        Audited audited = merged(Audited.savevm());
        assertEquals(4, audited.guests().size());
        assertEquals(1, audited.summary().unreadable());
        String message = audited.problems().get(0).message();
        assertTrue(message.contains("6d1c3a52-0000-4000-8000-000000000003 stands there 10002 times"), message);
    }

    @Test
    void aMergeThatIsInterruptedIsNotHalfAFleetAndLeavesNothing() throws Exception {
        Path file = Files.write(folder.resolve("fleet.ndjson"), lines);
        List<Path> before = copies();
        int[] asked = {0};
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            Summary summary = new Audit(
                            Audited.GUARD,
                            Audited.savevm(),
                            List.of(),
                            null,
                            false,
                            Clock.systemUTC(),
                            () -> asked[0]++ > 4,
                            bytes -> {})
                    .runMerged(inventory);
            assertFalse(summary.whole());
            assertEquals(0, summary.guests());
        }
        assertEquals(before, copies());
    }

    private static List<Path> copies() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith("nestguard-merge"))
                    .sorted()
                    .toList();
        }
    }

    /** Machines that were made of one image have one id. */
    @Test
    void ofHostsOfOneIdAndTwoNamesCountsOnlyWhatAllOfThemSay() throws Exception {
        lines.set(WEB, line(WEB, "2026-11-22T13:00:00Z", "h-amd-a", "h-amd-b"));
        lines.add(line(HOST_A, "2026-11-22T12:00:00Z", "l0-a", "L0-A.example.org", "8.2.0", "8.1.0"));
        assertEquals(List.of(), facts(merged(Audited.savevm())), "it is the same name, an hour before");
        lines.add(line(
                HOST_A,
                "2026-11-22T11:00:00Z",
                "l0-a",
                "l0-x",
                "8.2.0",
                "6.0.0",
                "\"pool\":\"amd\"",
                "\"pool\":\"other\""));
        Audited audited = merged(Audited.to("l0-b"));
        assertEquals(List.of("host.name", "host.qemu", "host.pool"), facts(audited));
        assertEquals(4, audited.summary().hosts());
        assertEquals(1, merged(Audited.to("pool:amd")).summary().targets());
    }

    @Test
    void aGuestThatIsOnThreeHostsAtOnceIsSaidOfEach() throws Exception {
        lines.add(line(WEB, "2026-11-22T13:00:03Z", "h-amd-a", "h-amd-b"));
        lines.add(line(WEB, "2026-11-22T13:00:01Z", "h-amd-a", "h-intel-a"));
        lines.add(line(WEB, "2026-11-22T10:00:00Z", "h-amd-a", "h-intel-b"));
        Audited audited = merged(Audited.savevm());
        assertEquals(
                List.of("h-intel-a", "h-amd-a"),
                audited.contradictions().stream().map(c -> c.other().value()).toList(),
                "where it was hours before it is no more");
        assertEquals(5, audited.guests().size());
    }

    @Test
    void aHookThatIsSpeltInTwoWaysContradictsNobody() throws Exception {
        lines.add(line(HOST_A, "2026-11-22T13:00:02Z", "\"hook\":true", "\"hook\":\"Y\""));
        assertEquals(List.of(), facts(merged(Audited.savevm())));
        lines.add(line(HOST_A, "2026-11-22T13:00:03Z", "\"hook\":true", "\"hook\":\"N\""));
        Audited audited = merged(Audited.savevm());
        assertEquals(List.of("host.hook"), facts(audited));
        assertEquals(0, audited.summary().hooks(Hook.INSTALLED), "neither is believed");
    }
}
