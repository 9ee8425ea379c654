package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many questions over one connection, answered while they arrive. */
class BatchTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHUNKED = Site.NDJSON + "Transfer-Encoding: chunked\r\n";
    private static final String BEGIN = "POST /v1/decisions/batch HTTP/1.1\r\nHost: x\r\n" + CHUNKED + "\r\n";

    private final Site site;

    BatchTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private static List<JsonNode> lines(String body) throws IOException {
        List<String> lines = body.lines().toList();
        List<JsonNode> nodes = new java.util.ArrayList<>();
        for (String line : lines) {
            nodes.add(JSON.readTree(line));
        }
        return nodes;
    }

    private static JsonNode summary(String body) throws IOException {
        List<JsonNode> lines = lines(body);
        return lines.get(lines.size() - 1).get("summary");
    }

    @Test
    void eachLineIsAnsweredInItsPlaceAndASummaryEndsIt() throws Exception {
        site.start("");
        String body = Site.LINE + "{\"operation\":\"fly\"}\n\n" + Site.LINE.replace("intel", "amd") + "not json\n"
                + Site.LINE.strip();
        List<JsonNode> lines =
                lines(site.ask("POST", "/v1/decisions/batch", Site.NDJSON, body).body());
        assertEquals(6, lines.size());
        assertEquals("ALLOW", lines.get(0).get("effective").asText());
        assertEquals(2, lines.get(1).get("error").get("line").asInt());
        assertEquals("DENY", lines.get(2).get("effective").asText());
        assertEquals(5, lines.get(3).get("error").get("line").asInt());
        assertEquals("ALLOW", lines.get(4).get("effective").asText());
        JsonNode summary = lines.get(5).get("summary");
        assertTrue(summary.get("whole").asBoolean());
        assertEquals(5, summary.get("answers").asInt());
        assertEquals(2, summary.get("ALLOW").asInt());
        assertEquals(1, summary.get("DENY").asInt());
        assertEquals(2, summary.get("errors").asInt());
    }

    @Test
    void whoWaitsForEachAnswerGetsEach() throws Exception {
        site.start("");
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            assertEquals(200, client.head().status());
            for (int i = 0; i < 3; i++) {
                client.sendChunk(Site.LINE.replace("\"q\"", "\"" + i + "\""));
                assertEquals(
                        String.valueOf(i),
                        JSON.readTree(client.chunk()).get("id").asText());
            }
            client.send("0\r\n\r\n");
            assertEquals(3, summary(client.chunk()).get("answers").asInt());
            assertEquals("", client.chunk());
        }
    }

    @Test
    void manyQuestionsAreNotHeldInMemory() throws Exception {
        site.start("");
        int many = 20_000;
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            assertEquals(200, client.head().status());
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < many / 100; i++) {
                        client.sendChunk(Site.LINE.repeat(100));
                    }
                    client.send("0\r\n\r\n");
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            sender.start();
            long answers = 0;
            String last = "";
            for (String chunk = client.chunk(); !chunk.isEmpty(); chunk = client.chunk()) {
                answers += chunk.chars().filter(c -> c == '\n').count();
                last = chunk;
            }
            sender.join();
            assertEquals(many + 1, answers);
            assertTrue(last.contains("\"whole\":true"), last);
        }
    }

    @Test
    void aLineThatIsTooLongCostsItselfAndNotTheBatch() throws Exception {
        site.start("");
        String body = Site.LINE + "{\"id\":\"" + "x".repeat(1 << 20) + "\"}\n" + Site.LINE;
        List<JsonNode> lines =
                lines(site.ask("POST", "/v1/decisions/batch", Site.NDJSON, body).body());
        assertEquals(4, lines.size());
        assertTrue(lines.get(1).get("error").get("message").asText().contains("longer than"), lines.toString());
        assertEquals("ALLOW", lines.get(2).get("effective").asText());
    }

    @Test
    void aBatchThatIsTooLargeIsRefusedAtOnceWhereItsLengthIsSaid() throws Exception {
        site.start("limits: {batch: 64KiB}\n");
        try (HttpClient client = site.connect()) {
            client.send(
                    "POST /v1/decisions/batch HTTP/1.1\r\nHost: x\r\n" + Site.NDJSON + "Content-Length: 70000\r\n\r\n");
            assertEquals(413, client.reply().status());
        }
    }

    @Test
    void aBatchThatGrowsTooLargeIsEndedByASummaryThatSaysSo() throws Exception {
        site.start("limits: {batch: 64KiB}\n");
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            for (int i = 0; i < 66; i++) {
                client.sendChunk(" ".repeat(1_023) + "\n");
            }
            client.send("0\r\n\r\n");
            JsonNode summary = summary(client.reply().body());
            assertFalse(summary.get("whole").asBoolean());
            assertTrue(summary.get("why").asText().contains("65536"), summary.toString());
        }
    }

    @Test
    void aBatchThatTakesTooLongIsEndedByASummaryThatSaysSo() throws Exception {
        site.start("limits: {batchTime: 300ms}\n");
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            assertEquals(200, client.head().status());
            String line = "";
            while (!line.contains("summary")) {
                try {
                    client.sendChunk(Site.LINE);
                } catch (IOException e) {
                    // it has ended the batch already, and why is still to be read
                }
                line = client.chunk();
            }
            assertFalse(summary(line).get("whole").asBoolean());
        }
    }

    @Test
    void aLineThatDripsEndsTheBatchAndLinesThatArriveOneByOneDoNot() throws Exception {
        site.start("limits: {bodyTime: 1s, idle: 20s}\n");
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            assertEquals(200, client.head().status());
            for (int i = 0; i < 6; i++) {
                client.sendChunk(Site.LINE);
                assertTrue(client.chunk().contains("ALLOW"));
                Thread.sleep(250);
            }
            Thread drip = Drip.begin(() -> client.sendChunk("#"));
            JsonNode summary = summary(client.chunk());
            assertFalse(summary.get("whole").asBoolean());
            assertTrue(summary.get("why").asText().contains("1000 ms"), summary.toString());
            drip.interrupt();
            drip.join();
        }
    }

    @Test
    void moreBatchesThanThereArePlacesForAreToldToComeAgain() throws Exception {
        site.start("limits: {batches: 1}\n");
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            assertEquals(200, client.head().status());
            HttpClient.Reply second = site.ask("POST", "/v1/decisions/batch", Site.NDJSON, Site.LINE);
            assertEquals(503, second.status());
            assertEquals("1", second.header("Retry-After"));
            client.send("0\r\n\r\n");
            assertTrue(client.chunk().contains("summary"));
        }
        Site.until("the place is free again", () -> {
            try {
                return site.ask("POST", "/v1/decisions/batch", Site.NDJSON, Site.LINE)
                                .status()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void aCallerThatGoesAwayGivesItsPlaceBack() throws Exception {
        site.start("limits: {batches: 1}\n");
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            assertEquals(200, client.head().status());
            client.send("ffff\r\n{\"operation\"");
        }
        Site.until("the place is free again", () -> {
            try {
                return site.ask("POST", "/v1/decisions/batch", Site.NDJSON, Site.LINE)
                                .status()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void aCutBatchHasNoSummary() throws Exception {
        Service service = site.start("drain: 200ms\n");
        try (HttpClient client = site.connect()) {
            client.send(BEGIN);
            client.head();
            client.sendChunk(Site.LINE);
            assertFalse(client.chunk().contains("summary"));
            service.close();
            assertThrows(IOException.class, () -> {
                String chunk = client.chunk();
                assertFalse(chunk.contains("summary"), chunk);
                client.chunk();
            });
        }
    }

    @Test
    void aLineThatCannotBeRecordedIsAnErrorInItsPlace() throws Exception {
        AtomicInteger number = new AtomicInteger();
        Recorder second = (question, decision, caller, at) -> {
            int n = number.incrementAndGet();
            return () -> {
                if (n == 2) {
                    throw new Recorder.NotRecordedException("full", new IOException("full"));
                }
            };
        };
        site.start("", new Parts(second, Map::of, decisions -> List.of(), List.of(), InstantSource.system()));
        List<JsonNode> lines = lines(site.ask("POST", "/v1/decisions/batch", Site.NDJSON, Site.LINE.repeat(3))
                .body());
        assertEquals("ALLOW", lines.get(0).get("effective").asText());
        assertTrue(lines.get(1).get("error").get("message").asText().contains("recorded"), lines.toString());
        assertEquals("ALLOW", lines.get(2).get("effective").asText());
        assertEquals(1, lines.get(3).get("summary").get("errors").asInt());
    }

    @Test
    void aBatchIsNdjson() throws Exception {
        site.start("");
        assertEquals(
                415,
                site.ask("POST", "/v1/decisions/batch", Site.YAML, Site.QUESTION)
                        .status());
    }
}
