package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LsmodTest {
    @Test
    void theListGivesNamesUsesAndUsers() {
        Lsmod lsmod = Lsmod.read("""
                Module                  Size  Used by
                kvm_amd               167936  3
                kvm                  1089536  1 kvm_amd
                irqbypass              16384  2 kvm,vfio_pci_core
                """);
        assertEquals(Optional.of("kvm_amd"), lsmod.vendorModule().map(Lsmod.LoadedModule::name));
        assertEquals(Reading.said(3, 2), lsmod.module("kvm-amd").orElseThrow().uses());
        assertEquals(
                List.of("kvm", "vfio_pci_core"),
                lsmod.module("irqbypass").orElseThrow().usedBy());
    }

    @Test
    void procModulesIsReadToo() {
        Lsmod lsmod = Lsmod.read("""
                kvm_intel 479232 0 - Live 0x0000000000000000
                kvm 1396736 1 kvm_intel, Live 0x0000000000000000
                ccp 100 - - Live 0x0
                """);
        assertEquals(Reading.said(0, 1), lsmod.module("kvm_intel").orElseThrow().uses());
        assertEquals(List.of("kvm_intel"), lsmod.module("kvm").orElseThrow().usedBy());
        assertEquals(List.of(), lsmod.module("kvm_intel").orElseThrow().usedBy());
        assertInstanceOf(Reading.Unsaid.class, lsmod.module("ccp").orElseThrow().uses());
    }

    @Test
    void kvmWithoutAVendorsModuleRunsNothing() {
        assertTrue(Lsmod.read("kvm 1000 0\n").vendorModule().isEmpty());
    }

    @Test
    void linesThatAreNoModuleAreNamed() {
        Lsmod lsmod = Lsmod.read("kvm 1000 0\nlsmod: command not found\n\0".replace("\0", ""));
        assertEquals(List.of("line 2 is no module"), lsmod.complaints());
        assertEquals(
                List.of("it holds NUL bytes, so it is no text"),
                Lsmod.read("\0").complaints());
    }
}
