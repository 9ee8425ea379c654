package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LscpuTest {
    @Test
    void theIndentedFormIsReadLikeTheFlatOne() {
        Lscpu lscpu = Lscpu.read("""
                Architecture:            x86_64
                  CPU op-mode(s):        32-bit, 64-bit
                CPU(s):                  16
                  On-line CPU(s) list:   0-15
                Vendor ID:               AuthenticAMD
                  Model name:            A CPU for tests
                    Flags:               fpu lm svm npt
                Virtualization features:
                  Virtualization:        AMD-V
                """);
        assertEquals(Reading.said("x86_64", 1), lscpu.architecture());
        assertEquals(Reading.said(16, 3), lscpu.cpus());
        assertEquals(Optional.of(OfferedExtension.SVM), lscpu.extension().value());
        assertEquals(Optional.of(false), lscpu.inGuest().value());
    }

    @Test
    void flagsThatTheTerminalCutInTheMidstOfAWordAreJoined() {
        Lscpu lscpu = Lscpu.read("""
                Flags:               fpu de v
                                     mx lm
                Hypervisor vendor:   KVM
                """);
        assertEquals(Optional.of(OfferedExtension.VMX), lscpu.extension().value());
    }

    @Test
    void aBlankThatWasLostAtTheTerminalsEdgeComesBack() {
        Lscpu lscpu = Lscpu.read("""
                Flags:               fpu pse
                                     vmx abcd
                                     e x
                """);
        assertEquals(Optional.of(OfferedExtension.VMX), lscpu.extension().value());
    }

    @Test
    void jsonIsReadAtEveryDepth() {
        Lscpu lscpu = Lscpu.read("""
                {"lscpu": [
                  {"field": "Architecture:", "data": "x86_64", "children": [
                    {"field": "Address sizes:", "data": "46 bits physical, 48 bits virtual"}]},
                  {"field": "CPU(s):", "data": "4"},
                  {"field": "Vendor ID:", "data": "GenuineIntel", "children": [
                    {"field": "Model name:", "data": "A CPU for tests", "children": [
                      {"field": "Flags:", "data": "fpu lm vmx hypervisor"}]}]},
                  {"field": "Virtualization features:", "data": null, "children": [
                    {"field": "Virtualization:", "data": "VT-x"},
                    {"field": "Hypervisor vendor:", "data": "KVM"},
                    {"field": "Virtualization type:", "data": "full"}]}]}
                """);
        assertEquals(Reading.said("x86_64", 0), lscpu.architecture());
        assertEquals(Optional.of(4), lscpu.cpus().value());
        assertEquals(Optional.of("A CPU for tests"), lscpu.modelName().value());
        assertEquals(Optional.of(OfferedExtension.VMX), lscpu.extension().value());
        assertEquals(Optional.of(true), lscpu.inGuest().value());
    }

    @Test
    void brokenJsonSaysSo() {
        for (String text : new String[] {"{", "{\"lscpu\": [{\"field\": 3", "{\"a\":".repeat(5_000), "{} \"data\""}) {
            assertInstanceOf(Reading.Unsaid.class, Lscpu.read(text).architecture());
        }
    }

    @Test
    void theHypervisorOfAnLparIsNone() {
        String text = "Vendor ID: IBM/S390\nHypervisor: %s\nHypervisor vendor: IBM\nVirtualization type: full\n";
        assertEquals(
                Optional.of(false),
                Lscpu.read(text.formatted("PR/SM")).inGuest().value());
        assertEquals(
                Optional.of(true),
                Lscpu.read(text.formatted("z/VM 7.3.0")).inGuest().value());
        assertInstanceOf(
                Reading.Unsaid.class,
                Lscpu.read("Vendor ID: IBM/S390\nHypervisor vendor: IBM\n").inGuest());
    }

    @Test
    void aContainerSaysNothingOfWhatIsBelowTheKernel() {
        assertInstanceOf(
                Reading.Unsaid.class,
                Lscpu.read("Hypervisor vendor: OpenVZ\nVirtualization type: container\n")
                        .inGuest());
    }

    @Test
    void anotherLanguageSaysNothing() {
        assertInstanceOf(
                Reading.Unsaid.class,
                Lscpu.read("Architektur: x86_64\nAnbieterkennung: GenuineIntel\n")
                        .vendorId());
    }

    @Test
    void aCountThatIsNoneIsUnsaid() {
        assertEquals(
                Reading.unsaid("CPU(s) is no number"),
                Lscpu.read("CPU(s): many\n").cpus());
    }

    @Test
    void theTableBehindItSaysNothing() {
        Lscpu lscpu =
                Lscpu.read("Architecture: x86_64\n# CPU,Core: as lscpu -p prints it\n0,0\nHypervisor vendor: KVM\n");
        assertEquals(Optional.of("x86_64"), lscpu.architecture().value());
        assertInstanceOf(Reading.Unsaid.class, lscpu.hypervisorVendor());
    }
}
