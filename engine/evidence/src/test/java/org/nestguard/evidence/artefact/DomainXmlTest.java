package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Accelerator;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Vendor;

class DomainXmlTest {
    private static DomainXml x86(String inside) {
        return DomainXml.read("<domain type='kvm'>\n  <name>web</name>\n"
                + "  <uuid>C0FFEE00-0000-4000-8000-000000000001</uuid>\n"
                + "  <os><type arch='x86_64' machine='pc-q35-8.2'>hvm</type></os>\n" + inside + "</domain>\n");
    }

    private static Optional<NestingAsk> nesting(String inside) {
        return x86(inside).nesting().value();
    }

    @Test
    void theGuestIsNamedWithTheLines() {
        DomainXml domain = x86("");
        assertEquals(Reading.said("web", 2), domain.name());
        assertEquals(Reading.said("c0ffee00-0000-4000-8000-000000000001", 3), domain.uuid());
        assertEquals(Reading.said(Accelerator.KVM, 1), domain.accelerator());
        assertEquals("pc-q35-8.2", domain.machine().value().orElseThrow().text());
    }

    @Test
    void theModesOfTheCpuFollowTheHostOrDoNot() {
        assertEquals(Optional.of(NestingAsk.DEPENDS), nesting("<cpu mode='host-passthrough'/>"));
        assertEquals(Optional.of(NestingAsk.DEPENDS), nesting("<cpu mode='maximum'/>"));
        assertEquals(Optional.of(NestingAsk.DEPENDS), nesting("<cpu mode='host-model'/>"));
        assertEquals(Optional.of(NestingAsk.NO), nesting("<cpu mode='custom'><model>Haswell</model></cpu>"));
        assertEquals(Optional.of(NestingAsk.NO), nesting(""));
        assertEquals(
                Optional.of(CpuMode.HOST_PASSTHROUGH),
                x86("<cpu mode='maximum'/>").cpuMode().value());
        assertTrue(x86("<cpu mode='quantum'/>").cpuMode().value().isEmpty());
    }

    @Test
    void policiesDecideForANamedModel() {
        for (String policy : List.of("require", "force")) {
            assertEquals(Optional.of(NestingAsk.YES), nesting(haswell(policy)), policy);
        }
        for (String policy : List.of("disable", "forbid")) {
            assertEquals(Optional.of(NestingAsk.NO), nesting(haswell(policy)), policy);
        }
        assertEquals(Optional.of(NestingAsk.DEPENDS), nesting(haswell("optional")));
        assertEquals(Optional.of(NestingAsk.YES), nesting("<cpu><model>Haswell</model><feature name='vmx'/></cpu>"));
        assertEquals(
                Optional.of(NestingAsk.NO),
                nesting("<cpu><model>Haswell</model><feature policy='require' name='vmx-ept'/></cpu>"));
    }

    private static String haswell(String policy) {
        return "<cpu mode='custom'><model>Haswell</model><feature policy='" + policy + "' name='vmx'/></cpu>";
    }

    @Test
    void aDisabledExtensionSettlesItForItsVendorOnly() {
        DomainXml domain = x86("<cpu mode='host-passthrough'><feature policy='disable' name='vmx'/></cpu>");
        assertEquals(Optional.of(NestingAsk.NO), domain.nesting(Vendor.INTEL).value());
        assertEquals(Optional.of(NestingAsk.DEPENDS), domain.nesting(Vendor.AMD).value());
        assertEquals(Optional.of(NestingAsk.DEPENDS), domain.nesting().value());
    }

    @Test
    void anArchitectureThatIsNotNamedIsGivenAwayByTheMachineOrTheEmulator() {
        String domain = "<domain type='kvm'><os><type%s>hvm</type></os><devices>%s</devices></domain>";
        assertEquals(
                Optional.of(NestingAsk.NO),
                DomainXml.read(domain.formatted(" machine='pc-q35-9.0'", ""))
                        .nesting()
                        .value());
        assertEquals(
                Optional.of(NestingAsk.DEPENDS),
                DomainXml.read(domain.formatted("", "<emulator>/usr/bin/qemu-system-s390x</emulator>"))
                        .nesting()
                        .value());
        DomainXml bare = DomainXml.read(domain.formatted("", ""));
        assertTrue(bare.nesting().value().isEmpty());
        assertEquals(Optional.of(NestingAsk.NO), bare.nesting(Vendor.INTEL).value());
    }

    @Test
    void anotherTypeDoesNotNest() {
        for (String type : List.of("qemu", "hvf", "xen", "lxc")) {
            DomainXml domain = DomainXml.read("<domain type='" + type + "'><cpu mode='host-passthrough'/></domain>");
            assertEquals(Optional.of(NestingAsk.NO), domain.nesting().value(), type);
        }
        assertTrue(DomainXml.read("<domain type='xen'/>").accelerator().value().isEmpty());
    }

    @Test
    void pseriesAsksByAFeatureOfTheMachine() {
        String domain = "<domain type='kvm'><os><type arch='ppc64' machine='pseries'>hvm</type></os>%s"
                + "<cpu mode='host-passthrough'/></domain>";
        assertEquals(
                Optional.of(NestingAsk.YES),
                DomainXml.read(domain.formatted("<features><nested-hv state='on'/></features>"))
                        .nesting()
                        .value());
        assertEquals(
                Optional.of(NestingAsk.NO),
                DomainXml.read(domain.formatted("")).nesting().value());
    }

