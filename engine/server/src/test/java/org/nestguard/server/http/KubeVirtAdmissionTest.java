package org.nestguard.server.http;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.NestGuardService;

/** What an API server asks of the real service, over TLS, with a certificate of its own. */
class KubeVirtAdmissionTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String UID = "705ab4f5-6393-11e8-b7cc-42010a800002";
    private static final String UUID = "11111111-2222-4333-8444-555555555555";
    private static final String ALL = "pools: {cluster: [node-a, node-b]}\n";
    private static final String TYPE = "Content-Type: application/json\r\n";

    @TempDir
    private static Path made = Path.of("");

    private static @Nullable SSLContext apiServer;
    private static @Nullable SSLContext anybody;

    private final Site site;
    private @Nullable NestGuardService service;
    private int port;
    private volatile String reading = "";

    KubeVirtAdmissionTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    private static Keys keys() throws IOException {
        return new Keys(new Site(made));
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        for (String name : List.of("service", "apiserver")) {
            keys().make(name);
        }
        apiServer = keys().client("service", "apiserver"); // to open the keys takes longer than to ask
        anybody = keys().client("service", null);
    }

    @AfterEach
    void close() {
        if (service != null) {
            service.close();
        }
    }

    private void start(String more) throws Exception {
        for (String file : List.of("service.crt", "service.key", "apiserver.crt")) {
            Files.copy(made.resolve(file), site.file(file), REPLACE_EXISTING, COPY_ATTRIBUTES);
        }
        site.write("credentials.yaml", "rw-------", """
                - {name: cluster, certificate: "CN=apiserver, O=Example", roles: [ask]}
                - {name: node-a, token: node-a-0123456789abcdef, roles: [push], host: node-a}
                - {name: node-b, token: node-b-0123456789abcdef, roles: [push], host: node-b}
                - {name: records, token: records-0123456789abcdef, roles: [ask]}
                """);
        service = NestGuardService.start(
                Site.parsed("""
                tcp: {port: 0, tls: {certificate: FOLDER/service.crt, key: FOLDER/service.key, clients: FOLDER/apiserver.crt}}
                credentials: FOLDER/credentials.yaml
                database: {file: FOLDER/registry.db}
                record: {key: FOLDER/record.key}
                """.replace("FOLDER", site.file("").toString())
                        + (more.contains("facts:") ? "" : "facts: {reading: 200ms}\n")
                        + more),
                new LiveHost(),
                InstantSource.system());
        port = service.service().port().orElseThrow();
    }

    private HttpClient.Reply send(@Nullable String client, String method, String path, String headers, String body)
            throws Exception {
        SSLContext context = client == null ? anybody : apiServer;
        try (HttpClient connection = HttpClient.of(Objects.requireNonNull(context)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port))) {
            return body.isEmpty() ? connection.ask(method, path, headers) : connection.ask(method, path, headers, body);
        }
    }

    private void node(String name, String vendor, String guests) throws Exception {
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        HttpClient.Reply reply = send(
                null,
                "PUT",
                "/v1/hosts/" + name + "/facts",
                TYPE + reading + Site.bearer(name + "-0123456789abcdef"),
                """
                {"facts": 1, "host": {"name": "%s", "observedAt": "%s", "level": "L0", "arch": "x86_64", "vendor": "%s",
                "kernel": "6.8.0", "qemu": "8.2.2", "nested": true, "nestedStateCapability": true}, "guests": [%s]}
                """.formatted(name, now, vendor, guests.replace("NOW", now)));
        assertEquals(200, reply.status(), reply.body());
    }

    private void cluster(String vendor, int live) throws Exception {
        node("node-a", vendor, """
                {"uuid": "%s", "name": "shop_farm-07", "observedAt": "NOW", "level": "L1", "accelerator": "kvm", "nesting": true,
                "l2": {"live": %d}, "cpuMode": "custom", "qemu": "8.2.2", "startedBy": "cold", "movedWithLiveL2": false}
                """.formatted(UUID, live));
        node("node-b", vendor, "");
    }

    private static String migration(String spec, String phase) {
        return """
                {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceMigration",
                 "metadata": {"name": "m1", "namespace": "shop", "uid": "22222222-2222-4333-8444-555555555555"},
                 "spec": {%s}, "status": {"phase": "%s"}}""".formatted(spec, phase);
    }

    private static final String MOVE = migration("\"vmiName\": \"farm-07\"", "");

    private static String review(String operation, String object, String oldObject) {
        return """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
                 "uid": "%s", "kind": {"group": "kubevirt.io", "version": "v1", "kind": "VirtualMachineInstanceMigration"},
                 "resource": {"group": "kubevirt.io", "version": "v1", "resource": "virtualmachineinstancemigrations"},
                 "requestKind": {"group": "kubevirt.io", "version": "v1", "kind": "VirtualMachineInstanceMigration"},
                 "name": "m1", "namespace": "shop", "operation": "%s",
                 "userInfo": {"username": "system:serviceaccount:kubevirt:kubevirt-controller", "groups": ["a"]},
                 "object": %s, "oldObject": %s, "dryRun": false, "options": null}}""".formatted(UID, operation, object, oldObject);
    }

    private static String created(String spec) {
        return review("CREATE", migration(spec, ""), "null");
    }

    private JsonNode asked(String review) throws Exception {
        HttpClient.Reply reply = send("apiserver", "POST", "/v1/admission/kubevirt", TYPE, review);
        assertEquals(200, reply.status(), reply.body());
        JsonNode answer = JSON.readTree(reply.body());
        assertEquals("admission.k8s.io/v1", answer.path("apiVersion").asText());
        assertEquals("AdmissionReview", answer.path("kind").asText());
        assertEquals(UID, answer.at("/response/uid").asText(), "the uid of the request");
        assertFalse(answer.has("request"));
        return answer.get("response");
    }

    private void passes(String review) throws Exception {
        JsonNode response = asked(review);
        assertTrue(response.get("allowed").asBoolean(), response::toString);
    }

    private void refuses(int code, String part, String review) throws Exception {
        JsonNode response = asked(review);
        assertFalse(response.get("allowed").asBoolean(), response::toString);
        assertEquals(code, response.at("/status/code").asInt(), response::toString);
        assertEquals(
                code == 400 ? "BadRequest" : "Forbidden",
                response.at("/status/reason").asText());
        assertTrue(response.at("/status/message").asText().contains(part), response::toString);
    }

    @Test
    void aGuestWithALiveL2OnAmdStays() throws Exception {
        start(ALL);
        cluster("amd", 2);
        JsonNode response = asked(review("CREATE", MOVE, "null"));
        assertFalse(response.get("allowed").asBoolean());
        String message = response.at("/status/message").asText();
        assertTrue(message.startsWith("nestguard DENY: shop_farm-07 has 2 live L2 guests on node-a"), message);
        assertTrue(message.contains("(amd-live-l2); "), "rule and remedy: " + message);
        assertEquals("amd-live-l2", response.at("/auditAnnotations/rule").asText());
        assertEquals("DENY", response.at("/auditAnnotations/verdict").asText());
        assertEquals(403, response.at("/status/code").asInt());
    }

    @Test
    void whatMayGoToEachHostOfItsPoolGoes() throws Exception {
        start(ALL);
        cluster("intel", 2);
        passes(review("CREATE", MOVE, "null"));
        passes(created("\"vmiName\": \"farm-07\", \"priority\": \"system-critical\""));
        passes(review("CREATE", MOVE, "null").replace("\"version\": \"v1\"", "\"version\": \"v1alpha3\""));
        assertEquals(
                3, JSON.readTree(records().body()).get("decisions").size(), "who asks is in the record: " + records());
        assertTrue(records().body().contains("\"cluster\""), records().body());
    }

    private HttpClient.Reply records() throws Exception {
        return send(null, "GET", "/v1/decisions", Site.bearer("records-0123456789abcdef"), "");
    }

    @Test
    void anIdleGuestOnAmdGoesOnlyByAReadingOfNow() throws Exception {
        start(ALL);
        cluster("amd", 0);
        refuses(403, "guest.l2.live", review("CREATE", MOVE, "null"));
    }

    @Test
    void aHostThatWasNeverHeardOfIsNamed() throws Exception {
        start("pools: {cluster: [node-a, node-b, node-c]}\n");
        cluster("intel", 2);
        refuses(403, "nothing is known of node-c", review("CREATE", MOVE, "null"));
        refuses(403, "known to do are only node-b", review("CREATE", MOVE, "null"));
        passes(created("\"vmiName\": \"farm-07\", \"addedNodeSelector\": {\"kubernetes.io/hostname\": \"node-b\"}"));
        refuses(
                403,
                "nothing is known of a host node-c",
                created("\"vmiName\": \"farm-07\", \"addedNodeSelector\": {\"kubernetes.io/hostname\": \"node-c\"}"));
        refuses(403, "node-c", created("\"vmiName\": \"farm-07\", \"addedNodeSelector\": {\"rack\": \"7\"}"));
    }

    @Test
    void whereNobodySaysWhichHostsThereAreNothingGoes() throws Exception {
        start("");
        cluster("intel", 2);
        refuses(403, "list them under pools", review("CREATE", MOVE, "null"));
    }

    @Test
    void aRehearsalIsDecidedAndNotRecorded() throws Exception {
        start(ALL);
        cluster("amd", 2);
        refuses(403, "amd-live-l2", review("CREATE", MOVE, "null").replace("\"dryRun\": false", "\"dryRun\": true"));
        assertEquals(0, JSON.readTree(records().body()).get("decisions").size());
        cluster("intel", 2);
        passes(review("CREATE", MOVE, "null").replace("\"dryRun\": false", "\"dryRun\": true"));
        assertEquals(0, JSON.readTree(records().body()).get("decisions").size());
    }

    @Test
    void anIdleGuestOnAmdThatIsReadNowGoesWithAWarning() throws Exception {
        start("facts: {reading: 20s}\n" + ALL);
        cluster("amd", 0);
        Thread agent = new Thread(() -> {
            try {
                String bearer = Site.bearer("node-a-0123456789abcdef");
                String number = JSON.readTree(send(null, "GET", "/v1/hosts/node-a/wanted", bearer, "")
                                .body())
                        .get("reading")
                        .asText();
                reading = "Nestguard-Reading: " + number + "\r\n";
                cluster("amd", 0);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        agent.start();
        JsonNode response = asked(review("CREATE", MOVE, "null"));
        agent.join();
        assertTrue(response.get("allowed").asBoolean(), response::toString);
        assertEquals(1, response.get("warnings").size(), response::toString);
        String warning = response.at("/warnings/0").asText();
        assertTrue(warning.startsWith("nestguard: ") && warning.length() <= 256, warning);
        assertTrue(warning.contains("amd-idle-may-fail-later") || warning.endsWith("..."), warning);
    }

    @Test
    void whatStartsNothingPasses() throws Exception {
        start(ALL);
        cluster("amd", 2);
        String running = migration("\"vmiName\": \"farm-07\"", "Running");
        String failed = migration("\"vmiName\": \"farm-07\"", "Failed");
        passes(review("DELETE", "null", running));
        passes(review("UPDATE", failed, running));
        passes(review("UPDATE", failed, failed));
        passes(review("UPDATE", failed, running)
                .replace("\"name\": \"m1\", \"namespace\"", "\"subResource\": \"status\", \"namespace\""));
        refuses(403, "amd-live-l2", review("UPDATE", running, failed));
        refuses(403, "amd-live-l2", review("UPDATE", running, migration("\"vmiName\": \"other\"", "Running")));
        refuses(403, "amd-live-l2", review("UPDATE", running, "{}"));
        refuses(403, "amd-live-l2", review("UPDATE", running, "null"));
        refuses(400, "not understood", review("CONNECT", running, "null"));
        refuses(400, "not understood", review("create", running, "null"));
    }

    @Test
    void whatIsNotUnderstoodIsRefused() throws Exception {
        start(ALL);
        cluster("intel", 2);
        String good = review("CREATE", MOVE, "null");
        passes(good);
        refuses(400, "narrow the rules", good.replace("virtualmachineinstancemigrations", "virtualmachineinstances"));
        refuses(400, "narrow the rules", good.replace("{\"group\": \"kubevirt.io\"", "{\"group\": \"example.org\""));
        refuses(
                400,
                "narrow the rules",
                good.replace("\"version\": \"v1\", \"resource\"", "\"version\": \"v2\", \"resource\""));
        refuses(
                400,
                "narrow the rules",
                good.replace("\"name\": \"m1\", \"namespace\"", "\"subResource\": \"scale\", \"namespace\""));
        refuses(400, "no namespace", good.replace("\"namespace\": \"shop\", \"operation\"", "\"operation\""));
        refuses(
                400,
                "no namespace",
                good.replace("\"namespace\": \"shop\", \"operation\"", "\"namespace\": \"a_b\", \"operation\""));
        refuses(400, "no spec", review("CREATE", "null", "null"));
        refuses(400, "no spec", review("CREATE", "{\"kind\": \"VirtualMachineInstanceMigration\"}", "null"));
        refuses(400, "spec.vmiName", created(""));
        refuses(400, "spec.vmiName", created("\"vmiName\": 7"));
        refuses(400, "spec.vmiName", created("\"vmiName\": \"x_farm-07\""));
        refuses(
                400,
                "spec.sendTo is not understood",
                created("\"vmiName\": \"farm-07\", \"sendTo\": {\"migrationID\": \"1\"}"));
        refuses(400, "no group of labels", created("\"vmiName\": \"farm-07\", \"addedNodeSelector\": \"node-b\""));
        refuses(
                400,
                "no name of a node",
                created("\"vmiName\": \"farm-07\", \"addedNodeSelector\": {\"kubernetes.io/hostname\": \"\"}"));
        refuses(403, "no guest is known as shop_nobody", created("\"vmiName\": \"nobody\""));
        refuses(
                403,
                "no guest is known as mall_farm-07",
                good.replace("\"namespace\": \"shop\"", "\"namespace\": \"mall\""));
    }

    @Test
    void whatHasNoUidOfItsOwnIsAProblem() throws Exception {
        start(ALL);
        String review = review("CREATE", MOVE, "null");
        String bare = "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\"";
        for (String sent : List.of(
                "",
                "x",
                "{}",
                "[]",
                "null",
                "7",
                bare + "}",
                bare + ", \"request\": {}}",
                bare + ", \"request\": {\"uid\": \" \"}}",
                bare + ", \"request\": [1]}",
                review + review,
                review.substring(0, review.length() - 1),
                review.replace(UID, "x".repeat(1_000)),
                review.replace("admission.k8s.io/v1", "admission.k8s.io/v1beta1"),
                review.replace("\"operation\":", "\"operation\": \"DELETE\", \"operation\":"),
                review.replace("\"options\": null", "\"options\": " + "[".repeat(50_000)))) {
            HttpClient.Reply reply = send("apiserver", "POST", "/v1/admission/kubevirt", TYPE, sent);
            assertEquals(400, reply.status(), () -> sent + reply.body());
            assertFalse(reply.body().contains("allowed"), reply.body());
        }
    }

    @Test
    void whatIsTooLargeIsNotRead() throws Exception {
        start(ALL);
        String huge = review("CREATE", MOVE, "null")
                .replace("\"options\": null", "\"options\": \"" + "x".repeat(2 << 20) + "\"");
        assertEquals(
                413,
                send("apiserver", "POST", "/v1/admission/kubevirt", TYPE, huge).status());
    }

    @Test
    void whoIsNotKnownIsNotAnswered() throws Exception {
        start(ALL);
        cluster("intel", 2);
        String review = review("CREATE", MOVE, "null");
        assertEquals(
                401, send(null, "POST", "/v1/admission/kubevirt", TYPE, review).status());
        assertEquals(
                403,
                send(null, "POST", "/v1/admission/kubevirt", TYPE + Site.bearer("node-a-0123456789abcdef"), review)
                        .status());
        assertEquals(
                200,
                send(null, "POST", "/v1/admission/kubevirt", TYPE + Site.bearer("records-0123456789abcdef"), review)
                        .status(),
                "a token by the API server's own kubeconfig does as well");
    }
}
