package org.nestguard.evidence.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.CapturedTree;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.evidence.view.NestedStateProbe;
import org.nestguard.evidence.view.TreeArchive;
import org.nestguard.facts.Level;

class BugReportTest {
    private static final String UUID = "4dea24b3-1d52-d8f3-2516-782e98a23fa0";
    private static final List<String> PLANTED = List.of(
            UUID,
            "6a1f0c9be7d24a55b1d0c4e4f4b5a611",
            "52:54:00:6b:3c:58",
            "10.17.3.44",
            "fd12:3456:789a::77",
            "hv-prod-17",
            "dc3.corp.test",
            "build-farm-07",
            "CZ3021XYZ9",
            "WD-WCC4E1111111",
            "hunter2vnc",
            "hunter2spice",
            "hunter2data",
            "s3cr3t-t0ken",
            "hunter2url",
            "alice-in-nova");

    @TempDir
    private Path folder;

    private Path tree = Path.of("set before each");

    @BeforeEach
    void aTreeWithASecretOfEachKind() throws IOException {
        tree = folder.resolve("tree");
        file("nestguard-tree", "collected-at: 2026-11-22T13:00:00Z\n");
        file("proc/sys/kernel/hostname", "hv-prod-17\n");
        file("proc/cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t\t: fpu svm\nmicrocode\t: 0xa201025\n");
        file("proc/version", "Linux version 5.14.0.1-70.el9.x86_64 (x@hv-prod-17.dc3.corp.test) #1 SMP\n");
        file("proc/cmdline", "root=UUID=" + UUID + " ip=10.17.3.44::10.17.3.1 token=s3cr3t-t0ken\n");
        file("etc/machine-id", "6a1f0c9be7d24a55b1d0c4e4f4b5a611\n");
        file("etc/hostname", "hv-prod-17.dc3.corp.test\n");
        file("sys/module/kvm_amd/parameters/nested", "1\n");
        file("sys/module/kvm_amd/refcnt", "4\n");
        file("sys/kernel/debug/kvm/711-13/nested_run", "5\n");
        file("sys/kernel/debug/kvm/711-13/guest_mode", "1\n");
        String xml = "<domain type='kvm'><name>build-farm-07</name><uuid>" + UUID + "</uuid>"
                + "<metadata><o:user xmlns:o='x'>alice-in-nova</o:user></metadata><cpu mode='host-passthrough'/>"
                + "<devices><disk><serial>WD-WCC4E1111111</serial></disk><interface><mac address='52:54:00:6b:3c:58'/></interface>"
                + "<graphics type='vnc' listen='10.17.3.44' passwd='hunter2vnc'/></devices></domain>";
        String line = "/usr/bin/qemu-system-x86_64\0-name\0guest=build-farm-07,debug-threads=on\0-uuid\0" + UUID
                + "\0-accel\0kvm\0-cpu\0host\0-spice\0port=5901,addr=10.17.3.44,password=hunter2spice\0-object\0"
                + "secret,id=s0,data=hunter2data\0-device\0virtio-net-pci,mac=52:54:00:6b:3c:58\0-drive\0"
                + "file=https://u:hunter2url@dc3.corp.test/x.img\0";
        file("proc/711/cmdline", line);
        file("proc/711/stat", "711 (qemu-system-x86) S 1 1 1\n");
        file("proc/711/exe", "/usr/bin/qemu-system-x86_64");
        file(
                "var/log/libvirt/qemu/build-farm-07.log",
                "2026-11-22 12:00:00.000+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.0, kernel: 5.14.0.1,"
                        + " hostname: hv-prod-17.dc3.corp.test\n" + line.replace('\0', ' ')
                        + "\nbye build-farm-07 hunter2vnc\n");
        file("run/libvirt/qemu/build-farm-07.xml", "<domstatus pid='711'>" + xml + "</domstatus>");
        command("uname -a", "Linux hv-prod-17 5.14.0.1-70.el9.x86_64 #1 SMP x86_64 GNU/Linux\n");
        command("virsh -r list --all --uuid --name", "4dea24b3-1d52-d8f3-2516-782e98a23fa0 build-farm-07\n\n");
        command("virsh -r dumpxml 4dea24b3-1d52-d8f3-2516-782e98a23fa0", xml);
        command(
                "virsh -r domstats --vcpu --state",
                "Domain: 'build-farm-07'\n  state.state=1\n  vcpu.0.nested_run.sum=5\n");
        command(
                "dmidecode",
                "System Information\n\tSerial Number: CZ3021XYZ9\n\tUUID: " + UUID + "\n\tVersion: 1.2.3.4\n");
        command("dmesg", """
                [    1.0] systemd: Hostname set to <hv-prod-17>
                [    2.0] e1000e 0000:00:1f.6 eth0: 52:54:00:6b:3c:58
                [    3.0] fd12:3456:789a::77 CZ3021XYZ9 ata1: WD-WCC4E1111111
                """);
        command("nestguard-probe nested-state", "api 12\nnested-state 16512\nby perl\n");
    }

