package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.Problem;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.drain.Drained;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.merge.Contradiction;
import org.nestguard.fleet.report.DrainJson;
import org.nestguard.fleet.report.DrainText;

class DrainTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");

    @TempDir
    private Path folder = Path.of("");

    private static Drained drained(Path fleet, String host, @Nullable String to, String... whatIf) throws IOException {
        return Objects.requireNonNull(drained(fleet, host, to, false, whatIf));
    }

    private static @Nullable Drained drained(
            Path fleet, String host, @Nullable String to, boolean stopped, String... whatIf) throws IOException {
        Report complaints = new Report() {
            @Override
            public boolean ofGuests() {
                return false;
            }

            @Override
            public void guest(GuestResult result) {
                throw new AssertionError("nobody asked for it");
            }

            @Override
            public void problem(Problem problem) {
                // it is counted
            }

            @Override
            public void contradiction(Contradiction contradiction) {
                throw new AssertionError("nothing was merged");
            }

            @Override
            public void end(Summary summary) {
                // the drain tells its own
            }
        };
        Asked asked = new Asked(
                Operation.MIGRATE,
                To.read("any"),
                null,
                Freshness.USUAL,
                List.of(whatIf).stream().map(WhatIf::read).toList());
        try (Inventory inventory = Inventory.open(List.of(fleet.toString()), new ByteArrayInputStream(new byte[0]))) {
            return new Drain(Audited.GUARD, asked, host, to == null ? null : To.read(to))
                    .run(inventory, false, complaints, false, Clock.systemUTC(), () -> stopped, bytes -> {});
        }
    }

    private Path rackWith(String... lines) throws IOException {
        List<String> all = new ArrayList<>(Files.readAllLines(RACK));
        all.addAll(List.of(lines));
        return Files.write(folder.resolve("fleet.ndjson"), all);
    }

    private static String line(int number) throws IOException {
        return Files.readAllLines(RACK).get(number);
    }

    @Test
    void ofHalfAFleetThereIsNoAnswer() throws Exception {
        assertNull(drained(RACK, "l0-a", null, true));
    }

    @Test
    void whoCanGoIsGivenAPlaceInThePoolAndWhoCannotIsToldWhy() throws Exception {
        Drained drained = drained(RACK, "l0-a", null);
        assertEquals(Verdict.DENY, drained.verdict());
        assertEquals("pool:amd", drained.where());
        assertEquals(1, drained.destinations());
        Drained.Going web = drained.going().get(0);
        assertEquals(List.of("web-01", "l0-b", "h-amd-b"), List.of(web.guest().called(), web.to(), web.toId()));
        assertEquals(1, drained.going().size());
        Drained.Staying farm = drained.staying().get(0);
        assertEquals("build-farm-07", farm.guest().called());
        assertEquals(2, farm.guest().l2());
        assertEquals("l0-b", farm.nearest());
        assertEquals(List.of("amd-live-l2"), farm.rules());
        assertTrue(
                farm.reasons().get(0).contains("2 live L2 guests"),
                farm.reasons().toString());
        assertTrue(
                farm.remedies().get(0).contains("shut down the 2 live L2 guests"),
                farm.remedies().toString());
    }

    @Test
    void everyGuestHasTheVerdictOfAnAuditToTheSameHosts() throws Exception {
        for (String to : List.of("any", "pool:amd", "pool:intel", "l0-b", "l0-d")) {
            Audited audited = Audited.of(Audited.to(to), RACK);
            for (String host : List.of("h-amd-a", "h-amd-b", "h-intel-a", "h-intel-b")) {
                Drained drained = drained(RACK, host, to);
                List<GuestResult> guests = audited.guests().stream()
                        .filter(guest -> guest.hostId().equals(host))
                        .toList();
                assertEquals(
                        guests.size(),
                        drained.going().size() + drained.staying().size());
                drained.going()
                        .forEach(going -> assertEquals(
                                going.places(),
                                audited.guest(going.guest().called()).answer().hosts(Verdict.ALLOW)));
                drained.staying()
                        .forEach(staying -> assertEquals(
                                staying.verdict(),
                                audited.guest(staying.guest().called()).answer().verdict()));
            }
        }
    }

    @Test
    void whoHasFewestPlacesIsPlacedFirstAndTheRestIsSpread() throws Exception {
        String web = line(6);
        Drained drained = drained(
                rackWith(
                        web.replace("0003", "0021").replace("web-01", "web-02"),
                        web.replace("0003", "0022").replace("web-01", "web-03"),
                        line(2).replace("h-amd-b", "h-amd-c").replace("l0-b", "l0-e")),
                "l0-a",
                "pool:amd");
        assertEquals(
                List.of("l0-b", "l0-e", "l0-b"),
                drained.going().stream().map(Drained.Going::to).toList());
    }

    @Test
    void aHostIsNotItsOwnDestinationAndWithoutAnotherNobodyCanGo() throws Exception {
        Drained drained = drained(RACK, "l0-a", "l0-a");
        assertEquals(0, drained.destinations());
        assertEquals(Verdict.UNDETERMINED, drained.verdict());
        assertEquals(2, drained.staying().size());
        assertNull(drained.staying().get(0).nearest());
        assertTrue(DrainText.of(drained, 80).contains("there is no other host to go to"));
    }

    @Test
    void aRecordThatCannotBeReadMayBeAGuestOfThatHost() throws Exception {
        Path fleet = rackWith("no JSON at all");
        assertEquals(Verdict.ALLOW, drained(RACK, "l0-c", null).verdict(), "nobody is on it");
        Drained drained = drained(fleet, "l0-c", null);
        assertEquals(Verdict.UNDETERMINED, drained.verdict());
        assertTrue(DrainText.of(drained, 80).contains("1 record or source could not be read"));
    }

    @Test
    void whatIsSupposedIsSaidFirst() throws Exception {
        Drained drained = drained(RACK, "l0-a", null, "guest.l2.live=0@guest:build-farm-07");
        assertEquals(Verdict.ALLOW, drained.verdict());
        assertTrue(DrainText.of(drained, 80).startsWith("WHAT IF: this is no answer about the fleet as it is"));
    }

    @Test
    void aHostOrPoolThatIsNotThereIsAnError() {
        for (List<String> wrong :
                List.of(List.of("nowhere", "any"), List.of("l0-a", "pool:nowhere"), List.of("l0-a", "nowhere"))) {
            AuditException e = assertThrows(AuditException.class, () -> drained(RACK, wrong.get(0), wrong.get(1)));
            assertTrue(String.valueOf(e.getMessage()).contains("nowhere"), e.getMessage());
        }
        assertThrows(AuditException.class, () -> drained(RACK, "l0-a", "all"));
    }

    @Test
    void aNameMovesNoCursorAndTheTextFitsItsPaper() throws Exception {
        Path fleet = rackWith(line(5).replace("0002", "0023").replace("build-farm-07", "x\\u001b[2J\\u202ey<b>"));
        String text = DrainText.of(drained(fleet, "l0-a", "any"), 80);
        assertTrue(text.contains("x<U+001B>[2J<U+202E>y<b>"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    }

    @Test
    void theDocumentIsOfTheSchema() throws Exception {
        try (InputStream in = Objects.requireNonNull(
                DrainTest.class.getResourceAsStream("/org/nestguard/schemas/drain.schema.json"))) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in);
            for (String host : List.of("l0-a", "l0-b", "l0-c", "l0-d")) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                DrainJson.write(out, drained(RACK, host, null));
                JsonNode document = new ObjectMapper().readTree(out.toByteArray());
                assertEquals(List.of(), schema.validate(document), document.toString());
            }
        }
    }
}
