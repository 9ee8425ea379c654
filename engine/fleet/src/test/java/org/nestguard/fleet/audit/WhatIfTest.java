package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.known.Freshness;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;

class WhatIfTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");

    @TempDir
    private Path folder = Path.of("");

    private static Audited saved(Path fleet, String... whatIf) throws IOException {
        return Audited.of(new Asked(Operation.SAVEVM, null, null, Freshness.USUAL, read(whatIf)), fleet);
    }

    private static Audited moved(Path fleet, String to, String... whatIf) throws IOException {
        return Audited.of(new Asked(Operation.MIGRATE, To.read(to), null, Freshness.USUAL, read(whatIf)), fleet);
    }

    private static List<WhatIf> read(String... texts) {
        return List.of(texts).stream().map(WhatIf::read).toList();
    }

    private static Verdict verdict(Audited audited, String guest) {
        return audited.guest(guest).answer().verdict();
    }

    private Path rackWith(String... lines) throws IOException {
        List<String> all = new ArrayList<>(Files.readAllLines(RACK));
        all.addAll(List.of(lines));
        return Files.write(folder.resolve("fleet.ndjson"), all);
    }

    @Test
    void aGuestIsJudgedAsItWouldBeAndTheOthersAsTheyAre() throws Exception {
        Audited as = saved(RACK, "guest.l2.live=0@guest:build-farm-07");
        assertEquals(Verdict.ALLOW, verdict(as, "build-farm-07"));
        assertEquals(Verdict.UNDETERMINED, verdict(as, "lab-02"));
        assertEquals(Verdict.DENY, verdict(saved(RACK), "build-farm-07"), "nothing is left of it");
    }

    @Test
    void whatIsSupposedIsOfTheMomentOfTheAuditAndMovesItNot() throws Exception {
        // lab-03 was seen idle ten minutes before the newest observation, which is too long ago
        Audited as = saved(RACK, "guest.l2.live=0@host:l0-b", "guest.movedWithLiveL2=false@host:h-amd-b");
        assertEquals(Verdict.ALLOW, verdict(as, "lab-03"));
        assertFalse(as.guest("lab-03").staleL2());
        assertEquals(saved(RACK).summary().asOf(), as.summary().asOf());
        assertEquals(Verdict.DENY, verdict(as, "build-farm-07"), "it is on another host");
    }

    @Test
    void hostsArePickedByPoolAndByHavingNone() throws Exception {
        String poolless = Files.readAllLines(RACK)
                .get(3)
                .replace("h-intel-a", "h-intel-c")
                .replace("l0-c", "l0-e")
                .replace("\"pool\":\"intel\",", "");
        Path fleet = rackWith(poolless);
        assertEquals(2, moved(fleet, "any").guest("ci-01").answer().hosts(Verdict.ALLOW));
        Audited pool = moved(fleet, "any", "host.nested=false@pool:intel");
        // its own host is one of them, and on it nothing nested can be: then it can go anywhere
        Audited none = moved(fleet, "any", "host.nested=false@no-pool");
        assertEquals(
                1,
                none.guest("ci-01").answer().hosts(Verdict.ALLOW),
                none.guest("ci-01").toString());
        assertFalse(pool.guest("ci-01").answer().equals(none.guest("ci-01").answer()));
    }

    @Test
    void atLeastRaisesWhatIsOlderOrUnknownAndLeavesTheRest() throws Exception {
        String host = Files.readAllLines(RACK).get(3);
        Path fleet = rackWith(
                host.replace("h-intel-a", "old").replace("l0-c", "old").replace("\"6.6.30\"", "\"4.18.20\""),
                host.replace("h-intel-a", "none").replace("l0-c", "none").replace("\"kernel\":\"6.6.30\",", ""),
                // seen two days before: it is not believed, and so not known
                host.replace("h-intel-a", "stale").replace("l0-c", "stale").replace("2026-11-22", "2026-11-20"));
        for (String one : List.of("old", "none")) {
            assertTrue(verdict(moved(fleet, one), "ci-01") != Verdict.ALLOW, one);
            assertEquals(Verdict.ALLOW, verdict(moved(fleet, one, "host.kernel>=5.4@pool:intel"), "ci-01"), one);
        }
        assertEquals(
                Verdict.DENY,
                verdict(moved(fleet, "l0-c", "host.kernel=4.18.20@pool:intel"), "ci-01"),
                "a plain = lowers too");
        assertEquals(Verdict.ALLOW, verdict(moved(fleet, "l0-c", "host.kernel>=4.18.20@all"), "ci-01"));
        Audited stale = moved(fleet, "stale", "host.kernel>=5.4@host:stale");
        assertFalse(
                stale.guest("ci-01").answer().needs().contains("destination.kernel"),
                stale.guests().toString());
    }

    @Test
    void ofTwoTheLaterCounts() throws Exception {
        assertEquals(
                Verdict.DENY,
                verdict(saved(RACK, "guest.l2.live=0@all", "guest.l2.live=3@guest:build-farm-07"), "build-farm-07"));
        assertEquals(
                Verdict.ALLOW,
                verdict(saved(RACK, "guest.l2.live=3@guest:build-farm-07", "guest.l2.live=0"), "build-farm-07"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nested=true | write host.qemu=8.2.0",
                "host.nested | write host.qemu=8.2.0",
                "source.nested=true | begins with neither host. nor guest.",
                "host.nestd=true | host has no fact nestd to suppose; it has level, arch",
                "host.id=x | host has no fact id",
                "guest.name=x | guest has no fact name",
                "host.hook=true | host has no fact hook",
                "host.memory=1 | host has no fact memory",
                "guest.memory=1 | guest has no fact memory",
                "host.nested=maybe | must be true or false",
                "host.nested= | must be true or false",
                "host.nested=true@pol:a | behind the @ there must be all, pool:NAME",
                "host.qemu=8.2.0@pol:a | behind the @ there must be all, pool:NAME",
                "host.qemu=new@pool:a | must be a QEMU version",
                "host.qemu>=unknown | must be a QEMU version",
                "host.nested>=true | >= is for versions",
                "host.nested=true@guest:x | is a fact of hosts",
                "guest.l2.live=-1 | must be a whole number"
            })
    void whatCannotBeSupposedIsAnErrorThatSaysWhatCan(String text, String why) {
        AuditException e = assertThrows(AuditException.class, () -> WhatIf.read(text));
        assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains(text), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host.nested=true@pool:nowhere",
                "host.nested=true@host:nowhere",
                "guest.l2.live=0@pool:nowhere",
                "guest.l2.live=0@guest:nowhere"
            })
    void whomNobodyKnowsIsAnErrorAndNotAnUnchangedFleet(String text) {
        AuditException e = assertThrows(AuditException.class, () -> saved(RACK, text));
        assertTrue(String.valueOf(e.getMessage()).contains("nowhere"), e.getMessage());
    }

    @Test
    void aNameThatTwoGuestsHaveIsAnErrorAndAUuidNamesOne() throws Exception {
        Path fleet = rackWith(Files.readAllLines(RACK).get(5).replace("000000000002", "000000000009"));
        AuditException e =
                assertThrows(AuditException.class, () -> saved(fleet, "guest.l2.live=0@guest:build-farm-07"));
        assertTrue(String.valueOf(e.getMessage()).contains("2 guests are called build-farm-07"), e.getMessage());
        Audited one = saved(fleet, "guest.l2.live=0@guest:6d1c3a52-0000-4000-8000-000000000009");
        assertEquals(1, one.summary().verdicts(Verdict.DENY));
    }

    @Test
    void theNameOfACpuMayHaveAnAtSignInIt() {
        WhatIf read = WhatIf.read("host.cpuModel=Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz@pool:a@b");
        assertEquals("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz", read.value());
        assertEquals("a@b", read.scope().name());
        assertEquals("host.cpuModel=Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz@pool:a@b", read.toString());
    }
}
