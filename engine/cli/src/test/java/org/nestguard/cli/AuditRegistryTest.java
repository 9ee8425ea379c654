package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.NestGuardService;
import org.nestguard.server.http.settings.SettingsReader;

/** An audit of all that a service knows. */
class AuditRegistryTest {
    private static final String DOCUMENT = """
            facts: 1
            host: {id: ID, name: NAME, observedAt: NOW, level: L0, arch: x86_64, vendor: amd, kernel: 6.1.0-18-amd64,
                   qemu: 8.2.0, nested: true, nestedStateCapability: true}
            guests:
            - {uuid: UUID, name: GUEST, level: L1, accelerator: kvm, nesting: true, l2: {live: LIVE}, cpuMode: custom,
               machineType: pc-q35-8.2, movedWithLiveL2: false, smm: false, evmcs: false, qemu: 8.2.0, startedBy: cold,
               coldStartedAt: 2026-11-20T08:00:00Z}
            """;

    @TempDir
    private Path folder = Path.of("");

    private record Ran(int status, String out, String err) {}

    private static Ran run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                80,
                false,
                false);
        int status = new Commands(console).run(words);
        return new Ran(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void close() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private static String document(String host, String guest, int number, int live) {
        return DOCUMENT.replace("UUID", "6d1c3a52-0000-4000-8000-00000000000" + number)
                .replace("ID", "id-" + host)
                .replace("NAME", host)
                .replace("GUEST", guest)
                .replace("LIVE", Integer.toString(live))
                .replace("NOW", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private void push(String url, String host, String document) throws Exception {
        Path token = secret(host + ".token", host + "-0123456789abcdef0123\n");
        try (ServiceClient client = ServiceClient.at(url, token, null)) {
            ServiceClient.Answer answer = client.put(
                    "/v1/hosts/" + host + "/facts",
                    "application/yaml",
                    document.getBytes(StandardCharsets.UTF_8),
                    Duration.ofSeconds(60));
            assertEquals(200, answer.status(), answer.body());
        }
    }

    @Test
    void everyHostAndGuestThatAServiceKnowsIsAudited() throws Exception {
        secret("credentials.yaml", """
                - {name: ops, token: ops-0123456789abcdef0123, roles: [ask]}
                - {name: l0-a, token: l0-a-0123456789abcdef0123, roles: [push], host: l0-a}
                - {name: l0-b, token: l0-b-0123456789abcdef0123, roles: [push], host: l0-b}
                """);
        String ops = "--token=" + secret("ops.token", "ops-0123456789abcdef0123\n");
        try (NestGuardService service = NestGuardService.start(
                SettingsReader.read("serve.yaml", new ByteArrayInputStream("""
                                unix: {path: FOLDER/s.sock}
                                tcp: {port: 0}
                                credentials: FOLDER/credentials.yaml
                                database: {file: FOLDER/registry.db}
                                record: {key: FOLDER/record.key}
                                """.replace("FOLDER", folder.toString())
                        .getBytes(StandardCharsets.UTF_8))),
                new LiveHost(),
                InstantSource.system())) {
            String url = "http://127.0.0.1:" + service.service().port().orElseThrow();
            push(url, "l0-a", document("l0-a", "build-farm-07", 1, 2));
            push(url, "l0-b", document("l0-b", "web-01", 2, 0));
            Ran audited = run("audit", "--to=any", "-o", "ndjson", "--registry=" + url, ops);
            assertEquals(0, audited.status(), audited.err());
            List<String> guests = audited.out()
                    .lines()
                    .filter(line -> line.startsWith("{\"guest\""))
                    .toList();
            assertEquals(2, guests.size(), audited.out());
            for (String line : guests) {
                JsonNode guest = new ObjectMapper().readTree(line);
                boolean live = guest.get("guest").asText().equals("build-farm-07");
                assertEquals(live ? "DENY" : "ALLOW", guest.get("verdict").asText(), line);
                assertTrue(guest.get("place").asText().startsWith("registry:"), line);
            }
            Ran overSocket = run("audit", "--socket=" + folder.resolve("s.sock"));
            assertEquals(0, overSocket.status(), overSocket.err());
            assertTrue(overSocket.out().contains("2 guests on 2 hosts"), overSocket.out());
            String later =
                    Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS).toString();
            push(
                    url,
                    "l0-b",
                    document("l0-b", "web-01", 2, 0)
                            .replaceAll("observedAt: [^,]*", "observedAt: " + later)
                            .replace("uuid: 6d1c3a52-0000-4000-8000-000000000002, ", ""));
            Ran without = run("audit", "--registry=" + url, ops);
            assertEquals(2, without.status(), without.err());
            assertTrue(without.err().contains("the host l0-b has 1 guests without a UUID"), without.err());
            Ran nobody =
                    run("audit", "--registry=" + url, "--token=" + secret("no.token", "no--0123456789abcdef0123\n"));
            assertEquals(2, nobody.status(), nobody.out());
            assertTrue(nobody.err().contains("the registry does not tell of its hosts: status 401"), nobody.err());
        }
    }

    @Test
    void anAuditOfNothingIsNoAudit() {
        Ran ran = run("audit");
        assertEquals(2, ran.status(), ran.out());
        assertTrue(ran.err().contains("which fleet?"), ran.err());
    }
}
