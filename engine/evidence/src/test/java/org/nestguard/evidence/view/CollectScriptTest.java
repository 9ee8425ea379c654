package org.nestguard.evidence.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.evidence.site.Door;

/** The shell collector on this machine, and what the captured tree makes of it. */
@Tag("any-jvm") // long, and the same on each; see .ci/run
class CollectScriptTest {
    private static final Path SCRIPT = Path.of(System.getProperty("nestguard.project", "."))
            .resolve("engine/cli/src/main/dist/bin/nestguard-collect");

    @TempDir
    private Path folder;

    private record Ended(int status, String out, String err) {}

    private Ended collect(List<String> shell, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(shell);
        line.add(SCRIPT.toString());
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).directory(folder.toFile());
        builder.redirectOutput(folder.resolve("out").toFile());
        builder.redirectError(folder.resolve("err").toFile());
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment()
                .put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        builder.environment().put("LIBVIRT_DEFAULT_URI", "qemu+ssh://elsewhere/system");
        builder.environment().put("VIRSH_DEFAULT_CONNECT_URI", "qemu:///session");
        Process process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        return new Ended(
                process.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
    }

    private void program(String name, String text) throws IOException {
        Path file = Files.createDirectories(folder.resolve("bin")).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void virsh() throws IOException {
        program("virsh", """
                case "$*" in
                "-r list --all --uuid") printf '11111111-0000-4000-8000-00000000000a\\n22222222-0000-4000-8000-00000000000b\\n\\n' ;;
                "-r dumpxml 11111111-0000-4000-8000-00000000000a") echo '<domain>one</domain>' ;;
                "-r dumpxml 22222222-0000-4000-8000-00000000000b") echo '<domain>two</domain>' ;;
                "-r version") echo 'error: no hypervisor' >&2; exit 1 ;;
                *domstats*) date +%s%N ;;
                *capabilities) echo "${LIBVIRT_DEFAULT_URI:-none} ${VIRSH_DEFAULT_CONNECT_URI:-none}" ;;
                *) echo "$*" ;;
                esac
                """);
    }

    private static String text(Artefact artefact) {
        return assertInstanceOf(Artefact.Text.class, artefact, artefact.toString())
                .text();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "busybox sh", "bash"})
    void theTreeReadsLikeTheHostItself(String shell) throws Exception {
        List<String> words = List.of(shell.split(" "));
        assumeTrue(
                Stream.of("/bin/", "/usr/bin/").anyMatch(bin -> Files.isExecutable(Path.of(bin + words.get(0)))),
                "no " + shell + " here; the collector is not tried with it");
        virsh();
        Ended ended = collect(words, "--sample", "1", "--output", "it.tar.gz");
        assertTrue(ended.status() <= 1, ended.err());
        assertEquals("it.tar.gz\n", ended.out());
        try (TreeArchive archive = TreeArchive.open(folder.resolve("it.tar.gz"))) {
            CapturedTree tree = CapturedTree.open(archive.root());
            LiveHost host = new LiveHost();
            for (String path : List.of("/proc/version", "/proc/cmdline", "/proc/sys/kernel/hostname")) {
                assertEquals(text(host.file(path)), text(tree.file(path)));
            }
            assertEquals(text(host.command(List.of("uname", "-a"))), text(tree.command(List.of("uname", "-a"))));
            assertEquals(
                    "<domain>one</domain>\n",
                    text(tree.command(List.of("virsh", "-r", "dumpxml", "11111111-0000-4000-8000-00000000000a"))));
            assertEquals(
                    "<domain>two</domain>\n",
                    text(tree.command(List.of("virsh", "-r", "dumpxml", "22222222-0000-4000-8000-00000000000b"))));
            assertEquals(
                    "none qemu:///session\n",
                    text(tree.command(List.of("virsh", "-r", "capabilities"))),
                    "another host's libvirt is not asked");
            Artefact version = tree.command(List.of("virsh", "-r", "version"));
            assertEquals(
                    "error: no hypervisor",
                    assertInstanceOf(Artefact.Missing.class, version).why());
            assertTrue(ended.err().contains("virsh -r version: error: no hypervisor"), ended.err());
            assertEquals(text(host.file("/proc/self/ns/pid")), text(tree.file("/proc/self/ns/pid")));
            assertEquals(
                    text(host.file("/proc/self/ns/pid")),
                    text(tree.after(Duration.ZERO).orElseThrow().file("/proc/self/ns/pid")));
            List<String> stats = List.of("virsh", "-r", "domstats", "--vcpu", "--state");
            long first = Long.parseLong(text(tree.command(stats)).strip());
            HostView later = tree.after(Duration.ZERO).orElseThrow();
            assertTrue(Long.parseLong(text(later.command(stats)).strip()) - first >= 1_000_000_000L);
            assertEquals(
                    NestedStateProbe.ask(host).bytes(),
                    NestedStateProbe.ask(tree).bytes());
            assertEquals(text(HookProbe.artefact(host)), text(HookProbe.artefact(tree)));
        }
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertEquals(0, left.count(), "something stayed behind");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dash", "busybox sh", "bash"})
    void hooksAreSeenAsTheCommandSeesThem(String shell) throws Exception {
        List<String> words = List.of(shell.split(" "));
        assumeTrue(
                Stream.of("/bin/", "/usr/bin/").anyMatch(bin -> Files.isExecutable(Path.of(bin + words.get(0)))),
                "no " + shell + " here; the collector is not tried with it");
        Path root = Files.createDirectory(folder.resolve("root"));
        String ours = "#!/bin/sh\n# Written by `nestguard hook install SYSTEM`; and so on\n";
        for (Door door : Door.values()) {
            for (String place : door.places()) {
                Path script = root.resolve(place.substring(1));
                Files.createDirectories(script.getParent());
                Files.writeString(script, ours);
                Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }
        Files.delete(root.resolve("usr/libexec/vdsm/hooks/before_vm_hibernate/50_nestguard"));
        Files.writeString(root.resolve("etc/xapi.d/vm-pre-resume/50-nestguard"), "exit 0\n");
        Files.setPosixFilePermissions(
                root.resolve("etc/xapi.d/vm-pre-suspend/50-nestguard"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.createSymbolicLink(root.resolve("etc/libvirt/hooks/qemu"), Path.of("/nowhere"));
        Files.delete(root.resolve("var/lib/vz/snippets/nestguard-hookscript"));
        Files.createDirectory(root.resolve("etc/pve"));
        // the script looks at this machine's own paths, so it is given one that looks below the folder
        Path below = folder.resolve("below");
        Files.writeString(
                below,
                Files.readString(SCRIPT)
                        .replaceAll("(?m)^(        hook [a-z]+|           ) (?=/)", "$1 " + root)
                        .replaceAll(
                                "(?<=50-nestguard|50_nestguard|xapi.d|vdsm|pve|ganeti|qemu.conf) (?=/)", " " + root));
        List<String> line = new ArrayList<>(words);
        line.addAll(List.of(below.toString(), "--output", "it.tar"));
        Process process = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS));
        try (TreeArchive archive = TreeArchive.open(folder.resolve("it.tar"))) {
            String seen = text(CapturedTree.open(archive.root()).command(HookProbe.COMMAND));
            assertEquals(
                    text(HookProbe.artefact(new LiveHost(root, LiveHost.COMMAND_TIMEOUT, "/nowhere"))),
                    seen.replace(root.toString(), ""));
            for (HookProbe.State state : List.of(
                    HookProbe.State.OURS,
                    HookProbe.State.DEAD,
                    HookProbe.State.OTHER,
                    HookProbe.State.ABSENT,
                    HookProbe.State.CLOSED)) {
                assertTrue(seen.contains(" " + state.word() + " "), seen);
            }
        }
    }

    @Test
    void aRunningQemuIsFoundByItsBinary() throws Exception {
        Path binary = Files.createDirectories(folder.resolve("emulator")).resolve("qemu-system-x86_64");
        Files.copy(Path.of("/bin/sleep").toRealPath(), binary);
        binary.toFile().setExecutable(true);
        Process guest = new ProcessBuilder(binary.toString(), "100").start();
        try {
            collect(List.of("sh"), "--output", "it.tar");
            try (TreeArchive archive = TreeArchive.open(folder.resolve("it.tar"))) {
                CapturedTree tree = CapturedTree.open(archive.root());
                String process = "/proc/" + guest.pid();
                assertEquals(binary + "\0" + "100\0", text(tree.file(process + "/cmdline")));
                assertEquals(binary.toString(), text(tree.file(process + "/exe")));
                assertTrue(text(tree.file(process + "/stat")).startsWith(guest.pid() + " (qemu-system-x86"));
                assertEquals(text(new LiveHost().file(process + "/ns/mnt")), text(tree.file(process + "/ns/mnt")));
                assertEquals(text(tree.file("/proc/self/ns/mnt")), text(tree.file(process + "/ns/mnt")));
                assertInstanceOf(
                        Artefact.Missing.class,
                        tree.command(List.of(binary.toString(), "--version")),
                        "a binary that no package of the host brought is not run");
            }
        } finally {
            guest.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout is there", "timeout is not there"})
    void aProcessWhoseCommandLineCannotBeReadHoldsNobodyUpForEver(String how) throws Exception {
        Path binary = Files.createDirectories(folder.resolve("emulator")).resolve("qemu-system-x86_64");
        Files.copy(Path.of("/bin/sleep").toRealPath(), binary);
        binary.toFile().setExecutable(true);
        // as if the kernel had to wait for the pages of its arguments
        program("head", """
                case "$*" in
                */cmdline) exec sleep 100 ;;
                esac
                exec /usr/bin/head "$@"
                """);
        if (how.endsWith("not there")) {
            program("timeout", "exit 127\n");
        }
        Process guest = new ProcessBuilder(binary.toString(), "100").start();
        try {
            Ended ended = collect(List.of("sh"), "--output", "it.tar");
            assertTrue(ended.err().contains("/proc/" + guest.pid() + "/cmdline: not read within 10 s"), ended.err());
            try (TreeArchive archive = TreeArchive.open(folder.resolve("it.tar"))) {
                Artefact line = CapturedTree.open(archive.root()).file("/proc/" + guest.pid() + "/cmdline");
                assertTrue(assertInstanceOf(Artefact.Missing.class, line).why().startsWith("not read within 10 s"));
            }
        } finally {
            guest.destroyForcibly();
        }
    }

    @Test
    void anInterruptionLeavesNothingBehind() throws Exception {
        program("virsh", "echo $$ >" + folder + "/asked; exec sleep 8");
        ProcessBuilder builder = new ProcessBuilder("sh", SCRIPT.toString(), "--output", "it.tar");
        builder.directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment()
                .put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        Process process = builder.start();
        for (int i = 0; i < 1000 && !Files.exists(folder.resolve("asked")); i++) {
            Thread.sleep(20);
        }
        process.destroy();
        assertTrue(process.waitFor(5, TimeUnit.SECONDS), "it waits for a command that hangs");
        assertEquals(143, process.exitValue());
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertEquals(0, left.count());
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertTrue(left.noneMatch(each -> each.toString().contains("it.tar")));
        }
    }

    @Test
    void aWrongArgumentIsUsage() throws Exception {
        for (String wrong : List.of("--nonsense", "--sample=x", "--sample", "--output=")) {
            Ended ended = collect(List.of("sh"), wrong);
            assertEquals(2, ended.status());
            assertEquals("", ended.out());
        }
        assertTrue(collect(List.of("sh"), "--help").out().startsWith("Usage: nestguard-collect"));
    }
}
