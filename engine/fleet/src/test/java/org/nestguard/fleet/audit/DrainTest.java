package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.waiver.Waivers;
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
        return drained(fleet, false, null, host, to, whatIf);
    }

    private static Drained drained(
            Path fleet, boolean merge, @Nullable Waivers waivers, String host, @Nullable String to, String... whatIf)
            throws IOException {
        return Objects.requireNonNull(drained(fleet, merge, waivers, host, to, false, whatIf));
    }

    private static @Nullable Drained drained(
            Path fleet,
            boolean merge,
            @Nullable Waivers waivers,
            String host,
            @Nullable String to,
            boolean stopped,
            String... whatIf)
            throws IOException {
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
                // it is a doubt
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
            return new Drain(Audited.GUARD, asked, host, to == null ? null : To.read(to), waivers)
                    .run(inventory, merge, complaints, false, Clock.systemUTC(), () -> stopped, bytes -> {});
        }
    }

    @Test
    void ofAHostWhoseGuestsNobodyListedNobodyKnowsThatItIsEmpty() throws Exception {
        Path hosts = Files.write(
                folder.resolve("hosts.ndjson"),
                Files.readAllLines(RACK).stream()
                        .filter(line -> line.startsWith("{\"kind\":\"host\""))
                        .toList());
        Drained drained = drained(hosts, "l0-a", null);
        assertEquals(Verdict.UNDETERMINED, drained.verdict());
        String text = DrainText.of(drained, 80);
        assertTrue(text.startsWith("UNDETERMINED  empty l0-a: no guest is known to be on it\n"), text);
        assertTrue(text.contains("Nobody named a guest of l0-a"), text);
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
        assertNull(drained(RACK, false, null, "l0-a", null, true));
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
        assertEquals(1, drained(RACK, "l0-c", null).doubts().size(), "nobody is named that is on it");
        Drained drained = drained(fleet, "l0-c", null);
        assertEquals(2, drained.doubts().size());
        assertEquals(Verdict.UNDETERMINED, drained.verdict());
        assertTrue(DrainText.of(drained, 80).contains("1 record or source could not be read"));
    }

    @Test
    void whatIsSupposedIsSaidFirst() throws Exception {
        Drained drained = drained(RACK, "l0-a", null, "guest.l2.live=0@guest:build-farm-07");
        assertEquals(Verdict.ALLOW, drained.verdict());
        assertTrue(DrainText.of(drained, 80).startsWith("WHAT IF: this is no answer about the fleet as it is"));
    }

    // ---- room

    /** A line of the rack with more said. */
    private static String with(String line, String more) {
        return line.replaceFirst("\\{\"kind\":\"(host|guest)\",", "{\"kind\":\"$1\"," + more + ",");
    }

    /**
     * The rack without the guest that cannot go, with a host more to go to, and with what is known of memory in it.
     *
     * @param more key and value by the name of host or guest; of the others nothing is known
     */
    private Path roomy(Map<String, String> more, String... others) throws IOException {
        List<String> all = new ArrayList<>(Files.readAllLines(RACK));
        all.removeIf(line -> line.contains("build-farm-07"));
        all.add(line(2).replace("h-amd-b", "h-amd-c").replace("l0-b", "l0-e"));
        all.addAll(List.of(others));
        List<String> lines = new ArrayList<>();
        for (String line : all) {
            String said = more.entrySet().stream()
                    .filter(each -> line.contains("\"name\":\"" + each.getKey() + "\""))
                    .map(each -> with(line, each.getValue()))
                    .findFirst()
                    .orElse(line);
            lines.add(said);
        }
        return Files.write(folder.resolve("roomy.ndjson"), lines);
    }

    private static String memory(int mebibytes) {
        return "\"memory\":" + mebibytes;
    }

    private static String another(String name, String number) throws IOException {
        return line(6).replace("0003", number).replace("web-01", name);
    }

    private static Drained.Room room(Drained drained, String host) {
        return drained.rooms().stream()
                .filter(room -> room.host().equals(host))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aGuestIsNotSentWhereItHasNoRoom() throws Exception {
        Map<String, String> known = new HashMap<>(
                Map.of("web-01", memory(8192), "l0-b", memory(10_240), "lab-02", memory(1024), "lab-03", memory(1024)));
        Drained fits = drained(roomy(known), "l0-a", "l0-b");
        assertEquals(Verdict.ALLOW, fits.verdict());
        assertEquals(
                List.of(0L, true),
                List.of(Objects.requireNonNull(room(fits, "l0-b").left()), fits.capacityKnown()));
        known.put("lab-03", memory(1025));
        Drained full = drained(roomy(known), "l0-a", "l0-b");
        assertEquals(Verdict.UNDETERMINED, full.verdict());
        assertEquals(List.of(), full.going());
        Drained.Staying web = full.staying().get(0);
        assertEquals(Verdict.UNDETERMINED, web.verdict());
        assertEquals(
                List.of("no room was found for its 8,192 MiB: of the hosts that it may go to, l0-b has most memory"
                        + " left, 8,191 MiB"),
                web.reasons());
        assertEquals(List.of("free 1 MiB on l0-b, or let it go to more hosts (--to)"), web.remedies());
        assertTrue(DrainText.of(full, 80).contains("UNDETERMINED  web-01\n"), DrainText.of(full, 80));
    }

    @Test
    void whatWasSentThereTakesItsRoomToo() throws Exception {
        Map<String, String> known = Map.of(
                "web-01", memory(4096),
                "web-02", memory(4096),
                "l0-b", memory(8000),
                "lab-02", memory(10),
                "lab-03", memory(10));
        Drained drained = drained(roomy(known, another("web-02", "0021")), "l0-a", "l0-b");
        assertEquals(1, drained.going().size());
        assertEquals(1, drained.staying().size());
        assertEquals(8000L - 20 - 4096, room(drained, "l0-b").left());
    }

    @Test
    void amongThoseWithAsManyPlacesTheLargestIsPlacedFirst() throws Exception {
        Map<String, String> known = Map.of(
                "web-01", memory(3000),
                "web-02", memory(3000),
                "web-03", memory(6000),
                "l0-b", memory(6020),
                "l0-e", memory(6000),
                "lab-02", memory(10),
                "lab-03", memory(10));
        Drained drained =
                drained(roomy(known, another("web-02", "0021"), another("web-03", "0022")), "l0-a", "pool:amd");
        assertEquals(
                List.of("web-03", "web-01", "web-02"),
                drained.going().stream().map(going -> going.guest().called()).toList());
        assertEquals(List.of(), drained.staying());
        assertTrue(drained.capacityKnown());
    }

    @Test
    void whereANumberIsNotKnownTheRoomIsNotAndThatIsSaid() throws Exception {
        Map<String, String> all =
                Map.of("web-01", memory(100), "l0-b", memory(8000), "lab-02", memory(10), "lab-03", memory(10));
        assertTrue(drained(roomy(all), "l0-a", "l0-b").capacityKnown());
        Map<String, String> whys = Map.of(
                "l0-b", "its memory is not known",
                "lab-02", "of 1 guest there the memory is not known",
                "web-01", "of 1 guest there the memory is not known");
        for (Map.Entry<String, String> why : whys.entrySet()) {
            Map<String, String> without = new HashMap<>(all);
            without.remove(why.getKey());
            Drained drained = drained(roomy(without), "l0-a", "l0-b");
            assertEquals(1, drained.going().size());
            assertFalse(drained.capacityKnown());
            assertNull(room(drained, "l0-b").left());
            assertEquals(why.getValue(), room(drained, "l0-b").why());
            assertTrue(
                    DrainText.of(drained, 200).contains("not known of l0-b, where " + why.getValue()),
                    DrainText.of(drained, 200));
            without.put(why.getKey(), "\"memory\":\"unknown\"");
            assertFalse(drained(roomy(without), "l0-a", "l0-b").capacityKnown());
        }
        Drained unreadable = drained(roomy(all, "no JSON"), "l0-a", "l0-b");
        assertEquals(
                "there may be guests there that are not listed",
                room(unreadable, "l0-b").why());
        assertFalse(unreadable.capacityKnown());
    }

    @Test
    void aGuestThatIsSaidToBeThereAndElsewhereAtOnceMayBeThere() throws Exception {
        Map<String, String> all =
                Map.of("web-01", memory(100), "l0-b", memory(8000), "lab-02", memory(10), "lab-03", memory(10));
        Path fleet = roomy(all);
        assertTrue(drained(fleet, true, null, "l0-a", "l0-b").capacityKnown());
        List<String> lines = new ArrayList<>(Files.readAllLines(fleet));
        String lab = lines.stream()
                .filter(line -> line.contains("lab-02"))
                .findFirst()
                .orElseThrow();
        lines.add(with(lab.replace("h-amd-b", "h-intel-a"), "\"observedAt\":\"2026-11-22T12:59:42Z\""));
        Drained drained = drained(Files.write(fleet, lines), true, null, "l0-a", "l0-b");
        assertEquals(
                "there may be guests there that are not listed",
                room(drained, "l0-b").why());
    }

    @Test
    void whatIsKnownToBeFullIsFullThoughNotAllIsKnown() throws Exception {
        Map<String, String> known = Map.of("web-01", memory(100), "l0-b", memory(8000), "lab-02", memory(7900));
        assertEquals(0, drained(roomy(known), "l0-a", "l0-b").going().size(), "the other guest there takes something");
        Map<String, String> unsized = Map.of("l0-b", memory(8000), "lab-02", memory(8000), "lab-03", memory(1));
        Drained nothing = drained(roomy(unsized), "l0-a", "l0-b");
        assertEquals(0, nothing.going().size(), "no guest takes nothing");
        assertTrue(nothing.staying().get(0).reasons().get(0).startsWith("no room was found for it: "));
    }

    @Test
    void aNumberOfWhichNobodyHasHeardForLongIsNotKnown() throws Exception {
        String old = ",\"evidence\":{\"/memory\":{\"from\":\"x\",\"at\":\"2026-11-19T13:00:00Z\"}}";
        Map<String, String> all =
                Map.of("web-01", memory(100), "l0-b", memory(8000), "lab-02", memory(10), "lab-03", memory(10));
        for (String name : all.keySet()) {
            Map<String, String> stale = new HashMap<>(all);
            stale.put(name, all.get(name) + old);
            assertFalse(drained(roomy(stale), "l0-a", "l0-b").capacityKnown(), name);
        }
    }

    @Test
    void whereThereIsRoomForCertainComesFirst() throws Exception {
        Map<String, String> known = Map.of("web-01", memory(100), "web-02", memory(100), "l0-e", memory(8000));
        Drained drained = drained(roomy(known, another("web-02", "0021")), "l0-a", "pool:amd");
        assertEquals(
                List.of("l0-e", "l0-e"),
                drained.going().stream().map(Drained.Going::to).toList());
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

    private static Waivers waiver(String scope, String expires) throws IOException {
        String waiver = "- {rule: passthrough-cpu-differs, scope: '" + scope
                + "', reason: we tried it, owner: ops, expires: " + expires + "}";
        return Waivers.read(
                "waivers.yaml",
                new ByteArrayInputStream(waiver.getBytes(StandardCharsets.UTF_8)),
                Audited.GUARD.rules(),
                Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC));
    }

    /** One guest on l0-a, with the CPU of its host, which l0-b does not have. */
    private Path withTheCpuOfItsHost() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(RACK));
        lines.set(2, line(2).replace("EPYC 7742", "EPYC 7763").replace("23-49-0", "25-1-1"));
        lines.set(6, line(6).replace("\"cpuMode\":\"custom\"", "\"cpuMode\":\"host-passthrough\""));
        lines.remove(5);
        return Files.write(folder.resolve("passthrough.ndjson"), lines);
    }

    @Test
    void whoCanGoByAWaiverAloneGoesAndIsSaid() throws Exception {
        Path fleet = withTheCpuOfItsHost();
        assertEquals(Verdict.DENY, drained(fleet, "l0-a", null).effective());
        Drained drained = drained(fleet, false, waiver("guest=web-01, destination=l0-b", "2026-12-01"), "l0-a", null);
        assertEquals(List.of(Verdict.DENY, Verdict.ALLOW), List.of(drained.verdict(), drained.effective()));
        assertEquals(List.of(), drained.staying());
        Drained.Going web = drained.going().get(0);
        assertEquals(
                List.of("l0-b", Verdict.DENY, "passthrough-cpu-differs"),
                List.of(web.to(), web.verdict(), web.waived().get(0).rule()));
        String text = DrainText.of(drained, 80);
        assertTrue(text.startsWith("ALLOW (waived; the rules say DENY)  empty l0-a: its one guest can go\n"), text);
        assertTrue(text.contains("    waived: passthrough-cpu-differs, by ops until 2026-12-02T00:00:00Z: "), text);
        assertOfTheSchema(drained);
    }

    @Test
    void aWaiverThatIsOverOrOfSomethingElseMovesNobody() throws Exception {
        Path fleet = withTheCpuOfItsHost();
        for (Waivers none : List.of(
                waiver("guest=web-01", "2026-11-01"),
                waiver("guest=web-02", "2026-12-01"),
                waiver("guest=web-01, destination=l0-c", "2026-12-01"),
                waiver("guest=web-01, source=l0-b", "2026-12-01"))) {
            Drained drained = drained(fleet, false, none, "l0-a", null);
            assertEquals(List.of(Verdict.DENY, Verdict.DENY), List.of(drained.verdict(), drained.effective()));
            assertEquals(List.of(), drained.going());
        }
    }

    @Test
    void whereMoreIsForbiddenThanIsWaivedNobodyGoes() throws Exception {
        Path fleet = withTheCpuOfItsHost();
        String text = Files.readString(fleet)
                .replace("\"nesting\":false,\"l2\":{\"live\":0}", "\"nesting\":true,\"l2\":{\"live\":1}");
        Drained drained =
                drained(Files.writeString(fleet, text), false, waiver("guest=web-01", "2026-12-01"), "l0-a", null);
        assertEquals(Verdict.DENY, drained.effective());
        assertEquals(List.of(), drained.going());
    }

    @Test
    void aGuestGoesOnlyWhereItIsAllowedThoseWithFewestPlacesFirst() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(withTheCpuOfItsHost()));
        String other = line(2).replace("h-amd-b", "h-amd-ID").replace("l0-b", "l0-ID");
        lines.add(other.replace("ID", "twin"));
        lines.add(other.replace("ID", "unknown").replace("\"vendor\":\"amd\",", ""));
        lines.add(0, line(6).replace("0003", "0024").replace("web-01", "anywhere"));
        Drained drained = drained(Files.write(folder.resolve("fleet.ndjson"), lines), "l0-a", null);
        assertEquals(
                List.of("web-01 1", "anywhere 3"),
                drained.going().stream()
                        .map(going -> going.guest().called() + " " + going.places())
                        .toList());
        assertEquals("l0-twin", drained.going().get(0).to());
        assertTrue(
                drained.going().get(0).heed().get(0).contains("must be its twin"),
                drained.going().get(0)::toString);
        assertEquals(List.of(), drained.going().get(1).heed());
    }

    @Test
    void moreGuestsThanAnyHostRunsAreNoHosts() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i <= 10_000; i++) {
            lines.add(line(6).replace("000000000003", "1" + String.format("%011d", i)));
        }
        Path fleet = rackWith(lines.toArray(new String[0]));
        AuditException e = assertThrows(AuditException.class, () -> drained(fleet, "l0-a", null));
        assertTrue(String.valueOf(e.getMessage()).startsWith("there are more than 10000 guests"), e.getMessage());
    }

    @Test
    void nobodyGoesByAWaiverWhoCanGoWithoutOne() throws Exception {
        Path fleet = withTheCpuOfItsHost();
        List<String> lines = new ArrayList<>(Files.readAllLines(fleet));
        lines.add(line(2).replace("h-amd-b", "h-amd-c").replace("l0-b", "l0-e"));
        Drained drained = drained(Files.write(fleet, lines), false, waiver("guest=web-01", "2026-12-01"), "l0-a", null);
        assertEquals(List.of(Verdict.ALLOW, Verdict.ALLOW), List.of(drained.verdict(), drained.effective()));
        Drained.Going web = drained.going().get(0);
        assertEquals(List.of("l0-e", 1L, List.of()), List.of(web.to(), web.places(), web.waived()));
    }

    @Test
    void theDocumentIsOfTheSchema() throws Exception {
        for (String host : List.of("l0-a", "l0-b", "l0-c", "l0-d")) {
            assertOfTheSchema(drained(RACK, host, null));
        }
        Map<String, String> known = Map.of("web-01", memory(8192), "l0-e", memory(9000), "lab-02", memory(7));
        assertOfTheSchema(drained(roomy(known), "l0-a", "pool:amd"));
    }

    private static void assertOfTheSchema(Drained drained) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                DrainTest.class.getResourceAsStream("/org/nestguard/schemas/drain.schema.json"))) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            DrainJson.write(out, drained);
            JsonNode document = new ObjectMapper().readTree(out.toByteArray());
            assertEquals(List.of(), schema.validate(document), document.toString());
        }
    }

    @Test
    void aGuestThatIsSaidToBeOnTwoHostsIsFearedOnBoth() throws Exception {
        String again = line(6).replace("h-amd-a", "h-intel-a").replace("}}", "}");
        String there = "\"observedAt\":\"2026-11-22T12:59:TIMEZ\",\"level\"";
        Path fleet = rackWith(again.replace("\"level\"", there.replace("TIME", "58")));
        Drained drained = drained(fleet, true, null, "l0-c", null);
        assertEquals(Verdict.UNDETERMINED, drained.verdict());
        String text = DrainText.of(drained, 80);
        assertTrue(text.contains("1 guest is said to be on l0-c and on another host at the same time"), text);
        Path before = rackWith(again.replace("\"level\"", there.replace("TIME", "08")));
        assertFalse(
                DrainText.of(drained(before, true, null, "l0-c", null), 80).contains("another host"),
                "it has gone since");
    }

    @Test
    void ofAHostThatWasLastSeenLongAgoNobodyKnowsWhoIsOnIt() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(RACK));
        lines.set(3, line(3).replace("2026-11-22T12:59:50Z", "2026-11-21T12:59:50Z"));
        Drained drained = drained(Files.write(folder.resolve("old.ndjson"), lines), "l0-c", null);
        assertEquals(Verdict.UNDETERMINED, drained.verdict());
        assertTrue(DrainText.of(drained, 80).contains("which is not believed any more"));
    }
}
