package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Arch;
import org.nestguard.facts.CpuId;
import org.nestguard.facts.Vendor;

class CpuInfoTest {
    private static String x86(int number, String vendor, String flags) {
        return """
                processor\t: %d
                vendor_id\t: %s
                cpu family\t: 6
                model\t\t: 85
                model name\t: A CPU for tests @ 2.00GHz
                stepping\t: 4
                microcode\t: 0x2000065
                flags\t\t: %s
                bugs\t\t: none

                """.formatted(number, vendor, flags);
    }

    @Test
    void anIntelHostShowsVmxAndItsNumbers() {
        CpuInfo info =
                CpuInfo.read(x86(0, "GenuineIntel", "fpu lm vmx ept") + x86(1, "GenuineIntel", "fpu lm vmx ept"));
        assertEquals(Reading.said(OfferedExtension.VMX, 8), info.extension());
        assertEquals(Optional.of(new CpuId(6, 85, 4)), info.cpuId().value());
        assertEquals(Optional.of(Vendor.INTEL), info.vendor().value());
        assertEquals(Optional.of(Arch.X86_64), info.arch().value());
        assertEquals(Optional.of("0x2000065"), info.microcode().value());
        assertEquals(Optional.of(2), info.processors().value());
        assertEquals(Optional.of(false), info.inGuest().value());
        assertTrue(info.uniform());
    }

    @Test
    void theLineVmxFlagsIsNotTheFlags() {
        CpuInfo info = CpuInfo.read(x86(0, "GenuineIntel", "fpu lm") + "vmx flags\t: vnmi ept vmx\n");
        assertEquals(Optional.of(OfferedExtension.NONE), info.extension().value());
    }

    @Test
    void onlyAWholeWordIsAnExtension() {
        CpuInfo info = CpuInfo.read(x86(0, "AuthenticAMD", "fpu lm svm_lock vmxnet"));
        assertEquals(Optional.of(OfferedExtension.NONE), info.extension().value());
    }

    @Test
    void processorsThatDifferInTheExtensionLeaveItUnsaid() {
        CpuInfo info = CpuInfo.read(x86(0, "GenuineIntel", "fpu lm vmx") + x86(1, "GenuineIntel", "fpu lm"));
        assertInstanceOf(Reading.Unsaid.class, info.extension());
        assertFalse(info.uniform());
    }

    @Test
    void flagsInAnotherOrderAreTheSame() {
        assertTrue(CpuInfo.read(x86(0, "GenuineIntel", "fpu lm vmx") + x86(1, "GenuineIntel", "vmx lm fpu"))
                .uniform());
    }

    @Test
    void anotherMicrocodeOnOneProcessorIsADifference() {
        CpuInfo info = CpuInfo.read(x86(0, "GenuineIntel", "lm vmx")
                + x86(1, "GenuineIntel", "lm vmx").replace("0x2000065", "0x2000050"));
        assertEquals(List.of("not all processors have the same microcode (lines 7 and 17)"), info.differences());
    }

    @Test
    void theFlagHypervisorMeansAGuest() {
        CpuInfo info = CpuInfo.read(x86(0, "AuthenticAMD", "fpu lm svm hypervisor"));
        assertEquals(Optional.of(true), info.inGuest().value());
        assertEquals(Optional.of(true), info.hypervisorFlag().value());
    }

    @Test
    void aMissingFlagHypervisorProvesNothingWhereNothingElseSpeaksForHardware() {
        assertInstanceOf(
                Reading.Unsaid.class,
                CpuInfo.read(x86(0, "GenuineIntel", "fpu lm")).inGuest());
    }

    @Test
    void aNameThatOnlyQemuGivesMeansAGuest() {
        assertEquals(
                Optional.of(true),
                CpuInfo.read(x86(0, "GenuineIntel", "fpu lm").replace("A CPU for tests", "QEMU Virtual CPU"))
                        .inGuest()
                        .value());
    }

    @Test
    void zhaoxinAndItsForerunnerAreToldApartByFamily() {
        assertEquals(
                Optional.of(Vendor.ZHAOXIN),
                CpuInfo.read(x86(0, "  Shanghai  ", "lm vmx")).vendor().value());
        assertEquals(
                Optional.of(Vendor.OTHER),
                CpuInfo.read(x86(0, "CentaurHauls", "lm vmx")).vendor().value());
        assertEquals(
                Optional.of(Vendor.ZHAOXIN),
                CpuInfo.read(x86(0, "CentaurHauls", "lm vmx").replace("family\t: 6", "family\t: 7"))
                        .vendor()
                        .value());
    }

