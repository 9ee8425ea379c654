package org.nestguard.cli.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nestguard.evidence.site.Door;

/** The scripts as those systems run them, against an agent that says what a test wants. */
@SuppressWarnings("try") // an agent is there; not all ask what it heard
@Tag("any-jvm") // long, and the same on each; see .ci/run
class HookScriptTest {
    private static final String XML =
            "<domain type='kvm'><name>ALLOW</name><uuid>11111111-2222-4333-8444-555555555555" + "</uuid></domain>";
    private static final String ALLOW = reply(200, "ALLOW\nEND\n");
    private static final String DENY =
            reply(200, "DENY\nl1 has 2 live L2 guests on l0-a (amd-live-l2)\nshut them down first\nEND\n");

    @TempDir
    private Path folder = Path.of("");

    private String socket = "";
    private Path spool = Path.of("");
    private Path settings = Path.of("");

    @BeforeEach
    void places() throws IOException {
        socket = folder.resolve("agent.sock").toString();
        spool = Files.createDirectory(folder.resolve("spool"));
        settings = Files.createDirectory(folder.resolve("etc")).resolve("site");
    }

    private record Ended(int status, String out, String err) {}

    private static String reply(int status, String body) {
        return "HTTP/1.1 " + status + " Whatever\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                + "\r\nConnection: close\r\n\r\n" + body;
    }

    private HookScript script(Door door) {
        return new HookScript(door, socket, Duration.ofMillis(700), settings.toString(), spool.toString());
    }

    /** Lays it where it belongs, below the test's folder. */
    private Path installed(Door door, String text) throws IOException {
        Path place = folder.resolve(door.places().get(0).substring(1));
        Files.createDirectories(place.getParent());
        return executable(place, text);
    }

    private static Path executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static List<String> words(Door door) {
        return switch (door) {
            case LIBVIRT -> List.of("l1", "migrate", "begin", "-");
            case VDSM, GANETI -> List.of();
            case PROXMOX -> List.of("100", "pre-start");
            case XAPI -> List.of("-vmuuid", "11111111-2222-4333-8444-555555555555", "-reason", "none");
        };
    }

    private Map<String, String> environment(Door door) throws IOException {
        return switch (door) {
            case LIBVIRT, XAPI -> Map.of();
            case VDSM ->
                Map.of(
                        "_hook_domxml",
                        Files.writeString(folder.resolve("dom.xml"), XML).toString());
            case PROXMOX -> Map.of("PVE_MIGRATED_FROM", "pve-a");
            case GANETI ->
                Map.of(
                        "GANETI_OP_CODE",
                        "OP_INSTANCE_MIGRATE",
                        "GANETI_INSTANCE_NAME",
                        "l1 & co",
                        "GANETI_OLD_PRIMARY",
                        "n1",
                        "GANETI_NEW_PRIMARY",
                        "n2");
        };
    }

