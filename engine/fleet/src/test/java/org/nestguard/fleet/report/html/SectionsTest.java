package org.nestguard.fleet.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.HostGroup;
import org.nestguard.fleet.audit.Matrix;

/** What a reader is told, section by section, without the marks between. */
class SectionsTest {
    @TempDir
    private Path folder = Path.of("");

    private static String plain(String html) {
        return html.replaceAll("<[^>]*>", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#39;", "'")
                .replace("&amp;", "&")
                .replaceAll("\\s+", " ")
                .strip();
    }

    private static String section(String name, String page) {
        Matcher section = Pattern.compile("<section aria-labelledby=\"" + name + "\">.*?</section>", Pattern.DOTALL)
                .matcher(page);
        assertTrue(section.find(), name);
        return plain(section.group());
    }

    private static void assertSays(String text, String... said) {
        for (String one : said) {
            assertTrue(text.contains(one), one + " is not said in: " + text);
        }
    }

    @Test
    void ofAllToAllEachSectionTellsItsPart() throws Exception {
        String page = Fleets.page(Fleets.RACK, "all");
        assertSays(
                plain(page),
                "1 of 5 guests may be migrated to every other host 5 guests on 4 hosts, 4 of them destinations . Facts as of"
                        + " 2026-11-22 13:00:00 UTC .",
                "Of 1 guest the state of L2 guests was older than 60 s and counts as not known.",
                "Asked: may each guest be migrated to every other host? Decided by rules 0.1.0, digest "
                        + Fleets.GUARD.version().digest() + " , from 10 different questions.");
        assertSays(
                section("verdicts", page),
                "Guests Verdict Number Share ALLOW 1 20.0 % DENY 4 80.0 % UNDETERMINED 0 0 %",
                "destination Verdict Number Share ALLOW 4 26.7 % DENY 9 60.0 % UNDETERMINED 2 13.3 %",
                "Of 1 guest that is allowed there is something to be heeded.");
        assertTrue(page.contains("<rect class=\"deny\" width=\"800\""), "four of five");
        assertSays(
                section("why", page),
                "another vendor's CPU 4 8 amd-live-l2",
                "What would decide it and is not known Facts that are missing, and of how many guests Fact Guests"
                        + " guest.l2.live 2 guest.movedWithLiveL2 1",
                "To be heeded where a guest is allowed",
                "vendors differ in more than the model says 1 2");
        assertSays(
                section("matrix", page),
                "From To amd intel amd 25 allowed 25 allowed intel none allowed all allowed",
                "From amd 2 hosts, amd, Linux 6.1, QEMU 8.2 to amd: 1 ALLOW 1 DENY 2 UNDETERMINED amd-live-l2 3"
                        + " amd-moved-with-live-l2 1 not known: guest.l2.live 2 not known: guest.movedWithLiveL2 1 to intel:"
                        + " 2 ALLOW 6 DENY amd-live-l2 6 vendor-differs 6");
        assertSays(
                section("guests", page),
                "ci-01 l0-d intel DENY 1 of 3 vendor-differs …",
                "lab-03 l0-b amd DENY 0 of 3 amd-live-l2 amd-moved-with-live-l2 vendor-differs not known: guest.l2.live"
                        + " guest.movedWithLiveL2 …",
                "/fleet.ndjson:9 web-01 l0-a amd ALLOW 3 of 3 …");
        assertSays(
                section("rules", page),
                "vendor-differs 4 guests Forbids it.",
                "It speaks against 4 guests and 8 pairs of a guest and a destination. Do next choose a destination of the same"
                        + " vendor It reads origin.vendor",
                "Known from Linux arch/x86/kvm/vmx/nested.c",
                "Where the guests are amd: 6 pairs intel: 2 pairs Guests ci-01 build-farm-07 lab-02 lab-03 amd-live-l2",
                "vendor-differs-without-nesting 1 guest To know before.",
                "It is to be heeded of 1 guest and 2 pairs");
    }

    @Test
    void ofSavingItTellsOfGroupsAndOfNoPairs() throws Exception {
        String page = Fleets.page(Fleets.RACK, null);
        assertFalse(plain(page).contains("Pairs of a guest and a destination"), page);
        assertSays(
                section("matrix", page),
                "amd amd, Linux 6.1, QEMU 8.2 2 25.0 % 1 ALLOW 1 DENY 2 UNDETERMINED amd-live-l2 3",
                "intel intel, Linux 6.6, QEMU 8.2 2 100 % 1 ALLOW");
        assertSays(section("rules", page), "Where the guests are amd: 3 guests Guests build-farm-07 lab-02 lab-03");
    }

    @Test
    void whoHasNowhereToGoIsToldSo() throws Exception {
        String guests = section("guests", Fleets.page(Fleets.RACK, "l0-d"));
        assertSays(guests, "ci-01 l0-d intel UNDETERMINED there is no other host among the destinations");
    }

    @Test
    void rulesThatSettleNoGuestAreToldApart() throws Exception {
        List<String> lines = Files.readAllLines(Fleets.RACK).stream()
                .filter(line -> line.contains("\"host\"") || line.contains("ci-01"))
                .toList();
        String page = Fleets.page(Files.write(folder.resolve("fleet.ndjson"), lines), "any");
        assertSays(
                section("why", page),
                "Why not No guest is refused. 1 rule speaks of some destinations and settles no guest",
                "another vendor's CPU 0 2");
    }

    @Test
    void ofWhatIsLongTheFirstIsToldAndHowMuchMoreThereIs() throws Exception {
        String page = Fleets.page(Fleets.sample(folder, 400, 60), "all");
        assertTrue(
                Pattern.compile("\\d+ more rules speak against fewer guests")
                        .matcher(section("why", page))
                        .find(),
                page);
        assertSays(section("guests", page), " and 1 more rule ");
        String rules = section("rules", page);
        Matcher first = Pattern.compile("It speaks against ([\\d,]+) guests .*? Guests (.*?) and ([\\d,]+) more\\.")
                .matcher(rules);
        assertTrue(first.find(), rules);
        assertEquals(12, first.group(2).split(" ").length);
        assertEquals(number(first.group(1)), 12 + number(first.group(3)));
    }

    private static int number(String text) {
        return Integer.parseInt(text.replace(",", ""));
    }

    @Test
    void whatIsWrongWithWaiversIsTold() throws Exception {
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 53; i++) {
            list.append("- {rule: passthrough-cpu-differs, scope: guest=g")
                    .append(i)
                    .append(", reason: <b>, owner: ops, expires: 2026-11-01}\n");
        }
        Waivers waivers = Waivers.read(
                "waivers.yaml",
                new ByteArrayInputStream(list.toString().getBytes(StandardCharsets.UTF_8)),
                Fleets.GUARD.rules(),
                Fleets.CLOCK);
        String why = section("why", Fleets.page(Fleets.RACK, null, waivers, null));
        assertSays(why, "About the waivers ", "3 more, in the output of -o text");
    }