    @Test
    void aThirtyTwoBitKernelOnASixtyFourBitCpuIsI686() {
        CpuInfo info = CpuInfo.read(x86(0, "GenuineIntel", "lm vmx") + "fdiv_bug\t: no\n");
        assertEquals(Optional.of("i686"), info.machine().value());
        assertInstanceOf(Reading.Unsaid.class, info.arch());
    }

    @Test
    void anLparShowsSieAndIsNoGuest() {
        CpuInfo info = CpuInfo.read("""
                vendor_id       : IBM/S390
                # processors    : 2
                features\t: esan3 zarch te vx sie\s
                processor 0: version = 00,  identification = 0A1B2C,  machine = 3931
                processor 1: version = 00,  identification = 1A1B2C,  machine = 3931
                """);
        assertEquals(Reading.said(OfferedExtension.SIE, 3), info.extension());
        assertEquals(Optional.of("3931"), info.modelName().value());
        assertEquals(Optional.of(false), info.inGuest().value());
        assertEquals(Optional.of(2), info.processors().value());
        assertEquals(Optional.of(Vendor.IBM), info.vendor().value());
    }

    @Test
    void powerTellsNoByteOrderAndNoExtension() {
        CpuInfo info = CpuInfo.read("""
                processor\t: 0
                cpu\t\t: POWER9 (architected), altivec supported
                revision\t: 2.3 (pvr 004e 1203)

                timebase\t: 512000000
                platform\t: pSeries
                machine\t\t: CHRP IBM pSeries (emulated by qemu)
                """);
        assertEquals(Optional.of("ppc64"), info.machine().value());
        assertInstanceOf(Reading.Unsaid.class, info.arch());
        assertInstanceOf(Reading.Unsaid.class, info.extension());
        assertEquals(Optional.of(true), info.inGuest().value());
    }

    @Test
    void littleAndBigCoresAreNoted() {
        String core =
                "processor\t: %d\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: %s\n\n";
        CpuInfo info = CpuInfo.read(core.formatted(0, "0xd46") + core.formatted(1, "0xd4d"));
        assertEquals(Optional.of(Arch.AARCH64), info.arch().value());
        assertEquals(Optional.of(Vendor.ARM), info.vendor().value());
        assertEquals(List.of("not all processors have the same CPU part (lines 5 and 11)"), info.differences());
    }

    @Test
    void processorsOfTwoVendorsAreNone() {
        CpuInfo info = CpuInfo.read(x86(0, "GenuineIntel", "lm vmx") + "\n" + x86(1, "AuthenticAMD", "lm vmx"));
        assertEquals(Reading.unsaid("not all processors are of one vendor, which no machine is"), info.vendor());
    }

    @Test
    void processorsOfTwoModelsHaveNoIdInCommon() {
        CpuInfo info = CpuInfo.read(x86(0, "GenuineIntel", "lm") + "\n"
                + x86(1, "GenuineIntel", "lm").replace(": 85", ": 79"));
        assertEquals(Reading.unsaid("not all processors have the same model"), info.cpuId());
    }

    @Test
    void whatIsNoCpuinfoSaysNothing() {
        for (String text : List.of("", "hello\n", "processor", "\0\0\0\1", "x".repeat(70_000), ":\n:\n")) {
            CpuInfo info = CpuInfo.read(text);
            assertInstanceOf(Reading.Unsaid.class, info.machine());
            assertInstanceOf(Reading.Unsaid.class, info.vendor());
            assertInstanceOf(Reading.Unsaid.class, info.extension());
            assertInstanceOf(Reading.Unsaid.class, info.inGuest());
            assertInstanceOf(Reading.Unsaid.class, info.processors());
        }
    }

    @Test
    void aNumberThatIsNoneLeavesTheCpuUnsaid() {
        CpuInfo info = CpuInfo.read(x86(0, "GenuineIntel", "lm").replace(": 85", ": 99999999999"));
        assertEquals(Reading.unsaid("the model is no number (line 4)"), info.cpuId());
    }
}