    private Process start(Door door, String text, List<String> words) throws IOException {
        List<String> line = new ArrayList<>(List.of(installed(door, text).toString()));
        line.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(Files.writeString(folder.resolve("stdin"), XML).toFile())
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile());
        builder.environment().putAll(environment(door));
        return builder.start();
    }

    private Ended end(Process process) throws IOException, InterruptedException {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the hook hangs");
        return new Ended(
                process.exitValue(),
                Files.readString(folder.resolve("stdout")),
                Files.readString(folder.resolve("stderr")));
    }

    private Ended run(Door door) throws IOException, InterruptedException {
        return end(start(door, script(door).text(), words(door)));
    }

    private Ended run(Door door, String answer) throws IOException, InterruptedException {
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), answer)) {
            return run(door);
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anAllowIsAPass(Door door) throws Exception {
        Ended ended = run(door, ALLOW);
        assertEquals(0, ended.status(), ended::err);
        assertEquals("", ended.out(), "what stands on standard output replaces the guest's XML");
        assertEquals(
                0,
                run(door, reply(200, "ALLOW\nthe machine type is old\nEND\n")).status());
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aDenyAndAnUndeterminedAreThisSystemsRefusal(Door door) throws Exception {
        Ended denied = run(door, DENY);
        assertEquals(door.refusal(), denied.status());
        assertEquals("", denied.out());
        assertEquals(
                "nestguard: l1 has 2 live L2 guests on l0-a (amd-live-l2)\nnestguard: shut them down first\n",
                denied.err());
        assertEquals(
                door.refusal(),
                run(door, reply(200, "UNDETERMINED\nnobody knows\nEND\n")).status());
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void whatCouldSteerATerminalIsNotHandedOn(Door door) throws Exception {
        Ended ended = run(door, reply(200, "DENY\nl1 \033[2J\007has 2 live L2 guests\nEND\n"));
        assertEquals(door.refusal(), ended.status());
        assertTrue(ended.err().contains("has 2 live L2 guests"), ended::err);
        assertTrue(ended.err().chars().allMatch(c -> c == '\n' || c >= ' '), ended::err);
    }

    @Test
    void aRefusedRestoreSaysThatTheImageIsKept() throws Exception {
        Ended ended = end(start(Door.LIBVIRT, script(Door.LIBVIRT).text(), List.of("l1", "restore", "begin", "-")));
        assertEquals(1, ended.status());
        assertTrue(ended.err().contains("the image is kept: start the guest again once the agent answers"), ended::err);
        assertEquals(2, ended.err().lines().count(), ended::err);
        assertFalse(run(Door.LIBVIRT).err().contains("image"));
    }

    static Stream<Arguments> noAnswers() {
        return Stream.of(
                        "",
                        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nALLOW\n",
                        reply(200, ""),
                        reply(200, "ALLOW\n"),
                        reply(200, "ALLOW"),
                        reply(200, "END\n"),
                        reply(200, "ALLOWED\nEND\n"),
                        reply(200, "allow\nEND\n"),
                        reply(200, " ALLOW\nEND\n"),
                        reply(200, "\nALLOW\nEND\n"),
                        reply(200, "ALLOW\nEND\nmore\n"),
                        reply(200, "ALLOW\r\nEND\r\n"),
                        reply(200, "ALLOW\nEND\n\n200\nstatus 0\n"),
                        reply(500, "ALLOW\nEND\n"),
                        reply(500, "ALLOW\nbut failed\nEND\n"),
                        reply(200, "x\nALLOW\nit may go\nEND\n"),
                        reply(204, "ALLOW\nEND\n"),
                        reply(302, "ALLOW\nEND\n"),
                        "garbage\r\n\r\n",
                        reply(200, "ALLOW\n" + "x".repeat(100_000) + "\nEND\n"),
                        "HTTP/1.1 200 OK\r\n\r\nALLOW\nDENY\0\nEND")
                .flatMap(answer -> Stream.of(Door.values()).map(door -> Arguments.of(door, answer)));
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void whatIsNoWholeAnswerIsARefusal(Door door, String answer) throws Exception {
        Ended ended = run(door, answer);
        assertEquals(door.refusal(), ended.status(), ended::err);
        assertEquals(2, ended.err().lines().count(), ended::err);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void nobodyThereIsARefusal(Door door) throws Exception {
        Ended ended = run(door);
        assertEquals(door.refusal(), ended.status());
        assertTrue(ended.err().contains("nothing listens"), ended::err);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anAnswerThatComesTooLateIsARefusal(Door door) throws Exception {
        try (SpokenAgent agent = SpokenAgent.silent(Path.of(socket))) {
            Ended ended = run(door);
            assertEquals(door.refusal(), ended.status());
            assertTrue(ended.err().contains("none came within 0.7 s"), ended::err);
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void withoutCurlItRefuses(Door door) throws Exception {
        Path tools = Files.createDirectory(folder.resolve("bin"));
        for (String tool : List.of("sed", "head", "tr", "cut", "stat", "cat", "mktemp", "date", "tail")) {
            executable(tools.resolve(tool), "#!/bin/sh\nexec " + program(tool) + " \"$@\"\n");
        }
        String text = script(door).text();
        String without = text.replace("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "PATH=" + tools);
        assertNotEquals(text, without);
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
            Ended ended = end(start(door, without, words(door)));
            assertEquals(door.refusal(), ended.status());
            assertTrue(ended.err().contains("there is no curl"), ended::err);
        }
    }

    private static Path program(String name) {
        return Stream.of("/usr/bin", "/bin")
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    static Stream<Arguments> signals() {
        return Stream.of("HUP", "INT", "QUIT", "ALRM", "TERM")
                .flatMap(signal -> Stream.of(Door.values()).map(door -> Arguments.of(door, signal)));
    }

    @ParameterizedTest
    @MethodSource("signals")
    void aSignalIsARefusal(Door door, String signal) throws Exception {
        try (SpokenAgent agent = SpokenAgent.silent(Path.of(socket))) {
            String patient =
                    new HookScript(door, socket, Duration.ofSeconds(30), settings.toString(), spool.toString()).text();
            Process process = start(door, patient, words(door));
            agent.awaitCall();
            assertEquals(
                    0,
                    new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
                            .start()
                            .waitFor());
            process.descendants().forEach(ProcessHandle::destroy);
            assertEquals(door.refusal(), end(process).status());
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anAllowThatComesAfterASignalIsNone(Door door) throws Exception {
        try (SpokenAgent agent = SpokenAgent.sayingLater(Path.of(socket), ALLOW)) {
            String patient =
                    new HookScript(door, socket, Duration.ofSeconds(30), settings.toString(), spool.toString()).text();
            Process process = start(door, patient, words(door));
            agent.awaitCall();
            process.destroy();
            agent.speak();
            assertEquals(door.refusal(), end(process).status());
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void anErrorInTheScriptIsARefusal(Door door) throws Exception {
        String text = script(door).text();
        String broken = text.replace("command -v curl", "echo $nobody_set_this; command -v curl");
        assertNotEquals(text, broken);
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
            assertEquals(door.refusal(), end(start(door, broken, words(door))).status());
        }
    }

    // ---- what each of them asks

    @Test
    void libvirtIsAskedOnlyForWhatMayBeRefused() throws Exception {
        for (List<String> words : List.of(
                List.of("l1", "prepare", "begin", "-"),
                List.of("l1", "start", "begin", "-"),
                List.of("l1", "reconnect", "begin", "-"),
                List.of("l1", "attach", "begin", "-"),
                List.of("l1", "stopped", "end", "-"),
                List.of("migrate", "release", "end", "-"),
                List.of("l1", "migrate", "end", "-"),
                List.<String>of())) {
            Ended ended = end(start(Door.LIBVIRT, script(Door.LIBVIRT).text(), words));
            assertEquals(new Ended(0, "", ""), ended, () -> words + " must never be refused");
        }
        assertEquals(
                1,
                end(start(Door.LIBVIRT, script(Door.LIBVIRT).text(), List.of("l1", "restore", "begin", "-")))
                        .status());
    }

    @Test
    void theXmlOfTheGuestIsHandedOverAsItIs() throws Exception {
        for (Door door : List.of(Door.LIBVIRT, Door.VDSM)) {
            try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
                run(door);
                assertTrue(agent.heard().endsWith("\r\n\r\n" + XML), agent.heard());
                assertTrue(
                        agent.heard().startsWith("POST /v1/hooks/" + door.word() + "?operation=migrate"),
                        agent.heard());
            }
        }
    }

    @Test
    void otherSystemsHandOverNames() throws Exception {
        Map<Door, String> bodies = Map.of(
                Door.PROXMOX,
                "vmid=100&source=pve-a&uuid=",
                Door.XAPI,
                "uuid=11111111-2222-4333-8444-555555555555",
                Door.GANETI,
                "guest=l1 & co&source=n1&destination=n2");
        for (Map.Entry<Door, String> body : bodies.entrySet()) {
            try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
                run(body.getKey());
                assertTrue(
                        URLDecoder.decode(agent.heard(), StandardCharsets.UTF_8).endsWith("\r\n\r\n" + body.getValue()),
                        agent.heard());
                assertFalse(agent.heard().contains("l1 &"), "a name cannot add a word of its own");
            }
        }
    }

    @Test
    void proxmoxStartsAGuestThatIsNotBeingMigrated() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                installed(Door.PROXMOX, script(Door.PROXMOX).text()).toString(), "100", "pre-start");
        assertEquals(0, builder.start().waitFor());
    }

    private Ended runAt(Door door, String place, Map<String, String> environment) throws Exception {
        Path file = folder.resolve(place);
        Files.createDirectories(file.getParent());
        List<String> line =
                new ArrayList<>(List.of(executable(file, script(door).text()).toString()));
        line.addAll(words(door));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(Files.writeString(folder.resolve("stdin"), XML).toFile())
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile());
        builder.environment().putAll(environment);
        return end(builder.start());
    }

    @Test
    void theEventIsTheFolderAndNoOtherFolderIsAPass() throws Exception {
        Map<String, String> asked = Map.of(
                "before_vm_migrate_source", "vdsm?operation=migrate-source",
                "before_vm_migrate_destination", "vdsm?operation=migrate-destination",
                "before_vm_hibernate", "vdsm?operation=save",
                "before_vm_dehibernate", "vdsm?operation=restore",
                "vm-pre-migrate", "xapi?operation=migrate",
                "vm-pre-suspend", "xapi?operation=save",
                "vm-pre-resume", "xapi?operation=restore");
        for (Map.Entry<String, String> event : asked.entrySet()) {
            Door door = event.getValue().startsWith("vdsm") ? Door.VDSM : Door.XAPI;
            try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
                assertEquals(
                        0,
                        runAt(door, "hooks/" + event.getKey() + "/50", environment(door))
                                .status());
                assertTrue(agent.heard().startsWith("POST /v1/hooks/" + event.getValue() + " "), agent.heard());
            }
        }
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
            for (Door door : List.of(Door.VDSM, Door.XAPI)) {
                Ended ended = runAt(door, "hooks/elsewhere/50", environment(door));
                assertEquals(2, ended.status());
                assertTrue(ended.err().contains("is in no folder of an event"), ended.err());
            }
        }
    }

    @Test
    void vdsmWithoutXmlRefuses() throws Exception {
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
            for (Map<String, String> environment : List.of(
                    Map.<String, String>of(),
                    Map.of("_hook_domxml", ""),
                    Map.of("_hook_domxml", folder.resolve("nowhere").toString()),
                    Map.of("_hook_domxml", folder.toString()))) {
                Ended ended = runAt(Door.VDSM, "hooks/before_vm_hibernate/50", environment);
                assertEquals(2, ended.status(), environment::toString);
                assertTrue(ended.err().contains("no XML"), ended.err());
            }
        }
    }

    @Test
    void ganetiIsAskedForAMigrationAndWhatNobodyKnowsRefuses() throws Exception {
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), DENY)) {
            assertEquals(
                    0,
                    runAt(Door.GANETI, "hooks/50", Map.of("GANETI_OP_CODE", "OP_INSTANCE_FAILOVER"))
                            .status(),
                    "a failover starts the guest anew");
            assertEquals(
                    1, runAt(Door.GANETI, "hooks/50", environment(Door.GANETI)).status());
        }
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
            assertEquals(
                    1,
                    runAt(Door.GANETI, "hooks/50", Map.of("GANETI_OP_CODE", "OP_CLUSTER_VERIFY"))
                            .status());
            assertEquals(1, runAt(Door.GANETI, "hooks/50", Map.of()).status());
        }
    }

    @Test
    void proxmoxsGuestIsToldByTheUuidThatItsSourceHas() throws Exception {
        Path conf = Files.createDirectories(folder.resolve("pve/nodes/pve-a/qemu-server"))
                .resolve("100.conf");
        Files.writeString(
                conf, "smbios1: manufacturer=x,uuid=11111111-2222-4333-8444-555555555555\n[snap]\nsmbios1: uuid=9\n");
        String text = script(Door.PROXMOX).text();
        String here = text.replace("/etc/pve/", folder.resolve("pve") + "/");
        assertNotEquals(text, here);
        try (SpokenAgent agent = SpokenAgent.saying(Path.of(socket), ALLOW)) {
            assertEquals(0, end(start(Door.PROXMOX, here, words(Door.PROXMOX))).status());
            assertTrue(agent.heard().endsWith("uuid=11111111-2222-4333-8444-555555555555"), agent.heard());
        }
    }

    // ---- what a site may let pass

    private void siteSays(String text) throws IOException {
        Files.writeString(settings, text);
        Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(settings.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assumeTrue(Files.getOwner(settings).getName().equals("root"), "only root can write such a file");
    }

    private List<Path> notes() throws IOException {
        try (Stream<Path> all = Files.list(spool)) {
            return all.toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void aSiteMayLetPassWhatGetsNoAnswerAndThatIsNoted(Door door) throws Exception {
        siteSays("no-answer: allow\n");
        Ended ended = run(door);
        assertEquals(0, ended.status(), ended::err);
        assertEquals("", ended.out());
        assertEquals(1, notes().size());
        String note = Files.readString(notes().get(0));
        assertTrue(note.contains("system: " + door.word() + "\n"), note);
        assertTrue(note.contains("why: nothing listens"), note);
        assertTrue(notes().get(0).getFileName().toString().matches("passed\\.[A-Za-z0-9]{8}"), notes()::toString);
    }

    @Test
    void notesHaveABoundBehindWhichNothingPasses() throws Exception {
        siteSays("no-answer: allow\n");
        for (int i = 0; i < 10_000; i++) {
            Files.createFile(spool.resolve("passed." + i));
        }
        Ended ended = run(Door.LIBVIRT);
        assertEquals(1, ended.status());
        assertTrue(ended.err().contains("cannot be noted"), ended::err);
    }

    @Test
    void aSettingThatIsNotRootsIsNone() throws Exception {
        siteSays("no-answer: allow\n");
        Files.setAttribute(settings, "unix:uid", 65_534);
        assertEquals(1, run(Door.LIBVIRT).status());
        Files.setAttribute(settings, "unix:uid", 0);
        assertEquals(0, run(Door.LIBVIRT).status());
        Files.setAttribute(settings.getParent(), "unix:uid", 65_534);
        assertEquals(1, run(Door.LIBVIRT).status());
    }

    @Test
    void itNeverLetsPassWhatWasRefused() throws Exception {
        siteSays("no-answer: allow\n");
        assertEquals(1, run(Door.LIBVIRT, DENY).status());
        for (String refusal : List.of("UNDETERMINED\nEND\n", "UNDETERMINED\nnobody", "DENY\n")) {
            assertEquals(1, run(Door.LIBVIRT, reply(200, refusal)).status(), refusal);
        }
        assertEquals(List.of(), notes());
    }

    @Test
    void whatCannotBeNotedDoesNotPass() throws Exception {
        siteSays("no-answer: allow\n");
        Files.delete(spool);
        Ended ended = run(Door.LIBVIRT);
        assertEquals(1, ended.status());
        assertTrue(ended.err().contains("cannot be noted"), ended::err);
    }

    @Test
    void aSettingThatOthersMayWriteIsNone() throws Exception {
        for (String rights : List.of("rw-rw-r--", "rw-r--rw-")) {
            siteSays("no-answer: allow\n");
            Files.setPosixFilePermissions(settings, PosixFilePermissions.fromString(rights));
            assertEquals(1, run(Door.LIBVIRT).status(), rights);
        }
        siteSays("no-answer: allow\n");
        Files.setPosixFilePermissions(settings.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        assertEquals(1, run(Door.LIBVIRT).status());
        siteSays("no-answer: allow\n");
        assertEquals(0, run(Door.LIBVIRT).status());
        for (String text :
                List.of("no-answer: deny\n", "no-answer: allow\nno-answer: deny\n", "# no-answer: allow\n", "")) {
            siteSays(text);
            assertEquals(1, run(Door.LIBVIRT).status(), text);
        }
        Path elsewhere = Files.move(settings, folder.resolve("etc/other"));
        Files.writeString(elsewhere, "no-answer: allow\n");
        Files.createSymbolicLink(settings, elsewhere);
        assertEquals(1, run(Door.LIBVIRT).status(), "a link may lead anywhere");
    }

    @Test
    void theEnvironmentSaysNothing() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        installed(Door.LIBVIRT, script(Door.LIBVIRT).text()).toString(), "l1", "migrate", "begin", "-")
                .redirectInput(Files.writeString(folder.resolve("stdin"), XML).toFile());
        Path evil = Files.createDirectory(folder.resolve("evil"));
        Path curl = executable(evil.resolve("curl"), "#!/bin/sh\nprintf 'ALLOW\\nEND\\n\\n200'\n");
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        evil + ":/usr/bin:/bin",
                        "bound",
                        "9",
                        "refusal",
                        "0",
                        "settings",
                        settings.toString(),
                        "NO_ANSWER",
                        "allow",
                        "HOME",
                        evil.toString(),
                        "ENV",
                        curl.toString()));
        assertEquals(1, builder.start().waitFor());
    }

    @Test
    void aPathThatCouldBreakOutOfItsQuotesIsRefused() {
        for (String path : List.of("agent.sock", "/run/a b", "/run/'x", "/run/$(x)", "/run/\n")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new HookScript(Door.LIBVIRT, path, HookScript.BOUND, HookScript.SETTINGS, HookScript.SPOOL));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new HookScript(
                        Door.LIBVIRT, HookScript.SOCKET, Duration.ZERO, HookScript.SETTINGS, HookScript.SPOOL));
        assertFalse(HookScript.usual(Door.LIBVIRT).text().contains("@" + "SOCKET@"));
    }
}
