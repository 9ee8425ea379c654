package org.nestguard.evidence.collect;

import org.nestguard.evidence.artefact.DomainXml;
import org.nestguard.evidence.artefact.MachineType;
import org.nestguard.evidence.artefact.NestingAsk;
import org.nestguard.evidence.artefact.QemuAccelerators;
import org.nestguard.evidence.artefact.QemuCommandLine;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.facts.Accelerator;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Vendor;

/**
 * A guest as one artefact describes it.
 *
 * @param nesting what is asked for; whether the host gives it is the host's affair
 * @param memory how much it may take, in MiB
 */
record Portrait(
        Artefact.Text artefact,
        Reading<String> name,
        Reading<String> uuid,
        Reading<Accelerator> accelerator,
        Reading<NestingAsk> nesting,
        Reading<CpuMode> cpuMode,
        Reading<MachineType> machine,
        Reading<Boolean> smm,
        Reading<Boolean> evmcs,
        Reading<Long> memory) {

    /** As its QEMU was started. */
    static Portrait of(Artefact.Text artefact, QemuCommandLine line, Reading<Vendor> host) {
        return new Portrait(
                artefact,
                line.name(),
                line.uuid(),
                line.accelerators().flatMap(QemuAccelerators::one),
                host.value().map(line::nesting).orElseGet(line::nesting),
                line.cpuMode(),
                line.machine(),
                line.smm(),
                line.evmcs(),
                Reading.unsaid("it is of the start, and does not know what was added since"));
    }

    /** As libvirt describes it. */
    static Portrait of(Artefact.Text artefact, DomainXml domain, Reading<Vendor> host) {
        return new Portrait(
                artefact,
                domain.name(),
                domain.uuid(),
                domain.accelerator(),
                host.value().map(domain::nesting).orElseGet(domain::nesting),
                domain.cpuMode(),
                domain.machine(),
                domain.smm(),
                domain.evmcs(),
                domain.memory());
    }
}
