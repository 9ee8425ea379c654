package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.server.http.settings.SettingsReader;

/** The service as a process of its own: what it does at a signal, and what it writes. */
class ProcessTest {
    private final Site site;
    private final Process process;

    ProcessTest(@TempDir Path folder) throws Exception {
        site = new Site(folder);
        site.write("serve.yaml", "rw-------", """
                unix: {path: %s}
                credentials: %s
                drain: 20s
                """.formatted(site.file("socket"), site.credentials()));
        // a build that was started by nohup hands an ignored HUP down, and no JVM hears it then
        process = new ProcessBuilder(
                        "env",
                        "--default-signal=HUP",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        Main.class.getName(),
                        site.file("").toString())
                .redirectOutput(site.file("out").toFile())
                .redirectError(site.file("err").toFile())
                .start();
        Site.until("it listens", () -> {
            try {
                return site.ask("GET", "/readyz", "").status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** A service with one route that ends when a file is there. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            Route slow = new Route(HandlerType.GET, "/slow", null, ctx -> {
                Files.createFile(folder.resolve("inside"));
                Site.until("it may go on", () -> Files.exists(folder.resolve("go")));
                ctx.result("done");
            });
            try (Service service = Service.start(
                    SettingsReader.read(folder.resolve("serve.yaml")),
                    new Parts(Recorder.NONE, Map::of, decisions -> List.of(slow), List.of(), InstantSource.system()))) {
                service.awaitSignal();
            }
        }
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor());
    }

    @Test
    void atTermItEndsWhatHasBegunRefusesTheRestAndExitsWithNought() throws Exception {
        try (HttpClient begun = site.connect();
                HttpClient open = site.connect()) {
            assertEquals(200, open.ask("GET", "/livez", "").status());
            begun.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            Site.until("it has begun", () -> Files.exists(site.file("inside")));
            signal("TERM");
            Site.until("new connections are refused", () -> {
                try (HttpClient fresh = site.connect()) {
                    return fresh.ask("GET", "/livez", "").status() != 200;
                } catch (IOException e) {
                    return true;
                }
            });
            try {
                assertEquals(503, open.ask("GET", "/v1/rules", "").status());
            } catch (IOException e) {
                // or its connection is closed, which is a refusal too
            }
            Files.createFile(site.file("go"));
            assertEquals("done", begun.reply().body());
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertFalse(Files.exists(site.file("socket")));
        assertThrows(IOException.class, site::connect);
    }

    @Test
    void atHupItReadsAgainAndItsLogHoldsNoSecret() throws Exception {
        String fresh = "fresh-0123456789abcdef";
        assertEquals(401, site.ask("GET", "/v1/rules", Site.bearer(fresh)).status());
        site.write("credentials.yaml", "rw-------", "- {name: new, token: " + fresh + ", roles: [ask]}\n");
        signal("HUP");
        Site.until("the new credentials hold", () -> {
            try {
                return site.ask("GET", "/v1/rules", Site.bearer(fresh)).status() == 200;
            } catch (IOException e) {
                return false;
            }
        });
        site.ask("GET", "/none?password=hunter2", Site.bearer(fresh));
        site.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION.replace("build-farm-07", "secret-name"));
        Site.until("it is logged", () -> log().contains("\"path\":\"\\/none"));
        signal("TERM");
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals("", Files.readString(site.file("out")), "nothing on standard output");
        for (String secret : List.of(fresh, Site.ASK_TOKEN, "hunter2", "secret-name")) {
            assertFalse(log().contains(secret), secret);
        }
        for (String line : log().lines().toList()) {
            assertTrue(line.startsWith("{") && line.endsWith("}"), line);
        }
        assertTrue(log().contains("\"caller\":\"new\""), log());
    }

    private String log() {
        try {
            return Files.readString(site.file("err"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
