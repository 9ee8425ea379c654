package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.MigrationGuard;

/** A question over a socket, and its answer. */
class DecisionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");

    private final Site site;

    DecisionsTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static JsonNode json(HttpClient.Reply reply) throws IOException {
        return JSON.readTree(reply.body());
    }

    private static Parts recordedBy(Recorder recorder) {
        return new Parts(recorder, Map::of, decisions -> List.of(), List.of(), InstantSource.fixed(NOW));
    }

    private static Recorder full() {
        return (question, decision, caller, at) -> () -> {
            throw new Recorder.NotRecordedException("the disk is full", new IOException("the disk is full"));
        };
    }

    @Test
    void aQuestionInYamlIsAnswered() throws Exception {
        site.start("");
        HttpClient.Reply reply = site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION);
        assertEquals(200, reply.status());
        assertEquals("application/json", reply.header("Content-Type"));
        assertEquals("ALLOW", json(reply).get("effective").asText());
        assertEquals(
                "DENY",
                json(site.ask("POST", "/v1/decisions", Site.YAML, Site.ON_AMD))
                        .get("effective")
                        .asText());
    }

    @Test
    void aQuestionInJsonIsAnsweredOverSeveralLinesOrOne() throws Exception {
        site.start("");
        String json = "Content-Type: application/json; charset=utf-8\r\n";
        assertEquals(200, site.ask("POST", "/v1/decisions", json, Site.LINE).status());
        String lines = JSON.readTree(Site.LINE).toPrettyString();
        assertEquals(
                "ALLOW",
                json(site.ask("POST", "/v1/decisions", json, lines))
                        .get("effective")
                        .asText());
        assertEquals(
                400,
                site.ask("POST", "/v1/decisions", json, Site.QUESTION).status(),
                "YAML that is called JSON is not taken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Type: text/plain\r\n", "Content-Type: application/xml\r\n"})
    void aBodyOfAnotherTypeIsNotRead(String type) throws Exception {
        site.start("");
        HttpClient.Reply reply = site.ask("POST", "/v1/decisions", type, Site.QUESTION);
        assertEquals(415, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
    }

    @Test
    void whatIsWrongWithAQuestionIsSaidWithItsPlace() throws Exception {
        site.start("");
        HttpClient.Reply reply =
                site.ask("POST", "/v1/decisions", Site.YAML, "operation: migrate\nguest: {l2: {alive: 2}}\n");
        assertEquals(400, reply.status());
        JsonNode problem = json(reply);
        assertEquals(
                "https://nestguard.org/problems/unreadable", problem.get("type").asText());
        assertEquals(2, problem.get("line").asInt());
        assertEquals("guest.l2.alive", problem.get("key").asText());
        assertEquals(
                "urn:nestguard:request:" + reply.header("Nestguard-Request"),
                problem.get("instance").asText());
    }

    @Test
    void noQuestionAndTwoQuestionsAreNotOne() throws Exception {
        site.start("");
        assertEquals(400, site.ask("POST", "/v1/decisions", Site.YAML, "").status());
        HttpClient.Reply two = site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION + "---\n" + Site.QUESTION);
        assertEquals(400, two.status());
        assertTrue(two.body().contains("batch"), two.body());
    }

    @Test
    void aHostileNameComesBackHarmless() throws Exception {
        site.start("");
        HttpClient.Reply reply = site.ask("GET", "/v1/rules/%1b%5b2J%e2%80%ae", "");
        assertEquals(404, reply.status());
        assertTrue(json(reply).get("detail").asText().contains("<U+001B>[2J<U+202E>"), reply.body());
    }

    @Test
    void everyDecisionIsRecordedWithWhoAskedAndWhen() throws Exception {
        List<String> records = new CopyOnWriteArrayList<>();
        site.start("", recordedBy((question, decision, caller, at) -> {
            records.add(caller.name() + " " + decision.effective() + " " + at);
            return () -> records.add("awaited");
        }));
        site.ask("POST", "/v1/decisions", Site.YAML, Site.ON_AMD);
        assertEquals(List.of("unix-socket DENY " + NOW, "awaited"), records);
    }

    @Test
    void allowThatCannotBeRecordedIsNotGiven() throws Exception {
        site.start("", recordedBy(full()));
        HttpClient.Reply reply = site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION);
        assertEquals(503, reply.status());
        assertEquals(
                "https://nestguard.org/problems/not-recorded",
                json(reply).get("type").asText());
        assertFalse(reply.body().contains("ALLOW"), reply.body());
    }

    @Test
    void aRecorderThatThrowsRecordsNothingEither() throws Exception {
        site.start("", recordedBy((question, decision, caller, at) -> {
            throw new IllegalStateException("closed");
        }));
        assertEquals(
                503, site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION).status());
    }

    @Test
    void aRefusalThatCannotBeRecordedIsGivenAllTheSame() throws Exception {
        site.start("", recordedBy(full()));
        HttpClient.Reply reply = site.ask("POST", "/v1/decisions", Site.YAML, Site.ON_AMD);
        assertEquals(200, reply.status());
        assertEquals("DENY", json(reply).get("effective").asText());
        assertEquals("false", reply.header("Nestguard-Recorded"));
    }

    @Test
    void aSiteMaySetThatAllowIsGivenWithoutARecordAndItShows() throws Exception {
        site.start("", recordedBy(full()), site.saying("no-record: allow\n"));
        HttpClient.Reply reply = site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION);
        assertEquals(200, reply.status());
        assertEquals("false", reply.header("Nestguard-Recorded"));
        assertTrue(
                json(site.ask("GET", "/readyz", "")).get("answersWithoutRecord").asBoolean());
        assertTrue(site.ask("GET", "/metrics", "").body().contains("nestguard_decisions_not_recorded_total 1.0"));
    }

    @Test
    void onlyAFileThatNobodyElseCanWriteSaysSo() throws Exception {
        Lenience lenience = site.saying("no-record: allow\n");
        site.start("", recordedBy(full()), lenience);
        site.write("site", "rw-rw-r--", "no-record: allow\n");
        assertEquals(
                503, site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION).status());
        site.write("site", "rw-r--r--", "no-answer: allow\n");
        assertEquals(
                503, site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION).status());
        site.write("site", "rw-r--r--", "no-record: allow\n");
        assertEquals(
                200, site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION).status(), "it is read as it is now");
        HttpClient.Reply denied = site.ask("POST", "/v1/decisions", Site.YAML, Site.ON_AMD);
        assertEquals("DENY", json(denied).get("effective").asText(), "it lets nothing pass that is refused");
    }

    @Test
    void whatIsDecidedByCanBeLookedUp() throws Exception {
        site.start("");
        JsonNode all = json(site.ask("GET", "/v1/rules", ""));
        assertTrue(all.get("rules").size() > 20);
        JsonNode one = json(site.ask("GET", "/v1/rules/amd-live-l2", ""));
        assertEquals("forbid", one.get("effect").asText());
        assertTrue(one.get("sources").get(0).has("quote"));
    }

    @Test
    void whatIsNotThereAndWhatIsNotForThisAreProblems() throws Exception {
        site.start("");
        assertEquals(404, site.ask("GET", "/v2", "").status());
        HttpClient.Reply reply = site.ask("DELETE", "/v1/rules", "");
        assertEquals(405, reply.status());
        assertTrue(reply.header("Allow").contains("GET"), reply.toString());
        assertEquals(
                "https://nestguard.org/problems/method-not-allowed",
                json(reply).get("type").asText());
    }

    @Test
    void figuresTellOfDecisionsRulesAndTheAgeOfFacts() throws Exception {
        site.start(
                "",
                new Parts(
                        Recorder.NONE,
                        () -> Map.of("l0-a", Duration.ofSeconds(90)),
                        decisions -> List.of(),
                        List.of(),
                        InstantSource.system()));
        site.ask("POST", "/v1/decisions", Site.YAML, Site.ON_AMD);
        site.ask("POST", "/v1/decisions", Site.YAML, "nonsense");
        String figures = site.ask("GET", "/metrics", "").body();
        for (String line : List.of(
                "nestguard_decisions_total{effective=\"DENY\",verdict=\"DENY\"} 1.0",
                "nestguard_findings_total{effect=\"forbid\",rule=\"amd-live-l2\"} 1.0",
                "nestguard_decision_seconds_count 1",
                "nestguard_questions_unreadable_total 1.0",
                "nestguard_facts_age_seconds{host=\"l0-a\"} 90.0",
                "nestguard_ready 1.0",
                "nestguard_reloads_total{taken=\"false\",what=\"rules\"} 0.0",
                "nestguard_guard_failures_total 0.0",
                "nestguard_rule_base_info{digest=\"")) {
            assertTrue(figures.contains(line), line + " in\n" + figures);
        }
    }

    @Test
    void itIsNotReadyWhileSomethingElseItNeedsIsNotWell() throws Exception {
        site.start(
                "",
                new Parts(
                        Recorder.NONE,
                        Map::of,
                        decisions -> List.of(),
                        List.of(() -> Optional.of("the database is gone")),
                        InstantSource.system()));
        HttpClient.Reply reply = site.ask("GET", "/readyz", "");
        assertEquals(503, reply.status());
        assertEquals("the database is gone", json(reply).get("problems").get(0).asText());
        assertEquals(200, site.ask("GET", "/livez", "").status());
    }

    @Test
    void aGuardThatFailsIsNeverAnAnswer() throws Exception {
        List<Decisions> inside = new CopyOnWriteArrayList<>();
        site.start(
                "",
                new Parts(
                        Recorder.NONE,
                        Map::of,
                        decisions -> {
                            inside.add(decisions);
                            return List.of();
                        },
                        List.of(),
                        InstantSource.system()),
                site.saying("no-record: allow\n"));
        // there is no question that it fails on, as far as anybody knows
        Field deliberation = MigrationGuard.class.getDeclaredField("deliberation");
        deliberation.setAccessible(true);
        deliberation.set(
                inside.get(0).rules().guard(), CompletableFuture.failedFuture(new IOException("the tables are gone")));
        HttpClient.Reply reply = site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION);
        assertEquals(500, reply.status());
        assertEquals(
                "https://nestguard.org/problems/guard-failed",
                json(reply).get("type").asText());
        assertTrue(json(reply).get("detail").asText().contains("which is a refusal"), reply.body());
        String batch =
                site.ask("POST", "/v1/decisions/batch", Site.NDJSON, Site.LINE).body();
        assertTrue(batch.contains("The guard failed, which is a refusal"), batch);
        assertTrue(batch.contains("\"ALLOW\":0") && batch.contains("\"errors\":1"), batch);
        assertFalse(reply.body().contains("ALLOW") || batch.contains("\"effective\""), reply.body() + batch);
        assertTrue(site.ask("GET", "/metrics", "").body().contains("nestguard_guard_failures_total 2.0"));
    }

    @Test
    void aRouteThatFailsTellsTheLogAndNotTheCaller() throws Exception {
        Route broken = new Route(io.javalin.http.HandlerType.GET, "/broken", null, ctx -> {
            throw new IllegalStateException("password=hunter2");
        });
        site.start(
                "", new Parts(Recorder.NONE, Map::of, decisions -> List.of(broken), List.of(), InstantSource.system()));
        HttpClient.Reply reply = site.ask("GET", "/broken", "");
        assertEquals(500, reply.status());
        assertFalse(reply.body().contains("hunter2") || reply.body().contains("Exception"), reply.body());
    }
}
