package org.nestguard.evidence.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapturedTreeTest {
    private static final Instant CAPTURED = Instant.parse("2026-11-22T13:00:00Z");

    @TempDir
    private Path folder;

    private Path root = Path.of("set before each");

    @BeforeEach
    void aTreeBesideSomethingSecret() throws IOException {
        root = Files.createDirectories(folder.resolve("tree"));
        Files.writeString(folder.resolve("secret"), "secret");
        Files.createDirectories(root.resolve("proc"));
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void marked() throws IOException {
        file("nestguard-tree", "nestguard-tree: 1\ncollected-at: " + CAPTURED + "\n");
    }

    private void command(String name, String words, String status, String stdout, String stderr) throws IOException {
        file("commands/" + name + "/words", words);
        file("commands/" + name + "/status", status);
        file("commands/" + name + "/stdout", stdout);
        file("commands/" + name + "/stderr", stderr);
        file("commands/" + name + "/at", "2026-11-22T13:00:02Z\n");
    }

    private CapturedTree tree() throws UnreadableTreeException {
        return CapturedTree.open(root);
    }

    private static Artefact.Text text(Artefact artefact) {
        return assertInstanceOf(Artefact.Text.class, artefact);
    }

    private static String why(Artefact artefact) {
        return assertInstanceOf(Artefact.Missing.class, artefact).why();
    }

    @Test
    void aFileIsFoundUnderThePathItHadOnItsHost() throws Exception {
        marked();
        file("proc/cpuinfo", "vendor_id : X\n");
        Artefact.Text text = text(tree().file("/proc/cpuinfo"));
        assertEquals("vendor_id : X\n", text.text());
        assertEquals("/proc/cpuinfo", text.from());
        assertEquals(CAPTURED, text.at());
        assertEquals(List.of("cpuinfo"), tree().list("/proc"));
    }

    @Test
    void withoutAMarkTheFilesOwnTimeCounts() throws Exception {
        file("proc/version", "Linux");
        Files.setLastModifiedTime(root.resolve("proc/version"), FileTime.from(CAPTURED.minusSeconds(9)));
        assertEquals(
                CAPTURED.minusSeconds(9), text(tree().file("/proc/version")).at());
    }

    @Test
    void anAbsoluteLinkIsOfTheCapturedHost() throws Exception {
        file("usr/lib/os-release", "ID=inside");
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("etc/os-release"), Path.of("/usr/lib/os-release"));
        Files.createSymbolicLink(root.resolve("lib"), Path.of("usr/lib"));
        assertEquals("ID=inside", text(tree().file("/etc/os-release")).text());
        assertEquals("ID=inside", text(tree().file("/lib/os-release")).text());
        assertEquals(List.of("os-release"), tree().list("/lib"));
    }

    @Test
    void noLinkLeadsOut() throws Exception {
        Files.createSymbolicLink(root.resolve("proc/cpuinfo"), Path.of("../../secret"));
        Files.createSymbolicLink(root.resolve("proc/version"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("sys"), folder);
        assertEquals("it leads out of the tree; not followed", why(tree().file("/proc/cpuinfo")));
        assertEquals("it is not in the tree", why(tree().file("/proc/version")));
        assertEquals("it is not in the tree", why(tree().file("/sys/secret")));
        assertEquals(List.of(), tree().list("/sys"));
        assertEquals("it leads out of the tree; not followed", why(tree().file("/../secret")));
        assertEquals("it leads out of the tree; not followed", why(tree().file("/proc/../../secret")));
    }

    @Test
    void linksInACircleEnd() throws Exception {
        Files.createSymbolicLink(root.resolve("proc/a"), Path.of("b"));
        Files.createSymbolicLink(root.resolve("proc/b"), Path.of("a"));
        Files.createSymbolicLink(root.resolve("proc/down"), Path.of("down/down"));
        assertEquals("its links go in a circle", why(tree().file("/proc/a")));
        assertEquals("its links go in a circle", why(tree().file("/proc/down")));
    }

    @Test
    void theBinaryOfAProcessIsALinkOrItsText() throws Exception {
        file("proc/7/exe", "/usr/bin/qemu-system-x86_64");
        Files.createDirectories(root.resolve("proc/8"));
        Files.createSymbolicLink(root.resolve("proc/8/exe"), Path.of("/usr/bin/kvm"));
        assertEquals(
                "/usr/bin/qemu-system-x86_64", text(tree().file("/proc/7/exe")).text());
        assertEquals("/usr/bin/kvm", text(tree().file("/proc/8/exe")).text());
    }

    @Test
    void aFileOfAGigabyteIsMissing() throws Exception {
        try (RandomAccessFile file =
                new RandomAccessFile(root.resolve("proc/cmdline").toFile(), "rw")) {
            file.setLength(1L << 30);
        }
        assertEquals("larger than 16 MiB; not read", why(tree().file("/proc/cmdline")));
    }

    @Test
    void aCommandIsFoundByItsWords() throws Exception {
        marked();
        command("virsh_-r_version", "virsh\n-r\nversion\n", "0\n", "Using library\n", "");
        Artefact.Text text = text(tree().command(List.of("virsh", "-r", "version")));
        assertEquals("Using library\n", text.text());
        assertEquals("virsh -r version", text.from());
        assertEquals(CAPTURED.plusSeconds(2), text.at());
    }

    @Test
    void commandsOfTheSameNameAreToldApartByTheirWords() throws Exception {
        command("virsh_-r_dumpxml_a_b", "virsh\n-r\ndumpxml\na_b\n", "0", "one", "");
        command("virsh_-r_dumpxml_a_b~2", "virsh\n-r\ndumpxml\na b\n", "0", "two", "");
        assertEquals(
                "two",
                text(tree().command(List.of("virsh", "-r", "dumpxml", "a b"))).text());
        assertEquals(
                "one",
                text(tree().command(List.of("virsh", "-r", "dumpxml", "a_b"))).text());
        assertEquals("the tree holds no output of it", why(tree().command(List.of("virsh", "-r", "dumpxml", "a/b"))));
    }

    @Test
    void aCommandThatFailedIsMissingWithItsComplaint() throws Exception {
        command("virsh_-r_version", "virsh\n-r\nversion\n", "1", "", "error: no connection\n");
        command("dmidecode", "dmidecode\n", "124", "half", "");
        command("systemd-detect-virt", "systemd-detect-virt\n", "1", "none\n", "");
        assertEquals("error: no connection", why(tree().command(List.of("virsh", "-r", "version"))));
        assertEquals("no answer in time; it was ended", why(tree().command(List.of("dmidecode"))));
        assertEquals(
                "none\n", text(tree().command(List.of("systemd-detect-virt"))).text());
    }

    @Test
    void theManifestSaysWhyAThingIsNotThere() throws Exception {
        marked();
        file("MANIFEST.tsv", """
                kind\twhat\tstate\twhy
                file\t/proc/9/exe\tmissing\tpermission denied
                command\tlscpu -J\tmissing\tlscpu is not installed
                """);
        assertEquals("permission denied (when it was captured)", why(tree().file("/proc/9/exe")));
        assertEquals("lscpu is not installed (when it was captured)", why(tree().command(List.of("lscpu", "-J"))));
    }

    @Test
    void aSecondSampleIsTheHostLater() throws Exception {
        marked();
        assertTrue(tree().after(Duration.ZERO).isEmpty());
        file("sample/nestguard-tree", "collected-at: 2026-11-22T13:00:10Z\n");
        file("sample/sys/kernel/debug/kvm/nested_run", "7\n");
        HostView later = tree().after(Duration.ZERO).orElseThrow();
        Artefact.Text text = text(later.file("/sys/kernel/debug/kvm/nested_run"));
        assertEquals(CAPTURED.plusSeconds(10), text.at());
    }

    @Test
    void aFolderWithOneTreeStandsForIt() throws Exception {
        Path outer = Files.createDirectories(folder.resolve("outer"));
        Files.move(root, outer.resolve("nestguard-l0-a-20261122"));
        assertTrue(CapturedTree.open(outer).name().endsWith("nestguard-l0-a-20261122"));
        Files.createDirectories(outer.resolve("sosreport-x"));
        UnreadableTreeException several = assertThrows(UnreadableTreeException.class, () -> CapturedTree.open(outer));
        assertTrue(several.getMessage().contains("several trees in it"), several.getMessage());
    }

    @Test
    void whatIsNoTreeIsRefused() throws Exception {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Files.createSymbolicLink(empty.resolve("nestguard-x"), root);
        assertThrows(UnreadableTreeException.class, () -> CapturedTree.open(empty));
        assertThrows(UnreadableTreeException.class, () -> CapturedTree.open(folder.resolve("nowhere")));
        assertThrows(UnreadableTreeException.class, () -> CapturedTree.open(folder.resolve("secret")));
    }

    private void sosManifest(String start, String end, Instant written, String runs) throws IOException {
        file(
                "sos_reports/manifest.json",
                "{\"start_time\": \"" + start + "\", \"end_time\": \"" + end
                        + "\", \"components\": {\"report\": {\"plugins\": {\"virsh\": {\"commands\": [" + runs
                        + "]}}}}}");
        Files.setLastModifiedTime(root.resolve("sos_reports/manifest.json"), FileTime.from(written));
    }

    private static String run(String line, String file, int status) {
        return "{\"exec\": \"" + line + "\", \"filepath\": \"sos_commands/virsh/" + file + "\", \"return_code\": "
                + status + "}";
    }

    @Test
    void aSosReportsManifestSaysWhichCommandPrintedWhatAndWhenInWhicheverZone() throws Exception {
        sosManifest(
                "2026-11-22 18:30:00.100000",
                "2026-11-22 18:30:30.000000",
                Instant.parse("2026-11-22T13:00:31Z"),
                run("virsh -r version", "virsh_-r_version.1", 0) + "," + run("virsh -r list --all", "list", 1));
        file("sos_commands/virsh/virsh_-r_version.1", "Using\n");
        file("sos_commands/virsh/list", "error: failed to connect to the hypervisor\n");
        Artefact.Text text = text(tree().command(List.of("virsh", "-r", "version")));
        assertEquals("Using\n", text.text());
        assertEquals(Instant.parse("2026-11-22T13:00:00.100Z"), text.at());
        assertTrue(why(tree().command(List.of("virsh", "-r", "list", "--all"))).startsWith("error: failed"));
    }

    @Test
    void aSosReportThatWasCopiedWithoutItsTimesIsNotTakenForFresh() throws Exception {
        sosManifest(
                "2026-11-22 18:30:00.100000", "2026-11-22 18:30:30.000000", Instant.parse("2027-01-01T00:00:00Z"), "");
        file("proc/version", "Linux");
        assertEquals(
                Instant.parse("2026-11-22T04:30:00.100Z"),
                text(tree().file("/proc/version")).at());
    }

    @Test
    void aSosReportWithoutManifestIsSearchedByNames() throws Exception {
        file("sos_commands/kernel/uname_-a", "Linux a 6.1\n");
        file("sos_commands/kernel/lsmod", "lsmod: ERROR: could not open /proc/modules\n");
        file("sos_commands/hardware/dmidecode", "bash: dmidecode: command not found\n");
        file("sos_commands/processor/lscpu", "[file omitted]\n");
        assertEquals(
                "Linux a 6.1\n", text(tree().command(List.of("uname", "-a"))).text());
        assertTrue(why(tree().command(List.of("lsmod"))).contains("could not open"));
        assertTrue(why(tree().command(List.of("/usr/sbin/dmidecode"))).contains("not found"));
        assertTrue(why(tree().command(List.of("lscpu"))).contains("omitted"));
        assertEquals("the sos report holds no output of it", why(tree().command(List.of("virsh", "version"))));
    }

    @Test
    void aDamagedManifestIsNoManifest() throws Exception {
        file("sos_reports/manifest.json", "{\"components\": [");
        file("sos_commands/kernel/uname_-a", "Linux a 6.1\n");
        assertEquals(
                "Linux a 6.1\n", text(tree().command(List.of("uname", "-a"))).text());
    }

    @Test
    void aFolderThatWasClosedWhenItWasCapturedIsNotEmpty() throws Exception {
        file("etc/os-release", "ID=debian\n");
        file(
                "MANIFEST.tsv",
                "kind\twhat\tstate\twhy\nfile\t/etc/modprobe.d\tmissing\tpermission denied; run nestguard-collect as root\n");
        assertEquals(Optional.of(List.of()), tree().entries("/run/modprobe.d").value());
        assertTrue(tree().entries("/etc/modprobe.d").value().isEmpty());
    }
}
