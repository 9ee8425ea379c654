package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.CpuId;
import org.nestguard.facts.Vendor;

/** What libvirt says a host and its emulators can do. */
class CapabilitiesTest {
    private static final HostCapabilities HOST = HostCapabilities.read("""
            <capabilities>
              <host>
                <cpu>
                  <arch>x86_64</arch><model>EPYC</model><vendor>AMD</vendor>
                  <signature family='25' model='1' stepping='1'/>
                  <feature name='svm_lock'/><feature name='svm'/>
                  <pages unit='KiB' size='4'/><pages unit='KiB' size='2048'/>
                </cpu>
                <migration_features><live/></migration_features>
                <iommu support='yes'/>
              </host>
              <guest><arch name='i686'><domain type='qemu'/></arch></guest>
              <guest><arch name='x86_64'><domain type='qemu'/><domain type='kvm'/></arch></guest>
            </capabilities>
            """);

    @Test
    void theHostsCpuIsRead() {
        assertEquals(Optional.of(Vendor.AMD), HOST.vendor().value());
        assertEquals(Optional.of(new CpuId(25, 1, 1)), HOST.cpuId().value());
        assertEquals(Reading.said(CpuExtension.SVM, 6), HOST.extension());
        assertEquals(List.of("4KiB", "2048KiB"), HOST.pageSizes().value().orElseThrow());
        assertEquals(Optional.of(true), HOST.iommu().value());
        assertEquals(Optional.of(true), HOST.liveMigration().value());
    }

    @Test
    void theArchitecturesThatKvmRunsAreRead() {
        assertEquals(Set.of("x86_64"), HOST.kvmArchitectures().value().orElseThrow());
        assertEquals(Optional.of(2), HOST.guestEntries().value());
    }

    @Test
    void whatTheHostDoesNotSayIsUnsaid() {
        HostCapabilities bare =
                HostCapabilities.read("<capabilities><host><cpu><vendor>Acme</vendor></cpu></host></capabilities>");
        assertTrue(bare.vendor().value().isEmpty());
        assertTrue(bare.cpuId().value().isEmpty());
        assertTrue(bare.extension().value().isEmpty());
        assertTrue(bare.iommu().value().isEmpty());
        HostCapabilities none = HostCapabilities.read("<domain/>");
        assertTrue(none.liveMigration().value().isEmpty());
        assertTrue(none.kvmArchitectures().value().isEmpty());
    }

    @Test
    void aRealHostsCapabilitiesAreRead() throws IOException {
        HostCapabilities lab = HostCapabilities.read(LabSamples.text("virsh-capabilities.tcg.xml"));
        assertEquals(Optional.of(new CpuId(6, 106, 6)), lab.cpuId().value());
        assertEquals(Optional.of(Vendor.INTEL), lab.vendor().value());
        DomainCapabilities kvm = DomainCapabilities.read(LabSamples.text("virsh-domcapabilities.kvm.xml"));
        assertEquals("kvm", kvm.type().value().orElseThrow());
        assertEquals(Optional.of(true), kvm.supports("maximum").value());
        assertEquals("Icelake-Server", kvm.hostModel().value().orElseThrow());
    }

    @Test
    void theEmulatorsCapabilitiesAreRead() {
        DomainCapabilities can = DomainCapabilities.read("""
                <domainCapabilities>
                  <domain>kvm</domain><machine>pc-q35-9.0</machine><arch>x86_64</arch>
                  <cpu>
                    <mode name='host-passthrough' supported='yes'><enum name='hostPassthroughMigratable'/></mode>
                    <mode name='host-model' supported='yes'>
                      <model>Haswell</model>
                      <feature policy='require' name='vmx'/><feature policy='require' name='vmx-ept'/>
                    </mode>
                    <mode name='custom' supported='yes'>
                      <model usable='yes'>Penryn</model><model usable='no'>EPYC</model><model usable='unknown'>486</model>
                    </mode>
                  </cpu>
                  <features>
                    <sev supported='no'/>
                    <launchSecurity supported='yes'><enum name='sectype'><value>sev-snp</value></enum></launchSecurity>
                  </features>
                </domainCapabilities>
                """);
        assertEquals(Optional.of(true), can.passthroughTellsMigratable().value());
        assertEquals(List.of(new FeaturePolicy("vmx", "require", 7)), can.hostModelExtensions());
        assertEquals(List.of("Penryn"), can.usableModels().value().orElseThrow());
        assertEquals(Optional.of(false), can.supports(Confidential.SEV).value());
        assertEquals(Optional.of(true), can.supports(Confidential.SEV_SNP).value());
        assertTrue(can.supports(Confidential.TDX).value().isEmpty());
        assertTrue(can.supports("maximum").value().isEmpty());
    }

    @Test
    void aTextThatIsNoneSaysNothing() {
        DomainCapabilities none = DomainCapabilities.read("error: no");
        assertTrue(none.usableModels().value().isEmpty());
        assertTrue(none.supports("host-model").value().isEmpty());
        assertTrue(none.machine().value().isEmpty());
    }
}
