package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.server.http.access.Door;

/** Whoever sends or reads byte by byte, at whichever door, loses the connection after a while; others are answered meanwhile. */
@Timeout(60)
@Tag("any-jvm") // long, and the same on each; see .ci/run
class SlowClientsTest {
    private static final String CHUNKED =
            "POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\n" + Site.YAML + "Transfer-Encoding: chunked\r\n";

    private final Site site;

    SlowClientsTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Service start(Door door, String limits, Route... routes) throws Exception {
        String tcp = "";
        if (door == Door.LOOPBACK) {
            tcp = "tcp: {port: 0}\n";
        } else if (door == Door.TLS) {
            new Keys(site).make("service");
            tcp = "tcp: {port: 0, tls: {certificate: %s, key: %s}}\ncredentials: %s\n"
                    .formatted(site.file("service.crt"), site.file("service.key"), site.credentials());
        }
        Service service = site.start(
                tcp + "limits: {idle: 5m, concurrent: 2, batches: 1, " + limits + "}\n",
                new Parts(Recorder.NONE, Map::of, decisions -> List.of(routes), List.of(), InstantSource.system()));
        // what the first one waits for, the next do not
        Site.until("it answers, and all places are free", () -> {
            try (HttpClient client = connect(door, service)) {
                stillAnswers(door, service);
                return client.ask("GET", "/metrics", shown(door)).body().contains("requests_in_progress 0.0");
            } catch (IOException | GeneralSecurityException e) {
                return false;
            }
        });
        return service;
    }

    private HttpClient connect(Door door, Service service) throws IOException, GeneralSecurityException {
        if (door == Door.UNIX) {
            return site.connect();
        }
        int port = service.port().orElseThrow();
        return door == Door.LOOPBACK
                ? HttpClient.tcp(port)
                : HttpClient.of(new Keys(site)
                        .client("service", null)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), port));
    }

    private static String shown(Door door) {
        return door == Door.TLS ? Site.bearer(Site.ASK_TOKEN) : "";
    }

    private void stillAnswers(Door door, Service service) throws IOException, GeneralSecurityException {
        try (HttpClient client = connect(door, service)) {
            assertEquals(
                    200,
                    client.ask("POST", "/v1/decisions", shown(door) + Site.YAML, Site.QUESTION)
                            .status());
        }
    }

    private static void end(Thread drip) throws InterruptedException {
        drip.join(TimeUnit.SECONDS.toMillis(20));
        assertTrue(!drip.isAlive(), "its connection is closed, so it cannot send any more");
    }

    @ParameterizedTest
    @EnumSource
    void aHeadThatDripsLosesItsConnection(Door door) throws Exception {
        Service service = start(door, "headTime: 1s");
        try (HttpClient line = connect(door, service);
                HttpClient header = connect(door, service)) {
            line.send("GET /");
            Thread first = Drip.begin(() -> line.send("x"));
            header.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: ");
            Thread second = Drip.begin(() -> header.send("x"));
            stillAnswers(door, service);
            assertTrue(line.closed());
            assertTrue(header.closed());
            end(first);
            end(second);
        }
        stillAnswers(door, service);
    }

    @ParameterizedTest
    @EnumSource
    void aSecondHeadOfAConnectionMustNotDripEither(Door door) throws Exception {
        Service service = start(door, "headTime: 1s");
        try (HttpClient client = connect(door, service)) {
            assertEquals(200, client.ask("GET", "/livez", "").status());
            Thread drip = Drip.begin(() -> client.send("G"));
            assertThrows(IOException.class, client::reply);
            end(drip);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsQuickIsNotHurried(Door door) throws Exception {
        Route slow = new Route(HandlerType.GET, "/slow", null, ctx -> {
            Thread.sleep(2_000);
            ctx.result("done");
        });
        Service service = start(door, "headTime: 1s, bodyTime: 10s", slow);
        try (HttpClient client = connect(door, service)) {
            for (int i = 0; i < 2; i++) {
                assertEquals("done", client.ask("GET", "/slow", "").body());
                Thread.sleep(1_500); // between two questions nothing is late
            }
            client.send(CHUNKED + shown(door) + "\r\n");
            for (String part : Site.QUESTION.split("(?<=\n)", -1)) {
                Thread.sleep(200); // nor is a body a head
                if (!part.isEmpty()) {
                    client.sendChunk(part);
                }
            }
            client.send("0\r\n\r\n");
            assertEquals(200, client.reply().status());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatDripsIsRefusedAndLosesItsConnection(Door door) throws Exception {
        Service service = start(door, "bodyTime: 500ms");
        try (HttpClient client = connect(door, service)) {
            client.send(CHUNKED + shown(door) + "\r\n");
            Thread drip = Drip.begin(() -> client.sendChunk("#"));
            stillAnswers(door, service);
            assertEquals(408, client.reply().status());
            assertTrue(client.closed());
            end(drip);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatIsHardlyReadLosesItsConnectionAndItsPlace(Door door) throws Exception {
        byte[] large = new byte[16 << 20];
        Route much = new Route(HandlerType.GET, "/much", null, ctx -> ctx.result(large));
        Service service = start(door, "answerTime: 700ms", much);
        try (HttpClient one = connect(door, service);
                HttpClient other = connect(door, service)) {
            for (HttpClient client : List.of(one, other)) {
                client.send("GET /much HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertEquals(200, client.head().status());
            }
            Site.until("a place is free again", () -> {
                try {
                    stillAnswers(door, service);
                    return true;
                } catch (AssertionError | IOException | GeneralSecurityException e) {
                    return false;
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TLS")
    void aHandshakeThatDripsLosesItsConnection(Door door) throws Exception {
        Service service = start(door, "headTime: 1s");
        try (HttpClient client = HttpClient.tcp(service.port().orElseThrow())) {
            client.send("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001");
            Thread drip = Drip.begin(() -> client.send("\u0000"));
            while (!client.closed()) {
                // before it closes, it says good-bye
            }
            end(drip);
        }
        stillAnswers(door, service);
    }
}