    @Test
    void whatIsHandedToQemuPastLibvirtCannotBeWorkedOut() {
        String args = "<cpu><model>Haswell</model></cpu><qemu:commandline><qemu:arg value='%s'/>"
                + "<qemu:arg value='x'/></qemu:commandline>";
        assertTrue(nesting(args.formatted("-cpu")).isEmpty());
        assertTrue(nesting(args.formatted("--global")).isEmpty());
        assertTrue(nesting(args.formatted("-set")).isEmpty());
        assertTrue(nesting(args.formatted("-readconfig")).isEmpty());
        assertTrue(x86(args.formatted("-accel")).accelerator().value().isEmpty());
        DomainXml emulated = DomainXml.read("<domain type='qemu'><os><type arch='x86_64'>hvm</type></os>"
                + args.formatted("-enable-kvm") + "</domain>");
        assertTrue(emulated.accelerator().value().isEmpty());
        assertTrue(emulated.nesting().value().isEmpty());
        assertTrue(nesting(args.formatted("-cpu").replace("qemu:", "q:")).isEmpty());
        assertEquals(Optional.of(NestingAsk.NO), nesting(args.formatted("-s")));
    }

    @Test
    void smmAndEvmcsAreReadFromTheFeatures() {
        assertEquals(
                Optional.of(true),
                x86("<features><smm state='on'/></features>").smm().value());
        assertEquals(Optional.of(true), x86("<features><smm/></features>").smm().value());
        assertEquals(
                Optional.of(false),
                x86("<features><smm state='off'/></features>").smm().value());
        assertTrue(x86("<features><acpi/></features>").smm().value().isEmpty());
        assertEquals(
                Optional.of(true),
                x86("<features><hyperv mode='custom'><evmcs state='on'/></hyperv></features>")
                        .evmcs()
                        .value());
        assertEquals(Optional.of(false), x86("").evmcs().value());
        assertTrue(x86("<features><hyperv mode='passthrough'/></features>")
                .evmcs()
                .value()
                .isEmpty());
    }

    @Test
    void memoryIsHugeOrConfidentialWhereItSaysSo() {
        assertEquals(
                Optional.of(true),
                x86("<memoryBacking><hugepages/></memoryBacking>").hugePages().value());
        assertEquals(Optional.of(false), x86("").hugePages().value());
        assertEquals(
                Optional.of(Confidential.SEV_SNP),
                x86("<launchSecurity type='sev-snp'/>").confidential().value());
        assertEquals(Optional.of(Confidential.NONE), x86("").confidential().value());
        assertTrue(x86("<launchSecurity type='vault'/>").confidential().value().isEmpty());
        assertTrue(x86("<launchSecurity/>").confidential().value().isEmpty());
    }

    @Test
    void theStatusOfADomainIsReadAroundIt() {
        DomainXml domain = DomainXml.read("<domstatus state='running' reason='migrated' pid='4711'>"
                + "<monitor path='/x'/><domain type='kvm' id='3'><name>web</name></domain></domstatus>");
        assertEquals("web", domain.name().value().orElseThrow());
        assertEquals("running", domain.state().value().orElseThrow());
        assertEquals("migrated", domain.stateReason().value().orElseThrow());
        assertEquals(4711L, domain.pid().value().orElseThrow());
        assertTrue(x86("").state().value().isEmpty());
    }

    @Test
    void metadataIsNotTheDescription() {
        DomainXml domain =
                x86("<metadata><n:guard xmlns:n='urn:x'><cpu mode='host-passthrough'/></n:guard></metadata>");
        assertTrue(domain.cpuMode().value().isEmpty());
    }

    @Test
    void aTextThatIsNoDomainSaysNothing() {
        for (String text : List.of("", "error: no domain", "<network/>", "<!DOCTYPE d><domain type='kvm'/>")) {
            DomainXml domain = DomainXml.read(text);
            assertTrue(domain.name().value().isEmpty(), text);
            assertTrue(domain.hugePages().value().isEmpty(), text);
            assertTrue(domain.confidential().value().isEmpty(), text);
            assertTrue(domain.evmcs().value().isEmpty(), text);
            assertTrue(domain.nesting().value().isEmpty(), text);
            assertTrue(domain.extensions().isEmpty(), text);
        }
    }

    @Test
    void theDescriptionsThatARealLibvirtGivesAreRead() throws IOException {
        for (String file : List.of(
                "virsh-dumpxml-live.xml",
                "virsh-dumpxml-migratable.xml",
                "hook-stdin-migrate-begin.xml",
                "hook-stdin-prepare-begin.xml",
                "hook-stdin-restore-begin.xml",
                "hook-stdin-started-begin.xml")) {
            DomainXml domain = DomainXml.read(LabSamples.text(file));
            assertEquals("l1", domain.name().value().orElseThrow(), file);
            assertEquals(Optional.of(Accelerator.TCG), domain.accelerator().value(), file);
            assertEquals(Optional.of(NestingAsk.NO), domain.nesting().value(), file);
            assertEquals(Optional.of(CpuMode.CUSTOM), domain.cpuMode().value(), file);
            assertEquals("svm", domain.extensions().get(0).name(), file);
        }
    }

    @Test
    void aCommandThroughTheMonitorIsKeptInTheStatus() {
        String status = "<domstatus><taint flag='high-privileges'/>%s<domain/></domstatus>";
        assertEquals(
                Optional.of(false),
                DomainXml.read(status.formatted("")).commanded().value());
        assertEquals(
                Optional.of(true),
                DomainXml.read(status.formatted("<taint flag='custom-monitor'/>"))
                        .commanded()
                        .value());
        assertTrue(DomainXml.read("<domain/>").commanded().value().isEmpty(), "a plain description has no taints");
    }
}
