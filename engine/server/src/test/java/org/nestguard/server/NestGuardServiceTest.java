package org.nestguard.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.evidence.site.Spool;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.server.http.HttpClient;
import org.nestguard.server.http.Log;
import org.nestguard.server.http.PrometheusText;
import org.nestguard.server.http.settings.ServiceSettings;
import org.nestguard.server.http.settings.SettingsReader;

/** A registry and an agent, each as a service of its own. */
class NestGuardServiceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UUID = "11111111-2222-4333-8444-555555555555";
    private static final String L0_A = "Authorization: Bearer l0-a-0123456789abcdef0123\r\n";
    private static final String L0_B = "Authorization: Bearer l0-b-0123456789abcdef0123\r\n";
    private static final String HOOK = "Authorization: Bearer hook-0123456789abcdef0123\r\n";
    private static final String OPS = "Authorization: Bearer ops--0123456789abcdef0123\r\n";
    private static final String YAML = "Content-Type: application/yaml\r\n";

    @TempDir
    private Path folder = Path.of("");

    private final Deque<NestGuardService> services = new ArrayDeque<>();
    private int port;

    /** This host as a test wants it; its name is all that it tells unless a test adds more. */
    private final HostOfATest host = new HostOfATest();

    private static final class HostOfATest implements HostView {
        @Override
        public String name() {
            return "l0-a";
        }

        @Override
        public Artefact file(String path) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            return switch (path) {
                case "/proc/sys/kernel/hostname" -> new Artefact.Text(path, now, "l0-a\n");
                case "/proc/cpuinfo" ->
                    new Artefact.Text(
                            path,
                            now,
                            "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nflags\t\t: svm\n");
                default -> new Artefact.Missing(path, "no such file");
            };
        }

        @Override
        public Reading<List<String>> entries(String path) {
            return Reading.said(List.of(), 0);
        }

        @Override
        public Artefact command(List<String> words) {
            return new Artefact.Missing(String.join(" ", words), "no such command");
        }

        @Override
        public Optional<HostView> after(Duration pause) {
            return Optional.empty();
        }
    }

    @BeforeEach
    void files() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        secret("credentials.yaml", """
                - {name: hook, token: hook-0123456789abcdef0123, roles: [ask]}
                - {name: l0-a, token: l0-a-0123456789abcdef0123, roles: [ask, push], host: l0-a}
                - {name: l0-b, token: l0-b-0123456789abcdef0123, roles: [ask, push], host: l0-b}
                - {name: l0-c, token: l0-c-0123456789abcdef0123, roles: [push], host: l0-c}
                - {name: ops, token: ops--0123456789abcdef0123, roles: [administer]}
                """);
        secret("token", "l0-a-0123456789abcdef0123\n");
    }

    @AfterEach
    void end() {
        services.forEach(NestGuardService::close);
    }

    private void secret(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    private static ServiceSettings settings(String text) throws IOException {
        try {
            return SettingsReader.read("serve.yaml", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (UnreadableException e) {
            throw new IllegalArgumentException(e.problem().inOneLine(), e);
        }
    }

    private NestGuardService start(String text) throws Exception {
        NestGuardService service = NestGuardService.start(
                settings(text.replace("FOLDER", folder.toString())),
                host,
                InstantSource.system(),
                new SiteFile(folder.resolve("site")),
                new Spool(folder.resolve("spool")));
        services.push(service);
        return service;
    }

    private void registry(String more) throws Exception {
        NestGuardService service = start("""
                tcp: {port: 0}
                credentials: FOLDER/credentials.yaml
                database: {file: FOLDER/registry.db}
                record: {key: FOLDER/record.key}
                """ + more);
        port = service.service().port().orElseThrow();
    }

    private void agent() throws Exception {
        start("""
                unix: {path: FOLDER/agent.sock}
                agent: {registry: "http://127.0.0.1:PORT", token: FOLDER/token, interval: 1s, sample: 10ms}
                """.replace("PORT", Integer.toString(port)));
    }

    private HttpClient.Reply ask(String method, String path, String headers, String body) throws IOException {
        try (HttpClient client = HttpClient.tcp(port)) {
            return body.isEmpty() ? client.ask(method, path, headers) : client.ask(method, path, headers, body);
        }
    }

    private JsonNode got(String path) throws IOException {
        HttpClient.Reply reply = ask("GET", path, HOOK, "");
        assertEquals(200, reply.status(), reply.body());
        return JSON.readTree(reply.body());
    }

    private static void until(String what, BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            if (holds.getAsBoolean()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("never: " + what);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String host(String name, String vendor, String guests) {
        return """
                facts: 1
                host: {name: %s, observedAt: %s, level: L0, arch: x86_64, vendor: %s, kernel: 6.8.0, qemu: 8.2.2, nested: true,
                       nestedStateCapability: true}
                guests: [%s]
                """.formatted(name, now(), vendor, guests);
    }

    private static String guest(String live) {
        return "{uuid: " + UUID + ", name: build-farm-07, observedAt: " + now()
                + ", level: L1, accelerator: kvm, nesting: true," + " l2: {live: " + live
                + "}, cpuMode: custom, qemu: 8.2.2, startedBy: cold, movedWithLiveL2: false}";
    }

    private HttpClient.Reply push(String name, String credential, String facts) throws IOException {
        return ask("PUT", "/v1/hosts/" + name + "/facts", credential + YAML, facts);
    }

    private void twoHosts(String vendor, String live) throws IOException {
        HttpClient.Reply reply = push("l0-a", L0_A, host("l0-a", vendor, guest(live)));
        assertEquals(200, reply.status(), reply.body());
        assertEquals(200, push("l0-b", L0_B, host("l0-b", vendor, "")).status());
    }

    private static List<String> rules(JsonNode decision) {
        return decision.findValuesAsText("rule");
    }

    @Test
    void aQuestionIsMadeOfWhatTwoHostsTold() throws Exception {
        registry("");
        twoHosts("intel", "2");
        JsonNode decision = got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b");
        assertEquals("ALLOW", decision.get("verdict").asText(), decision.toString());
        assertEquals("l0-a", decision.get("source").asText());
        assertEquals(
                "build-farm-07",
                got("/v1/answers?operation=savevm&guest=build-farm-07")
                        .get("guest")
                        .asText());
        assertEquals(2, got("/v1/hosts").get("hosts").size());
        assertEquals("6.8.0", got("/v1/hosts/l0-b").at("/host/kernel").asText());
        JsonNode guest = got("/v1/guests/" + UUID);
        assertEquals("l0-a", guest.get("host").asText());
        assertEquals("2", guest.at("/facts/l2.live/value").asText());
    }

    @Test
    void everyAnswerIsInTheRecord() throws Exception {
        registry("");
        twoHosts("intel", "2");
        got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b");
        JsonNode decisions = got("/v1/decisions?guest=" + UUID).get("decisions");
        assertEquals(1, decisions.size());
        assertEquals("hook", decisions.at("/0/caller").asText());
        assertEquals("ALLOW", decisions.at("/0/effective").asText());
        JsonNode one = got("/v1/decisions/" + decisions.at("/0/seq").asInt());
        assertEquals(2, one.at("/question/guest/l2/live").asInt());
        got("/v1/destinations?guest=" + UUID);
        assertEquals(1, got("/v1/decisions").get("decisions").size(), "advice is not recorded");
    }

    @Test
    void onAmdThatNoneWasLiveAWhileAgoIsNotEnough() throws Exception {
        registry("facts: {reading: 300ms}\n");
        twoHosts("amd", "0");
        JsonNode decision = got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b");
        assertEquals("UNDETERMINED", decision.get("verdict").asText(), decision.toString());
        assertTrue(decision.toString().contains("no reading that was made for this decision came"), decision::toString);
        twoHosts("intel", "0");
        assertEquals(
                "ALLOW",
                got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b")
                        .get("verdict")
                        .asText());
    }

    @Test
    void aReadingThatIsMadeForTheDecisionIsEnough() throws Exception {
        registry("facts: {reading: 20s}\n");
        twoHosts("amd", "0");
        Thread agent = new Thread(() -> {
            try {
                String number = JSON.readTree(
                                ask("GET", "/v1/hosts/l0-a/wanted", L0_A, "").body())
                        .get("reading")
                        .asText();
                push("l0-a", L0_A + "Nestguard-Reading: " + number + "\r\n", host("l0-a", "amd", guest("0")));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        agent.start();
        JsonNode decision = got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b");
        agent.join();
        assertEquals("ALLOW", decision.get("verdict").asText(), decision.toString());
    }

    @Test
    void destinationsAreRankedWithReasons() throws Exception {
        registry("");
        twoHosts("intel", "2");
        assertEquals(
                200,
                push("l0-b", L0_B, host("l0-b", "intel", "").replace("nested: true", "nested: false"))
                        .status());
        JsonNode all = got("/v1/destinations?guest=build-farm-07").get("destinations");
        assertEquals(1, all.size());
        assertEquals("l0-b", all.at("/0/host").asText());
        assertEquals("DENY", all.at("/0/effective").asText(), all.toString());
        assertFalse(rules(all.at("/0/decision")).isEmpty());
    }

    @Test
    void factsAreTakenOnlyFromWhomTheyAreOf() throws Exception {
        registry("");
        assertEquals(403, push("l0-b", L0_A, host("l0-b", "intel", "")).status(), "another host's path");
        assertEquals(403, push("l0-a", L0_A, host("l0-b", "intel", "")).status(), "another host's facts");
        assertEquals(403, push("l0-a", HOOK, host("l0-a", "intel", "")).status(), "one who may only ask");
        assertEquals(401, push("l0-a", "", host("l0-a", "intel", "")).status());
        assertEquals(403, ask("GET", "/v1/hosts/l0-b/wanted", L0_A, "").status());
        assertEquals(400, push("l0-a", L0_A, "facts: 2\n").status());
        HttpClient.Reply future = push(
                "l0-a",
                L0_A,
                host("l0-a", "intel", guest("0")).replaceAll("observedAt: [^,]*", "observedAt: 2999-01-01T00:00:00Z"));
        assertEquals(409, future.status(), future.body());
    }

    @Test
    void whatIsNotKnownIsToldAsSuch() throws Exception {
        registry("");
        twoHosts("intel", "2");
        assertEquals(
                404,
                ask("GET", "/v1/answers?operation=savevm&guest=nobody", HOOK, "")
                        .status());
        assertEquals(
                404,
                ask("GET", "/v1/answers?operation=migrate&guest=" + UUID + "&to=nowhere", HOOK, "")
                        .status());
        assertEquals(
                400,
                ask("GET", "/v1/answers?operation=migrate&guest=" + UUID, HOOK, "")
                        .status());
        assertEquals(
                400,
                ask("GET", "/v1/answers?operation=fly&guest=" + UUID, HOOK, "").status());
        assertEquals(404, ask("GET", "/v1/hosts/nowhere", HOOK, "").status());
        assertEquals(403, ask("DELETE", "/v1/hosts/l0-b", HOOK, "").status());
        assertEquals(204, ask("DELETE", "/v1/hosts/l0-b", OPS, "").status());
        assertEquals(404, ask("GET", "/v1/hosts/l0-b", HOOK, "").status());
    }

    @Test
    void whatCannotBeMeantIsRefused() throws Exception {
        registry("");
        twoHosts("intel", "2");
        for (String path : List.of(
                "/v1/answers?operation=savevm&to=l0-b&guest=" + UUID,
                "/v1/answers?guest=" + UUID,
                "/v1/answers?operation=savevm",
                "/v1/destinations",
                "/v1/decisions?most=0",
                "/v1/decisions?most=1000000",
                "/v1/decisions?before=x",
                "/v1/decisions?operation=fly",
                "/v1/decisions?effective=MAYBE",
                "/v1/decisions/x",
                "/v1/decisions/0")) {
            HttpClient.Reply reply = ask("GET", path, HOOK, "");
            assertEquals(400, reply.status(), path);
            assertTrue(reply.body().contains("problems/unreadable"), reply.body());
        }
        assertEquals(404, ask("GET", "/v1/decisions/7", HOOK, "").status());
        assertEquals(404, ask("GET", "/v1/guests/nobody", HOOK, "").status());
        assertEquals(404, ask("DELETE", "/v1/hosts/nowhere", OPS, "").status());
        assertEquals(404, ask("GET", "/v1/destinations?guest=nobody", HOOK, "").status());
        String other = UUID.replace('1', '3');
        push("l0-b", L0_B, host("l0-b", "intel", guest("0").replace(UUID, other)));
        HttpClient.Reply both = ask("GET", "/v1/guests/build-farm-07", HOOK, "");
        assertEquals(409, both.status());
        assertTrue(both.body().contains(other), both.body());
    }

    @Test
    void factsThatCannotBeReadOrAreOfNobodyAreRefused() throws Exception {
        registry("");
        String type = L0_A + "Content-Type: ";
        assertEquals(415, ask("PUT", "/v1/hosts/l0-a/facts", L0_A, "facts: 1").status());
        assertEquals(
                415,
                ask("PUT", "/v1/hosts/l0-a/facts", type + "text/plain\r\n", "facts: 1")
                        .status());
        for (String tree : List.of("application/x-tar", "application/gzip", "application/x-xz")) {
            HttpClient.Reply reply = ask("PUT", "/v1/hosts/l0-a/facts", type + tree + "\r\n", "no tree");
            assertEquals(400, reply.status(), reply.body());
            assertFalse(reply.body().contains("/tmp"), reply.body());
        }
        String withId = host("l0-a", "intel", "").replace("name: l0-a,", "name: l0-a, id: one,");
        assertEquals(200, push("l0-a", L0_A, withId).status());
        HttpClient.Reply another = push("l0-a", L0_A, withId.replace("one", "two"));
        assertEquals(409, another.status());
        assertTrue(another.body().contains("forget l0-a if it was set up anew"), another.body());
    }

    @Test
    void theRawTreeOfAHostIsTakenAndOnlyOfThatHost() throws Exception {
        registry("");
        Path tar = folder.resolve("tree.tar");
        Path tree = Path.of(System.getProperty("nestguard.fixtures")).resolve("hosts/amd-with-a-live-l2/tree");
        assertEquals(
                0,
                new ProcessBuilder("tar", "-C", tree.toString(), "-cf", tar.toString(), ".")
                        .start()
                        .waitFor());
        assertEquals(403, pushTree("l0-b", "l0-b-0123456789abcdef0123", tar), "the tree is of l0-a");
        assertEquals(200, pushTree("l0-a", "l0-a-0123456789abcdef0123", tar));
        assertEquals("amd", got("/v1/hosts/l0-a").at("/host/vendor").asText());
        assertEquals(1, got("/v1/hosts").get("hosts").size());
    }

    private int pushTree(String name, String token, Path tar) throws IOException, InterruptedException {
        return java.net.http.HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/hosts/" + name + "/facts"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/x-tar")
                                .PUT(HttpRequest.BodyPublishers.ofFile(tar))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aRegistryThatDoesNotAnswerInTimeIsARefusal() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = silent.getLocalPort();
            start("""
                    unix: {path: FOLDER/agent.sock}
                    agent: {registry: "http://127.0.0.1:PORT", token: FOLDER/token, patience: 300ms}
                    """.replace("PORT", Integer.toString(port)));
            try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
                long begin = System.nanoTime();
                HttpClient.Reply reply = client.ask("GET", "/v1/answers?operation=savevm&guest=x", "");
                assertEquals(503, reply.status());
                assertTrue(reply.body().contains("problems/silent"), reply.body());
                assertTrue(System.nanoTime() - begin < 8_000_000_000L, "before the connection's own limits");
            }
        }
    }

    @Test
    void linesForAHookAreShort() throws Exception {
        registry("host: l0-b\n");
        String answer =
                hook("ganeti?operation=migrate", FORM, "guest=" + "x".repeat(5_000) + "&source=a&destination=b");
        assertTrue(answer.startsWith("UNDETERMINED\n"), answer);
        assertTrue(answer.lines().allMatch(line -> line.length() <= 400), answer);
    }

    @Test
    void anAgentTellsTheRegistryAndAsksItForOthers() throws Exception {
        registry("");
        agent();
        until("the agent has told of its host", () -> {
            try {
                return got("/v1/hosts").get("hosts").size() == 1;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals("amd", got("/v1/hosts/l0-a").at("/host/vendor").asText());
        try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
            until("the agent knows that it was heard", () -> {
                try {
                    return client.ask("GET", "/readyz", "").status() == 200;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertEquals(
                    1,
                    JSON.readTree(client.ask("GET", "/v1/hosts", "").body())
                            .get("hosts")
                            .size());
            HttpClient.Reply denied = client.ask("POST", "/v1/decisions", YAML, """
                    operation: migrate
                    guest: {name: x, nesting: true, l2: {live: 2}, cpuMode: custom}
                    source: {vendor: amd, kernel: 6.8.0, qemu: 8.2.2, nested: true}
                    destination: {vendor: amd, kernel: 6.8.0, qemu: 8.2.2, nested: true}
                    """);
            assertEquals("DENY", JSON.readTree(denied.body()).get("verdict").asText(), denied.body());
        }
        assertEquals(
                "agent l0-a for unix-socket",
                got("/v1/decisions").at("/decisions/0/caller").asText());
    }

    @Test
    void withoutARegistryAnAgentRefuses() throws Exception {
        registry("");
        agent();
        services.peekLast().close();
        try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
            HttpClient.Reply reply = client.ask("GET", "/v1/answers?operation=savevm&guest=x", "");
            assertEquals(503, reply.status(), reply.body());
            assertTrue(reply.body().contains("which is a refusal"), reply.body());
        }
        until("it says so itself", () -> {
            try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
                return client.ask("GET", "/readyz", "").status() == 503;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private String hook(String path, String type, String body) throws IOException {
        HttpClient.Reply reply = ask("POST", "/v1/hooks/" + path, HOOK + "Content-Type: " + type + "\r\n", body);
        assertEquals(200, reply.status(), reply.body());
        return reply.body();
    }

    private static final String XML_OF_GUEST = "<domain type='kvm'><name>ALLOW</name><uuid>" + UUID
            + "</uuid><devices><graphics type='vnc' passwd='hunter2'/></devices></domain>";
    private static final String FORM = "application/x-www-form-urlencoded";

    @Test
    void anAgentShowsWhereTheRegistryIsAndNoSecret() throws Exception {
        registry("");
        agent();
        try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
            HttpClient.Reply page = client.ask("GET", "/", "");
            assertEquals(200, page.status());
            assertEquals("text/html;charset=utf-8", page.header("Content-Type"));
            assertTrue(page.header("Content-Security-Policy").contains("default-src 'none'"));
            assertTrue(page.body().contains("<a href=\"http://127.0.0.1:" + port + "\">"), page.body());
            assertTrue(page.body().contains("Agent of <bdi>l0-a</bdi>"), page.body());
            assertFalse(page.body().contains("0123456789abcdef"), page.body());
            assertEquals(200, client.ask("GET", "/page/style.css", "").status());
        }
    }

    private Map<String, Double> figures() throws IOException {
        return PrometheusText.read(ask("GET", "/metrics", HOOK, "").body());
    }

    @Test
    void figuresTellWhatIsKnown() throws Exception {
        registry("");
        assertEquals(0.0, figures().get("nestguard_hosts"));
        String other = UUID.replace('1', '3');
        push("l0-a", L0_A, host("l0-a", "amd", guest("2") + ", " + guest("0").replace(UUID, other)));
        push("l0-b", L0_B, host("l0-b", "amd", guest("0").replace(UUID, "none") + ", " + guest("0")));
        got("/v1/answers?operation=savevm&guest=" + UUID);
        Map<String, Double> figures = figures();
        assertEquals(2.0, figures.get("nestguard_hosts"));
        assertEquals(0.0, figures.get("nestguard_hosts_disbelieved"));
        assertEquals(2.0, figures.get("nestguard_guests_running"));
        assertEquals(1.0, figures.get("nestguard_guests_without_uuid"));
        assertEquals(1.0, figures.get("nestguard_guests_distrusted"), "one is reported by two hosts");
        assertEquals(0.0, figures.get("nestguard_guests_harmed"));
        double age = figures.getOrDefault("nestguard_facts_age_seconds{host=\"l0-a\"}", -1.0);
        assertTrue(age >= 0 && age < 30, figures.toString());
        assertEquals(1.0, figures.get("nestguard_decision_seconds_count"));
        push("l0-b", L0_B, host("l0-b", "amd", "").replaceAll("observedAt: [^,]*", "observedAt: 2000-01-01T00:00:00Z"));
        String moved = guest("0").replace("movedWithLiveL2: false", "movedWithLiveL2: true");
        push("l0-a", L0_A, host("l0-a", "amd", moved.replace(UUID, other)));
        assertEquals(1.0, figures().get("nestguard_hosts_disbelieved"));
        assertEquals(1.0, figures().get("nestguard_guests_harmed"));
    }

    @Test
    void aGuestThatTwoHostsReportIsUnknownAndShownAsSuch() throws Exception {
        registry("facts: {reading: 100ms}\n");
        twoHosts("amd", "0");
        assertEquals(200, push("l0-b", L0_B, host("l0-b", "amd", guest("0"))).status());
        JsonNode guest = got("/v1/guests/" + UUID);
        assertEquals("unknown", guest.at("/facts/l2.live/value").asText(), guest.toString());
        assertTrue(guest.at("/distrusted/why").asText().contains("overlapping times"), guest.toString());
        assertEquals(
                "UNDETERMINED",
                got("/v1/answers?operation=savevm&guest=" + UUID)
                        .get("effective")
                        .asText());
    }

    @Test
    void timesThatCannotBeMakeAGuestUnknown() throws Exception {
        registry("facts: {reading: 100ms}\n");
        for (String time : List.of("2999-01-01T00:00:00Z", "2000-01-01T00:00:00Z")) {
            twoHosts("intel", "0");
            assertEquals(
                    "0", got("/v1/guests/" + UUID).at("/facts/l2.live/value").asText());
            HttpClient.Reply reply = push(
                    "l0-a",
                    L0_A,
                    host("l0-a", "intel", guest("0")).replaceAll("observedAt: [^,]*", "observedAt: " + time));
            assertEquals(409, reply.status(), reply.body());
            JsonNode guest = got("/v1/guests/" + UUID);
            assertEquals("unknown", guest.at("/facts/l2.live/value").asText(), guest.toString());
            assertFalse(guest.get("distrusted").isNull(), guest.toString());
            assertTrue(got("/v1/hosts").toString().contains("\"disbelieved\":{\"since\""));
        }
    }

    @Test
    void aDatabaseThatCannotBeReadIsARefusalAndShows() throws Exception {
        registry("");
        twoHosts("intel", "2");
        assertEquals(200, ask("GET", "/readyz", "", "").status());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("registry.db"));
                Statement statement = connection.createStatement()) {
            for (String table : List.of("stay", "decision_key", "decision")) {
                statement.execute("alter table " + table + " rename to lost_" + table);
            }
        }
        HttpClient.Reply ready = ask("GET", "/readyz", "", "");
        assertEquals(503, ready.status());
        assertTrue(ready.body().contains("the database cannot be read"), ready.body());
        assertFalse(ready.body().contains(folder.toString()), ready.body());
        assertEquals(
                500,
                ask("GET", "/v1/answers?operation=savevm&guest=" + UUID, HOOK, "")
                        .status());
        HttpClient.Reply hook = ask(
                "POST",
                "/v1/hooks/libvirt?operation=migrate",
                HOOK + "Content-Type: application/xml\r\n",
                "<domain><name>build-farm-07</name><uuid>" + UUID + "</uuid></domain>");
        assertEquals(200, hook.status(), "no silence, which a site may let pass");
        assertTrue(hook.body().startsWith("UNDETERMINED\n"), hook.body());
        assertTrue(hook.body().endsWith("END\n"), hook.body());
        Map<String, Double> figures = figures();
        assertEquals(1.0, figures.get("nestguard_registry_failures_total"));
        assertFalse(figures.containsKey("nestguard_hosts"), figures.toString());
        HttpClient.Reply allowed = ask("POST", "/v1/decisions", HOOK + YAML, """
                operation: savevm
                guest: {nesting: true, l2: {live: 0}, accelerator: kvm}
                source: {vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true}
                """);
        assertEquals(503, allowed.status(), "what cannot be recorded is not allowed: " + allowed.body());
    }

    @Test
    void noSecretAndNothingHarmfulIsLogged() throws Exception {
        try (Log log = new Log()) {
            registry("host: l0-b\nfacts: {reading: 100ms}\n");
            twoHosts("amd", "2");
            agent();
            hook("libvirt?operation=migrate", "application/xml", XML_OF_GUEST);
            hook("libvirt?operation=migrate", "application/xml", XML_OF_GUEST.replace("<uuid>", "<uuid><broken>"));
            hook("libvirt?operation=fly", "application/xml", XML_OF_GUEST);
            try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
                String xml = "Content-Type: application/xml\r\n";
                client.ask("POST", "/v1/hooks/vdsm?operation=save", xml, XML_OF_GUEST);
                client.ask("POST", "/v1/decisions", xml, XML_OF_GUEST);
                client.ask("POST", "/v1/decisions", YAML, "guest: {password: hunter2}\n");
                client.ask("GET", "/v1/guests/%1b%5b31m%0d%0aERROR%20forged%e2%80%ae%3cscript%3e?token=hunter2", "");
            }
            ask("GET", "/v1/guests/x?password=hunter2", HOOK, "");
            ask(
                    "GET",
                    "/",
                    "Authorization: Basic " + Base64.getEncoder().encodeToString("hook:hunter2".getBytes(UTF_8))
                            + "\r\n",
                    "");
            push(
                    "l0-a",
                    L0_A,
                    host("l0-a", "amd", guest("2").replace("build-farm-07", "\"\\e[31m\\r\\nERROR forged\\u202e\"")));
            push("l0-a", L0_A, host("l0-\u001b[31m", "amd", guest("2")));
            got("/v1/answers?operation=savevm&guest=" + UUID);
            services.peekLast().close();
            String text = log.text();
            for (String secret : List.of("hunter2", "0123456789abcdef0123", "passwd", "aG9vazpodW50ZXIy")) {
                assertFalse(text.contains(secret), secret);
            }
            assertTrue(text.contains("/v1/hooks/libvirt"), text);
            assertTrue(text.contains("/v1/guests/"), text);
            for (String line : text.lines().toList()) {
                assertFalse(line.startsWith("ERROR forged"), text);
                assertTrue(line.codePoints().allMatch(c -> c >= ' ' && Character.getType(c) != Character.FORMAT), line);
            }
        }
    }

    @Test
    void aHookIsAnsweredInPlainLines() throws Exception {
        registry("host: l0-b\nfacts: {reading: 200ms}\n");
        twoHosts("intel", "2");
        assertEquals(
                "ALLOW\n",
                hook("libvirt?operation=migrate", "application/xml", XML_OF_GUEST)
                        .substring(0, 6));
        twoHosts("amd", "2");
        for (String refused : List.of(
                hook("libvirt?operation=migrate", "application/xml", XML_OF_GUEST),
                hook("vdsm?operation=migrate-destination", "application/xml", XML_OF_GUEST),
                hook("vdsm?operation=migrate-source", "application/xml", XML_OF_GUEST),
                hook("vdsm?operation=save", "application/xml", XML_OF_GUEST),
                hook("xapi?operation=migrate", FORM, "uuid=" + UUID),
                hook("xapi?operation=save", FORM, "uuid=" + UUID),
                hook("proxmox?operation=migrate", FORM, "uuid=" + UUID + "&vmid=100&source=l0-a"),
                hook("ganeti?operation=migrate", FORM, "guest=build-farm-07&source=l0-a&destination=l0-b"))) {
            List<String> lines = refused.lines().toList();
            assertEquals("DENY", lines.get(0), refused);
            assertEquals("END", lines.get(lines.size() - 1), refused);
            assertTrue(lines.size() <= 4 && lines.get(1).contains("(amd-live-l2"), refused);
        }
    }

    @Test
    void whatAHookAsksAndNobodyKnowsIsUndeterminedNotAProblem() throws Exception {
        registry("host: l0-b\n");
        twoHosts("intel", "2");
        String stranger = XML_OF_GUEST.replace(UUID, "99999999-2222-4333-8444-555555555555");
        for (String undetermined : List.of(
                hook("libvirt?operation=migrate", "application/xml", stranger),
                hook("libvirt?operation=migrate", "application/xml", "no XML"),
                hook("libvirt?operation=restore", "application/xml", XML_OF_GUEST),
                hook("libvirt?operation=fly", "application/xml", XML_OF_GUEST),
                hook("windows?operation=migrate", "application/xml", XML_OF_GUEST),
                hook("proxmox?operation=migrate", FORM, "uuid=&vmid=100&source=l0-a"),
                hook("ganeti?operation=migrate", FORM, "guest=build-farm-07&source=l0-a&destination=nowhere"))) {
            assertTrue(undetermined.startsWith("UNDETERMINED\n"), undetermined);
            assertTrue(undetermined.endsWith("\nEND\n"), undetermined);
        }
    }

    private static final String L0_C = "Authorization: Bearer l0-c-0123456789abcdef0123\r\n";

    private String ofXapi() throws IOException {
        return hook("xapi?operation=migrate", FORM, "uuid=" + UUID);
    }

    @Test
    void whereAHookDoesNotKnowTheDestinationEveryHostMustDo() throws Exception {
        registry("host: l0-a\npools: {one: [l0-a, l0-b, l0-c]}\n");
        twoHosts("intel", "2");
        String unheardOf = ofXapi();
        assertTrue(unheardOf.startsWith("UNDETERMINED\nnothing is known of l0-c"), unheardOf);
        assertTrue(unheardOf.contains("known to do are only l0-b"), unheardOf);
        push("l0-c", L0_C, host("l0-c", "amd", ""));
        String refused = ofXapi();
        assertTrue(refused.startsWith("DENY\n"), refused);
        assertTrue(refused.contains("known to do are only l0-b"), refused);
        push("l0-c", L0_C, host("l0-c", "intel", ""));
        assertEquals("ALLOW\nEND\n", ofXapi());
        assertEquals(
                List.of("l0-c", "l0-b"),
                got("/v1/decisions?most=2").get("decisions").findValuesAsText("destination"),
                "each of them is in the record");
    }

    @Test
    void aHostOfAnotherPoolIsNoCandidate() throws Exception {
        registry("host: l0-a\npools: {one: [l0-a, l0-b], two: [l0-c]}\n");
        twoHosts("intel", "2");
        push("l0-c", L0_C, host("l0-c", "amd", ""));
        assertEquals("ALLOW\nEND\n", ofXapi());
        JsonNode all = got("/v1/destinations?guest=" + UUID).get("destinations");
        assertEquals(List.of("l0-b", "l0-c"), all.findValuesAsText("host"));
        assertEquals(List.of("true", "false"), all.findValuesAsText("inPool"));
        String page = ask("GET", "/?operation=migrate&guest=" + UUID + "&to=", HOOK, "")
                .body();
        assertTrue(page.contains("not in its pool"), page);
    }

    @Test
    void aGuestWithNowhereToGoDoesNotGo() throws Exception {
        registry("host: l0-a\npools: {one: [l0-a], two: [l0-b]}\n");
        twoHosts("intel", "2");
        assertTrue(ofXapi().startsWith("UNDETERMINED\nno host is known that build-farm-07 could go to\n"));
    }

    @Test
    void whereNobodySaysWhichHostsThereAreNothingPasses() throws Exception {
        registry("host: l0-a\n");
        twoHosts("intel", "2");
        String unsaid = ofXapi();
        assertTrue(unsaid.startsWith("UNDETERMINED\nwhich hosts build-farm-07 could go to is not said"), unsaid);
        assertTrue(unsaid.contains("known to do are only l0-b"), unsaid);
        twoHosts("amd", "2");
        assertTrue(ofXapi().startsWith("DENY\n"), "what is forbidden is told as such");
    }

    @Test
    void aSourceInNoPoolIsNotGuessedAt() throws Exception {
        registry("host: l0-a\npools: {one: [l0-b, l0-c]}\n");
        twoHosts("intel", "2");
        assertTrue(ofXapi().startsWith("UNDETERMINED\nl0-a is in no pool"), ofXapi());
    }

    @Test
    void aSiteMayAnswerForItThatEveryHostIsKnown() throws Exception {
        registry("host: l0-a\neveryHostIsKnown: true\n");
        twoHosts("intel", "2");
        assertEquals("ALLOW\nEND\n", ofXapi());
    }

    @Test
    void whatHooksLetPassIsCountedOnceAndShownWithTheSettings() throws Exception {
        Files.createDirectory(folder.resolve("spool"));
        Files.writeString(folder.resolve("spool/passed.aaaaaaaa"), "");
        Files.writeString(folder.resolve("spool/passed.bbbbbbbb"), "");
        Files.writeString(folder.resolve("site"), "no-answer: allow\n");
        Files.setPosixFilePermissions(folder.resolve("site"), PosixFilePermissions.fromString("rw-r--r--"));
        registry("");
        assertEquals(0, readiness().get("passedWithoutAnswer").asInt(), "a registry has no hooks");
        services.pop().close();
        registry("host: l0-a\nagent: {interval: 1s, sample: 10ms}\n");
        assertEquals(2, readiness().get("passedWithoutAnswer").asInt());
        assertTrue(readiness().get("hooksPassWithoutAnswer").asBoolean());
        assertFalse(readiness().get("answersWithoutRecord").asBoolean());
        assertTrue(ask("GET", "/metrics", HOOK, "").body().contains("nestguard_hooks_passed_without_answer 2.0"));
        services.pop().close();
        registry("host: l0-a\nagent: {interval: 1s, sample: 10ms}\n");
        assertEquals(0, readiness().get("passedWithoutAnswer").asInt(), "they were counted");
        Files.setPosixFilePermissions(folder.resolve("site"), PosixFilePermissions.fromString("rw-rw-r--"));
        assertFalse(readiness().get("hooksPassWithoutAnswer").asBoolean(), "others may write it");
    }

    private JsonNode readiness() throws IOException {
        return JSON.readTree(ask("GET", "/readyz", "", "").body());
    }

    @Test
    void anAgentHandsOnWhatAHookAsksButNotTheDescription() throws Exception {
        registry("facts: {reading: 200ms}\n");
        twoHosts("amd", "2");
        agent();
        try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
            HttpClient.Reply reply = client.ask(
                    "POST", "/v1/hooks/vdsm?operation=save", "Content-Type: application/xml\r\n", XML_OF_GUEST);
            assertEquals(200, reply.status());
            assertTrue(reply.body().matches("(?s)(DENY|UNDETERMINED)\n.*END\n"), reply.body());
        }
        assertFalse(got("/v1/decisions").toString().contains("hunter2"));
        for (JsonNode one : got("/v1/decisions").get("decisions")) {
            assertFalse(
                    got("/v1/decisions/" + one.get("seq").asInt()).toString().contains("hunter2"));
        }
        services.peekLast().close();
        try (HttpClient client = HttpClient.unix(folder.resolve("agent.sock"))) {
            assertEquals(
                    503,
                    client.ask(
                                    "POST",
                                    "/v1/hooks/vdsm?operation=save",
                                    "Content-Type: application/xml\r\n",
                                    XML_OF_GUEST)
                            .status(),
                    "no answer: the script refuses, unless its site says otherwise");
        }
    }

    @Test
    void oneHostAloneIsAgentAndRegistryInOne() throws Exception {
        registry("host: l0-a\nagent: {interval: 1s, sample: 10ms}\n");
        until("it knows itself", () -> {
            try {
                return got("/v1/hosts").get("hosts").size() == 1;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(200, ask("GET", "/readyz", "", "").status());
    }

    @Test
    void whatWasToldOutlivesTheService() throws Exception {
        registry("");
        twoHosts("intel", "2");
        services.pop().close();
        registry("");
        assertEquals(
                "ALLOW",
                got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b")
                        .get("verdict")
                        .asText());
    }
}
