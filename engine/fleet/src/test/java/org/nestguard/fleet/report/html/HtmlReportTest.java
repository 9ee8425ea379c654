package org.nestguard.fleet.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.WhatIf;
import org.nestguard.fleet.history.PastAudit;
import org.nestguard.fleet.history.Trend;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.plan.Plan;

/** The page as text. */
class HtmlReportTest {
    private static final int MOST_BYTES = 2_000_000;
    private static final String HOSTILE =
            "</script><script>window.owned=1</script>\\u202E\\u2066\\u0000\\u001b[31m\\u0085&amp;\\\"'><img src=x onerror=owned=1>";

    @TempDir
    private Path folder = Path.of("");

    private static List<String> all(String pattern, String in) {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(in)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static void assertItHoldsTogether(String page) {
        List<String> ids = all(" id=\"([^\"]*)\"", page);
        Set<String> unique = new HashSet<>(ids);
        assertEquals(unique.size(), ids.size(), "an id is there twice");
        for (String to : all(" href=\"#([^\"]*)\"", page)) {
            assertTrue(unique.contains(to), "a link leads nowhere: " + to);
        }
        for (String by : all(" aria-labelledby=\"([^\"]*)\"", page)) {
            assertTrue(unique.contains(by), by);
        }
        String body = page.replaceAll("(?s)<(style|script)>.*?</\\1>", "");
        for (String tag : List.of("section", "table", "tbody", "tr", "td", "ul", "li", "details", "a", "span", "svg")) {
            assertEquals(
                    all("<(" + tag + ")[ >]", body).size(),
                    all("</(" + tag + ")>", body).size(),
                    tag);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"savevm", "all", "any", "pool:amd", "l0-b"})
    void itHoldsTogetherWhateverIsAsked(String to) throws Exception {
        String page = Fleets.page(Fleets.RACK, to.equals("savevm") ? null : to);
        assertItHoldsTogether(page);
        for (String name : List.of("build-farm-07", "web-01", "lab-02", "lab-03", "ci-01")) {
            assertTrue(page.contains("<th scope=\"row\">" + name + "</th>"), name);
        }
        assertTrue(page.contains("id=\"rule-amd-live-l2\""), page);
        assertFalse(page.contains("more are in"), page);
    }

    @Test
    void itAsksNobodyForAnythingAndABrowserRunsNothingButItsOwn() throws Exception {
        String page = Fleets.page(Fleets.RACK, "all");
        assertFalse(page.contains(" src="), page);
        assertFalse(page.contains("<link"), page);
        assertEquals(List.of(), all("(url\\([^)]*\\)|@import)", page));
        assertEquals(List.of(), all(" (on\\w+=|style=\")", page));
        assertEquals(List.of(), all(" href=\"([^#][^\"]*)\"", page));
        String policy = all("Content-Security-Policy\" content=\"([^\"]*)\"", page)
                .get(0)
                .replace("&#39;", "'");
        assertTrue(policy.startsWith("default-src 'none'; "), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertTrue(policy.endsWith("; base-uri 'none'; form-action 'none'"), policy);
        for (String kind : List.of("style", "script")) {
            List<String> texts = all("<" + kind + ">(.*?)</" + kind + ">", page);
            assertEquals(1, texts.size());
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(texts.get(0).getBytes(StandardCharsets.UTF_8));
            assertTrue(
                    policy.contains(kind + "-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'"), policy);
        }
    }

    @Test
    void ofAFleetAsItWouldBeThePageSaysSoFirst() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Asked asked = new Asked(
                Operation.SAVEVM, null, null, Freshness.USUAL, List.of(WhatIf.read("host.cpuModel=<script>@pool:amd")));
        HtmlReport report = new HtmlReport(out, Fleets.GUARD, asked, BuiltTables.sources(), Trend.NONE, null);
        try (Inventory inventory =
                Inventory.open(List.of(Fleets.RACK.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(Fleets.GUARD, asked, List.of(report), null, false, Fleets.CLOCK, () -> false, bytes -> {})
                    .run(inventory);
        }
        String page = out.toString(StandardCharsets.UTF_8);
        assertItHoldsTogether(page);
        for (String tag : List.of("title", "h1")) {
            String said = all("<" + tag + ">(.*?)</" + tag + ">", page).get(0);
            assertTrue(
                    said.startsWith(
                            "WHAT IF, and not the fleet as it is, with host.cpuModel=&lt;script&gt;@pool:amd: "),
                    said);
        }
        String warning = all("<p class=\"warning\"><strong>Nothing here is about (.*?)</p>", page)
                .get(0);
        assertEquals(
                "the fleet as it is.</strong> It is supposed that <code>host.cpuModel=&lt;script&gt;@pool:amd</code> ",
                warning);
        assertTrue(page.indexOf("Nothing here is about") < page.indexOf("<h2"), "before any number of it");
        assertFalse(Fleets.page(Fleets.RACK, null).contains("Nothing here is about"));
    }

    @Test
    void aRuleSaysWhatToDoWithoutWordsInBraces() throws Exception {
        String page = Fleets.page(Fleets.RACK, "all");
        String rule = all("(<details class=\"rule\" id=\"rule-amd-live-l2\">.*?</details>)", page)
                .get(0);
        assertTrue(rule.contains("shut the L2 guests down inside the guest"), rule);
        assertTrue(rule.contains("<code>guest.l2.live</code>"), rule);
        assertTrue(rule.contains("Known from"), rule);
        assertTrue(rule.contains(">build-farm-07</a>"), rule);
        String body = page.replaceAll("(?s)<(style|script)>.*?</\\1>", "");
        assertEquals(List.of(), all("(\\{[a-z][a-z0-9. -]*\\})", body));
    }

    @Test
    void aNameIsTextWhateverItIs() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(Fleets.RACK));
        lines.replaceAll(line -> line.replace("build-farm-07", HOSTILE)
                .replace("\"l0-a\"", "\"" + HOSTILE + "\"")
                .replace("\"pool\":\"amd\"", "\"pool\":\"" + HOSTILE + "\""));
        lines.add("{\"kind\":\"guest\",\"hostId\":\"" + HOSTILE + "\",\"name\":\"lost\"}");
        for (String to : List.of("all", "pool:intel")) {
            String page = Fleets.page(Files.write(folder.resolve("<b>.ndjson"), lines), to);
            assertItHoldsTogether(page);
            assertEquals(1, all("(<script)", page).size());
            assertEquals(List.of(), all("(<img|<b>\\.ndjson)", page));
            assertTrue(page.contains("&lt;/script&gt;&lt;script&gt;window.owned=1"));
            assertTrue(page.codePoints().allMatch(c -> c == '\n' || visible(c)));
        }
    }

    private static boolean visible(int c) {
        return Character.getType(c) != Character.CONTROL && Character.getType(c) != Character.FORMAT;
    }

    @Test
    void aLargeFleetIsASmallPageThatSaysHowMuchMoreThereIs() throws Exception {
        String page = Fleets.page(Fleets.sample(folder, 6_000, 400), "all", null, "./guests%20all.ndjson");
        assertItHoldsTogether(page);
        int bytes = page.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes < MOST_BYTES, bytes + " bytes");
        int listed = all("(<tr id=\"g)", page).size();
        assertTrue(listed <= HtmlReport.MOST_GUESTS, String.valueOf(listed));
        assertTrue(
                page.contains(String.format(
                        Locale.ROOT, "%,d more are in <a href=\"./guests%%20all.ndjson\">", 6_000 - listed)),
                all("(<p class=\"more\">.*?</p>)", page)::toString);
        String more = all("<p class=\"more\">(.*?)</p>", page).get(0);
        for (String verdict : List.of("DENY", "UNDETERMINED", "ALLOW")) {
            int ofVerdict = all("(data-v=\"" + verdict + "\")", page).size();
            assertTrue(ofVerdict > 0, more);
            assertTrue(more.matches(String.format(Locale.ROOT, ".*\\b%,d of [\\d,]+ %s.*", ofVerdict, verdict)), more);
        }
        assertTrue(page.indexOf("data-v=\"DENY\"") < page.indexOf("data-v=\"ALLOW\""));
    }

