package org.nestguard.fleet.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Freshness;
import org.nestguard.facts.Operation;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.audit.WhatIf;
import org.nestguard.fleet.inventory.Inventory;

class ReportTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");
    private static final MigrationGuard GUARD = MigrationGuard.create();
    private static final Asked ASKED = new Asked(Operation.MIGRATE, To.read("any"), null, Freshness.USUAL);
    private static final Asked SUPPOSED = new Asked(
            Operation.MIGRATE,
            To.read("any"),
            null,
            Freshness.USUAL,
            List.of(WhatIf.read("host.nested=false@pool:amd"), WhatIf.read("guest.l2.live=0@guest:lab-02")));
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** What a report says of the rack with a record that cannot be read, and a guest whose name is a formula. */
    private String said(Report report) throws IOException {
        return said(report, ASKED);
    }

    private String said(Report report, Asked asked) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(RACK));
        lines.set(0, lines.get(0).replace("ci-01", "=1+1,\\\"x"));
        lines.add(2, "{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"nestng\":true}");
        Path file = Files.write(folder.resolve("fleet.ndjson"), lines);
        Clock clock = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(GUARD, asked, List.of(report), null, false, clock, () -> false, bytes -> {}).run(inventory);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What a report says of the rack with some hosts seen twice, one of them with two vendors, another with a name of its own. */
    private String saidOfTwo(Report report) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(RACK));
        for (int host = 1; host <= 4; host++) {
            for (int i = 0; i < 3; i++) {
                lines.add(lines.get(host)
                        .replace("h-", "h" + i + "-")
                        .replace("l0-", "\\u001b[31ml0-")
                        .replace("\"vendor\":\"intel\"", "\"vendor\":\"amd\""));
                lines.add(lines.get(host)
                        .replace("h-", "h" + i + "-")
                        .replace("\"vendor\":\"amd\"", "\"vendor\":\"intel\""));
            }
        }
        Path file = Files.write(folder.resolve("fleet.ndjson"), lines);
        Asked asked = new Asked(Operation.SAVEVM, null, null, Freshness.USUAL, List.of());
        Clock clock = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(GUARD, asked, List.of(report), null, false, clock, () -> false, bytes -> {}).runMerged(inventory);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void hostsWithoutAHookAreCountedAndThatIsNoRulesVerdict() throws Exception {
        String text = said(new TextReport(out, 80, GUARD.rules()));
        assertTrue(text.contains("""
                        Whether a hook asks before a guest is moved, in hosts:
                                   1  yes
                                   1  no: nothing there stops what is refused; nestguard hook install
                                   2  not known; nestguard collect tells, as root
                        """), text);
        out.reset();
        JsonNode numbers = MAPPER.readTree(said(new JsonReport(out)));
        assertEquals(
                "{\"installed\":1,\"missing\":1,\"unknown\":2}",
                numbers.get("hooks").toString());
        assertFalse(numbers.get("hostReasons").toString().contains("hook"), numbers.toString());
    }

    @Test
    void contradictionsAreCountedAllAndTheFirstAreToldInTheText() throws Exception {
        String text = saidOfTwo(new TextReport(out, 80, GUARD.rules()));
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(text.contains("12  host.vendor\n"), text);
        assertTrue(text.contains("12  host.name\n"), text);
        assertTrue(text.contains("and 19 more, which -o ndjson tells one by one"), text);
        assertTrue(text.indexOf('\u001b') < 0, text);
    }

    @Test
    void contradictionsAreOfTheSchema() throws Exception {
        JsonNode numbers = MAPPER.readTree(saidOfTwo(new JsonReport(out)));
        assertEquals(List.of(), faults(numbers), numbers.toString());
        assertEquals(12, numbers.at("/contradictions/1/times").asInt(), numbers.toString());
        out.reset();
        List<String> lines = saidOfTwo(new NdjsonReport(out, ASKED))
                .lines()
                .filter(line -> !line.startsWith("{\"state\""))
                .toList();
        assertEquals(24 + 5, lines.size());
        for (String line : lines) {
            assertEquals(List.of(), faults(MAPPER.readTree(line)), line);
        }
    }

    private static List<?> faults(JsonNode document) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                ReportTest.class.getResourceAsStream("/org/nestguard/schemas/audit.schema.json"))) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(in);
            return schema.validate(document);
        }
    }

    @Test
    void theNumbersAreOfTheSchema() throws Exception {
        JsonNode document = MAPPER.readTree(said(new JsonReport(out)));
        assertEquals(List.of(), faults(document), document.toString());
        assertEquals(5, document.get("guests").asInt());
        assertEquals(1, document.get("errors").size());
    }

    @Test
    void eachGuestIsALineAndWhatCannotBeReadStandsInItsPlace() throws Exception {
        List<String> all = said(new NdjsonReport(out, ASKED)).lines().toList();
        for (String line : all) {
            assertEquals(List.of(), faults(MAPPER.readTree(line)), line);
        }
        List<String> lines =
                all.stream().filter(line -> !line.startsWith("{\"state\"")).toList();
        assertEquals(6, lines.size());
        assertEquals(3, all.size() - lines.size(), "l0-a alone is in order, and has a hook");
        assertTrue(all.get(0).contains("\"host\":\"l0-b\"") && all.get(0).contains("\"hook\":\"missing\""), all.get(0));
        assertEquals(3, MAPPER.readTree(lines.get(1)).at("/error/line").asInt(), lines.get(1));
    }

    @Test
    void aNameIsNoFormulaForASpreadsheet() throws Exception {
        List<String> lines = said(new CsvReport(out, ASKED)).lines().toList();
        assertEquals(6, lines.size());
        assertTrue(lines.get(1).startsWith("\"'=1+1,\"\"x\",6d1c3a52-"), lines.get(1));
    }

    @Test
    void theTextFitsItsPaperAndSaysHowManyAndWhy() throws Exception {
        String text = said(new TextReport(out, 80, GUARD.rules()));
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(text.contains("5 guests on 4 hosts, 4 of them destinations"), text);
        assertTrue(text.contains("amd-live-l2: "), text);
        assertTrue(text.contains("1 record or source could not be read and is not"), text);
    }

    @Test
    void whatIsSupposedIsSaidWhereverAnAnswerIs() throws Exception {
        List<String> supposed = List.of("host.nested=false@pool:amd", "guest.l2.live=0@guest:lab-02");
        String text = said(new TextReport(out, 80, GUARD.rules()), SUPPOSED);
        assertTrue(text.startsWith("WHAT IF: this is no answer about the fleet as it is"), text);
        assertTrue(text.contains(supposed.get(0)) && text.contains(supposed.get(1)), text);
        out.reset();
        JsonNode document = MAPPER.readTree(said(new JsonReport(out), SUPPOSED));
        assertEquals(List.of(), faults(document), document.toString());
        assertEquals(supposed, MAPPER.convertValue(document.get("whatIf"), List.class));
        out.reset();
        for (String line :
                said(new NdjsonReport(out, SUPPOSED), SUPPOSED).lines().toList()) {
            JsonNode guest = MAPPER.readTree(line);
            assertEquals(List.of(), faults(guest), line);
            assertTrue(guest.has("error") || guest.get("whatIf").size() == 2, line);
        }
        out.reset();
        List<String> rows = said(new CsvReport(out, SUPPOSED), SUPPOSED).lines().toList();
        assertTrue(
                rows.subList(1, rows.size()).stream().allMatch(row -> row.endsWith(String.join(" ", supposed))),
                rows::toString);
    }

    @Test
    void aPlanIsToldInTextAndJsonWhateverAPoolIsCalled() throws Exception {
        Path file = folder.resolve("pools.ndjson");
        Files.writeString(file, Files.readString(RACK).replace("\"pool\":\"amd\"", "\"pool\":\"a\\u001b[2J<b>\""));
        Asked asked = new Asked(Operation.SAVEVM, null, null, Freshness.USUAL);
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        List<Report> reports = List.of(new TextReport(out, 80, GUARD.rules()), new JsonReport(json));
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(GUARD, asked, reports, null, false, Clock.systemUTC(), () -> false, bytes -> {})
                    .planning()
                    .run(inventory);
        }
        JsonNode document = MAPPER.readTree(json.toByteArray());
        assertEquals(List.of(), faults(document), document.toString());
        assertEquals(2, document.at("/plan/steps/0/freedOfUndetermined").asInt(), document.toString());
        assertEquals(
                "guest.l2.live=0@pool:a\u001b[2J<b>",
                document.at("/plan/steps/0/whatIf/0").asText());
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(text.contains("What to do first"), text);
        assertTrue(text.contains("--what-if 'guest.l2.live=0@pool:a<U+001B>[2J<b>'"), text);
    }
}
