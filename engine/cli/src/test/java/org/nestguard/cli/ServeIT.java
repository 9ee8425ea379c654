package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.cli.hook.HookScript;
import org.nestguard.evidence.site.Door;

/** The service as a process of its own, and the commands beside it. */
class ServeIT {
    private static final Path DIST = Path.of(System.getProperty("nestguard.dist", "target/nestguard"));

    @TempDir
    private Path folder = Path.of("");

    private @Nullable Process service;

    @AfterEach
    void end() {
        if (service != null) {
            service.destroyForcibly();
        }
    }

    private Process serve(String... more) throws IOException, InterruptedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        List<String> line = new ArrayList<>(List.of(
                DIST.resolve("bin/nestguard").toAbsolutePath().toString(),
                "serve",
                "--socket",
                folder.resolve("socket").toString(),
                "--state",
                folder.toString()));
        line.addAll(List.of(more));
        Process started = new ProcessBuilder(line)
                .redirectOutput(folder.resolve("serve.out").toFile())
                .redirectError(folder.resolve("serve.log").toFile())
                .start();
        service = started;
        for (int i = 0; i < 1_200 && started.isAlive() && !out().contains("listening"); i++) {
            Thread.sleep(50);
        }
        assertTrue(out().contains("listening"), Files.readString(folder.resolve("serve.log")));
        return started;
    }

    private String out() throws IOException {
        return Files.readString(folder.resolve("serve.out"));
    }

    private Launched run(String... words) throws IOException, InterruptedException {
        return Launched.run(Files.createTempDirectory(folder, "run"), words);
    }

    private String ask(Path question) throws IOException, InterruptedException {
        Process curl = new ProcessBuilder(
                        "curl",
                        "-s",
                        "--unix-socket",
                        folder.resolve("socket").toString(),
                        "-H",
                        "Content-Type: application/yaml",
                        "--data-binary",
                        "@" + question,
                        "http://localhost/v1/decisions")
                .start();
        String reply = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        curl.waitFor();
        return reply;
    }

    @Test
    void itAnswersRecordsAndStopsInOrder() throws Exception {
        Process serving = serve();
        Path example = DIST.resolve("share/nestguard/example.yaml").toAbsolutePath();
        assertTrue(ask(example).contains("\"verdict\":\"DENY\""));
        String state = folder.toString();
        Launched waivers =
                run("waive", "list", "--socket", folder.resolve("socket").toString());
        assertEquals("there are no waivers\n", waivers.out(), waivers.err());
        assertEquals(0, waivers.status());
        Launched list = run("decisions", "list", "--state", state);
        assertTrue(list.out().contains("amd-live-l2") && list.out().contains("DENY"), list.out());
        Launched verified = run("decisions", "verify", "--state", state);
        assertEquals(0, verified.status(), verified.out());
        assertTrue(run("decisions", "show", "1", "--state", state).out().contains("\"operation\":\"migrate\""));
        assertEquals(2, run("decisions", "show", "99", "--state", state).status());
        serving.destroy();
        assertTrue(serving.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, serving.exitValue(), Files.readString(folder.resolve("serve.log")));
        // a line is cut off the head: the newest decision, which the head knows of, was never there
        Path head = head();
        Files.writeString(head, Files.readString(head).replace("seq=1 ", "seq=2 "));
        Launched cut = run("decisions", "verify", "--state", state);
        assertEquals(1, cut.status(), cut.out());
        assertTrue(cut.out().contains("NOT as they were written"), cut.out());
    }

    @Test
    void whatIsCollectedCanBePushed() throws Exception {
        Path credentials = Files.writeString(
                folder.resolve("credentials.yaml"),
                "- {name: l0-a, token: l0-a-0123456789abcdef0123, roles: [ask, push], host: l0-a}\n");
        Path token = Files.writeString(folder.resolve("token"), "l0-a-0123456789abcdef0123\n");
        for (Path secret : List.of(credentials, token)) {
            Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        }
        serve("--listen", "127.0.0.1:0", "--credentials", credentials.toString());
        String url = "http://127.0.0.1:" + out().replaceAll("(?s).*port ([0-9]+).*", "$1");
        String tree = Path.of(System.getProperty("nestguard.fixtures", "fixtures"))
                .resolve("hosts/amd-with-a-live-l2/tree")
                .toString();
        Launched pushed = run("collect", "--root", tree, "--sample", "5s", "--push", url, "--token", token.toString());
        assertTrue(pushed.status() <= 1, pushed.err());
        assertEquals("", pushed.out());
        Launched other = run(
                "collect",
                "--root",
                tree.replace("amd-with-a-live-l2", "amd-with-a-live-l2/../" + another()),
                "--push",
                url,
                "--token",
                token.toString());
        assertEquals(2, other.status());
        assertTrue(other.err().contains("status 403"), other.err());
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(run("collect", "--root", tree, "--push", url, "--token", token.toString())
                .err()
                .contains("chmod 600"));
        assertEquals(
                2,
                run("collect", "--push", "http://elsewhere:1", "--token", token.toString())
                        .status());
    }

    /** A host of the fixtures with another name. */
    private static String another() throws IOException {
        try (Stream<Path> hosts = Files.list(
                Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("hosts"))) {
            return hosts.filter(host -> Files.isDirectory(host.resolve("tree")))
                    .map(host -> host.getFileName().toString())
                    .filter(name -> !name.startsWith("amd"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private Path head() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains("head"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aHookOfLibvirtIsRefusedByTheServiceAndByNone() throws Exception {
        Path script = folder.resolve("hook");
        Files.writeString(
                script,
                new HookScript(
                                Door.LIBVIRT,
                                folder.resolve("socket").toString(),
                                Duration.ofSeconds(20),
                                HookScript.SETTINGS,
                                HookScript.SPOOL)
                        .text());
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process serving = serve("--host", "here");
        Launched refused = hook(script);
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("no guest is known as 11111111-2222-4333-8444-555555555555"), refused.err());
        assertEquals("", refused.out());
        serving.destroy();
        serving.waitFor();
        Launched alone = hook(script);
        assertEquals(1, alone.status());
        assertTrue(alone.err().contains("no answer from the agent"), alone.err());
    }

    private Launched hook(Path script) throws IOException, InterruptedException {
        Path xml = Files.writeString(
                folder.resolve("xml"),
                "<domain type='kvm'><uuid>11111111-2222-4333-8444-555555555555</uuid><name>l1</name></domain>");
        Process process = new ProcessBuilder(script.toString(), "l1", "migrate", "begin", "-")
                .redirectInput(xml.toFile())
                .redirectOutput(folder.resolve("hook.out").toFile())
                .redirectError(folder.resolve("hook.err").toFile())
                .start();
        process.waitFor();
        return new Launched(
                process.exitValue(),
                Files.readString(folder.resolve("hook.out")),
                Files.readString(folder.resolve("hook.err")));
    }

    @Test
    void wrongSettingsAreSaidAndNothingListens() throws Exception {
        for (String[] wrong : new String[][] {
            {"serve", "--listen", "0.0.0.0:7420"},
            {"serve", "--registry", "https://r:1"},
            {"serve", "--agent", "--registry", "http://elsewhere:1", "--token", "/x"},
            {"serve", "--config", "/nowhere.yaml"},
            {"serve", "--listen", "7420"},
            {"decisions", "verify"},
            {"decisions", "verify", "--state", "/nowhere"},
            {"hook", "install", "windows"},
            {"hook", "install", "kubevirt"},
            {"hook", "install", "kubevirt", "--url", "http://r", "--ca", "/nowhere"},
            {"hook", "install", "libvirt", "--url", "https://r", "--dry-run"},
            {"hook", "check", "kubevirt", "--root", "/tmp"},
            {"hook", "install", "libvirt", "--socket", "relative", "--dry-run"},
        }) {
            Launched result = run(wrong);
            assertEquals(2, result.status(), () -> String.join(" ", wrong) + ": " + result.err());
            assertTrue(result.err().startsWith("nestguard: "), result.err());
        }
    }

    @Test
    void theHookCommandLaysChecksAndTakesAway() throws Exception {
        String root = Files.createDirectory(folder.resolve("root")).toString();
        Launched rehearsed = run("hook", "install", "vdsm", "--root", root, "--dry-run");
        assertEquals(0, rehearsed.status(), rehearsed.err());
        assertTrue(rehearsed.out().contains("would write /usr/libexec/vdsm/hooks/before_vm_hibernate/50_nestguard"));
        assertEquals(1, run("hook", "check", "vdsm", "--root", root).status());
        assertEquals(0, run("hook", "install", "vdsm", "--root", root).status());
        Launched checked = run("hook", "check", "vdsm", "--root", root);
        assertEquals(1, checked.status(), "nobody answers at the socket");
        assertTrue(checked.out().contains("the agent does not answer"), checked.out());
        assertEquals(0, run("hook", "uninstall", "vdsm", "--root", root).status());
        Launched cluster = run("hook", "uninstall", "kubevirt");
        assertEquals(0, cluster.status(), cluster.err());
        assertTrue(cluster.out().contains("kubectl delete validatingwebhookconfiguration nestguard"), cluster.out());
    }

    @Test
    void settingsThatOthersMayWriteAreNotTaken() throws Exception {
        Path config = Files.writeString(folder.resolve("serve.yaml"), "tcp: {port: 0}\n");
        Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-rw-r--"));
        Launched refused = run("serve", "--config", config.toString());
        assertEquals(2, refused.status(), refused.out());
        assertTrue(refused.err().contains("chmod go-w"), refused.err());
    }
}
