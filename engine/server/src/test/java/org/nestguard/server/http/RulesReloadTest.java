package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A site's own rules: tested before they decide, changed without a stop, kept where the new ones cannot be taken. */
class RulesReloadTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RULE = """
            package site

            import org.nestguard.facts.Question

            rule "site-no-farm"
                @effect(org.nestguard.findings.Effect.FORBID)
                @summary("Build farms stay where they are")
                @message("{guest} is a build farm")
                @remedy("leave it")
                @because("guest.name")
                @source("site")
                @since("1")
            when
                Question(guestName matches "build-farm-.*")
            then
            end
            """;
    private static final String OTHER =
            RULE.replace("site-no-farm", "site-no-other").replace("build-farm-.*", "other");

    private final Site site;

    RulesReloadTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Service start() throws Exception {
        return site.start("rules: {folder: " + site.file("rules") + ", poll: 20ms}\n");
    }

    private JsonNode ready() {
        try {
            return JSON.readTree(site.ask("GET", "/readyz", "").body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String effective() {
        try {
            return JSON.readTree(site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION)
                            .body())
                    .path("effective")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSitesRulesDecideTooAndMayMakeTheSelfTestStricter() throws Exception {
        site.write("rules/own.drl", "rw-r--r--", RULE);
        start();
        assertTrue(ready().get("ready").asBoolean(), ready().toString());
        assertEquals("DENY", effective());
        assertEquals(200, site.ask("GET", "/v1/rules/site-no-farm", "").status());
    }

    @Test
    void aChangedFolderIsTakenAndTheDigestTellsIt() throws Exception {
        site.write("rules/own.drl", "rw-r--r--", RULE);
        start();
        String digest = ready().get("ruleBase").get("digest").asText();
        site.write("rules/own.drl", "rw-r--r--", OTHER);
        Site.until("the new rules decide", () -> effective().equals("ALLOW"));
        assertFalse(ready().get("ruleBase").get("digest").asText().equals(digest));
        String figures = site.ask("GET", "/metrics", "").body();
        assertFalse(figures.contains(digest), "of two rule bases one decides");
    }

    @Test
    void rulesThatCannotBeTakenLeaveTheOldInForceAndItShows() throws Exception {
        site.write("rules/own.drl", "rw-r--r--", RULE);
        start();
        site.write("rules/own.drl", "rw-r--r--", OTHER.replace("Question(", "Question(no such word "));
        Site.until("it is said", () -> ready().get("notTaken").size() == 1);
        assertTrue(ready().get("notTaken").get(0).get("why").asText().contains("own.drl"), ready().toString());
        assertTrue(ready().get("ready").asBoolean(), "the old ones go on deciding");
        assertEquals("DENY", effective());
        assertTrue(site.ask("GET", "/metrics", "")
                .body()
                .contains("nestguard_reloads_total{taken=\"false\",what=\"rules\"} 1.0"));
        site.write("rules/own.drl", "rw-r--r--", OTHER);
        Site.until("they are mended", () -> ready().get("notTaken").isEmpty());
        assertEquals("ALLOW", effective());
    }

    @Test
    void rulesThatGoOutOfServiceWhileTheyDecideAllowNothingUntilTheyAreMended() throws Exception {
        site.write("rules/own.drl", "rw-r--r--", RULE.replace("build-farm-.*", ".*a".repeat(12) + "!!"));
        try (Log log = new Log()) {
            start();
            assertEquals("ALLOW", effective());
            String endless = Site.QUESTION.replace("build-farm-07", "a".repeat(2_000) + "!");
            String first = site.ask("POST", "/v1/decisions", Site.YAML, endless).body();
            assertTrue(first.contains("\"effective\":\"UNDETERMINED\""), first);
            assertEquals("UNDETERMINED", effective(), "and so is everything from then on");
            HttpClient.Reply ready = site.ask("GET", "/readyz", "");
            assertEquals(503, ready.status());
            assertTrue(ready.body().contains("out of service; every answer is a refusal"), ready.body());
            assertTrue(ready().at("/notTaken/0/why").asText().contains("took longer than"), ready.body());
            assertTrue(site.ask("GET", "/metrics", "").body().contains("nestguard_ready 0.0"));
            assertTrue(log.text().contains("ERROR the rules that decide are out of service"), log.text());
        }
        site.write("rules/own.drl", "rw-r--r--", OTHER);
        Site.until("they are mended", () -> ready().get("ready").asBoolean());
        assertEquals("ALLOW", effective());
    }

    @Test
    void rulesThatDoNotPassTheSitesOwnCasesAreNotTaken() throws Exception {
        site.write("rules/own.drl", "rw-r--r--", RULE);
        site.write("rules/cases/farm.yaml", "rw-r--r--", Site.QUESTION + """
                ---
                verdict: DENY
                rules: [intel-live-l2-migration, site-no-farm]
                """);
        start();
        assertTrue(ready().get("ready").asBoolean(), ready().toString());
        site.write("rules/own.drl", "rw-r--r--", OTHER);
        Site.until("it is said", () -> ready().get("notTaken").size() == 1);
        assertTrue(ready().get("notTaken").get(0).get("why").asText().contains("farm.yaml"), ready().toString());
        assertEquals("DENY", effective());
    }

    @Test
    void moreCasesThanAnybodyWritesAreNotTried() throws Exception {
        site.write("rules/own.drl", "rw-r--r--", RULE);
        for (int i = 0; i <= 1_000; i++) {
            site.write("rules/cases/" + i + ".yaml", "rw-r--r--", "");
        }
        start();
        assertFalse(ready().get("ready").asBoolean());
        assertTrue(ready().at("/notTaken/0/why").asText().contains("more than 1000 cases"), ready().toString());
    }

    @Test
    void withoutRulesThatCanBeTakenItListensAnswersNothingAndHealsWhenTheyAreMended() throws Exception {
        site.write("rules/own.drl", "rw-r--r--", "nonsense");
        start();
        assertEquals(503, site.ask("GET", "/readyz", "").status());
        assertEquals(200, site.ask("GET", "/livez", "").status());
        HttpClient.Reply reply = site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION);
        assertEquals(503, reply.status());
        assertTrue(reply.body().contains("problems/not-ready"), reply.body());
        assertEquals(
                503,
                site.ask("POST", "/v1/decisions/batch", Site.NDJSON, Site.LINE).status());
        site.write("rules/own.drl", "rw-r--r--", OTHER);
        Site.until("it is ready", () -> ready().get("ready").asBoolean());
        assertEquals("ALLOW", effective());
    }
}
