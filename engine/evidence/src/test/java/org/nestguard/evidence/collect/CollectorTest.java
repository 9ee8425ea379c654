package org.nestguard.evidence.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.view.WrittenHost;
import org.nestguard.facts.Evidence;

class CollectorTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:10Z"), ZoneOffset.UTC);
    private static final String L1 = "0f3a52c0-0000-4000-8000-000000000001";
    private static final String BOOT = "/proc/sys/kernel/random/boot_id";
    private static final String MONITOR = "virsh qemu-monitor-command " + L1 + " ";
    private static final String QUERY_STATS = MONITOR
            + "{\"execute\":\"query-stats\",\"arguments\":{\"target\":\"vcpu\",\"providers\":[{\"provider\":\"kvm\","
            + "\"names\":[\"nested_run\",\"guest_mode\",\"exits\"]}]}}";
    private static final String STATUS = "/run/libvirt/qemu/l1.xml";
    private static final String LOG = "/var/log/libvirt/qemu/l1.log";
    private static final String DOMSTATS = "virsh -r domstats --vcpu --state";

    private static WrittenHost amd() {
        return new WrittenHost("l0-a")
                .file("/proc/cpuinfo", """
                        processor\t: 0
                        vendor_id\t: AuthenticAMD
                        cpu family\t: 25
                        model\t\t: 1
                        model name\t: AMD EPYC 7763 64-Core Processor
                        stepping\t: 1
                        flags\t\t: fpu svm lm
                        """)
                .file("/sys/module/kvm_amd/parameters/nested", "1\n")
                .file(BOOT, "one run of this host\n")
                .file("/proc/self/ns/pid", "pid:[4026531836]")
                .command("uname -a", "Linux l0-a 6.8.0 #1 SMP x86_64 GNU/Linux\n")
                .command("virsh -r list --all", " Id   Name   State\n---------------------\n 1    l1     running\n\n")
                .command("virsh -r list --all --uuid --name", L1 + " l1\n\n")
                .command("virsh -r snapshot-list --name " + L1, "\n")
                .file(STATUS, status("high-privileges"))
                .file("/proc/4242/cmdline", cmdline("EPYC-Milan,svm=on"));
    }

    private static WrittenHost later() {
        return amd().at(WrittenHost.AT.plusSeconds(5));
    }

    private static String cmdline(String cpu, String... more) {
        List<String> words = new ArrayList<>(List.of(
                "/usr/bin/qemu-system-x86_64",
                "-name",
                "guest=l1",
                "-machine",
                "pc-q35-8.2,smm=off",
                "-accel",
                "kvm",
                "-cpu",
                cpu,
                "-uuid",
                L1,
                "-nodefaults",
                "-mon",
                "chardev=charmonitor,id=monitor,mode=control"));
        words.addAll(List.of(more));
        return String.join("\0", words) + "\0";
    }

    private static String status(String taint) {
        return "<domstatus state='running' reason='booted' pid='4242'><taint flag='" + taint
                + "'/><domain><name>l1</name><uuid>" + L1 + "</uuid></domain></domstatus>";
    }

    /** As libvirt logs it. */
    private static String started(String qemu, String cmdline) {
        return "2026-11-22 10:25:00.000+0000: starting up libvirt version: 10.0.0, qemu version: " + qemu
                + ", kernel: 6.8.0\nLC_ALL=C \\\nPATH=/usr/bin \\\n'"
                + cmdline.substring(0, cmdline.length() - 1).replace("\0", "' \\\n'") + "'\n";
    }

    private static String stats(int vcpus, long nestedRun, String mode) {
        return "Domain: 'l1'\n  state.state=1\n  vcpu.current=" + vcpus + "\n  vcpu.maximum=" + vcpus
                + "\n  vcpu.0.nested_run.sum=" + nestedRun + "\n  vcpu.0.guest_mode.cur=" + mode
                + "\n  vcpu.0.exits.sum=900\n\n";
    }

    private static String memory(WrittenHost host) {
        return guest(host).get("memory").text();
    }

    @Test
    void whatAGuestMayTakeIsWhatLibvirtSaysNowElseWhatItsProcessCouldGrowTo() {
        String with = status("x").replace("</uuid>", "</uuid><memory unit='KiB'>6291456</memory>");
        String[] given = {"-m", "size=4194304k,slots=4,maxmem=8388608k"};
        assertEquals("unknown", memory(amd()));
        assertEquals("6144", memory(amd().file(STATUS, with)));
        assertEquals("6144", memory(amd().file(STATUS, with).file("/proc/4242/cmdline", cmdline("EPYC", given))));
        assertEquals("8192", memory(amd().file("/proc/4242/cmdline", cmdline("EPYC", given))));
        assertEquals("4096", memory(amd().file("/proc/4242/cmdline", cmdline("EPYC", "-m", "4096"))));
        assertEquals("2048", memory(amd().file("/proc/4242/cmdline", cmdline("EPYC", "-m", "2G"))));
        assertEquals("unknown", memory(amd().file("/proc/4242/cmdline", cmdline("EPYC", "-m", "much"))));
        assertEquals("unknown", memory(amd().file("/proc/4242/cmdline", cmdline("EPYC", "-m", "0"))));
    }

    @Test
    void whatAHostHasIsWhatItsKernelHasToGive() {
        assertEquals("unknown", collect(amd()).document().host().get("memory").text());
        assertEquals(
                "257659",
                collect(amd().file("/proc/meminfo", "MemTotal:       263842816 kB\nMemFree:  1 kB\n"))
                        .document()
                        .host()
                        .get("memory")
                        .text());
        assertEquals(
                "unknown",
                collect(amd().file("/proc/meminfo", "MemTotal:       7 kB\n"))
                        .document()
                        .host()
                        .get("memory")
                        .text());
    }

    private static Collection collect(WrittenHost host, Ask... asks) {
        return new Collector(CLOCK, Optional.of(Duration.ofSeconds(2)), Set.of(asks), (done, all) -> {}).collect(host);
    }

    private static Known guest(WrittenHost host) {
        return collect(host).document().guests().get(0);
    }

    /** A clock on a host where each look takes 5 s. */
    private static Clock slow() {
        Instant[] now = {CLOCK.instant()};
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                now[0] = now[0].plusSeconds(5);
                return now[0];
            }
        };
    }

    private static String why(Observation observation) {
        return Optional.ofNullable(observation.evidence()).map(Evidence::why).orElse("");
    }

    @Test
    void everyFactSaysWhereItWasRead() {
        Known guest = guest(amd().command(DOMSTATS, stats(1, 0, "no")));
        Evidence evidence = Optional.ofNullable(guest.get("nesting").evidence()).orElseThrow();
        assertEquals("/proc/4242/cmdline", evidence.from());
        assertEquals(WrittenHost.AT, evidence.at());
        assertEquals(Evidence.Witness.HOST, evidence.by());
        assertTrue(Optional.ofNullable(guest.get("l2.live").evidence())
                .orElseThrow()
                .from()
                .startsWith("virsh -r domstats"));
    }

    @Test
    void aGuestThatBeganColdAndNeverEnteredAnL2HasNone() {
        assertEquals(
                "0",
                guest(amd().command(DOMSTATS, stats(1, 0, "no"))).get("l2.live").text());
    }

    @Test
    void aSnapshotMayHaveBroughtAnL2() {
        Known guest = guest(amd().command(DOMSTATS, stats(1, 0, "no"))
                .command("virsh -r snapshot-list --name " + L1, "before-upgrade\n"));
        assertEquals("unknown", guest.get("l2.live").text());
        assertEquals("unknown", guest.get("movedWithLiveL2").text());
        assertTrue(why(guest.get("l2.live")).contains("snapshots"), why(guest.get("l2.live")));
    }

    @Test
    void processesThatLetTheirReaderWaitHoldItUpForALimitedTime() {
        WrittenHost host = amd().command(DOMSTATS, stats(1, 0, "no"));
        for (int pid = 1000; pid < 1020; pid++) {
            host.unreadable("/proc/" + pid + "/cmdline");
        }
        Collection collection = new Collector(slow(), Optional.empty(), Set.of(), (done, all) -> {}).collect(host);
        long waited = collection.complaints().stream()
                .filter(c -> c.startsWith("whether process"))
                .count();
        assertEquals(3, waited, collection.complaints().toString());
        assertTrue(
                collection.complaints().stream().anyMatch(c -> c.startsWith("not every process was looked at")),
                collection.complaints().toString());
        Known guest = collection.document().guests().get(0);
        assertEquals("l1", guest.get("name").text(), "libvirt knows it");
        assertEquals("unknown", guest.get("l2.live").text());
    }

    @Test
    void whereNotEveryProcessWasSeenNoneIsTakenForLibvirtsGuest() {
        WrittenHost host = amd().command(DOMSTATS, stats(1, 0, "no"));
        for (int pid = 5000; pid < 5020; pid++) {
            host.unreadable("/proc/" + pid + "/cmdline");
        }
        new Collector(slow(), Optional.empty(), Set.of(), (done, all) -> {})
                .collect(host)
                .document()
                .guests()
                .forEach(guest -> assertEquals("unknown", guest.get("l2.live").text()));
    }

    @Test
    void aFolderThatCannotBeLookedIntoIsNotEmpty() {
        String folder = "/var/lib/libvirt/qemu/snapshot";
        WrittenHost host = amd().command(DOMSTATS, stats(1, 0, "no"))
                .file("/proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\n")
                .file(folder + "/other/one.xml", "<domainsnapshot/>")
                .command("virsh -r snapshot-list --name " + L1, "one\n");
        assertEquals("0", guest(host).get("l2.live").text(), "its folder is not there, and libvirt need not be asked");
        assertEquals(
                "unknown", guest(host.closed(folder + "/l1")).get("l2.live").text(), "libvirt knows of one");
    }

    @Test
    void aCommandThroughItsMonitorMayHaveLoadedASnapshot() {
        WrittenHost host = amd().command(DOMSTATS, stats(1, 0, "no"));
        String began = started("8.2.2", cmdline("EPYC-Milan,svm=on"));
        String tainted = "2026-11-22 10:26:00.000+0000: Domain id=3 is tainted: custom-monitor\n";
        for (WrittenHost commanded : List.of(
                host.file(STATUS, status("custom-monitor")),
                amd().command(DOMSTATS, stats(1, 0, "no")).file(LOG, began + tainted),
                amd().command(DOMSTATS, stats(1, 0, "no")).without(STATUS).file(LOG, began + tainted))) {
            Known guest = guest(commanded);
            assertEquals("unknown", guest.get("l2.live").text());
            assertEquals("unknown", guest.get("movedWithLiveL2").text());
            assertTrue(
                    why(guest.get("l2.live"))
                            .contains("a command was given through its monitor, which may have loaded a snapshot"),
                    why(guest.get("l2.live")));
        }
        WrittenHost beforeItsStart = amd().command(DOMSTATS, stats(1, 0, "no")).file(LOG, began + tainted + began);
        assertEquals("0", guest(beforeItsStart).get("l2.live").text());
        assertEquals("0", guest(beforeItsStart.without(STATUS)).get("l2.live").text(), "the log alone will do");
    }

    @Test
    void whoMayNotReadWhatLibvirtKeepsDoesNotKnowOfCommands() {
        Known guest = guest(amd().command(DOMSTATS, stats(1, 0, "no")).without(STATUS));
        assertEquals("unknown", guest.get("l2.live").text());
        assertEquals("unknown", guest.get("movedWithLiveL2").text());
        assertTrue(why(guest.get("movedWithLiveL2")).contains("both need root"), why(guest.get("movedWithLiveL2")));
    }

    @Test
    void aSecondMonitorMayHaveLoadedASnapshot() {
        for (List<String> more : List.of(
                List.of("-monitor", "unix:/run/hmp,server,nowait"),
                List.of("-qmp", "tcp:127.0.0.1:4444,server"),
                List.of("-readconfig", "/etc/vm.cfg"))) {
            Known guest = guest(amd().command(DOMSTATS, stats(1, 0, "no"))
                    .file("/proc/4242/cmdline", cmdline("EPYC-Milan,svm=on", more.toArray(String[]::new))));
            assertEquals("unknown", guest.get("l2.live").text());
            assertTrue(why(guest.get("movedWithLiveL2")).contains("monitor"), why(guest.get("movedWithLiveL2")));
        }
    }

    @Test
    void theSecondLookSeesACounterThatRises() {
        WrittenHost later = later().command(DOMSTATS, stats(1, 12, "no"));
        Known guest = guest(amd().command(DOMSTATS, stats(1, 10, "no")).later(later));
        assertEquals("1", guest.get("l2.live").text());
    }

    @Test
    void aSecondLookOfAnotherRunOfTheHostIsLeftOut() {
        WrittenHost first = amd().command(DOMSTATS, stats(1, 10, "no"));
        Collection otherRun =
                collect(first.later(later().file(BOOT, "another\n").command(DOMSTATS, stats(1, 12, "no"))));
        assertEquals(
                "unknown", otherRun.document().guests().get(0).get("l2.live").text());
        assertTrue(otherRun.complaints().toString().contains("another host or another run"));
        Collection notSaid = collect(first.later(later().without(BOOT).command(DOMSTATS, stats(1, 12, "no"))));
        assertEquals(
                "unknown", notSaid.document().guests().get(0).get("l2.live").text());
        assertTrue(notSaid.complaints().toString().contains("the same run"));
        WrittenHost sameTime = amd().command(DOMSTATS, stats(1, 12, "no"));
        Collection backwards = collect(first.later(sameTime.at(WrittenHost.AT)));
        assertEquals(
                "unknown", backwards.document().guests().get(0).get("l2.live").text());
        assertTrue(backwards.complaints().toString().contains("not later"));
    }

    @Test
    void oneWhoAsksForASecondLookHearsThatThereIsNone() {
        assertTrue(collect(amd().command(DOMSTATS, stats(1, 0, "no")))
                .complaints()
                .toString()
                .contains("seen once only"));
    }

    @Test
    void qemuItselfIsAskedForCountersWhereLibvirtHasNone() {
        WrittenHost host = amd().command(
                        DOMSTATS, "Domain: 'l1'\n  state.state=1\n  vcpu.current=1\n  vcpu.maximum=1\n\n")
                .command(QUERY_STATS, counted(0, false));
        assertEquals("unknown", guest(host).get("l2.live").text(), "a monitor is asked only where that is wanted");
        assertTrue(why(guest(host).get("l2.live")).contains("--ask-qemu"));
        assertEquals(
                "0",
                collect(host, Ask.MONITORS)
                        .document()
                        .guests()
                        .get(0)
                        .get("l2.live")
                        .text());
        host.command(QUERY_STATS, counted(4, true));
        assertEquals(
                "1",
                collect(host, Ask.MONITORS)
                        .document()
                        .guests()
                        .get(0)
                        .get("l2.live")
                        .text());
    }

    @Test
    void countersOfQemuDoNotSayHowManyVcpusThereWere() {
        WrittenHost host = amd().command(
                        DOMSTATS, "Domain: 'l1'\n  state.state=1\n  vcpu.current=1\n  vcpu.maximum=2\n\n")
                .command(QUERY_STATS, counted(0, false));
        assertEquals(
                "unknown",
                collect(host, Ask.MONITORS)
                        .document()
                        .guests()
                        .get(0)
                        .get("l2.live")
                        .text());
    }

    @Test
    void qemuItselfSaysItsVersionAndAcceleratorWhereNothingElseDoes() {
        WrittenHost host = amd().file(
                        "/proc/4242/cmdline", cmdline("EPYC-Milan,svm=on").replace("kvm\0-cpu", "kvm:tcg\0-cpu"))
                .command(
                        MONITOR + "{\"execute\":\"query-version\"}",
                        "{\"return\":{\"qemu\":{\"major\":8,\"minor\":2,\"micro\":1},\"package\":\"\"}}")
                .command(MONITOR + "{\"execute\":\"query-kvm\"}", "{\"return\":{\"enabled\":true,\"present\":true}}");
        assertEquals("unknown", guest(host).get("qemu").text());
        Known asked = collect(host, Ask.MONITORS).document().guests().get(0);
        assertEquals("8.2.1", asked.get("qemu").text());
        assertEquals("kvm", asked.get("accelerator").text());
        assertEquals("true", asked.get("nesting").text());
    }

    private static String counted(int entries, boolean inside) {
        return "{\"return\":[{\"provider\":\"kvm\",\"qom-path\":\"/machine/unattached/device[0]\",\"stats\":[{\"name\":"
                + "\"nested_run\",\"value\":" + entries + "},{\"name\":\"guest_mode\",\"value\":" + inside
                + "},{\"name\":\"exits\",\"value\":900}]}]}";
    }

    @Test
    void aVcpuThatWasNotReadMayBeInsideAnL2() {
        Known guest = guest(amd().command(DOMSTATS, stats(2, 0, "no")));
        assertEquals("unknown", guest.get("l2.live").text());
        assertTrue(why(guest.get("l2.live")).contains("not every vCPU"), why(guest.get("l2.live")));
    }

    @Test
    void debugfsServesWhereLibvirtHasNoCounters() {
        WrittenHost host = amd().command(DOMSTATS, "Domain: 'l1'\n  state.state=1\n  vcpu.current=1\n\n")
                .file("/sys/kernel/debug/kvm/4242-15/nested_run", "7\n")
                .file("/sys/kernel/debug/kvm/4242-15/guest_mode", "1\n")
                .file("/sys/kernel/debug/kvm/4242-15/exits", "700\n");
        Known guest = guest(host);
        assertEquals("1", guest.get("l2.live").text());
        assertTrue(Optional.ofNullable(guest.get("l2.live").evidence())
                .orElseThrow()
                .from()
                .startsWith("/sys/kernel/debug/kvm/4242-15"));
    }

    @Test
    void whatIsAskedForComesOnlyWhereTheHostGivesIt() {
        WrittenHost off = amd().file("/sys/module/kvm_amd/parameters/nested", "0\n");
        assertEquals("false", guest(off).get("nesting").text());
        assertEquals("0", guest(off).get("l2.live").text());
        WrittenHost notLoaded =
                amd().without("/sys/module/kvm_amd/parameters/nested").file("/proc/4242/cmdline", cmdline("host"));
        assertEquals("unknown", guest(notLoaded).get("nesting").text());
    }

    @Test
    void anEmulatedGuestMayHaveAnL2ThatKvmKnowsNothingOf() {
        WrittenHost host = amd().file("/proc/4242/cmdline", cmdline("max").replace("kvm\0", "tcg\0"));
        Known guest = guest(host);
        assertEquals("tcg", guest.get("accelerator").text());
        assertEquals("unknown", guest.get("nesting").text());
        assertEquals("unknown", guest.get("l2.live").text());
    }

    @Test
    void aGuestOfAnotherUuidHasNothingOfItsNamesake() {
        WrittenHost host = amd().file(
                        "/proc/4242/cmdline", cmdline("EPYC-Milan,svm=on").replace(L1, L1.replace('1', '7')))
                .command(DOMSTATS, stats(1, 0, "no"))
                .file("/sys/kernel/debug/kvm/4242-15/nested_run", "7\n")
                .file("/sys/kernel/debug/kvm/4242-15/guest_mode", "1\n");
        assertEquals("1", guest(host).get("l2.live").text(), "its own counters, not the domain's");
        assertEquals(2, collect(host).document().guests().size(), "libvirt's guest is another");
    }

    @Test
    void ofTwoThatClaimOneUuidNeitherIsTheDomain() {
        WrittenHost host =
                amd().file("/proc/4243/cmdline", cmdline("EPYC-Milan,svm=on")).command(DOMSTATS, stats(1, 0, "no"));
        collect(host)
                .document()
                .guests()
                .forEach(guest -> assertEquals("unknown", guest.get("l2.live").text()));
    }

    @Test
    void aGuestThatLibvirtDoesNotKnowMayHaveHadASnapshotLoaded() {
        WrittenHost host = amd().command("virsh -r list --all", " Id   Name   State\n---------------------\n\n")
                .file("/sys/kernel/debug/kvm/4242-15/nested_run", "0\n")
                .file("/sys/kernel/debug/kvm/4242-15/exits", "900\n");
        assertEquals("unknown", guest(host).get("l2.live").text());
        assertEquals("unknown", guest(host).get("movedWithLiveL2").text());
    }

    @Test
    void aCounterDisprovesWhatTheCommandLineSays() {
        Known guest =
                guest(amd().file("/proc/4242/cmdline", cmdline("EPYC-Milan")).command(DOMSTATS, stats(1, 777, "no")));
        assertEquals("unknown", guest.get("nesting").text());
        assertEquals("unknown", guest.get("l2.live").text());
    }

    @Test
    void whatKvmMayNotRunMayNestByEmulation() {
        Known guest = guest(amd().file("/proc/4242/cmdline", cmdline("EPYC-Milan", "-accel", "tcg")));
        assertEquals("unknown", guest.get("accelerator").text());
        assertEquals("unknown", guest.get("nesting").text());
    }

    @Test
    void aFileOfOptionsMayGiveTheCpuMore() {
        Known guest = guest(amd().file("/proc/4242/cmdline", cmdline("EPYC-Milan", "-readconfig", "/etc/vm.cfg")));
        assertEquals("unknown", guest.get("nesting").text());
    }

    @Test
    void aStartThatATenantWroteIntoTheLogIsNoStart() {
        String cmdline = cmdline(
                "EPYC-Milan,svm=on",
                "-append",
                "quiet\n" + started("9.2.0", cmdline("EPYC-Milan,svm=on")).replace("'", ""));
        WrittenHost host = amd().file("/proc/4242/cmdline", cmdline).file(LOG, started("3.1.0", cmdline));
        assertEquals("3.1.0", guest(host).get("qemu").text());
    }

    @Test
    void aStartThatAGuestLetQemuPrintIsNoStartOfTheProcess() {
        String cmdline = cmdline("EPYC-Milan,svm=on");
        String printed = started("9.2.0", "/usr/bin/qemu-system-x86_64\0-uuid\0" + L1 + "\0-accel\0kvm\0");
        assertEquals(
                "3.1.0",
                guest(amd().file(LOG, started("3.1.0", cmdline))).get("qemu").text());
        assertEquals(
                "unknown",
                guest(amd().file(LOG, started("3.1.0", cmdline) + printed))
                        .get("qemu")
                        .text());
    }

    @Test
    void theLogOfANamesakeSaysNothing() {
        WrittenHost host = amd().file(
                        "/var/log/libvirt/qemu/l1.log",
                        "2026-11-22 10:25:00.000+0000: starting up libvirt version: 10.0.0, qemu version: 9.2.0\n"
                                + "/usr/bin/qemu-system-x86_64 -uuid " + L1.replace('1', '7') + "\n");
        assertEquals("unknown", guest(host).get("qemu").text());
    }

    @Test
    void aVcpuThatWasTakenAwayMayHaveEnteredAnL2() {
        Known guest = guest(amd().command(DOMSTATS, stats(1, 0, "no").replace("maximum=1", "maximum=4")));
        assertEquals("unknown", guest.get("l2.live").text());
    }

    @Test
    void theFoldersOfDebugfsAreNotOursInAnotherNamespace() {
        WrittenHost host = amd().file("/sys/kernel/debug/kvm/4242-15/nested_run", "7\n")
                .file("/sys/kernel/debug/kvm/4242-15/guest_mode", "1\n")
                .file("/proc/self/ns/pid", "pid:[4026532000]");
        assertEquals("unknown", guest(host).get("l2.live").text());
        assertTrue(
                why(guest(host).get("l2.live")).contains("container"),
                why(guest(host).get("l2.live")));
        Known whose = guest(host.without("/proc/self/ns/pid"));
        assertEquals("unknown", whose.get("l2.live").text());
        assertTrue(why(whose.get("l2.live")).contains("/proc/self/ns/pid: no such file"), why(whose.get("l2.live")));
    }

    @Test
    void aNameWithoutEndIsNoName() {
        WrittenHost host = amd().file(
                        "/proc/4242/cmdline",
                        cmdline("EPYC-Milan,svm=on").replace("guest=l1", "guest=" + "x".repeat(3_000)));
        assertEquals("l1", guest(host).get("name").text(), "libvirt's name of it");
    }

    @Test
    void theModuleOfTheHostsOwnCpuDecides() {
        WrittenHost host = amd().file("/sys/module/kvm_intel/parameters/nested", "N\n");
        assertEquals("true", collect(host).document().host().get("nested").text());
    }

    @Test
    void aBinaryThatIsNotTheHostsOwnIsNeverRun() {
        WrittenHost host = amd().file("/proc/self/ns/mnt", "mnt:[1]")
                .file("/proc/4242/ns/mnt", "mnt:[1]")
                .file("/proc/4242/exe", "/tmp/qemu-system-x86_64")
                .command("/tmp/qemu-system-x86_64 --version", "QEMU emulator version 9.2.0\n")
                .command("/proc/4242/exe --version", "QEMU emulator version 9.2.0\n")
                .command("/usr/bin/qemu-system-x86_64 --version", "QEMU emulator version 8.2.0\n");
        assertEquals("unknown", guest(host).get("qemu").text());
        host.file("/proc/4242/exe", "/usr/bin/qemu-system-x86_64");
        assertEquals("QEMU emulator version 8.2.0", guest(host).get("qemu").text());
        host.file("/proc/4242/ns/mnt", "mnt:[2]");
        assertEquals("unknown", guest(host).get("qemu").text());
    }

    @Test
    void whoContradictsEachOtherIsNotBelieved() {
        WrittenHost host = amd().file("/proc/version", "Linux version 5.4.0 (me@here) (gcc) #1 SMP\n");
        Observation kernel = collect(host).document().host().get("kernel");
        assertEquals("unknown", kernel.text());
        assertTrue(why(kernel).contains("contradiction") && why(kernel).contains("5.4.0"), why(kernel));
    }

    @Test
    void anIncompleteLookSaysWhatWasMissing() {
        Collection collection = collect(amd());
        assertTrue(!collection.whole());
        assertTrue(
                collection.complaints().stream().anyMatch(c -> c.startsWith("l1: l2.live is unknown")),
                collection.complaints().toString());
    }

    @Test
    void libvirtsProbeOfAnEmulatorIsNoGuest() {
        WrittenHost host = amd().file(
                        "/proc/5000/cmdline",
                        "/usr/bin/qemu-system-x86_64\0-S\0-no-user-config\0-nodefaults\0-machine\0none,accel=kvm:tcg\0");
        assertEquals(1, collect(host).document().guests().size());
    }

    @Test
    void theGuestAgentIsAskedWhereTheCountersDoNotDecide() {
        WrittenHost host = movedIn()
                .command(
                        agent("guest-get-osinfo", ""),
                        "{\"return\":{\"kernel-release\":\"6.1.0-18-amd64\",\"machine\":\"x86_64\"}}\n")
                .command(agent("guest-file-open", "\"path\":\"/proc/modules\",\"mode\":\"r\""), "{\"return\":9}")
                .command(
                        agent("guest-file-read", "\"handle\":9,\"count\":65536"),
                        "{\"return\":{\"eof\":true,\"buf-b64\":\"a3ZtX2FtZCAyMDA3MDQgMCAtIExpdmUgMHgwCmt2bSAxMzU5ODcyIDEga3ZtX2FtZCwgTGl2ZSAweDAK\"}}");
        assertEquals(
                "unknown",
                collect(host).document().guests().get(0).get("l2.live").text());
        assertEquals(
                "unknown",
                collect(host, Ask.GUESTS)
                        .document()
                        .guests()
                        .get(0)
                        .get("l2.live")
                        .text(),
                "nobody has said that it is not Xen, nor that the other module is no part of its kernel");
        for (String path : List.of("/proc/xen/capabilities", "/sys/module/kvm_intel/parameters/nested")) {
            host.failing(
                    agent("guest-file-open", "\"path\":\"" + path + "\",\"mode\":\"r\""),
                    "error: internal error: unable to execute QEMU agent command 'guest-file-open': failed to open file '"
                            + path + "' (mode: 'r'): No such file or directory");
        }
        Observation live = collect(host, Ask.GUESTS).document().guests().get(0).get("l2.live");
        assertEquals("0", live.text());
        assertEquals(
                Evidence.Witness.GUEST,
                Optional.ofNullable(live.evidence()).orElseThrow().by());
    }

    @Test
    void windowsWithVirtualizationBasedSecurityIsAnL2Itself() {
        String script =
                "(Get-CimInstance -Namespace root\\\\Microsoft\\\\Windows\\\\DeviceGuard -ClassName Win32_DeviceGuard)"
                        + ".VirtualizationBasedSecurityStatus";
        WrittenHost host = movedIn()
                .command(agent("guest-get-osinfo", ""), "{\"return\":{\"id\":\"mswindows\"}}")
                .command(
                        agent(
                                "guest-exec",
                                "\"path\":\"powershell.exe\",\"arg\":[\"-NoProfile\",\"-Command\",\"" + script
                                        + "\"],\"env\":[\"LC_ALL=C\"],\"capture-output\":true"),
                        "{\"return\":{\"pid\":7}}")
                .command(
                        agent("guest-exec-status", "\"pid\":7"),
                        "{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"Mg0K\"}}");
        Observation live = collect(host, Ask.GUESTS).document().guests().get(0).get("l2.live");
        assertEquals("1", live.text());
        assertTrue(why(live).contains("hypervisor of its own"), why(live));
    }

    @Test
    void theDomainsOfTheGuestsOwnLibvirtCount() {
        String list = Base64.getEncoder()
                .encodeToString(" Id   Name   State\n--------------------\n 1    a      paused\n -    b      shut off\n"
                        .getBytes(StandardCharsets.UTF_8));
        WrittenHost host = movedIn()
                .command(
                        agent("guest-get-osinfo", ""),
                        "{\"return\":{\"kernel-release\":\"6.1.0-18-amd64\",\"machine\":\"x86_64\"}}")
                .command(
                        agent(
                                "guest-exec",
                                "\"path\":\"virsh\",\"arg\":[\"-r\",\"-c\",\"qemu:///system\",\"list\",\"--all\"],"
                                        + "\"env\":[\"LC_ALL=C\"],\"capture-output\":true"),
                        "{\"return\":{\"pid\":8}}")
                .command(
                        agent("guest-exec-status", "\"pid\":8"),
                        "{\"return\":{\"exited\":true,\"exitcode\":0,\"out-data\":\"" + list + "\"}}");
        assertEquals(
                "1",
                collect(host, Ask.GUESTS)
                        .document()
                        .guests()
                        .get(0)
                        .get("l2.live")
                        .text());
    }

    private static WrittenHost movedIn() {
        return amd().file("/proc/4242/cmdline", cmdline("EPYC-Milan,svm=on", "-incoming", "tcp:[::]:49152"))
                .command(DOMSTATS, stats(1, 0, "no"));
    }

    private static String agent(String command, String arguments) {
        return "virsh qemu-agent-command --timeout 5 " + L1 + " {\"execute\":\"" + command + "\",\"arguments\":{"
                + arguments + "}}";
    }
}
