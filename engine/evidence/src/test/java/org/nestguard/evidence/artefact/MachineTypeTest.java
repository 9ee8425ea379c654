package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Version;

class MachineTypeTest {
    private static MachineType read(String text) {
        return MachineType.read(text).value().orElseThrow();
    }

    @Test
    void upstreamsVersionIsInTheName() {
        assertEquals(Optional.of(new Version(4, 2, 0)), read("pc-i440fx-4.2").upstream());
        assertEquals(
                Optional.of(new Version(10, 1, 0)), read("pc-q35-10.1+pve0").upstream());
        assertEquals(
                Optional.of(new Version(2, 7, 0)), read("s390-ccw-virtio-2.7").upstream());
        assertEquals(Optional.of(new Version(1, 0, 0)), read("pc-1.0").upstream());
    }

    @Test
    void aDistributorsNumberIsNotUpstreams() {
        assertTrue(read("pc-q35-rhel8.6.0").upstream().isEmpty());
        assertTrue(read("pc-i440fx-jammy").upstream().isEmpty());
        assertTrue(read("pc").upstream().isEmpty());
    }

    @Test
    void onlyAnAliasIsAnAlias() {
        assertTrue(read("q35+pve0").alias());
        assertTrue(read("s390-ccw-virtio").alias());
        assertFalse(read("pc-q35-9.0").alias());
    }

    @Test
    void theArchitectureIsKnownWhereOneAloneHasSuchMachines() {
        assertEquals(Optional.of("x86_64"), read("pc-q35-rhel8.6.0").arch());
        assertEquals(Optional.of("s390x"), read("s390-ccw-virtio-rhel8.6.0").arch());
        assertEquals(Optional.of("ppc64"), read("pseries-9.0").arch());
        assertEquals(Optional.of("aarch64"), read("virt-rhel9.4.0").arch());
        assertTrue(read("virt-9.0").arch().isEmpty());
    }

    @Test
    void whatIsNoNameIsRefused() {
        assertTrue(MachineType.read("").value().isEmpty());
        assertTrue(MachineType.read("pc q35").value().isEmpty());
        assertTrue(MachineType.read("x".repeat(200)).value().isEmpty());
    }
}
