package org.nestguard.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.http.HttpClient;
import org.nestguard.server.http.settings.SettingsReader;

/** What {@code nestguard run} asks of a registry, and what a restore's hook makes of the mark that it leaves. */
class RunQuestionsTest {
    private static final String UUID = "11111111-2222-4333-8444-555555555555";
    private static final String FORM = "application/x-www-form-urlencoded";

    @TempDir
    private Path folder = Path.of("");

    private @Nullable NestGuardService service;
    private Duration later = Duration.ZERO;

    @BeforeEach
    void files() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path credentials = Files.writeString(folder.resolve("credentials.yaml"), """
                - {name: l0-a, token: l0-a-0123456789abcdef0123, roles: [ask, push], host: l0-a}
                - {name: l0-b, token: l0-b-0123456789abcdef0123, roles: [ask, push], host: l0-b}
                """);
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        start("20s");
    }

    private void start(String reading) throws Exception {
        String settings = """
                host: l0-b
                tcp: {port: 0}
                credentials: FOLDER/credentials.yaml
                database: {file: FOLDER/registry.db}
                record: {key: FOLDER/record.key}
                facts: {reading: READING}
                """.replace("FOLDER", folder.toString()).replace("READING", reading);
        service = NestGuardService.start(
                SettingsReader.read("serve.yaml", new ByteArrayInputStream(settings.getBytes(StandardCharsets.UTF_8))),
                new LiveHost(),
                this::now);
    }

    @AfterEach
    void end() {
        if (service != null) {
            service.close();
        }
    }

    private Instant now() {
        return Instant.now().plus(later).truncatedTo(ChronoUnit.MICROS);
    }

    private int port() {
        return Objects.requireNonNull(service).service().port().orElseThrow();
    }

    private static String credential(String host) {
        return "Authorization: Bearer " + host + "-0123456789abcdef0123\r\n";
    }

    private String ask(String method, String path, String type, String body, String host) throws IOException {
        String headers = credential(host) + type;
        try (HttpClient client = HttpClient.tcp(port())) {
            HttpClient.Reply reply =
                    body.isEmpty() ? client.ask(method, path, headers) : client.ask(method, path, headers, body);
            assertEquals(200, reply.status(), reply.body());
            return reply.body();
        }
    }

    private String run(String what, String form) throws IOException {
        return ask("POST", "/v1/hooks/run?operation=" + what, "Content-Type: " + FORM + "\r\n", form, "l0-a");
    }

    private String restore(String metadata) throws IOException {
        String xml = "<domain type='kvm'><name>ALLOW</name><uuid>" + UUID + "</uuid><metadata>" + metadata
                + "</metadata></domain>";
        return ask("POST", "/v1/hooks/libvirt?operation=restore", "Content-Type: application/xml\r\n", xml, "l0-b");
    }

    private String tell(String host, String vendor, String guests, String header) throws IOException {
        return ask(
                "PUT",
                "/v1/hosts/" + host + "/facts",
                "Content-Type: application/yaml\r\n" + header,
                """
                facts: 1
                host: {name: %s, observedAt: %s, level: L0, arch: x86_64, vendor: %s, kernel: 6.8.0, qemu: 8.2.2, nested: true,
                       nestedStateCapability: true}
                guests: [%s]
                """.formatted(host, now(), vendor, guests),
                host);
    }

    private String guest(String live, String began) {
        return "{uuid: " + UUID + ", name: build-farm-07, observedAt: " + now()
                + ", level: L1, accelerator: kvm, nesting: true, l2: {live: " + live
                + "}, cpuMode: custom, qemu: 8.2.2, startedBy: " + began + ", movedWithLiveL2: false}";
    }

    private void twoHosts(String vendor, String live) throws IOException {
        tell("l0-a", vendor, guest(live, "cold"), "");
        tell("l0-b", vendor, "", "");
    }

    private interface Question {
        String answer() throws IOException;
    }

    /** What is answered while the agent of l0-a makes every reading that is wanted. */
    private String whileRead(String vendor, String live, Question question) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        HttpClient waiting = HttpClient.tcp(port());
        Thread agent = new Thread(() -> {
            try {
                while (!over.get()) {
                    HttpClient.Reply wanted = waiting.ask("GET", "/v1/hosts/l0-a/wanted", credential("l0-a"));
                    if (wanted.status() == 200) {
                        String number = new ObjectMapper()
                                .readTree(wanted.body())
                                .get("reading")
                                .asText();
                        tell("l0-a", vendor, guest(live, "cold"), "Nestguard-Reading: " + number + "\r\n");
                    }
                }
            } catch (IOException e) {
                over.set(true); // nobody waits for it any more
            }
        });
        agent.start();
        try {
            return question.answer();
        } finally {
            over.set(true);
            waiting.close();
            agent.join();
        }
    }

    private static String mark(String answer) {
        String last = answer.lines().toList().get((int) answer.lines().count() - 2);
        assertTrue(answer.startsWith("ALLOW\n") && last.startsWith("MARK <saved "), answer);
        return last.substring("MARK ".length());
    }

    /** As libvirt keeps it. */
    private static String kept(String mark) {
        return mark.replace("<saved ", "<nestguard:saved xmlns:nestguard=\"urn:nestguard:saved:1\" ");
    }

    private String savedMark(String vendor) throws Exception {
        twoHosts(vendor, "0");
        String mark = mark(whileRead(vendor, "0", () -> run("save", "guest=" + UUID)));
        tell("l0-a", vendor, "", "");
        return mark;
    }

    @Test
    void aSavingThatIsRefusedLeavesNoMark() throws Exception {
        twoHosts("amd", "2");
        String answer = run("save", "guest=" + UUID);
        assertTrue(answer.startsWith("DENY\n"), answer);
        assertFalse(answer.contains("MARK"), answer);
    }

    @Test
    void anImageWithAMarkOfItsSavingIsJudgedByIt() throws Exception {
        String mark = savedMark("amd");
        assertTrue(mark.contains(" guest.l2.live=\"0\"") && mark.contains(" host.vendor=\"amd\""), mark);
        assertTrue(restore(kept(mark)).startsWith("ALLOW\n"));
        assertTrue(restore(kept(mark)).startsWith("ALLOW\n"), "the first attempt may have failed");
        later = Duration.ofDays(20);
        tell("l0-b", "amd", "", "");
        assertTrue(restore(kept(mark)).startsWith("ALLOW\n"), "what is saved does not grow old");
    }

    @Test
    void withoutAMarkARestoreIsUndeterminedAndTheImageIsKept() throws Exception {
        savedMark("amd");
        String answer = restore("");
        assertTrue(answer.startsWith("UNDETERMINED\n"), answer);
        assertTrue(answer.contains("no mark") && answer.contains("the image is kept"), answer);
    }

    @Test
    void aMarkThatTheRegistryDidNotMakeForThisGuestIsNotBelieved() throws Exception {
        String mark = savedMark("amd");
        String other = "99999999-2222-4333-8444-555555555555";
        for (String wrong : new String[] {
            kept(mark.replace("host.kernel=\"6.8.0\"", "host.kernel=\"6.9.0\"")),
            kept(mark.replace("uuid=\"" + UUID, "uuid=\"" + other)),
            kept(mark.replaceAll("at=\"[^\"]*\"", "at=\"2999-01-01T00:00:00Z\"")),
            kept(mark.replaceAll("at=\"[^\"]*\"", "at=\"yesterday\"")),
            kept(mark.replaceAll("seal=\"[^\"]*\"", "seal=\"" + "0".repeat(64) + "\"")),
            kept(mark.replaceAll(" seal=\"[^\"]*\"", "")),
            kept(mark.replace(" guest.nesting=\"true\"", "")),
            kept(mark) + kept(mark),
            kept(mark).replace("urn:nestguard:saved:1", "urn:nestguard:saved:2"),
            mark,
            "<nestguard:saved xmlns:nestguard=\"urn:nestguard:saved:1\">" + "x".repeat(100_000) + "</nestguard:saved>",
            "</metadata>",
        }) {
            assertTrue(restore(wrong).startsWith("UNDETERMINED\n"), wrong);
        }
        String xml = "<domain><uuid>" + other + "</uuid><metadata>" + kept(mark) + "</metadata></domain>";
        tell("l0-a", "amd", guest("0", "cold").replace(UUID, other), "");
        assertTrue(
                ask("POST", "/v1/hooks/libvirt?operation=restore", "Content-Type: application/xml\r\n", xml, "l0-b")
                        .startsWith("UNDETERMINED\n"),
                "another guest's");
    }

    @Test
    void aMarkThatTheGuestWentOnWithIsNotThatOfANewImage() throws Exception {
        String mark = savedMark("amd");
        assertTrue(restore(kept(mark)).startsWith("ALLOW\n"));
        later = Duration.ofSeconds(30);
        tell("l0-b", "amd", guest("0", "restore"), "");
        tell("l0-b", "amd", "", "");
        assertTrue(restore(kept(mark)).startsWith("UNDETERMINED\n"), "it was saved by hand after it was restored");
    }

    @Test
    void aMarkThatWasLeftBehindIsNotThatOfANewImage() throws Exception {
        String mark = savedMark("amd");
        later = Duration.ofHours(2);
        tell("l0-a", "amd", guest("0", "cold"), "");
        tell("l0-a", "amd", "", "");
        tell("l0-b", "amd", "", "");
        assertTrue(restore(kept(mark)).startsWith("UNDETERMINED\n"), "its saving failed, and it ran on");
    }

    @Test
    void aMarkIsNotBelievedWhereAnL2WasSeenLiveAfterIt() throws Exception {
        String mark = savedMark("amd");
        later = Duration.ofMinutes(5);
        tell("l0-a", "amd", guest("2", "cold"), "");
        tell("l0-a", "amd", "", "");
        tell("l0-b", "amd", "", "");
        assertTrue(restore(kept(mark)).startsWith("UNDETERMINED\n"), "its saving failed, and it was saved by hand");
    }

    @Test
    void aGuestThatIsOnItsWayIsReadAnewWhereItCameFrom() throws Exception {
        String form = "guest=" + UUID;
        for (String live : List.of("0", "2")) {
            twoHosts("amd", "0");
            tell("l0-b", "amd", guest("unknown", "incoming"), "");
            assertTrue(
                    whileRead("amd", live, () -> run("migrate&to=l0-b", form)).startsWith("UNDETERMINED\n"),
                    "two hosts have it");
            String answer = whileRead("amd", live, () -> run("watch&to=l0-b", form));
            assertTrue(answer.startsWith(live.equals("0") ? "ALLOW\n" : "DENY\n"), answer);
        }
    }

    @Test
    void aGuestThatIsOnItsWayAndCannotBeReadIsUndetermined() throws Exception {
        end();
        start("300ms");
        twoHosts("amd", "0");
        assertTrue(run("watch&to=l0-b", "guest=" + UUID).startsWith("UNDETERMINED\n"));
        tell("l0-a", "amd", "", "");
        assertTrue(run("watch&to=l0-b", "guest=" + UUID).contains("does not run any more where"), "it has arrived");
    }

    @Test
    void whatRunDoesNotSayIsUndetermined() throws Exception {
        twoHosts("intel", "0");
        for (String answer : new String[] {
            run("save", "uuid=" + UUID),
            run("migrate", "guest=" + UUID),
            run("migrate&to=nowhere", "guest=" + UUID),
            run("fly", "guest=" + UUID),
            run("restore", "guest=" + UUID),
        }) {
            assertTrue(answer.startsWith("UNDETERMINED\n"), answer);
        }
    }
}
