package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.server.http.access.Role;

/** What one caller can take of the service, and what it costs the others. */
class LimitsTest {
    private static final String CHUNKED =
            "POST /v1/decisions HTTP/1.1\r\nHost: x\r\n" + Site.YAML + "Transfer-Encoding: chunked\r\n\r\n";

    /** Seconds, below the 30 after which Jetty by itself gives up on a silent connection. */
    private static final int HANGS = 25;

    private final Site site;

    LimitsTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private void stillAnswers() throws IOException {
        assertEquals(
                200, site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION).status());
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedByItsLengthBeforeItIsSent() throws Exception {
        site.start("limits: {body: 4KiB}\n");
        try (HttpClient client = site.connect()) {
            client.send("POST /v1/decisions HTTP/1.1\r\nHost: x\r\n" + Site.YAML + "Content-Length: 5000\r\n\r\n");
            HttpClient.Reply reply = client.reply();
            assertEquals(413, reply.status());
            assertEquals("application/problem+json", reply.header("Content-Type"));
            assertTrue(client.closed());
        }
        stillAnswers();
    }

    @Test
    void aBodyWithoutALengthIsRefusedWhereItGrowsTooLarge() throws Exception {
        site.start("limits: {body: 4KiB}\n");
        try (HttpClient client = site.connect()) {
            client.send(CHUNKED);
            for (int i = 0; i < 5; i++) {
                client.sendChunk("#".repeat(1_000) + "\n");
            }
            assertEquals(413, client.reply().status());
            assertTrue(client.closed());
        }
        stillAnswers();
    }

    @Test
    @Timeout(HANGS)
    void aBodyThatDripsIsRefusedAfterItsTime() throws Exception {
        site.start("limits: {bodyTime: 300ms, idle: 10s}\n");
        try (HttpClient client = site.connect()) {
            client.send(CHUNKED);
            Thread drip = new Thread(() -> {
                try {
                    while (true) {
                        client.sendChunk("#");
                        Thread.sleep(20);
                    }
                } catch (IOException | InterruptedException e) {
                    // the service has had enough
                }
            });
            drip.start();
            assertEquals(408, client.reply().status());
            assertTrue(client.closed());
            drip.join();
        }
        stillAnswers();
    }

    @Test
    @Timeout(HANGS)
    void aBodyThatStopsIsRefused() throws Exception {
        site.start("limits: {bodyTime: 1h, idle: 2s}\n");
        try (HttpClient client = site.connect()) {
            client.send(CHUNKED);
            client.sendChunk("operation");
            assertEquals(408, client.reply().status());
        }
        stillAnswers();
    }

