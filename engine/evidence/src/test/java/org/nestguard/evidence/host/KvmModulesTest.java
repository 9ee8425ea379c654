package org.nestguard.evidence.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nestguard.evidence.host.KvmModules.Presence;
import org.nestguard.evidence.view.WrittenHost;

class KvmModulesTest {
    private static WrittenHost x86(String vendor, String flags) {
        return new WrittenHost("a")
                .file("/proc/cpuinfo", "processor : 0\nvendor_id : " + vendor + "\nflags : fpu lm " + flags + "\n")
                .command("uname -a", "Linux a 6.1.0-18-amd64 #1 SMP x86_64 GNU/Linux\n");
    }

    private static KvmModules of(WrittenHost host) {
        return KvmModules.of(host, Platform.of(host));
    }

    @ParameterizedTest
    @CsvSource({
        "GenuineIntel, vmx, KVM_INTEL",
        "AuthenticAMD, svm, KVM_AMD",
        "GenuineIntel, sse, KVM_INTEL",
        "HygonGenuine, sse, KVM_AMD",
        "AuthenticAMD, vmx, KVM_INTEL"
    })
    void whereNoneIsThereTheCpuTellsWhichOneWouldBe(String vendor, String flags, NestingModule module) {
        KvmModules kvm = of(x86(vendor, flags).file("/proc/modules", "loop 1 0 - Live 0x0\n"));
        assertEquals(Optional.of(module), kvm.nesting());
        assertEquals(Presence.NOT_LOADED, kvm.presence());
    }

    @Test
    void theModuleThatIsThereDecidesWhateverTheCpuSays() {
        KvmModules kvm = of(x86("GenuineIntel", "vmx").file("/proc/modules", "kvm_amd 1 0 - Live 0x0\n"));
        assertEquals(Optional.of(NestingModule.KVM_AMD), kvm.nesting());
        assertEquals(Presence.LOADED, kvm.presence());
    }

    @Test
    void thatOfTheOtherVendorWhichIsPartOfTheKernelDecidesNothing() {
        WrittenHost host = x86("AuthenticAMD", "svm").file("/sys/module/kvm_intel/parameters/nested", "N\n");
        assertEquals(Optional.empty(), of(host).nesting());
    }

    @ParameterizedTest
    @CsvSource({"kvm_pvm", "kvm_pr"})
    void aModuleThatNeedsNoExtensionLeavesNoneToDecide(String module) {
        KvmModules kvm = of(x86("AuthenticAMD", "svm").file("/sys/module/" + module + "/refcnt", "1\n"));
        assertEquals(Optional.empty(), kvm.nesting());
        assertEquals(Optional.of(module), kvm.strange());
        assertEquals(Presence.UNKNOWN, kvm.presence());
    }

    @Test
    void aModuleWithoutAStateIsPartOfTheKernel() {
        WrittenHost host = x86("AuthenticAMD", "svm").file("/sys/module/kvm_amd/parameters/nested", "1\n");
        assertEquals(Presence.UNKNOWN, of(host).presence());
        assertEquals(
                Presence.BUILT_IN,
                of(host.file("/proc/modules", "loop 1 0 - Live 0x0\n")).presence());
    }

    @Test
    void aReleaseThatLeadsElsewhereIsNoPath() {
        WrittenHost host = x86("AuthenticAMD", "svm")
                .file("/proc/version", "Linux version 6.1.0-../../x (a@b) #1\n")
                .file("/lib/modules/6.1.0-../../x/modules.builtin", "kernel/arch/x86/kvm/kvm-amd.ko\n");
        assertEquals(Presence.UNKNOWN, of(host).presence());
    }

    @Test
    void onAHostThatShowsNothingNoModuleDecides() {
        KvmModules kvm = of(new WrittenHost("nothing"));
        assertEquals(Optional.empty(), kvm.nesting());
        assertEquals(Optional.empty(), kvm.strange());
    }
}