    @Test
    void namesThatAreMadeToBeLongDoNotMakeItLarge() throws Exception {
        String name = "<\\u0007&'" + "\\u202e\\\"".repeat(400);
        List<String> lines = new ArrayList<>();
        for (int host = 0; host < 64; host++) {
            lines.add("{\"kind\":\"host\",\"id\":\"h" + host + "\",\"name\":\"" + host + name + "\",\"pool\":\""
                    + (host % 32) + name + "\",\"observedAt\":\"2026-11-22T13:00:00Z\",\"vendor\":\""
                    + (host % 2 == 0 ? "amd" : "intel") + "\"}");
            for (int guest = 0; guest < 60; guest++) {
                lines.add("{\"kind\":\"guest\",\"hostId\":\"h" + host + "\",\"name\":\"" + host + "-" + guest + name
                        + "\",\"nesting\":true,\"l2\":{\"live\":" + guest % 2 + "}}");
            }
            lines.add("{\"kind\":\"guest\",\"hostId\":\"" + host + name + "\"}");
            lines.add("{\"kind\":\"guest\",\"" + name + "\":1}");
        }
        String page = Fleets.page(Files.write(folder.resolve("long.ndjson"), lines), "all");
        assertItHoldsTogether(page);
        int bytes = page.getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes < MOST_BYTES, bytes + " bytes");
        assertTrue(
                page.contains("28 more, in the output of -o ndjson"),
                all("(<h2 id=\"unread.*)</main>", page)::toString);
        Matcher more = Pattern.compile("([\\d,]+) more are in").matcher(page);
        assertTrue(more.find());
        assertEquals(
                64 * 60,
                all("(<tr id=\"g)", page).size()
                        + Integer.parseInt(more.group(1).replace(",", "")));
    }

    @Test
    void whatIsWaivedIsShownWithTheTrueVerdictBeside() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(Fleets.RACK));
        lines.add(lines.get(1)
                .replace("h-amd-a", "h-amd-c")
                .replace("l0-a", "l0-e")
                .replace("EPYC 7742", "EPYC 7763")
                .replace("23-49-0", "25-1-1"));
        lines.add(lines.get(6)
                .replace("0003", "0009")
                .replace("web-01", "desk-01")
                .replace("\"cpuMode\":\"custom\"", "\"cpuMode\":\"host-passthrough\""));
        String waiver =
                "- {rule: passthrough-cpu-differs, scope: 'guest=desk-01, destination=l0-e', reason: we <know>, owner: ops,"
                        + " expires: 2026-12-01}";
        Waivers waivers = Waivers.read(
                "waivers.yaml",
                new ByteArrayInputStream(waiver.getBytes(StandardCharsets.UTF_8)),
                Fleets.GUARD.rules(),
                Fleets.CLOCK);
        String page = Fleets.page(Files.write(folder.resolve("fleet.ndjson"), lines), "l0-e", waivers, null);
        assertItHoldsTogether(page);
        assertTrue(page.contains("Guests, without waivers"), page);
        assertTrue(page.contains("Guests, with waivers"), page);
        long allowed = all("(data-v=\"ALLOW\")", page).size();
        assertTrue(page.contains("<h1>" + allowed + " of 6 guests may be migrated to l0-e</h1>"), page);
        String row = all("(<tr id=\"g\\d+\"[^>]*><th scope=\"row\">desk-01.*?</tr>)", page)
                .get(0);
        assertTrue(row.contains(">DENY</span> <span class=\"badge allow\">waived: ALLOW</span>"), row);
        assertTrue(row.contains("waived: passthrough-cpu-differs: we &lt;know&gt; (ops, until 2026-12-02"), row);
    }

    /** The page of hosts that were seen twice, each with two vendors and some with two names. */
    private String merged(int hosts) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int host = 0; host < hosts; host++) {
            for (String vendor : List.of("amd", "intel")) {
                lines.add("{\"kind\":\"host\",\"id\":\"h" + host + "\",\"name\":\"l0-" + host
                        + "<i>\\u202e\",\"observedAt\":" + "\"2026-11-22T13:00:00Z\",\"vendor\":\"" + vendor
                        + "\",\"nested\":true}");
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Asked asked = Fleets.asked(null);
        HtmlReport report = new HtmlReport(out, Fleets.GUARD, asked, BuiltTables.sources(), Trend.NONE, null);
        String fleet = Files.write(folder.resolve("fleet.ndjson"), lines).toString();
        try (Inventory inventory = Inventory.open(List.of(fleet), new ByteArrayInputStream(new byte[0]))) {
            new Audit(Fleets.GUARD, asked, List.of(report), null, false, Fleets.CLOCK, () -> false, bytes -> {})
                    .runMerged(inventory);
        }
        String page = out.toString(StandardCharsets.UTF_8);
        assertItHoldsTogether(page);
        return page;
    }

    private static String section(String name, String page) {
        return all("<section aria-labelledby=\"" + name + "\">(.*?)</section>", page)
                .get(0);
    }

    @Test
    void observationsThatCannotBothBeTrueAreToldAndCounted() throws Exception {
        String page = merged(2);
        assertTrue(page.contains("<li><a href=\"#contradictions\">"), "it is found");
        assertTrue(page.contains("<strong>Observations contradict each other 2 times</strong>"), "it is said first");
        String section = section("contradictions", page);
        assertEquals(
                List.of("host.vendor</code></th><td class=\"number\">2"),
                all("<th scope=\"row\"><code>(.*?)</td>", section));
        List<String> told = all("<li>(.*?)</li>", section);
        assertEquals(2, told.size(), section);
        assertTrue(
                told.get(0).matches("host l0-\\d&lt;i&gt;&lt;U\\+202E&gt;: vendor is \\w+ \\(.*fleet\\.ndjson:\\d, .*"),
                told.get(0));
        assertFalse(section.contains("more, in the output"), section);
        assertFalse(Fleets.page(Fleets.RACK, null).contains("contradictions"));
    }

    @Test
    void ofManyContradictionsTheFirstAreToldAndTheOthersCounted() throws Exception {
        String section = section("contradictions", merged(107));
        assertEquals(100, all("(<li>)", section).size());
        assertTrue(section.contains("<td class=\"number\">107</td>"), section);
        assertTrue(section.contains("7 more, in the output of -o ndjson"), section);
    }

    private static PastAudit past(int number) {
        Instant at = Instant.parse("2026-10-01T00:00:00Z").plus(number, ChronoUnit.DAYS);
        Map<Verdict, Long> verdicts = Map.of(Verdict.ALLOW, 1L, Verdict.DENY, 3L);
        return new PastAudit(
                number,
                "<b>rack</b>",
                "migrate --to all",
                at,
                at,
                new RuleBaseVersion("0.1.0", "0123456789abcdef"),
                0,
                4,
                4,
                0,
                verdicts,
                verdicts);
    }

    /** The page of the rack, all to all. */
    private static String rack(Trend before, UnaryOperator<Audit> how, boolean stopped) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Asked asked = Fleets.asked("all");
        HtmlReport report = new HtmlReport(out, Fleets.GUARD, asked, BuiltTables.sources(), before, null);
        try (Inventory inventory =
                Inventory.open(List.of(Fleets.RACK.toString()), new ByteArrayInputStream(new byte[0]))) {
            how.apply(new Audit(
                            Fleets.GUARD,
                            asked,
                            List.of(report),
                            null,
                            false,
                            Fleets.CLOCK,
                            () -> stopped,
                            bytes -> {}))
                    .run(inventory);
        }
        String page = out.toString(StandardCharsets.UTF_8);
        assertItHoldsTogether(page);
        return page;
    }

    @Test
    void whatIsSaidOfHostsThemselvesAndWhatWasBeforeStandInIt() throws IOException {
        Trend before =
                new Trend(IntStream.range(0, 31).mapToObj(HtmlReportTest::past).toList());
        String page = rack(before, UnaryOperator.identity(), false);
        assertTrue(page.contains("<h2 id=\"hosts\">The hosts themselves</h2>"), page);
        String hosts = section("hosts", page);
        assertTrue(hosts.contains("<li>l0-c: <code>defect-cr4-leak</code>"), hosts);
        assertTrue(
                hosts.contains(
                        "<code>defect-cr4-leak</code><span class=\"sentence\">Reading the registers while an L2 runs,"),
                hosts);
        assertTrue(hosts.contains("</th><td class=\"number\">2</td><td class=\"number\">0</td>"), hosts);
        assertTrue(hosts.contains("3 hosts</summary>"), hosts);
        assertFalse(hosts.contains("l0-a"), "there is nothing to be said of it");
        assertTrue(hosts.contains("On 1 host no hook asks before a guest is moved"), hosts);
        assertTrue(hosts.contains("Of 2 hosts that is not known; 1 host has one."), hosts);
        assertTrue(hosts.contains("<li>l0-b: no hook"), hosts);
        assertTrue(page.contains("<h2 id=\"trend\">Over time</h2>"), page);
        assertTrue(page.indexOf("2026-10-31 00:00:00 UTC") < page.indexOf("2026-10-02 00:00:00 UTC"), "newest first");
        assertFalse(page.contains("2026-10-01 00:00:00 UTC"), "the oldest has no place");
        assertTrue(page.contains("1 more: <code>nestguard audit history</code>"), page);
        assertTrue(page.contains("<code>0123456</code>"), page);
    }

    @Test
    void whatToDoFirstStandsInIt() throws IOException {
        String page = rack(Trend.NONE, Audit::planning, false);
        assertTrue(page.contains("<li><a href=\"#plan\">"), page);
        List<String> steps = all("<tr><th scope=\"row\">(.*?)</tr>", section("plan", page));
        assertEquals(1, steps.size(), page);
        assertTrue(
                steps.get(0)
                                .startsWith(
                                        "start the guests in the pool amd anew (cold)<span class=\"sentence\"><code>--what-if"
                                                + " &#39;guest.l2.live=0@pool:amd&#39;</code>")
                        || steps.get(0)
                                .startsWith(
                                        "start the guests in the pool amd anew (cold)<span class=\"sentence\"><code>--what-if"
                                                + " 'guest.l2.live=0@pool:amd'</code>"),
                steps::toString);
        assertFalse(Fleets.page(Fleets.RACK, "all").contains("id=\"plan\""), "where nobody asked for it");
    }

    @Test
    void eachNumberOfThePlanStandsUnderItsHead() throws IOException {
        Plan.Step step = new Plan.Step(
                "do <this>",
                List.of("guest.l2.live=0@pool:<b>"),
                1_003,
                1_004,
                1_001,
                1_002,
                1,
                Map.of(),
                Map.of(Verdict.ALLOW, 5_001L));
        List<Plan.Reading> readings = IntStream.range(0, 25)
                .mapToObj(i -> new Plan.Reading("guest.l2.live", "pool:<p" + i + ">", 7))
                .toList();
        String plan = planned(new Plan(List.of(step), readings, 3, List.of("not <all>")), true);
        assertEquals(
                List.of(
                        "Guests freed",
                        "Pairs freed",
                        "Denied before",
                        "Undetermined before",
                        "Allowed no more",
                        "Hosts changed",
                        "Guests changed"),
                all("<th scope=\"col\" class=\"number\">(.*?)</th>", plan).subList(0, 7));
        assertEquals(
                List.of("2,002", "3,001", "1,001", "1,002", "1", "1,003", "1,004"),
                all("<td class=\"number\">(.*?)</td>", plan).subList(0, 7));
        assertTrue(plan.contains("do &lt;this&gt;"), plan);
        assertTrue(plan.contains("guest.l2.live=0@pool:&lt;b&gt;"), plan);
        assertTrue(plan.contains("<code>guest.l2.live @pool:&lt;p0&gt;</code></th><td class=\"number\">7</td>"), plan);
        assertEquals(20, all("(<code>guest.l2.live @)", plan).size());
        assertTrue(plan.contains("5 more, in the output of -o json"), plan);
        assertTrue(plan.contains("not &lt;all&gt;"), plan);
        assertTrue(planned(new Plan(List.of(), List.of(), 3, List.of()), false)
                .contains("No single change of a pool frees a guest."));
    }

    /** What the page says of a plan. */
    private static String planned(Plan plan, boolean pairs) {
        return Fleets.rendered("plan.jte", Map.of("plan", plan, "pairs", pairs, "allowed", 2_000L));
    }

    @Test
    void ofManyHostsTheFirstAreNamedAndAllAreCounted() throws Exception {
        List<String> lines = new ArrayList<>();
        for (int host = 0; host < HtmlReport.MOST_HOSTS + 20; host++) {
            lines.add("{\"kind\":\"host\",\"id\":\"h" + host + "\",\"name\":\"<b>" + host + "\",\"observedAt\":"
                    + "\"2026-11-22T13:00:00Z\",\"vendor\":\"intel\",\"nested\":" + (host > 0) + "}");
        }
        String hosts = section("hosts", Fleets.page(Files.write(folder.resolve("fleet.ndjson"), lines), null));
        assertEquals(HtmlReport.MOST_HOSTS, all("(<li>)", hosts).size());
        String off = all("<li>&lt;b&gt;0: (.*?)</li>", hosts).get(0);
        assertTrue(off.startsWith("<code>destination-nested-off</code> "), off);
        assertTrue(off.matches(".*<span class=\"quiet\">perhaps \\d+ rules more(, for .*)?</span>"), off);
        String on = all("<li>&lt;b&gt;1: (.*?)</li>", hosts).get(0);
        assertTrue(on.matches(".*<span class=\"quiet\">perhaps \\d+ rules.*, for it is not known: .*"), on);
        assertTrue(on.contains("<code>host.qemu</code>"), on);
        assertTrue(hosts.contains("<td class=\"number\">" + (HtmlReport.MOST_HOSTS + 20) + "</td>"), hosts);
        assertTrue(hosts.contains("300 hosts, the first of them: all are in the output of -o ndjson"), hosts);
        assertTrue(
                hosts.contains("</code><span class=\"sentence\">A guest that can nest must not go to a host whose"),
                hosts);
        assertTrue(hosts.contains("</th><td class=\"number\">1</td><td class=\"number\">0</td>"), hosts);
    }

    @Test
    void anAuditThatWasInterruptedSaysSo() throws IOException {
        String page = rack(Trend.NONE, UnaryOperator.identity(), true);
        assertTrue(page.contains("The audit was interrupted."), page);
    }

    @Test
    void ofALongPathTheEndIsShownFromAFolderOn() {
        assertEquals("fleet.ndjson:7", Words.place("fleet.ndjson:7"));
        assertEquals(
                "…/fixtures/fleets/rack/fleet.ndjson:6",
                Words.place("/home/somebody/nestguard/fixtures/fleets/rack/fleet.ndjson:6"));
        assertEquals("…" + "x".repeat(36) + ":7", Words.place("x".repeat(60) + ":7"));
        assertEquals("…<U+202E>" + "x".repeat(28) + ":7", Words.place("\u202e".repeat(9) + "x".repeat(28) + ":7"));
    }

    @Test
    void aShareIsNeverRoundedToNoneOrAll() {
        assertEquals("< 0.1 %", Words.percent(1, 1_000_000));
        assertEquals("> 99.9 %", Words.percent(999_999, 1_000_000));
        assertEquals("100 %", Words.percent(7, 7));
        assertEquals("0 %", Words.percent(0, 7));
        assertEquals("<1", Words.wholePercent(1, 1_000));
        assertEquals(">99", Words.wholePercent(999, 1_000));
    }
}
