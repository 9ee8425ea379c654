package org.nestguard.evidence.collect;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.known.Known;
import org.nestguard.evidence.view.WrittenHost;

/** What one guest's name or command line may not do to the facts of another. */
class ForeignGuestsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T12:00:10Z"), ZoneOffset.UTC);
    private static final String ONE = "0f3a52c0-0000-4000-8000-000000000001";
    private static final String OTHER = "0f3a52c0-0000-4000-8000-000000000002";

    private static WrittenHost host() {
        return new WrittenHost("l0-a")
                .file("/proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\nflags : fpu svm lm\n")
                .file("/sys/module/kvm_amd/parameters/nested", "1\n")
                .command("uname -a", "Linux l0-a 6.8.0 #1 SMP x86_64 GNU/Linux\n")
                .command("virsh -r snapshot-list --name " + ONE, "\n")
                .command("virsh -r snapshot-list --name " + OTHER, "\n");
    }

    private static String qemu(String name, String uuid, String... more) {
        return "/usr/bin/qemu-system-x86_64\0-name\0guest=" + name + "\0-uuid\0" + uuid + "\0-nodefaults\0"
                + String.join("\0", more) + "\0";
    }

    private static String status(String name, String uuid) {
        return "<domstatus><domain><name>" + name + "</name><uuid>" + uuid + "</uuid></domain></domstatus>";
    }

    private static String statistics(String name, long nestedRun) {
        return "Domain: '" + name + "'\n  state.state=1\n  vcpu.current=1\n  vcpu.maximum=1\n  vcpu.0.nested_run.sum="
                + nestedRun + "\n  vcpu.0.guest_mode.cur=no\n  vcpu.0.exits.sum=900\n\n";
    }

    private static List<Known> guests(WrittenHost host) {
        return new Collector(CLOCK, Optional.empty(), Set.of(), (done, all) -> {})
                .collect(host)
                .document()
                .guests();
    }

    @Test
    void aBlankAtTheEndOfANameBringsNobodyTheCountersOfAnother() {
        WrittenHost host = host().command(
                        "virsh -r list --all",
                        " Id   Name   State\n------\n 1    l1     running\n 2    l1      running\n\n")
                // each name filled up to thirty characters
                .command("virsh -r list --all --uuid --name", ONE + " l1     \n" + OTHER + " l1     \n\n")
                .command("virsh -r domstats --vcpu --state", statistics("l1", 0) + statistics("l1 ", 77))
                .file("/proc/1/cmdline", qemu("l1", ONE, "-accel", "kvm", "-cpu", "EPYC,svm=on"))
                .file("/proc/2/cmdline", qemu("l1 ", OTHER, "-accel", "kvm", "-cpu", "EPYC,svm=on"));
        for (Known guest : guests(host)) {
            assertEquals(
                    "unknown", guest.get("l2.live").text(), guest.get("uuid").text());
        }
    }

    @Test
    void emulationThatNobodyAskedForIsNotBelievedAgainstCountersOfKvm() {
        WrittenHost host = host().command("virsh -r list --all", " Id   Name   State\n------\n 1    l1     running\n\n")
                .command("virsh -r list --all --uuid --name", ONE + " l1\n\n")
                .command("virsh -r domstats --vcpu --state", statistics("l1", 0))
                .file("/proc/1/cmdline", qemu("l1", ONE, "-cpu", "EPYC,svm=on"));
        assertEquals("unknown", guests(host).get(0).get("accelerator").text());
    }

    @Test
    void theFolderOfANameThatIsNotAsciiMayNotBeFoundInTheCLocale() {
        WrittenHost host = host().command("virsh -r list --all", " Id   Name   State\n------\n 1    gäst   running\n\n")
                .command("virsh -r list --all --uuid --name", ONE + " gäst\n\n")
                .command("virsh -r snapshot-list --name " + ONE, "before-upgrade\n")
                .command("virsh -r domstats --vcpu --state", statistics("gäst", 0))
                .file("/proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\n")
                // as Java lists it there
                .file("/var/lib/libvirt/qemu/snapshot/g??st/before-upgrade.xml", "<domainsnapshot/>")
                .file("/run/libvirt/qemu/gäst.xml", status("gäst", ONE))
                .file("/proc/1/cmdline", qemu("gäst", ONE, "-accel", "kvm", "-cpu", "EPYC,svm=on"));
        assertEquals("unknown", guests(host).get(0).get("l2.live").text());
    }

    @Test
    void aLogOfAnEarlierStartDoesNotSayWhichQemuRuns() {
        WrittenHost host = host().command("virsh -r list --all", " Id   Name   State\n------\n 1    l1     running\n\n")
                .command("virsh -r list --all --uuid --name", ONE + " l1\n\n")
                // no end is in it: the host lost its power, and the next start was never logged
                .file(
                        "/var/log/libvirt/qemu/l1.log",
                        "2026-01-01 10:00:00.000+0000: starting up libvirt version: 10.0.0, qemu version: 9.2.0\n"
                                + qemu("l1", ONE, "-accel", "kvm", "-cpu", "EPYC,svm=on")
                                        .replace('\0', ' ')
                                + "\n")
                .file("/proc/stat", "cpu 1\nbtime 1795300000\n")
                .file("/proc/1/stat", "1 (qemu) S" + " 1".repeat(18) + " 5000 1\n")
                .file("/proc/1/cmdline", qemu("l1", ONE, "-accel", "kvm", "-cpu", "EPYC,svm=on"));
        assertEquals("unknown", guests(host).get(0).get("qemu").text());
    }
}
