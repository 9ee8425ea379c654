package org.nestguard.fleet.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.waiver.WaiverFinding;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Answer;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.Grounds;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Hook;
import org.nestguard.fleet.audit.HostResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.inventory.Identity;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.merge.Contradiction;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What shows tests and what shows code scanning is told of an audit. */
class CiReportTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");
    private static final MigrationGuard GUARD = MigrationGuard.create();
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Asked SAVED = new Asked(Operation.SAVEVM, null, null, Freshness.USUAL);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);
    private static final String HOSTILE =
            "</failure>]]>&x; \\u0000\\u001b[31m\\ud800 \\ud83d\\ude00 {0} [here](http://evil.example/)\\n<a b='";

    @TempDir
    private Path folder = Path.of("");

    private List<String> lines = List.of();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @BeforeEach
    void rack() throws IOException {
        lines = new ArrayList<>(Files.readAllLines(RACK));
    }

    private String said(Report report) throws IOException {
        return said(SAVED, report, null);
    }

    private String said(Asked asked, Report report, @Nullable Waivers waivers) throws IOException {
        Path file = Files.write(folder.resolve("fleet a.ndjson"), lines);
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(GUARD, asked, List.of(report), waivers, false, CLOCK, () -> false, bytes -> {}).run(inventory);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private JunitReport junit() {
        return new JunitReport(out, SAVED, GUARD.rules());
    }

    private SarifReport sarif(Asked asked) throws IOException {
        out.reset();
        return new SarifReport(out, asked, "0.1.0", GUARD.rules(), BuiltTables.sources());
    }

    private JsonNode run(Asked asked) throws IOException {
        return MAPPER.readTree(said(asked, sarif(asked), null)).at("/runs/0");
    }

    /** All suites, whose numbers are true. */
    private static List<Element> suites(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Element root = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertEquals("testsuites", root.getTagName());
        List<Element> suites = new ArrayList<>();
        NodeList all = root.getElementsByTagName("testsuite");
        for (int i = 0; i < all.getLength(); i++) {
            Element suite = (Element) all.item(i);
            assertEquals(count(suite, "testcase"), number(suite, "tests"), xml);
            assertEquals(count(suite, "failure"), number(suite, "failures"), xml);
            assertEquals(count(suite, "error"), number(suite, "errors"), xml);
            assertEquals(count(suite, "skipped"), number(suite, "skipped"), xml);
            suites.add(suite);
        }
        return suites;
    }

    /** That of the guests. */
    private static Element suite(String xml) throws Exception {
        return suites(xml).get(0);
    }

    private static int count(Element in, String tag) {
        return in.getElementsByTagName(tag).getLength();
    }

    private static int number(Element of, String attribute) {
        return Integer.parseInt(of.getAttribute(attribute));
    }

    private static Element testcase(Element suite, String name) {
        NodeList all = suite.getElementsByTagName("testcase");
        for (int i = 0; i < all.getLength(); i++) {
            if (all.item(i) instanceof Element one && one.getAttribute("name").equals(name)) {
                return one;
            }
        }
        throw new AssertionError("no test case " + name);
    }

    // ---- junit

    @Test
    void aGuestIsATestCaseThatFailsWhereItIsDeniedAndIsInErrorWhereNobodyKnows() throws Exception {
        lines.add(2, "{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"nestng\":true}");
        Element suite = suite(said(junit()));
        assertEquals(6, number(suite, "tests"));
        Element denied = testcase(suite, "build-farm-07: savevm");
        assertEquals("l0-a", denied.getAttribute("classname"));
        assertEquals("DENY", ((Element) denied.getElementsByTagName("failure").item(0)).getAttribute("type"));
        assertTrue(denied.getTextContent().contains("amd-live-l2: On AMD"), denied.getTextContent());
        assertTrue(denied.getTextContent().contains("fleet a.ndjson:7"), denied.getTextContent());
        assertEquals(
                0, testcase(suite, "web-01: savevm").getElementsByTagName("*").getLength());
        Element unsure = testcase(suite, "lab-02: savevm");
        assertEquals(1, count(unsure, "error"));
        assertTrue(unsure.getTextContent().contains("not known: guest.l2.live"), unsure.getTextContent());
        Element bad = testcase(suite, folder.resolve("fleet a.ndjson") + ":3");
        assertEquals(1, count(bad, "error"));
    }

    @Test
    void anyNameIsWellFormedXml() throws Exception {
        lines.replaceAll(line -> line.replace("build-farm-07", HOSTILE).replace("l0-a", HOSTILE));
        Element suite = suite(said(junit()));
        assertEquals(5, number(suite, "tests"));
        Element denied = testcase(
                suite,
                "</failure>]]>&x; <U+0000><U+001B>[31m<U+D800> \ud83d\ude00 {0} [here](http://evil.example/)<U+000A><a b=':"
                        + " savevm");
        assertEquals(1, count(denied, "failure"));
    }

    @Test
    void whatIsLeftOutOfALargeFleetIsATestCaseOfItsOwn() throws Exception {
        JunitReport report = junit();
        for (int i = 0; i < JunitReport.MOST + 7; i++) {
            report.guest(guest(i, Verdict.DENY));
            report.guest(guest(i, Verdict.ALLOW));
        }
        Element suite = suite(said(report));
        assertEquals(JunitReport.MOST, number(suite, "failures"));
        Element refused = testcase(suite, "not listed: guests that are refused");
        String message = ((Element) refused.getElementsByTagName("error").item(0)).getAttribute("message");
        assertTrue(message.startsWith("10 more guests"), message); // three of the rack are refused
        Element passes = testcase(suite, "not listed: guests that pass");
        assertEquals(1, count(passes, "skipped"));
    }

    @Test
    void anAuditThatIsInterruptedBeforeItKnowsTheDestinationIsInError() throws Exception {
        Path file = Files.write(folder.resolve("fleet a.ndjson"), lines);
        Asked asked = new Asked(Operation.MIGRATE, To.read("l0-b"), null, Freshness.USUAL);
        JunitReport report = new JunitReport(out, asked, GUARD.rules());
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(GUARD, asked, List.of(report), null, false, CLOCK, () -> true, bytes -> {}).run(inventory);
        }
        assertEquals(1, count(testcase(suite(out.toString(StandardCharsets.UTF_8)), "the whole fleet"), "error"));
    }

    private static HostResult host(int number, HostResult.Said... said) {
        return host(number, Hook.INSTALLED, said);
    }

    private static HostResult host(int number, Hook hook, HostResult.Said... said) {
        return new HostResult(
                "fleet.ndjson:" + number,
                "h-" + number,
                "host-" + number,
                "a/b",
                List.of(said),
                List.of("host.qemu"),
                hook);
    }

    private static final HostResult.Said OFF = new HostResult.Said("nesting-off", Effect.FORBID, true);
    private static final HostResult.Said PERHAPS = new HostResult.Said("<of a site>", Effect.FORBID, false);
    private static final HostResult.Said HEED = new HostResult.Said("heed", Effect.CAUTION, true);

    @Test
    void aHostIsATestCaseOfASuiteOfItsOwn() throws Exception {
        JunitReport report = junit();
        report.host(host(1, HEED, PERHAPS, OFF));
        report.host(host(2, PERHAPS));
        report.host(host(3, HEED));
        report.host(host(4));
        report.host(host(5, Hook.MISSING));
        report.host(host(6, Hook.UNKNOWN));
        List<Element> suites = suites(said(report));
        assertEquals(2, suites.size());
        assertEquals(5, number(suites.get(0), "tests"));
        Element hosts = suites.get(1);
        assertEquals("nestguard audit: is each host fit for guests that run guests?", hosts.getAttribute("name"));
        assertEquals(6 + 4, number(hosts, "tests"), "those of the rack too");
        Element unfit = testcase(hosts, "the host itself: h-1");
        assertEquals("host-1", unfit.getAttribute("classname"));
        assertEquals("DENY", ((Element) unfit.getElementsByTagName("failure").item(0)).getAttribute("type"));
        assertTrue(unfit.getTextContent().contains("<of a site>: <of a site> (perhaps)\n"), unfit.getTextContent());
        assertTrue(unfit.getTextContent().contains("not known: host.qemu\nwritten at fleet.ndjson:1\n"));
        assertEquals(1, count(testcase(hosts, "the host itself: h-2"), "error"));
        Element heeded = testcase(hosts, "the host itself: h-3");
        assertEquals(0, count(heeded, "error") + count(heeded, "failure"));
        assertTrue(heeded.getTextContent().startsWith("heed: heed\n"), heeded.getTextContent());
        assertEquals("", testcase(hosts, "the host itself: h-4").getTextContent());
        Element open = testcase(hosts, "the host itself: h-5");
        assertEquals(1, count(open, "failure"));
        assertTrue(open.getTextContent().startsWith("hook-missing: No hook asks before"), open.getTextContent());
        assertEquals("", testcase(hosts, "the host itself: h-6").getTextContent());
    }

    @Test
    void hostsThatAreLeftOutOfALargeFleetAreCounted() throws Exception {
        JunitReport report = junit();
        for (int i = 0; i < JunitReport.MOST + 7; i++) {
            report.host(host(i, PERHAPS));
            report.host(host(i));
        }
        Element hosts = suites(said(report)).get(1);
        assertTrue(testcase(hosts, "not listed: hosts that are not fit")
                .getElementsByTagName("error")
                .item(0)
                .getAttributes()
                .getNamedItem("message")
                .getNodeValue()
                .startsWith("8 more hosts that are not fit")); // one of the rack has no hook
        assertEquals(1, count(testcase(hosts, "not listed: hosts that are fit"), "skipped"));
    }

    private static Contradiction contradiction(int number) {
        Instant at = Instant.parse("2026-11-22T13:00:00Z");
        return new Contradiction(
                Subject.HOST,
                "h-" + number,
                null,
                "vendor",
                new Contradiction.Said("amd", at, "fleet.ndjson:1"),
                new Contradiction.Said("intel", at, "fleet.ndjson:2"));
    }

    @Test
    void aContradictionIsATestCaseThatFails() throws Exception {
        JunitReport report = junit();
        for (int i = 0; i < JunitReport.MOST + 7; i++) {
            report.contradiction(contradiction(i));
        }
        Element suite = suites(said(report)).get(2);
        assertEquals(JunitReport.MOST, number(suite, "failures"));
        assertEquals(1, number(suite, "errors"));
        Element one = testcase(suite, "host.vendor of h-1");
        assertEquals("h-1", one.getAttribute("classname"));
        assertTrue(one.getTextContent().contains("vendor is amd (fleet.ndjson:1, 2026-11-22T13:00:00Z) and intel"));
        assertTrue(testcase(suite, "not listed: observations that cannot both be true")
                .getFirstChild()
                .getAttributes()
                .getNamedItem("message")
                .getNodeValue()
                .startsWith("7 more"));
    }

    private static GuestResult guest(int number, Verdict verdict) {
        return new GuestResult(
                "fleet.ndjson:" + number,
                Identity.of("guest-" + number),
                "guest-" + number,
                null,
                "h",
                "host",
                null,
                new Answer(verdict, List.of()),
                verdict,
                List.of(),
                false,
                new Grounds() {
                    @Override
                    public long ofGuest() {
                        return number;
                    }

                    @Override
                    public long ofDestinations() {
                        return 0;
                    }
                });
    }

    // ---- sarif

    @Test
    void aResultIsAGuestAndARuleAtItsLineAndTheRuleHasHelp() throws Exception {
        lines.add(2, "{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"nestng\":true}");
        JsonNode document = MAPPER.readTree(said(SAVED, sarif(SAVED), null));
        assertEquals("2.1.0", document.get("version").asText());
        JsonNode run = document.at("/runs/0");
        JsonNode denied = result(run, "build-farm-07");
        assertEquals("amd-live-l2", denied.get("ruleId").asText());
        assertEquals("error", denied.get("level").asText());
        JsonNode at = denied.at("/locations/0/physicalLocation");
        assertEquals(7, at.at("/region/startLine").asInt());
        assertEquals(
                folder.resolve("fleet a.ndjson").toUri().toString(),
                at.at("/artifactLocation/uri").asText());
        JsonNode rule = run.at("/tool/driver/rules").get(denied.get("ruleIndex").asInt());
        assertEquals("amd-live-l2", rule.get("id").asText());
        String help = rule.at("/help/text").asText();
        assertTrue(help.startsWith("Do next: {{end-live-l2}}"), help);
        assertTrue(help.contains("Source: Linux: "), help);
        JsonNode unsure = result(run, "lab-02");
        assertEquals("warning", unsure.get("level").asText());
        assertTrue(unsure.at("/message/text").asText().contains("Not known: guest.l2.live"), unsure.toString());
        assertFalse(run.get("results").toString().contains("web-01"));
        JsonNode invocation = run.at("/invocations/0");
        assertFalse(invocation.get("executionSuccessful").asBoolean());
        assertEquals(
                3,
                invocation
                        .at("/toolExecutionNotifications/0/locations/0/physicalLocation/region/startLine")
                        .asInt());
    }

    @Test
    void fingerprintsStayWhereLinesMoveAndDifferByGuestRuleAndQuestion() throws Exception {
        Map<String, String> before = fingerprints(run(SAVED));
        lines.add(0, "");
        lines.add(lines.remove(1));
        assertEquals(before, fingerprints(run(SAVED)));
        Asked moved = new Asked(Operation.MIGRATE, To.read("any"), null, Freshness.USUAL);
        Set<String> all = new HashSet<>(before.values());
        Map<String, String> others = fingerprints(run(moved));
        all.addAll(others.values());
        assertEquals(before.size() + others.size(), all.size());
    }

    @Test
    void aNameIsNeitherALinkNorAPlaceToBeFilledNorControlsATerminal() throws Exception {
        lines.replaceAll(line -> line.replace("build-farm-07", HOSTILE));
        String text = result(run(SAVED), "</failure>").at("/message/text").asText();
        assertTrue(
                text.startsWith(
                        "</failure>\\]\\]>&x; <U+0000><U+001B>\\[31m<U+D800> \ud83d\ude00 {{0}} \\[here\\](http:"),
                text);
    }

    @Test
    void aGuestThatCanGoNowhereHasAResultThoughNoRuleSpeaksAgainstIt() throws Exception {
        lines.removeIf(line -> line.startsWith("{\"kind\":\"host\"") && !line.contains("h-amd-a"));
        lines.removeIf(line -> line.startsWith("{\"kind\":\"guest\"") && !line.contains("\"hostId\":\"h-amd-a\""));
        JsonNode run = run(new Asked(Operation.MIGRATE, To.read("any"), null, Freshness.USUAL));
        JsonNode result = result(run, "web-01");
        assertEquals(SarifReport.UNDECIDED, result.get("ruleId").asText());
        assertTrue(result.at("/message/text").asText().contains(SarifReport.NOWHERE), result.toString());
    }

    @Test
    void whatIsWaivedIsSuppressedWithItsReasonAndPassesAsATest() throws Exception {
        lines.add(lines.get(1)
                .replace("h-amd-a", "h-amd-c")
                .replace("l0-a", "l0-e")
                .replace("EPYC 7742", "EPYC 7763")
                .replace("23-49-0", "25-1-1"));
        lines.add(lines.get(6)
                .replace("0003", "0009")
                .replace("web-01", "desk-01")
                .replace("\"cpuMode\":\"custom\"", "\"cpuMode\":\"host-passthrough\""));
        Asked asked = new Asked(Operation.MIGRATE, To.read("l0-e"), null, Freshness.USUAL);
        JsonNode run = MAPPER.readTree(said(asked, sarif(asked), waivers())).at("/runs/0");
        JsonNode waived = result(run, "desk-01");
        assertEquals("error", waived.get("level").asText());
        JsonNode suppression = waived.at("/suppressions/0");
        assertEquals("external", suppression.path("kind").asText(), waived.toString());
        assertTrue(
                suppression.get("justification").asText().startsWith("passthrough-cpu-differs: we know (ops, until"));
        assertFalse(result(run, "build-farm-07").has("suppressions"));
        out.reset();
        Element passed =
                testcase(suite(said(asked, new JunitReport(out, asked, GUARD.rules()), waivers())), "desk-01: migrate");
        assertEquals(0, count(passed, "failure"));
        assertTrue(
                passed.getTextContent().startsWith("DENY without waivers, ALLOW with them:"), passed.getTextContent());
    }

    private static Waivers waivers() throws IOException {
        String waiver =
                "- {rule: passthrough-cpu-differs, scope: 'guest=desk-01, destination=l0-e', reason: we know, owner: ops,"
                        + " expires: 2026-12-01}";
        return Waivers.read(
                "waivers.yaml",
                new ByteArrayInputStream(waiver.getBytes(StandardCharsets.UTF_8)),
                GUARD.rules(),
                CLOCK);
    }

    @Test
    void whatIsWrongWithAWaiverIsAResultAtItsLine() throws Exception {
        JsonNode run =
                MAPPER.readTree(said(SAVED, sarif(SAVED), wrongWaivers())).at("/runs/0");
        List<String> found = new ArrayList<>();
        for (JsonNode result : run.get("results")) {
            if (result.get("ruleId").asText().startsWith("waiver-")) {
                assertEquals(
                        result.get("ruleId").asText(),
                        run.at("/tool/driver/rules/" + result.get("ruleIndex").asInt() + "/id")
                                .asText());
                JsonNode location = result.at("/locations/0/physicalLocation");
                found.add(result.get("ruleId").asText() + " "
                        + location.at("/artifactLocation/uri").asText() + " "
                        + location.at("/region/startLine").asInt());
            }
        }
        assertEquals(
                List.of(
                        "waiver-expired waivers.yaml 1",
                        "waiver-too-wide waivers.yaml 2",
                        "waiver-vain waivers.yaml 4",
                        "waiver-unused waivers.yaml 2",
                        "waiver-unused waivers.yaml 3"),
                found);
        assertEquals("too-wide", run.at("/properties/waivers/1/finding").asText());
    }

    @Test
    void thatAWaiverWasNotNeededIsNotSaidOfHalfAnAudit() throws Exception {
        Path file = Files.write(folder.resolve("fleet a.ndjson"), lines);
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            Summary half = new Audit(GUARD, SAVED, List.of(), wrongWaivers(), false, CLOCK, () -> true, bytes -> {})
                    .run(inventory);
            assertEquals(
                    List.of(WaiverFinding.Kind.EXPIRED, WaiverFinding.Kind.TOO_WIDE, WaiverFinding.Kind.VAIN),
                    half.waivers().stream().map(WaiverFinding::kind).toList());
        }
    }

    private static Waivers wrongWaivers() throws IOException {
        String rule = "- {rule: passthrough-cpu-differs, reason: we know, owner: ops, ";
        String waivers = rule + "scope: guest=desk-01, expires: 2026-11-01}\n"
                + rule + "scope: 'guest=*', expires: 2026-12-01}\n"
                + rule + "scope: guest=desk-01, expires: 2026-12-01}\n"
                + "- {rule: amd-live-l2, reason: we know, owner: ops, scope: guest=desk-01, expires: 2026-12-01}\n";
        return Waivers.read(
                "waivers.yaml",
                new ByteArrayInputStream(waivers.getBytes(StandardCharsets.UTF_8)),
                GUARD.rules(),
                CLOCK);
    }

    @Test
    void whatIsMoreThanAViewerReadsIsCounted() throws Exception {
        SarifReport report = sarif(SAVED);
        for (int i = 0; i < SarifReport.MOST_RESULTS + 7; i++) {
            report.guest(guest(i, Verdict.DENY));
        }
        JsonNode run = MAPPER.readTree(said(report)).at("/runs/0");
        assertEquals(SarifReport.MOST_RESULTS, run.get("results").size());
        long leftOut = run.at("/properties/resultsLeftOut").asLong();
        assertTrue(leftOut > 7, run.get("properties").toString());
        assertTrue(run.at("/invocations/0/toolExecutionNotifications/0/message/text")
                .asText()
                .startsWith(leftOut + " more results"));
    }

    @Test
    void whatIsSaidOfAHostIsAResultAtItsLine() throws Exception {
        SarifReport report = sarif(SAVED);
        report.host(host(4, Hook.MISSING, OFF, PERHAPS, HEED));
        JsonNode run = MAPPER.readTree(said(report)).at("/runs/0");
        List<JsonNode> of = new ArrayList<>();
        run.get("results").forEach(result -> {
            if (result.at("/locations/0/logicalLocations/0/name").asText().equals("host-4")) {
                of.add(result);
            }
        });
        assertEquals(4, of.size(), run::toString);
        assertEquals(
                List.of("error", "warning", "note", "error"),
                of.stream().map(result -> result.get("level").asText()).toList());
        JsonNode at = of.get(0).at("/locations/0");
        assertEquals(
                "fleet.ndjson", at.at("/physicalLocation/artifactLocation/uri").asText());
        assertEquals(4, at.at("/physicalLocation/region/startLine").asInt());
        assertEquals(
                "a/b/host-4", at.at("/logicalLocations/0/fullyQualifiedName").asText());
        assertEquals(
                "The host host-4 itself: <of a site>. Perhaps, for not all is known of it. Not known: host.qemu.",
                of.get(1).at("/message/text").asText());
        JsonNode hook =
                run.at("/tool/driver/rules/" + of.get(3).get("ruleIndex").asInt());
        assertEquals("hook-missing", hook.get("id").asText());
        assertTrue(hook.at("/help/text").asText().startsWith("Do next: nestguard hook install"), hook::toString);
        assertEquals(
                4,
                of.stream()
                        .map(result -> result.at("/partialFingerprints")
                                .path("hostAndRule/v1")
                                .asText())
                        .filter(print -> print.length() == 64)
                        .distinct()
                        .count());
        JsonNode ofTheRack = run.get("results").get(run.get("results").size() - 1);
        assertTrue(ofTheRack.get("ruleIndex").isInt(), "its rule has help");
    }

    @Test
    void hostsAndContradictionsLeaveRoomForTheGuests() throws Exception {
        SarifReport report = sarif(SAVED);
        for (int i = 0; i < SarifReport.MOST_RESULTS; i++) {
            report.contradiction(contradiction(i));
            report.host(host(i, OFF));
        }
        for (int i = 0; i < SarifReport.MOST_RESULTS; i++) {
            report.guest(guest(i, Verdict.DENY));
        }
        JsonNode run = MAPPER.readTree(said(report)).at("/runs/0");
        assertEquals(SarifReport.MOST_RESULTS, run.get("results").size());
        long ofGuests = 0;
        for (JsonNode result : run.get("results")) {
            ofGuests += result.at("/partialFingerprints").has("guestAndRule/v1") ? 1 : 0;
        }
        assertEquals(SarifReport.MOST_RESULTS - 2 * SarifReport.MOST_BESIDE_GUESTS, ofGuests);
        assertTrue(run.at("/properties/resultsLeftOut").asLong() >= 2 * SarifReport.MOST_RESULTS);
    }

    private static JsonNode result(JsonNode run, String guest) {
        for (JsonNode result : run.get("results")) {
            if (result.at("/locations/0/logicalLocations/0/name").asText().startsWith(guest)) {
                return result;
            }
        }
        throw new AssertionError("no result of " + guest + ": " + run.get("results"));
    }

    private static Map<String, String> fingerprints(JsonNode run) {
        Map<String, String> fingerprints = new TreeMap<>();
        int ofHosts = 0;
        for (JsonNode result : run.get("results")) {
            JsonNode prints = result.get("partialFingerprints");
            assertEquals(1, prints.size(), result::toString);
            if (prints.has("hostAndRule/v1")) {
                ofHosts++; // the same whatever is asked of guests
                continue;
            }
            String print = prints.get("guestAndRule/v1").asText();
            fingerprints.put(
                    result.at("/locations/0/logicalLocations/0/name").asText() + " "
                            + result.get("ruleId").asText(),
                    print);
        }
        assertTrue(fingerprints.size() > 2, fingerprints.toString());
        assertEquals(run.get("results").size(), fingerprints.size() + ofHosts);
        return fingerprints;
    }

    @Test
    void aContradictionIsAResultAtBothItsPlaces() throws Exception {
        lines.add(lines.get(1).replace("\"vendor\":\"amd\"", "\"vendor\":\"intel\""));
        Path file = Files.write(folder.resolve("fleet.ndjson"), lines);
        try (Inventory inventory = Inventory.open(List.of(file.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(GUARD, SAVED, List.of(sarif(SAVED)), null, false, CLOCK, () -> false, bytes -> {})
                    .runMerged(inventory);
        }
        JsonNode run = MAPPER.readTree(out.toByteArray()).at("/runs/0");
        JsonNode result = run.at("/results/0");
        assertEquals("contradictory-observations", result.get("ruleId").asText());
        assertEquals(
                "contradictory-observations",
                run.at("/tool/driver/rules/" + result.get("ruleIndex").asInt() + "/id")
                        .asText());
        assertEquals(
                2, result.at("/locations/0/physicalLocation/region/startLine").asInt());
        assertEquals(
                10,
                result.at("/relatedLocations/0/physicalLocation/region/startLine")
                        .asInt());
        assertTrue(result.at("/message/text").asText().startsWith("host l0-a: vendor is amd ("), result::toString);
    }
}
