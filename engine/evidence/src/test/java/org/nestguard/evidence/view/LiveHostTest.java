package org.nestguard.evidence.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveHostTest {
    /** A test that has not ended by then has hung; how long it took is not asked. */
    private static final Duration HANGS = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private LiveHost host(Duration timeout) {
        return new LiveHost(root, timeout, root.resolve("bin") + ":/usr/bin:/bin");
    }

    private LiveHost host() {
        return host(Duration.ofSeconds(5));
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void script(String name, String text) throws IOException {
        file("bin/" + name, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(root.resolve("bin/" + name), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String text(Artefact artefact) {
        return assertInstanceOf(Artefact.Text.class, artefact).text();
    }

    private static String why(Artefact artefact) {
        return assertInstanceOf(Artefact.Missing.class, artefact).why();
    }

    @Test
    void thisMachinesOwnFilesAreReadThoughTheySayTheyAreEmpty() {
        LiveHost here = new LiveHost();
        assertTrue(text(here.file("/proc/version")).startsWith("Linux"));
        assertFalse(here.list("/proc").isEmpty());
        assertFalse(here.name().isBlank());
    }

    @Test
    void theBinaryOfAProcessIsToldByItsName() {
        String self =
                text(new LiveHost().file("/proc/" + ProcessHandle.current().pid() + "/exe"));
        assertTrue(self.endsWith("java"), self);
    }

    @Test
    void aFileThatIsNotThereIsMissing() {
        assertEquals("there is no such file", why(host().file("/proc/cpuinfo")));
    }

    @Test
    void aPipeIsNotWaitedFor() throws Exception {
        new ProcessBuilder("mkfifo", root.resolve("pipe").toString()).start().waitFor();
        assertTimeoutPreemptively(
                HANGS, () -> assertTrue(why(host().file("/pipe")).contains("no regular file")));
    }

    @Test
    void aCommandLineOfAGigabyteIsNotReadToItsEnd() throws IOException {
        Files.createDirectories(root.resolve("proc/7"));
        try (RandomAccessFile file =
                new RandomAccessFile(root.resolve("proc/7/cmdline").toFile(), "rw")) {
            file.setLength(1L << 30);
        }
        assertEquals("larger than 16 MiB; not read", why(host().file("/proc/7/cmdline")));
    }

    @Test
    void bytesThatAreNoTextComeAsReplacementCharacters() throws IOException {
        Files.write(root.resolve("binary"), new byte[] {'a', (byte) 0xff, 0, 'b'});
        assertEquals("a\ufffd\0b", text(host().file("/binary")));
    }

    @Test
    void aPathThatNoFileCanHaveIsMissing() {
        assertTrue(why(host().file("/a\0b")).contains("cannot be read"));
        assertEquals(List.of(), host().list("/a\0b"));
        assertTrue(host().entries("/a\0b").value().isEmpty());
    }

    @Test
    void aCommandSpeaksPlainEnglishAndHasNothingToRead() throws IOException {
        script("asked", "cat; echo \"$LC_ALL $1\"");
        LiveHost host = host();
        assertEquals("C a b\n", text(host.command(List.of("asked", "a b"))));
        assertEquals(1, host.processesStarted());
    }

    @Test
    void aCommandThatFailsIsMissingWithItsFirstComplaint() throws IOException {
        script("fails", "echo half; echo; echo 'error: no connection' >&2; echo more >&2; exit 3");
        assertEquals("error: no connection", why(host().command(List.of("fails"))));
    }

    @Test
    void aCommandThatAnswersWithAStatusHasAnswered() throws IOException {
        script("systemd-detect-virt", "echo none; exit 1");
        assertEquals("none\n", text(host().command(List.of("systemd-detect-virt"))));
    }

    @Test
    void aCommandThatIsNotInstalledSaysSoAndStartsNothing() {
        LiveHost host = host();
        assertEquals("no-such-program is not installed", why(host.command(List.of("no-such-program"))));
        assertEquals(0, host.processesStarted());
    }

    @Test
    void aCommandThatHangsIsEndedWithAllItStarted() throws Exception {
        script("hangs", "sh -c 'echo $$ >" + root + "/child; sleep 300' & wait");
        LiveHost host = host(Duration.ofMillis(700));
        assertTimeoutPreemptively(
                HANGS,
                () -> assertEquals("no answer within 700 ms; it was ended", why(host.command(List.of("hangs")))));
        long child = Long.parseLong(Files.readString(root.resolve("child")).strip());
        for (int i = 0;
                i < 100 && ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false);
                i++) {
            Thread.sleep(20);
        }
        assertFalse(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false), "the child still runs");
    }

    @Test
    void aCommandThatPrintsWithoutEndIsEnded() throws IOException {
        script(
                "babbles",
                "while :; do echo 0123456789012345678901234567890123456789012345678901234567890123456789; done");
        assertTimeoutPreemptively(
                HANGS,
                () -> assertTrue(why(host(Duration.ofSeconds(50)).command(List.of("babbles")))
                        .contains("more than 16 MiB")));
    }

    @Test
    void aProcessLeftInTheBackgroundDoesNotHoldTheHost() throws IOException {
        script("leaves", "sleep 90 & echo done");
        Artefact artefact = assertTimeoutPreemptively(
                HANGS, () -> host(Duration.ofMillis(500)).command(List.of("leaves")));
        // Java may have taken what was printed before it saw that the output is still open; either is an answer in time
        assertTrue(
                artefact instanceof Artefact.Text text
                        ? text.text().equals("done\n")
                        : ((Artefact.Missing) artefact).why().contains("left a process"),
                artefact.toString());
    }

    @Test
    void anInterruptionEndsTheCommandAndIsRemembered() throws Exception {
        script("hangs", "echo $$ >" + root + "/pid; exec sleep 300");
        AtomicReference<Artefact> answer = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread asking = new Thread(() -> {
            answer.set(host().command(List.of("hangs")));
            flag.set(Thread.currentThread().isInterrupted());
        });
        asking.start();
        while (!Files.exists(root.resolve("pid")) || Files.size(root.resolve("pid")) == 0) {
            Thread.sleep(10);
        }
        asking.interrupt();
        asking.join(3000);
        assertEquals("interrupted", why(Objects.requireNonNull(answer.get())));
        assertEquals(true, flag.get());
        long pid = Long.parseLong(Files.readString(root.resolve("pid")).strip());
        for (int i = 0;
                i < 100 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
                i++) {
            Thread.sleep(20);
        }
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void aPauseCanBeInterrupted() {
        Thread.currentThread().interrupt();
        assertTrue(host().after(Duration.ofSeconds(30)).isEmpty());
        assertTrue(Thread.interrupted());
    }

    @Test
    void aMountedRootIsReadBelowItself() throws IOException {
        file("etc/os-release", "ID=x\n");
        assertEquals("ID=x\n", text(host().file("/etc/os-release")));
        assertEquals(List.of("os-release"), host().list("/etc"));
        assertEquals("this host", host().name());
    }

    @Test
    void commandsSpeakEnglishAndOfThisHost() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "LANGUAGE", "de",
                "LIBVIRT_DEFAULT_URI", "qemu+ssh://l0-b/system",
                "VIRSH_DEFAULT_CONNECT_URI", "qemu:///session"));
        LiveHost.plain(environment);
        assertEquals(Map.of("LC_ALL", "C", "VIRSH_DEFAULT_CONNECT_URI", "qemu:///session"), environment);
    }

    @Test
    void aFolderThatIsNotThereIsEmptyAndOneThatCannotBeReadIsNot() throws IOException {
        assertEquals(Optional.of(List.of()), host().entries("/no such folder").value());
        file("etc/os-release", "ID=x\n");
        assertTrue(host().entries("/etc/os-release").value().isEmpty(), "a file");
    }
}