    private void file(String path, String text) throws IOException {
        Path file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void command(String line, String output) throws IOException {
        String name = "commands/" + line.replace(' ', '_') + "/";
        file(name + "words", line.replace(' ', '\n') + "\n");
        file(name + "status", "0\n");
        file(name + "stdout", output);
        file(name + "stderr", "");
    }

    private static BugReport.Options options(Set<Kept> kept) {
        return new BugReport.Options(
                Level.L0,
                List.of("This is a nested set-up: hv-prod-17 runs guests that run guests.", "It is KVM on KVM."),
                kept,
                (what, done, ofAll) -> assertTrue(done < ofAll, what));
    }

    private Path bundle(Set<Kept> kept) throws Exception {
        Path out = folder.resolve("report.tar.gz");
        BugReport.Outcome outcome = BugReport.write(CapturedTree.open(tree), out, options(kept));
        assertEquals(out, outcome.bundle());
        assertTrue(outcome.collected() > 15, outcome.toString());
        return out;
    }

    private static String bytes(Path bundle) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(bundle))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String text(Artefact artefact) {
        return assertInstanceOf(Artefact.Text.class, artefact, artefact.toString())
                .text();
    }

    @Test
    void noPlantedSecretIsInTheBundlesBytes() throws Exception {
        String bytes = bytes(bundle(Set.of()));
        for (String secret : PLANTED) {
            int at = bytes.toLowerCase(java.util.Locale.ROOT).indexOf(secret.toLowerCase(java.util.Locale.ROOT));
            assertEquals(-1, at, () -> secret + " in " + bytes.substring(Math.max(0, at - 200), at + 60));
        }
    }

    @Test
    void theBundleReadsLikeTheHost() throws Exception {
        try (TreeArchive archive = TreeArchive.open(bundle(Set.of()))) {
            CapturedTree read = CapturedTree.open(archive.root());
            assertEquals("1\n", text(read.file("/sys/module/kvm_amd/parameters/nested")));
            assertEquals("5\n", text(read.file("/sys/kernel/debug/kvm/711-13/nested_run")));
            assertTrue(text(read.file("/proc/version")).contains("5.14.0.1-70.el9.x86_64"));
            assertTrue(text(read.file("/proc/cmdline")).startsWith("root=UUID=00000000-0000-4000-8000-0000000000"));
            assertTrue(text(read.file("/etc/machine-id")).matches("[0-9a-f]{32}\n"));
            assertEquals("host-1\n", text(read.file("/proc/sys/kernel/hostname")));
            assertEquals(
                    "Linux host-1 5.14.0.1-70.el9.x86_64 #1 SMP x86_64 GNU/Linux\n",
                    text(read.command(List.of("uname", "-a"))));
            DomainNames guest = DomainNames.read(
                            text(read.command(List.of("virsh", "-r", "list", "--all", "--uuid", "--name"))))
                    .value()
                    .orElseThrow()
                    .get(0);
            assertEquals("guest-1", guest.name());
            String xml = text(read.command(List.of("virsh", "-r", "dumpxml", guest.uuid())));
            assertTrue(xml.contains(guest.uuid()), xml);
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
            assertTrue(xml.contains("<name>guest-1</name>"), xml);
            assertTrue(xml.contains("<cpu mode='host-passthrough'/>"), xml);
            String line = text(read.file("/proc/711/cmdline"));
            assertTrue(line.contains("guest=guest-1,debug-threads=on"), line);
            assertTrue(line.contains("\0-accel\0kvm\0-cpu\0host\0"), line);
            assertEquals("/usr/bin/qemu-system-x86_64", text(read.file("/proc/711/exe")));
            assertTrue(text(read.file("/var/log/libvirt/qemu/guest-1.log"))
                    .contains("qemu version: 7.2.0, kernel: 5.14.0.1,"));
            assertTrue(text(read.command(List.of("virsh", "-r", "domstats", "--vcpu", "--state")))
                    .contains("Domain: 'guest-1'\n  state.state=1\n  vcpu.0.nested_run.sum=5"));
            assertEquals(16512, NestedStateProbe.ask(read).bytes().orElseThrow());
            Artefact absent = read.command(List.of("lscpu"));
            assertEquals(
                    "the tree holds no output of it (when it was captured)",
                    assertInstanceOf(Artefact.Missing.class, absent).why());
            // no fresher than the tree it was made of
            assertEquals(
                    "2026-11-22T13:00:00Z",
                    ((Artefact.Text) read.file("/proc/cpuinfo")).at().toString());
        }
    }

