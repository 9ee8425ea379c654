package org.nestguard.evidence.collect;

import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.artefact.DomainLog;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.artefact.DomainXml;
import org.nestguard.evidence.artefact.QemuCommandLine;
import org.nestguard.evidence.view.Artefact;

/**
 * A guest that runs, and what describes it.
 *
 * @param portraits one or more, the closest to the running process first
 * @param process its QEMU; empty where no process of it was found
 * @param domain its names in libvirt; empty where libvirt does not know it
 * @param status what libvirt keeps of it while it runs; empty where that could not be read
 * @param log libvirt's log of it; empty where there is none
 */
record RunningGuest(
        List<Portrait> portraits,
        Optional<QemuProcess> process,
        Optional<DomainNames> domain,
        Optional<Status> status,
        Optional<StartLog> log) {
    RunningGuest {
        portraits = List.copyOf(portraits);
    }

    /** A QEMU process. */
    record QemuProcess(long pid, Artefact.Text artefact, QemuCommandLine line) {}

    /** libvirt's own file on a running guest. */
    record Status(Artefact.Text artefact, DomainXml description) {}

    /** What libvirt wrote down of the start of the process that still runs. */
    record StartLog(Artefact.Text artefact, DomainLog start) {}

    /** How to call it in a message. */
    String name() {
        return portraits.stream()
                .flatMap(portrait -> portrait.name().value().stream())
                .findFirst()
                .or(() -> domain.map(DomainNames::name))
                .orElseGet(() -> process.map(p -> "process " + p.pid()).orElse("a guest without a name"));
    }
}
