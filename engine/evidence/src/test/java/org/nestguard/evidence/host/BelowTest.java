package org.nestguard.evidence.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nestguard.evidence.host.Below.Kind;
import org.nestguard.evidence.host.Below.Sign;
import org.nestguard.evidence.view.WrittenHost;

class BelowTest {
    private static WrittenHost x86(String flags) {
        return new WrittenHost("a")
                .file("/proc/cpuinfo", "processor : 0\nvendor_id : GenuineIntel\nflags : fpu lm " + flags + "\n");
    }

    private static WrittenHost s390x(String version) {
        return new WrittenHost("z")
                .file(
                        "/proc/cpuinfo",
                        "vendor_id : IBM/S390\nfeatures : sie\nprocessor 0: version = " + version
                                + ", identification = 0A1B2C, machine = 3931\n");
    }

    private static Below of(WrittenHost host) {
        return Below.of(host, Platform.of(host));
    }

    @ParameterizedTest
    @CsvSource({
        "none, NOTHING, ''",
        "kvm, KVM, ''",
        "google, KVM, ''",
        "qemu, EMULATION, ''",
        "vmware, OTHER_HYPERVISOR, vmware",
        "docker, UNKNOWN, ''",
        "amazon, UNKNOWN, ''"
    })
    void detectVirtNamesIt(String word, Kind kind, String name) {
        Below below = of(x86("sse").command("systemd-detect-virt --vm", word + "\n"));
        assertEquals(kind, below.kind());
        assertEquals(name, below.name());
    }

    @Test
    void theSignThatDecidesTellsWhereItWasRead() {
        Sign sign = of(x86("vmx hypervisor")
                        .command("lscpu", "Architecture: x86_64\nHypervisor vendor: KVM\n")
                        .file("/sys/class/dmi/id/sys_vendor", "QEMU\n"))
                .deciding()
                .orElseThrow();
        assertEquals(
                new Sign(Kind.KVM, "", "lscpu names the hypervisor's vendor: KVM", "lscpu", 2, WrittenHost.AT), sign);
    }

    @Test
    void aSignOfAHypervisorBeatsTheAbsenceOfOne() {
        Below below = of(x86("vmx").command("systemd-detect-virt --vm", "kvm\n"));
        assertEquals(Kind.KVM, below.kind());
        assertEquals(Optional.of(true), below.guest());
        assertEquals(
                List.of(Kind.KVM, Kind.NOTHING),
                below.signs().stream().map(Sign::of).toList());
    }

    @Test
    void twoHypervisorsContradictEachOtherAndNobodyIsBelieved() {
        Below below = of(x86("hypervisor")
                .command("systemd-detect-virt --vm", "xen\n")
                .command("lscpu", "Hypervisor vendor: VMware\n"));
        assertEquals(Kind.CONTRADICTORY, below.kind());
        assertEquals(Optional.empty(), below.guest());
        assertEquals(Optional.empty(), below.deciding());
    }

    @Test
    void virtualBoxWithTheSignatureOfKvmIsNoContradiction() {
        Below below = of(x86("hypervisor")
                .command("systemd-detect-virt --vm", "oracle\n")
                .command("lscpu", "Hypervisor vendor: KVM\n"));
        assertEquals(Kind.OTHER_HYPERVISOR, below.kind());
        assertEquals("oracle", below.name());
    }

    @Test
    void firmwareThatNamesNoHypervisorProvesNothing() {
        Below below = of(x86("sse").file("/sys/class/dmi/id/sys_vendor", "Example Computers\n"));
        assertEquals(Kind.UNKNOWN, below.kind());
        assertEquals("/sys/class/dmi/id", below.signs().get(0).from());
        assertTrue(below.silent().stream().anyMatch(s -> s.startsWith("/proc/cpuinfo: ")), below::toString);
        assertTrue(below.silent().stream().anyMatch(s -> s.startsWith("systemd-detect-virt: ")), below::toString);
    }

    @Test
    void theFirmwaresTablesAreReadFromDmidecodeWhereTheKernelDoesNotShowThem() {
        Below below = of(x86("sse").command("dmidecode", "System Information\n\tManufacturer: Xen\n"));
        assertEquals(Kind.OTHER_HYPERVISOR, below.kind());
        assertEquals("xen", below.name());
        assertEquals("dmidecode", below.signs().get(0).from());
        assertEquals(2, below.signs().get(0).line());
    }

    @Test
    void anLparsOwnHypervisorIsNone() {
        Below lpar = of(s390x("00").file("/proc/sysinfo", "Type: 3931\n\nLPAR Name: LP07\n"));
        assertEquals(Kind.NOTHING, lpar.kind());
        assertEquals("/proc/sysinfo", lpar.deciding().orElseThrow().from());
        Below inZvm = of(s390x("FF")
                .file("/proc/sysinfo", "LPAR Name: A\nVM00 Name: g\nVM00 Control Program: z/VM 7.3.0\n")
                .command("lscpu", "Hypervisor vendor: IBM\nHypervisor: z/VM 7.3.0\n"));
        assertEquals(Kind.OTHER_HYPERVISOR, inZvm.kind());
        assertEquals("z/VM 7.3.0", inZvm.name());
    }

    @Test
    void onS390xTheCpusVersionTellsWhereSysinfoIsMissing() {
        assertEquals(Kind.SOME_HYPERVISOR, of(s390x("FF")).kind());
        assertEquals(Kind.NOTHING, of(s390x("00")).kind());
    }

    @Test
    void ofAHostThatShowsNothingItIsSaidWhatWasLookedAt() {
        Below below = of(new WrittenHost("nothing"));
        assertEquals(Kind.UNKNOWN, below.kind());
        assertEquals(Optional.empty(), below.guest());
        assertEquals(4, below.silent().size(), below::toString);
    }
}
