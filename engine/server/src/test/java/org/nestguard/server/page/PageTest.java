package org.nestguard.server.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Ignored;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.decision.Supposition;
import org.nestguard.engine.decision.Waived;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Because;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.record.Entry;
import org.nestguard.server.record.Recorded;
import org.nestguard.server.registry.Doubt;
import org.nestguard.server.registry.HostEntry;

/** The page, made of texts that each want to be more than text. */
class PageTest {
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");

    private final Page page = new Page();
    private final List<String> texts = new ArrayList<>();

    /** A text that says where it was put, and that would do harm as markup, in an attribute or on a terminal. */
    private String hostile(String where) {
        String name = where.replaceAll("[^a-z]", "");
        texts.add(name);
        return "\"'><script>" + name + "</script>\u202E\u2066\u0000\u001b[31m\u0085&amp;";
    }

    private static View view(Result result) {
        return new View(NOW, "loopback", new Form("migrate", "", ""), result, List.of(), List.of());
    }

    private Finding finding(Effect effect, boolean certain) {
        String where = effect.word() + certain;
        return new Finding(
                hostile(where + "rule"),
                effect,
                certain,
                hostile(where + "message"),
                certain
                        ? List.of(new Because(
                                hostile(where + "fact"),
                                hostile(where + "value"),
                                Because.State.STATED,
                                new Evidence(
                                        hostile(where + "from"), NOW, Evidence.Witness.GUEST, hostile(where + "why"))))
                        : List.of(),
                effect == Effect.PERMIT || !certain ? "nothing" : hostile(where + "remedy"),
                List.of());
    }

    private Decision decision(Verdict verdict) {
        return new Decision(
                null,
                verdict,
                verdict,
                Operation.MIGRATE,
                hostile("guest"),
                null,
                hostile("source"),
                null,
                hostile("destination"),
                null,
                List.of(finding(Effect.FORBID, true), finding(Effect.CAUTION, true), finding(Effect.UNCOVERED, false)),
                List.of(new Need(hostile("need"), hostile("how"))),
                List.of(new Supposition(hostile("assumed"), hostile("assumedvalue"), hostile("assumedwhy"))),
                List.of(new Supposition(hostile("settled"), hostile("settledvalue"), hostile("settledwhy"))),
                List.of(new Ignored(hostile("ignored"), hostile("ignoredwhy"))),
                List.of(new Change(Map.of(), hostile("change"))),
                List.of(new Waived(hostile("place"), hostile("waivedrule"), hostile("reason"), hostile("owner"), NOW)),
                null,
                true,
                new RuleBaseVersion(hostile("version"), "0123456789abcdef"));
    }

    @Test
    void nothingThatComesFromElsewhereIsMoreThanText() {
        Decision decision = decision(Verdict.DENY);
        Entry entry = new Entry(
                "caller\u202E<script>",
                "op<script>",
                null,
                "name<script>\u202E",
                "from<script>",
                "to\u2066<script>",
                Verdict.ALLOW,
                Verdict.DENY,
                List.of("rule<script>"),
                "digest",
                "{}",
                List.of());
        View view = new View(
                NOW,
                hostile("caller"),
                new Form(hostile("operation"), hostile("typedguest"), hostile("typedto")),
                new Result.Answered(
                        hostile("answeredguest"),
                        hostile("uuid"),
                        Optional.of(hostile("host")),
                        Optional.of(answer(decision)),
                        Optional.of(List.of(new Destination(hostile("where"), false, decision)))),
                List.of(new HostEntry(
                        hostile("hostname"),
                        Optional.empty(),
                        NOW,
                        Duration.ZERO,
                        NOW,
                        1,
                        2,
                        Optional.of(new Doubt(NOW, hostile("doubt"))))),
                List.of(new Recorded(1, NOW, entry, "", "")));
        String html = page.of(view);
        assertFalse(html.contains("<script"), html);
        assertFalse(html.contains("javascript:"), html);
        assertTrue(html.codePoints().allMatch(c -> c == '\n' || visible(c)), html);
        texts.remove("operation"); // chooses among three, and is shown nowhere
        for (String text : texts) {
            assertTrue(
                    html.contains("&lt;script>" + text)
                            || html.contains("&lt;script&gt;" + text)
                            || html.contains("%3Cscript%3E" + text),
                    text);
        }
        assertEquals(html.indexOf("<h1"), html.lastIndexOf("<h1"));
    }

    @Test
    void theVerdictIsSaidInWordsAndNotByColourAlone() {
        for (Verdict verdict : Verdict.values()) {
            Decision decision = decision(verdict);
            String html = page.of(view(
                    new Result.Answered("g", "u", Optional.empty(), Optional.of(answer(decision)), Optional.empty())));
            assertTrue(html.contains("<span class=\"word\">" + verdict + "</span>"), html);
            assertTrue(html.contains(Words.meaning(decision)), html);
            assertTrue(html.contains("<title>" + verdict + ": migrate"), html);
        }
    }

    @Test
    void whatCouldNotBeRecordedSaysSo() {
        Decisions.Settled settled = new Decisions.Settled(decision(Verdict.DENY), false, OptionalLong.empty());
        String html =
                page.of(view(new Result.Answered("g", "u", Optional.empty(), Optional.of(settled), Optional.empty())));
        assertTrue(html.contains("This answer could not be recorded."), html);
    }

    @Test
    void anAgeIsSaidAsPeopleSayIt() {
        assertEquals("12 s ago", Words.age(Duration.ofSeconds(12)));
        assertEquals("5 min ago", Words.age(Duration.ofMinutes(5)));
        assertEquals("26 h ago", Words.age(Duration.ofHours(26)));
        assertEquals("9 days ago", Words.age(Duration.ofDays(9)));
        assertEquals("30 s ahead: its clock is wrong", Words.age(Duration.ofSeconds(-30)));
    }

    private static boolean visible(int c) {
        return Character.getType(c) != Character.CONTROL && Character.getType(c) != Character.FORMAT;
    }

    private static Decisions.Settled answer(Decision decision) {
        return new Decisions.Settled(decision, true, OptionalLong.of(1));
    }
}
