package org.nestguard.server.waiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.NestGuardService;
import org.nestguard.server.http.HttpClient;
import org.nestguard.server.http.settings.SettingsReader;

/** A registry whose waivers every door honours and shows; and what it remembers of a guest that was let through so. */
class WaiversAtDoorsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UUID = "11111111-2222-4333-8444-555555555555";
    private static final String HOOK = "Authorization: Bearer hook-0123456789abcdef0123\r\n";
    private static final String OPS = "Authorization: Bearer ops--0123456789abcdef0123\r\n";
    private static final String L0_A = "Authorization: Bearer l0-a-0123456789abcdef0123\r\n";
    private static final String L0_B = "Authorization: Bearer l0-b-0123456789abcdef0123\r\n";
    private static final String YAML = "Content-Type: application/yaml\r\n";
    private static final String JSON_BODY = "Content-Type: application/json\r\n";
    private static final String XML = "<domain><uuid>" + UUID + "</uuid></domain>";
    private static final String PASSTHROUGH = "passthrough-cpu-differs";
    private static final String MISSES = "intel-source-misses-l2-pages";
    private static final String QUESTION = """
            operation: migrate
            guest: {name: build-farm-07, nesting: true, l2: {live: 0}, cpuMode: host-passthrough}
            source: {name: l0-a, vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true, cpuModel: Xeon 6148}
            destination: {name: l0-b, vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true, cpuModel: Xeon 6348}
            """;

    @TempDir
    private Path folder = Path.of("");

    private final Deque<NestGuardService> services = new ArrayDeque<>();
    private volatile Duration ahead = Duration.ZERO;
    private int port;

    @BeforeEach
    void registry() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        secret("credentials.yaml", """
                - {name: hook, token: hook-0123456789abcdef0123, roles: [ask]}
                - {name: ops, token: ops--0123456789abcdef0123, roles: [ask, administer]}
                - {name: l0-a, token: l0-a-0123456789abcdef0123, roles: [ask, push], host: l0-a}
                - {name: l0-b, token: l0-b-0123456789abcdef0123, roles: [ask, push], host: l0-b}
                """);
        secret("token", "l0-b-0123456789abcdef0123\n");
        begin("reading: 100ms");
    }

    private void begin(String facts) throws Exception {
        port = start("""
                tcp: {port: 0}
                host: l0-b
                credentials: FOLDER/credentials.yaml
                database: {file: FOLDER/registry.db}
                everyHostIsKnown: true
                record: {key: FOLDER/record.key}
                facts: {FACTS}
                """.replace("FACTS", facts)).service().port().orElseThrow();
    }

    private NestGuardService start(String settings) throws Exception {
        NestGuardService service = NestGuardService.start(
                SettingsReader.read(
                        "serve.yaml",
                        new ByteArrayInputStream(
                                settings.replace("FOLDER", folder.toString()).getBytes(StandardCharsets.UTF_8))),
                new LiveHost(),
                this::now);
        services.push(service);
        return service;
    }

    @AfterEach
    void end() {
        services.forEach(NestGuardService::close);
    }

    private void secret(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(folder.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }

    private Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS).plus(ahead);
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

    // ---- waivers

    private String waiver(String rule, String expires) {
        return "{rule: " + rule + ", scope: guest=build-farm-07, reason: looked at it, owner: ann, expires: '" + expires
                + "'}";
    }

    private JsonNode waive(String rule, Duration during) throws IOException {
        HttpClient.Reply reply = ask(
                "POST",
                "/v1/waivers",
                OPS + YAML,
                waiver(rule, now().plus(during).toString()));
        assertEquals(201, reply.status(), reply.body());
        return JSON.readTree(reply.body());
    }

    // ---- hosts

    private void push(String name, String credential, String kernel, String cpu, String guests) throws IOException {
        HttpClient.Reply reply = ask("PUT", "/v1/hosts/" + name + "/facts", credential + YAML, """
                facts: 1
                host: {name: %s, observedAt: %s, level: L0, arch: x86_64, vendor: intel, kernel: %s, qemu: 8.2.2,
                       nested: true, nestedStateCapability: true, %s}
                guests: [%s]
                """.formatted(
                        name, now(), kernel, cpu, guests));
        assertEquals(200, reply.status(), reply.body());
    }

    private String guest(String live, String mode, String more) {
        return "{uuid: " + UUID + ", name: build-farm-07, observedAt: " + now()
                + ", level: L1, accelerator: kvm, nesting: true, l2: {live: " + live + "}, cpuMode: " + mode
                + ", qemu: 8.2.2, smm: false, " + more + "}";
    }

    private static final String COLD = "startedBy: cold, movedWithLiveL2: false";

    /** An idle guest with its host's CPU, and another CPU at the destination. */
    private void differentCpus() throws IOException {
        push("l0-a", L0_A, "6.8.0", "cpuModel: Xeon 6148", guest("0", "host-passthrough", COLD));
        push("l0-b", L0_B, "6.8.0", "cpuModel: Xeon 6348", "");
    }

    /** A live L2 on a kernel that misses what it writes. */
    private void missesPages() throws IOException {
        push("l0-a", L0_A, "5.3.18", "cpuId: 6-79-1", guest("1", "custom", COLD));
        push("l0-b", L0_B, "5.10.0", "cpuId: 6-79-1", "");
    }

    private String hook(String path, String type, String body) throws IOException {
        HttpClient.Reply reply = ask("POST", "/v1/hooks/" + path, HOOK + "Content-Type: " + type + "\r\n", body);
        assertEquals(200, reply.status(), reply.body());
        return reply.body();
    }

    private String migrateHook() throws IOException {
        return hook("libvirt?operation=migrate", "application/xml", XML);
    }

    private String moved() throws IOException {
        return got("/v1/guests/" + UUID).at("/facts/movedWithLiveL2/value").asText();
    }

    private JsonNode harm() throws IOException {
        return got("/v1/guests/" + UUID).get("harm");
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("registry.db"));
                Statement one = connection.createStatement()) {
            one.execute("pragma busy_timeout = 5000");
            one.execute(statement);
        }
    }

    // ---- making them

    @Test
    void onlyAWholeWaiverOfARuleThatCanBeWaivedIsMade() throws Exception {
        String good = waiver(PASSTHROUGH, "2999-01-01");
        Map<String, Integer> bad = Map.ofEntries(
                Map.entry(good.replace(PASSTHROUGH, "amd-live-l2"), 409),
                Map.entry(good.replace(PASSTHROUGH, "no-such-rule"), 409),
                Map.entry(good.replace("2999-01-01", "2020-01-01"), 409),
                Map.entry(good.replace("2999-01-01", "soon"), 400),
                Map.entry(good.replace("looked at it", "' '"), 400),
                Map.entry(good.replace("ann", "''"), 400),
                Map.entry(good.replace("reason: looked at it, ", ""), 400),
                Map.entry(good.replace("owner: ann, ", ""), 400),
                Map.entry(good.replace("scope: guest=build-farm-07, ", ""), 400),
                Map.entry(good.replace("guest=", "moon="), 400),
                Map.entry(good.replace("owner:", "boss: x, owner:"), 400),
                Map.entry(good.replace("looked at it", "\"a\\u202eb\""), 400),
                Map.entry(good.replace("looked at it", "x".repeat(1_001)), 400),
                Map.entry("[" + good + "]", 400),
                Map.entry(good + "\n---\n" + good, 400));
        for (Map.Entry<String, Integer> each : bad.entrySet()) {
            HttpClient.Reply reply = ask("POST", "/v1/waivers", OPS + YAML, each.getKey());
            assertEquals(each.getValue(), reply.status(), each.getKey() + ": " + reply.body());
        }
        assertEquals(
                415,
                ask("POST", "/v1/waivers", OPS + "Content-Type: text/plain\r\n", good)
                        .status());
        assertEquals(403, ask("POST", "/v1/waivers", HOOK + YAML, good).status());
        assertEquals(401, ask("POST", "/v1/waivers", YAML, good).status());
        assertEquals(0, got("/v1/waivers").get("waivers").size());
        HttpClient.Reply made = ask("POST", "/v1/waivers", OPS + YAML, good);
        assertEquals(201, made.status(), made.body());
        assertTrue(made.body().contains("it is too wide: it holds for more than 90 days"), made.body());
        String json = "{\"rule\": \"" + PASSTHROUGH
                + "\", \"scope\": \"operation=migrate\", \"reason\": \"r\", \"owner\": \"o\", \"expires\": \""
                + now().plusSeconds(60)
                + "\"}";
        HttpClient.Reply wide = ask("POST", "/v1/waivers", OPS + JSON_BODY, json);
        assertTrue(wide.body().contains("it is too wide: it names no single guest"), wide.body());
        assertEquals(403, ask("DELETE", "/v1/waivers/1", HOOK, "").status());
        assertEquals(404, ask("DELETE", "/v1/waivers/99", OPS, "").status());
        assertEquals(404, ask("DELETE", "/v1/waivers/x", OPS, "").status());
        assertEquals(204, ask("DELETE", "/v1/waivers/1", OPS, "").status());
        assertEquals(404, ask("DELETE", "/v1/waivers/1", OPS, "").status());
        assertEquals("ended", got("/v1/waivers").at("/waivers/1/state").asText());
        assertEquals("ops", got("/v1/waivers").at("/waivers/1/ended/by").asText());
    }

    // ---- the doors

    private static void waived(JsonNode decision) {
        assertEquals("DENY", decision.get("verdict").asText(), decision.toString());
        assertEquals("ALLOW", decision.get("effective").asText(), decision.toString());
        assertEquals(PASSTHROUGH, decision.at("/waived/0/rule").asText());
        assertEquals("ann", decision.at("/waived/0/owner").asText());
        assertEquals("waiver-1", decision.at("/waived/0/place").asText());
    }

    @Test
    void everyDoorHonoursAndShowsAWaiver() throws Exception {
        differentCpus();
        JsonNode made = waive(PASSTHROUGH, Duration.ofHours(1));
        String until = made.get("expires").asText();
        waived(JSON.readTree(ask("POST", "/v1/decisions", HOOK + YAML, QUESTION).body()));
        String line =
                "{\"operation\": \"migrate\", \"guest\": {\"name\": \"build-farm-07\", \"nesting\": true, \"l2\": {\"live\": 0},"
                        + " \"cpuMode\": \"host-passthrough\"}, \"source\": {\"vendor\": \"intel\", \"kernel\": \"6.8.0\", \"qemu\": \"8.2.2\","
                        + " \"nested\": true, \"cpuModel\": \"a\"}, \"destination\": {\"vendor\": \"intel\", \"kernel\": \"6.8.0\","
                        + " \"qemu\": \"8.2.2\", \"nested\": true, \"cpuModel\": \"b\"}}\n";
        waived(JSON.readTree(ask("POST", "/v1/decisions/batch", HOOK + "Content-Type: application/x-ndjson\r\n", line)
                .body()
                .lines()
                .findFirst()
                .orElseThrow()));
        waived(got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b"));
        JsonNode destination = got("/v1/destinations?guest=" + UUID).at("/destinations/0");
        assertEquals("ALLOW", destination.get("effective").asText());
        waived(destination.get("decision"));
        for (String allowed : List.of(
                migrateHook(),
                hook("vdsm?operation=migrate-source", "application/xml", XML),
                hook(
                        "ganeti?operation=migrate",
                        "application/x-www-form-urlencoded",
                        "guest=build-farm-07&destination=l0-b"))) {
            assertTrue(allowed.startsWith("ALLOW\n"), allowed);
            assertTrue(allowed.contains(PASSTHROUGH + " is waived by ann until " + until + " (waiver-1)\n"), allowed);
            assertTrue(allowed.endsWith("\nEND\n") && allowed.lines().count() <= 4, allowed);
        }
        String page = ask("GET", "/?operation=migrate&guest=" + UUID + "&to=l0-b", HOOK, "")
                .body();
        assertTrue(page.contains("somebody answers for that"), page);
        assertTrue(page.contains("<bdi>ann</bdi> until"), page);
        assertTrue(page.contains(PASSTHROUGH + " is waived by ann until"), page);
        HttpClient.Reply past = ask("GET", "/decisions/1", HOOK, "");
        assertEquals(200, past.status());
        assertTrue(past.body().contains("A waiver was made."), past.body());
        start("""
                unix: {path: FOLDER/agent.sock}
                host: l0-b
                agent: {registry: "http://127.0.0.1:PORT", token: FOLDER/token, interval: 1h, sample: 10ms}
                """.replace("PORT", Integer.toString(port)));
        try (HttpClient agent = HttpClient.unix(folder.resolve("agent.sock"))) {
            HttpClient.Reply batch =
                    agent.ask("POST", "/v1/decisions/batch", "Content-Type: application/x-ndjson\r\n", line);
            assertEquals(404, batch.status(), "an agent decides nothing by itself");
            assertTrue(batch.body().contains("one question at a time"), batch.body());
        }
        try (HttpClient agent = HttpClient.unix(folder.resolve("agent.sock"))) {
            assertTrue(agent.ask("GET", "/v1/waivers", "").body().contains(PASSTHROUGH));
            assertEquals(
                    405,
                    agent.ask("POST", "/v1/waivers", YAML, waiver(PASSTHROUGH, "2999-01-01"))
                            .status(),
                    "an agent takes none");
        }
        JsonNode decisions = got("/v1/decisions").get("decisions");
        assertEquals("waiver-1", decisions.at("/0/waivers/0").asText(), decisions.toString());
        JsonNode listed = got("/v1/waivers").at("/waivers/0");
        assertEquals(
                decisions.at("/0/seq").asInt(),
                listed.at("/lastUsed/decision").asInt(),
                "a decision tells of its waiver, and the waiver of its last decision");
        assertEquals(0, listed.get("remarks").size(), listed.toString());
        assertEquals("false", moved(), "no L2 was live: no harm");
    }

    @Test
    void anExpiredOrEndedWaiverWaivesNothingFromThatMomentOn() throws Exception {
        differentCpus();
        waive(PASSTHROUGH, Duration.ofMinutes(10));
        assertTrue(migrateHook().startsWith("ALLOW\n"));
        ahead = Duration.ofMinutes(11);
        differentCpus();
        assertTrue(migrateHook().startsWith("DENY\n"));
        JsonNode expired = got("/v1/waivers").at("/waivers/0");
        assertEquals("expired", expired.get("state").asText());
        assertTrue(expired.get("remarks").toString().contains("it waives nothing: it expired at"), expired.toString());
        JsonNode second = waive(PASSTHROUGH, Duration.ofMinutes(10));
        assertTrue(second.get("remarks").toString().contains("no decision in the record made use of it"));
        assertTrue(migrateHook().startsWith("ALLOW\n"));
        assertEquals(
                204,
                ask("DELETE", "/v1/waivers/" + second.get("id").asInt(), OPS, "")
                        .status());
        assertTrue(migrateHook().startsWith("DENY\n"));
    }

    @Test
    void waiversThatCannotBeReadWaiveNothingAndTheAnswerSaysSo() throws Exception {
        waive(PASSTHROUGH, Duration.ofMinutes(10));
        sql("alter table waiver rename to gone");
        JsonNode decision = JSON.readTree(
                ask("POST", "/v1/decisions", HOOK + YAML, QUESTION).body());
        assertEquals("DENY", decision.get("effective").asText(), decision.toString());
        assertEquals("waivers", decision.at("/ignored/0/key").asText(), decision.toString());
        assertTrue(decision.at("/ignored/0/why").asText().contains("could not be read"), decision.toString());
    }

    // ---- remembered harm

    @Test
    void whoIsLetThroughWithALiveL2IsMarkedUntilAColdStartIsProven() throws Exception {
        missesPages();
        assertTrue(migrateHook().startsWith("DENY\n"));
        assertEquals("false", moved(), "a refusal harms nobody");
        waive(MISSES, Duration.ofHours(10));
        assertEquals(
                "ALLOW",
                got("/v1/answers?operation=migrate&guest=" + UUID + "&to=l0-b")
                        .get("effective")
                        .asText());
        got("/v1/destinations?guest=" + UUID);
        assertEquals("false", moved(), "a question harms nobody");
        assertTrue(migrateHook().startsWith("ALLOW\n"));
        assertEquals("true", moved());
        JsonNode marked = harm().get(0);
        int decision = got("/v1/decisions").at("/decisions/0/seq").asInt();
        assertEquals("let-through", marked.get("cause").asText());
        assertTrue(marked.get("why").asText().contains("decision " + decision + ": waiver-"), marked.toString());
        services.pop().close();
        begin("reading: 100ms");
        assertEquals("true", moved(), "it outlives the service");
        ahead = Duration.ofSeconds(30);
        push("l0-a", L0_A, "5.3.18", "cpuId: 6-79-1", "");
        push("l0-b", L0_B, "5.10.0", "cpuId: 6-79-1", guest("1", "custom", "startedBy: incoming"));
        assertEquals("true", moved(), "it arrived");
        ahead = Duration.ofSeconds(60);
        push(
                "l0-b",
                L0_B,
                "5.10.0",
                "cpuId: 6-79-1",
                guest("0", "custom", COLD + ", coldStartedAt: " + now().minusSeconds(5)));
        assertEquals("true", moved(), "nobody saw it shut off");
        ahead = Duration.ofSeconds(90);
        push("l0-b", L0_B, "5.10.0", "cpuId: 6-79-1", "");
        ahead = Duration.ofSeconds(150);
        push(
                "l0-b",
                L0_B,
                "5.10.0",
                "cpuId: 6-79-1",
                guest("0", "custom", COLD + ", coldStartedAt: " + now().minusSeconds(5)));
        assertEquals("false", moved(), harm().toString());
        assertEquals("cleared", harm().get(harm().size() - 1).get("what").asText());
    }

    /** What a hook is told of the guest, its host reading it anew for that. */
    private String whileRead(String path) throws Exception {
        CompletableFuture<String> told = CompletableFuture.supplyAsync(() -> {
            try {
                return hook(path, "application/x-www-form-urlencoded", "guest=" + UUID);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        HttpClient.Reply wanted = ask("GET", "/v1/hosts/l0-a/wanted", L0_A, "");
        assertEquals(200, wanted.status(), wanted.body());
        String number = JSON.readTree(wanted.body()).get("reading").asText();
        push(
                "l0-a",
                L0_A + "Nestguard-Reading: " + number + "\r\n",
                "5.3.18",
                "cpuId: 6-79-1",
                guest("1", "custom", COLD));
        return told.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whatAWaiverLetGoGoesOnWhileItIsWatchedUntilTheWaiverEnds() throws Exception {
        end();
        services.clear();
        begin("reading: 15s");
        missesPages();
        String watch = "run?operation=watch&to=l0-b";
        assertTrue(whileRead(watch).startsWith("DENY\n"), "without a waiver it is stopped");
        int waiver = waive(MISSES, Duration.ofHours(1)).get("id").asInt();
        assertTrue(hook("run?operation=migrate&to=l0-b", "application/x-www-form-urlencoded", "guest=" + UUID)
                .startsWith("ALLOW\n"));
        assertEquals("true", moved());
        String goesOn = whileRead(watch);
        assertTrue(goesOn.startsWith("ALLOW\n"), goesOn);
        assertTrue(goesOn.contains("is waived by ann"), goesOn);
        assertEquals(204, ask("DELETE", "/v1/waivers/" + waiver, OPS, "").status());
        assertTrue(whileRead(watch).startsWith("DENY\n"), "nobody answers for it any more");
    }

    @Test
    void whereTheHarmCannotBeRememberedTheDoorStaysShut() throws Exception {
        missesPages();
        waive(MISSES, Duration.ofHours(1));
        sql("alter table harm_history rename to gone");
        String answer = migrateHook();
        assertTrue(answer.startsWith("UNDETERMINED\n"), answer);
        assertTrue(answer.contains("cannot be remembered"), answer);
        sql("alter table gone rename to harm_history");
        assertTrue(migrateHook().startsWith("ALLOW\n"));
    }

    @Test
    void whereOneOfManyDestinationsRefusesNothingHappensAndNobodyIsHarmed() throws Exception {
        missesPages();
        waive(MISSES, Duration.ofHours(1));
        secret(
                "credentials.yaml",
                Files.readString(folder.resolve("credentials.yaml"))
                        + "- {name: l0-c, token: l0-c-0123456789abcdef0123, roles: [push], host: l0-c}\n");
        services.peek().service().reload();
        String credential = "Authorization: Bearer l0-c-0123456789abcdef0123\r\n";
        push("l0-c", credential, "5.10.0", "cpuId: 6-79-1", "");
        String allowed = hook("vdsm?operation=migrate-source", "application/xml", XML);
        assertTrue(allowed.startsWith("ALLOW\n"), allowed);
        assertEquals(1, harm().size(), "one deed, one mark");
        push("l0-c", credential, "4.18.0", "cpuId: 6-79-1", "");
        String refused = hook("vdsm?operation=migrate-source", "application/xml", XML);
        assertFalse(refused.startsWith("ALLOW\n"), refused);
        assertEquals(1, harm().size());
    }

    @Test
    void whoCameTooLateToStopAnOperationTellsOfIt() throws Exception {
        differentCpus();
        String path = "/v1/guests/" + UUID + "/harm";
        for (String bad : List.of(
                "{cause: let-through, why: x}",
                "{cause: late-abort}",
                "{why: x}",
                "{cause: late-abort, why: ' '}",
                "{cause: late-abort, why: x, at: 2020-01-01}",
                "{cause: late-abort, why: " + "x".repeat(501) + "}",
                "[]")) {
            assertEquals(400, ask("POST", path, HOOK + YAML, bad).status(), bad);
        }
        String told = "{cause: late-abort, why: an L2 began while it was on its way}";
        assertEquals(401, ask("POST", path, YAML, told).status());
        assertEquals(
                415,
                ask("POST", path, HOOK + "Content-Type: text/plain\r\n", told).status());
        assertEquals(
                404, ask("POST", "/v1/guests/nobody/harm", HOOK + YAML, told).status());
        assertEquals(0, harm().size());
        assertEquals("false", moved());
        assertEquals(200, ask("POST", path, HOOK + YAML, told).status());
        assertEquals("true", moved());
        assertEquals("late-abort", harm().at("/0/cause").asText());
        assertEquals(
                "hook says: an L2 began while it was on its way",
                harm().at("/0/why").asText());
    }
}