    @Test
    void bodiesThatDoNotArriveTakeNoPlaceFromOthers() throws Exception {
        site.start("limits: {concurrent: 2, batches: 1}\n");
        List<HttpClient> stalled = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            HttpClient client = site.connect();
            client.send(CHUNKED);
            client.sendChunk("operation");
            stalled.add(client);
        }
        stillAnswers();
        for (HttpClient client : stalled) {
            client.close();
        }
        stillAnswers();
    }

    @Test
    void manyLargeBodiesTogetherDoNotFillTheMemory() throws Exception {
        // 2 times 64 KiB for all bodies together
        site.start("limits: {body: 64KiB, facts: 64KiB, concurrent: 2, batches: 1, bodyTime: 20s, idle: 20s}\n");
        List<HttpClient> large = new ArrayList<>();
        Site.until("a third has no room", () -> {
            // whichever is read last is refused; begun anew until that is the third
            try (HttpClient third = site.connect()) {
                for (HttpClient client : large) {
                    client.close();
                }
                large.clear();
                for (int i = 0; i < 2; i++) {
                    HttpClient client = site.connect();
                    large.add(client);
                    client.send(CHUNKED);
                    client.sendChunk("#".repeat(60 << 10));
                }
                third.send(CHUNKED);
                third.sendChunk("#".repeat(20 << 10));
                third.send("0\r\n\r\n");
                HttpClient.Reply reply = third.reply();
                return reply.status() == 503
                        && reply.header("Retry-After").equals("1")
                        && reply.body().contains("too much is on its way");
            } catch (IOException e) {
                return false;
            }
        });
        // what was refused leaves when its answer is on its way, perhaps a moment later
        Site.until("small ones are answered", () -> {
            try {
                return site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION)
                                .status()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        });
        for (HttpClient client : large) {
            client.close();
        }
        Site.until("there is room again", () -> {
            try {
                String long_ = Site.QUESTION + "#".repeat(60 << 10) + "\n";
                return site.ask("POST", "/v1/decisions", Site.YAML, long_).status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void onesFactsHaveRoomEvenWhereBodiesAreSmall() throws Exception {
        Route facts = new Route(
                HandlerType.PUT,
                "/v1/hosts/{name}/facts",
                Role.PUSH,
                ctx -> ctx.result(Integer.toString(ctx.bodyInputStream().readAllBytes().length)));
        site.start(
                "host: l0-a\nlimits: {body: 4KiB, facts: 1MiB, concurrent: 2, batches: 1}\n",
                new Parts(Recorder.NONE, Map::of, decisions -> List.of(facts), List.of(), InstantSource.system()));
        assertEquals(
                "900000",
                site.ask("PUT", "/v1/hosts/l0-a/facts", "", "#".repeat(900_000)).body());
        assertEquals(
                413,
                site.ask("PUT", "/v1/hosts/l0-a/facts", "", "#".repeat(1_100_000))
                        .status());
        assertEquals(
                413,
                site.ask("PUT", "/v1/hosts/l0-a/other", "", "#".repeat(900_000)).status());
    }

    @Test
    void aBodyOfSomebodyUnknownIsNotWaitedFor() throws Exception {
        Service service = site.start("tcp: {port: 0}\ncredentials: " + site.credentials() + "\n");
        try (HttpClient client = HttpClient.tcp(service.port().orElseThrow())) {
            client.send(CHUNKED);
            assertEquals(401, client.reply().status());
            assertTrue(client.closed());
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() throws Exception {
        site.start("limits: {header: 2KiB}\n");
        HttpClient.Reply reply = site.ask("GET", "/livez", "X-Long: " + "x".repeat(3_000) + "\r\n");
        assertEquals(431, reply.status());
        assertEquals("application/problem+json", reply.header("Content-Type"));
        stillAnswers();
    }

    @Test
    void aPathThatIsTooLongIsRefused() throws Exception {
        site.start("limits: {uri: 200}\n");
        assertEquals(414, site.ask("GET", "/v1/rules?" + "x".repeat(300), "").status());
        assertEquals(414, site.ask("GET", "/livez?" + "x".repeat(300), "").status());
    }

    @Test
    void whatIsNoHttpCostsItsConnection() throws Exception {
        site.start("");
        try (HttpClient client = site.connect()) {
            client.send("\u0001\u0002 nonsense\r\n\r\n");
            HttpClient.Reply reply = client.reply();
            assertEquals(400, reply.status());
            assertEquals("application/problem+json", reply.header("Content-Type"));
            assertTrue(client.closed());
        }
        stillAnswers();
    }

    @Test
    @Timeout(HANGS)
    void aConnectionThatIsSilentIsClosed() throws Exception {
        site.start("limits: {idle: 200ms}\n");
        try (HttpClient client = site.connect()) {
            assertEquals(200, client.ask("GET", "/livez", "").status());
            assertTrue(client.closed());
        }
    }

    @Test
    void moreRequestsThanThereArePlacesForAreToldToComeAgainAndHealthIsAnswered() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Route slow = new Route(HandlerType.GET, "/slow", null, ctx -> {
            inside.countDown();
            go.await();
        });
        site.start(
                "limits: {concurrent: 1, batches: 1}\n",
                new Parts(Recorder.NONE, Map::of, decisions -> List.of(slow), List.of(), InstantSource.system()));
        try (HttpClient client = site.connect()) {
            client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            inside.await();
            HttpClient.Reply reply = site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION);
            assertEquals(503, reply.status());
            assertEquals("1", reply.header("Retry-After"));
            assertEquals(200, site.ask("GET", "/livez", "").status());
            assertEquals(200, site.ask("GET", "/readyz", "").status());
            assertTrue(site.ask("GET", "/metrics", "").body().contains("requests_in_progress 1.0"));
            go.countDown();
            assertEquals(200, client.reply().status());
        }
        Site.until("the place is free again", () -> {
            try {
                return site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION)
                                .status()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void connectionsToOneDoorLeaveTheOtherOpen() throws Exception {
        Service service = site.start("tcp: {port: 0}\nlimits: {connections: 3}\n");
        List<HttpClient> many = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            HttpClient client = HttpClient.tcp(service.port().orElseThrow());
            assertEquals(200, client.ask("GET", "/livez", "").status());
            many.add(client);
        }
        try (HttpClient fourth = HttpClient.tcp(service.port().orElseThrow())) {
            fourth.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
            stillAnswers();
            many.get(0).close();
            assertEquals(200, fourth.reply().status(), "it waited for a place");
        }
        for (HttpClient client : many) {
            client.close();
        }
    }

    @Test
    void aCallerThatGoesAwayInTheMiddleCostsNothing() throws Exception {
        site.start("limits: {concurrent: 2, batches: 1}\n");
        for (int i = 0; i < 20; i++) {
            try (HttpClient client = site.connect()) {
                client.send(CHUNKED);
                client.send("ff\r\noperation");
            }
            try (HttpClient client = site.connect()) {
                client.send("POST /v1/decisions HTTP/1.1\r\nHost: x\r\n" + Site.YAML + "Content-Length: 3\r\n\r\nabc");
            }
        }
        Site.until("it answers", () -> {
            try {
                return site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION)
                                .status()
                        == 200;
            } catch (IOException e) {
                return false;
            }
        });
        assertThrows(IOException.class, () -> {
            try (HttpClient client = site.connect()) {
                client.send("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                client.reply();
                client.reply();
            }
        });
    }
}