    @Test
    void theReadmeComesFirstAndOpensWithWhatTheSetUpIs() throws Exception {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(bundle(Set.of()))))) {
            assertEquals(
                    "nestguard-report-L0/README.txt",
                    Objects.requireNonNull(tar.getNextEntry()).getName());
            String readme = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(
                    readme.startsWith(
                            "This is a nested set-up: host-1 runs guests that run guests.\nIt is KVM on KVM.\n\nThis bundle was made at L0,"),
                    readme);
            assertEquals(
                    "nestguard-report-L0/MANIFEST.tsv",
                    Objects.requireNonNull(tar.getNextEntry()).getName());
            String manifest = new String(tar.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(manifest.contains("file\t/proc/cpuinfo\tcollected\t\n"), manifest);
            assertTrue(manifest.contains("command\tlscpu\tmissing\t"), manifest);
            assertTrue(manifest.contains("command\tvirsh -r dumpxml 00000000-0000-4000-8000-"), manifest);
        }
    }

    @Test
    void whatIsKeptIsThere() throws Exception {
        String bytes = bytes(bundle(Set.of(Kept.GUEST_NAMES, Kept.UUIDS)));
        assertTrue(bytes.contains("build-farm-07.log"));
        assertTrue(bytes.contains(UUID));
        assertFalse(bytes.contains("hunter2"));
        assertFalse(bytes.contains("hv-prod-17"));
    }

    @Test
    void aGuestThatIsCalledLikeAFileOrCommandHidesNeither() throws Exception {
        String uuid = "11111111-0000-4000-8000-000000000002";
        command(
                "virsh -r list --all --uuid --name",
                uuid + " cpuinfo\n22222222-0000-4000-8000-000000000003 version\n\n");
        command("virsh -r version", "Using library: libvirt 9.0.0\n");
        command("virsh -r dumpxml " + uuid, "<domain><name>cpuinfo</name></domain>");
        try (TreeArchive archive = TreeArchive.open(bundle(Set.of()))) {
            CapturedTree read = CapturedTree.open(archive.root());
            assertTrue(text(read.file("/proc/cpuinfo")).contains("AuthenticAMD"));
            assertEquals("Using library: libvirt 9.0.0\n", text(read.command(List.of("virsh", "-r", "version"))));
            String first = DomainNames.read(
                            text(read.command(List.of("virsh", "-r", "list", "--all", "--uuid", "--name"))))
                    .value()
                    .orElseThrow()
                    .get(0)
                    .uuid();
            assertEquals(
                    "<domain><name>guest-1</name></domain>",
                    text(read.command(List.of("virsh", "-r", "dumpxml", first))));
        }
    }

    @Test
    void aGuestThatLibvirtDoesNotKnowIsNamelessToo() throws Exception {
        file("proc/712/cmdline", "/usr/bin/kvm\0-name\0tax-office,process=x\0-cpu\0host\0");
        file("proc/712/stat", "712 (kvm) S\n");
        file("proc/712/exe", "/usr/bin/kvm");
        file("home/u/.cache/libvirt/qemu/log/court-house.log", "starting up\n");
        String bytes = bytes(bundle(Set.of()));
        assertFalse(bytes.contains("tax-office"));
        assertFalse(bytes.contains("court-house"));
    }

    @Test
    void anInterruptionLeavesNothing() throws Exception {
        Path out = folder.resolve("report.tar.gz");
        BugReport.Options options = new BugReport.Options(Level.L1, List.of(), Set.of(), (what, done, ofAll) -> {
            if (done == 5) {
                Thread.currentThread().interrupt();
            }
        });
        CapturedTree host = CapturedTree.open(tree);
        assertThrows(InterruptedException.class, () -> BugReport.write(host, out, options));
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(tree), left.toList());
        }
    }

    @Test
    void thisMachineCanBeReported() throws Exception {
        Path out = folder.resolve("live.tar.gz");
        LiveHost host = new LiveHost();
        BugReport.Outcome outcome = BugReport.write(host, out, options(Set.of()));
        assertTrue(outcome.collected() > 5, outcome.toString());
        try (TreeArchive archive = TreeArchive.open(out)) {
            assertTrue(text(CapturedTree.open(archive.root()).file("/proc/cpuinfo"))
                    .contains("processor"));
        }
    }
}