    private static Matrix.Cell cell(long allowed, long denied, long undetermined) {
        return new Matrix.Cell(
                Map.of(Verdict.ALLOW, allowed, Verdict.DENY, denied, Verdict.UNDETERMINED, undetermined),
                List.of(),
                List.of());
    }

    @Test
    void whatATableLeavesOutIsSaid() {
        HostGroup one = new HostGroup("a", "", 1, 1);
        HostGroup two = new HostGroup("b", "", 1, 1);
        String leftOut = "3 guests are not in this table: there are too many different ones.";
        Matrix square =
                new Matrix("pool", List.of(one), List.of(one, two), List.of(List.of(cell(1, 0, 0), cell(0, 0, 0))), 3);
        assertSays(rendered("matrix.jte", square), leftOut);
        Matrix column = new Matrix("pool", List.of(one), List.of(one), List.of(List.of(cell(1, 0, 0))), 3);
        assertSays(rendered("groups.jte", column), leftOut);
    }

    @Test
    void aCellHasTheColourAndTheWordsOfItsVerdicts() {
        List<Matrix.Cell> cells = List.of(
                cell(0, 0, 0),
                cell(3, 0, 0),
                cell(3, 1, 0),
                cell(3, 0, 1),
                cell(0, 2, 1),
                cell(0, 1, 2),
                cell(0, 1, 1));
        assertEquals(
                List.of("empty", "allow", "mixed", "mixed", "deny", "undetermined", "deny"),
                cells.stream().map(Words::style).toList());
        assertEquals(
                List.of(
                        "no pairs",
                        "all allowed",
                        "allowed",
                        "allowed",
                        "none allowed",
                        "none allowed, not known",
                        "none allowed"),
                cells.stream().map(Words::said).toList());
    }

    @Test
    void whatCouldNotBeReadIsSaidFirst() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(Fleets.RACK));
        lines.add("{\"kind\":\"guest\",\"hostId\":\"nowhere\"}");
        String page = Fleets.page(Files.write(folder.resolve("fleet.ndjson"), lines), null);
        String said = plain(page);
        assertSays(said, "1 record or source could not be read and is not in these numbers: which .");
        assertTrue(said.indexOf("1 record or source") < said.indexOf("Verdict Number Share"), said);
        assertSays(section("unread", page), "fleet.ndjson:10 hostId : there is no host with the id nowhere");
    }

    @Test
    void eachKindOfReasonHasItsWords() {
        assertEquals("Forbids it", Words.kind(Effect.FORBID));
        assertEquals("Nothing known covers it", Words.kind(Effect.UNCOVERED));
        assertEquals("Permits it", Words.kind(Effect.PERMIT));
        assertEquals("To know before", Words.kind(Effect.CAUTION));
        assertEquals("undetermined", Words.style(Verdict.UNDETERMINED));
        assertEquals("2026-11-22 13:00:00 UTC", Words.moment(Instant.parse("2026-11-22T13:00:00.123456Z")));
        assertEquals(4, Words.bar(1, 1_000_000));
        assertEquals(0, Words.bar(0, 1_000_000));
        assertEquals(1_000, Words.bar(7, 7));
    }

    private static String rendered(String template, Matrix matrix) {
        return plain(Fleets.rendered(template, Map.of("matrix", matrix)));
    }
}
