package org.nestguard.evidence.collect;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nestguard.evidence.artefact.DomainList;
import org.nestguard.evidence.artefact.DomainLog;
import org.nestguard.evidence.artefact.DomainState;
import org.nestguard.evidence.artefact.DomainXml;
import org.nestguard.evidence.artefact.QemuCommandLine;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.collect.RunningGuest.QemuProcess;
import org.nestguard.evidence.collect.RunningGuest.StartLog;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Vendor;

/**
 * Finds the guests that run on a host: QEMU's processes, and libvirt's domains that are not shut off. What libvirt says of a
 * guest is asked for one by one only where no process of it can be seen: on a host with hundreds of guests each question
 * costs.
 */
final class RunningGuests {
    private static final String STATUS_FOLDER = "/run/libvirt/qemu/";
    private static final List<String> LIST = List.of("virsh", "-r", "list", "--all");

    private final HostView host;
    private final Reading<Vendor> vendor;
    private final List<String> complaints;
    private final List<RunningGuest> found = new ArrayList<>();

    private RunningGuests(HostView host, Reading<Vendor> vendor, List<String> complaints) {
        this.host = host;
        this.vendor = vendor;
        this.complaints = complaints;
    }

    /**
     * All that can be seen.
     *
     * @param vendor of the host, on which it depends which extension a guest's CPU may show
     * @param complaints takes what could not be looked at
     */
    static List<RunningGuest> on(HostView host, Reading<Vendor> vendor, List<String> complaints) {
        RunningGuests guests = new RunningGuests(host, vendor, complaints);
        Set<String> domains = guests.domains();
        guests.processes(domains);
        for (String domain : domains) {
            if (guests.found.stream()
                    .noneMatch(guest -> guest.domain().filter(domain::equals).isPresent())) {
                guests.withoutProcess(domain);
            }
        }
        return List.copyOf(guests.found);
    }

    private Set<String> domains() {
        Set<String> domains = new LinkedHashSet<>();
        Artefact list = host.command(LIST);
        if (list instanceof Artefact.Text text) {
            Reading<List<DomainList>> read = DomainList.read(text.text());
            for (DomainList domain : read.value().orElse(List.of())) {
                // whoever is not surely shut off may run
                if (domain.state().value().map(DomainState::live).orElse(true)) {
                    domains.add(domain.name());
                }
            }
            if (read instanceof Reading.Unsaid<List<DomainList>> unsaid) {
                complaints.add(text.from() + ": " + unsaid.why());
            }
        } else {
            complaints.add(
                    "libvirt's guests are not all known: " + list.from() + ": " + ((Artefact.Missing) list).why());
        }
        host.list(STATUS_FOLDER.substring(0, STATUS_FOLDER.length() - 1)).stream()
                .filter(file -> file.endsWith(".xml"))
                .forEach(file -> domains.add(file.substring(0, file.length() - ".xml".length())));
        return domains;
    }

    private void processes(Set<String> domains) {
        for (String entry : host.list("/proc")) {
            if (!entry.chars().allMatch(c -> c >= '0' && c <= '9') || entry.length() > 10) {
                continue;
            }
            Artefact read = host.file("/proc/" + entry + "/cmdline");
            // one that is there and cannot be read may be a guest's; one that has ended meanwhile is not
            if (read instanceof Artefact.Missing missing
                    && host.list("/proc/" + entry).contains("cmdline")) {
                complaints.add("whether process " + entry + " runs a guest is not known: " + missing.from() + ": "
                        + missing.why());
            }
            if (read instanceof Artefact.Text text && mayBeQemu(text.text())) {
                QemuCommandLine line = QemuCommandLine.read(text.text());
                if (line.qemu() && !probe(line)) {
                    add(new QemuProcess(Long.parseLong(entry), text, line), domains);
                }
            }
        }
    }

    /** Before its words are taken apart: most processes are something else. */
    private static boolean mayBeQemu(String text) {
        int end = text.indexOf('\0');
        String binary = end < 0 ? text : text.substring(0, end);
        return binary.contains("qemu") || binary.contains("kvm");
    }

    /** libvirt starts one without a machine to learn what an emulator can. */
    private static boolean probe(QemuCommandLine line) {
        return line.machine()
                .value()
                .filter(machine -> machine.name().equals("none"))
                .isPresent();
    }

    private void add(QemuProcess process, Set<String> domains) {
        Portrait portrait = Portrait.of(process.artefact(), process.line(), vendor);
        Optional<String> domain = portrait.name().value().filter(domains::contains);
        List<Portrait> portraits = new ArrayList<>(List.of(portrait));
        domain.flatMap(this::status).filter(portrait::sameGuest).ifPresent(portraits::add);
        found.add(new RunningGuest(portraits, Optional.of(process), domain, domain.flatMap(this::log)));
    }

    private void withoutProcess(String domain) {
        Optional<StartLog> log = log(domain);
        List<Portrait> portraits = new ArrayList<>();
        status(domain).or(() -> description(domain)).ifPresent(portraits::add);
        log.map(start -> Portrait.of(start.artefact(), start.start().commandLine(), vendor))
                .ifPresent(portraits::add);
        found.add(new RunningGuest(portraits, Optional.empty(), Optional.of(domain), log));
    }

    /** What libvirt keeps of a running guest, which only root can read. */
    private Optional<Portrait> status(String domain) {
        return portrait(host.file(STATUS_FOLDER + domain + ".xml"));
    }

    private Optional<Portrait> description(String domain) {
        Artefact artefact = host.command(List.of("virsh", "-r", "dumpxml", domain));
        if (artefact instanceof Artefact.Missing missing) {
            complaints.add(missing.from() + ": " + missing.why());
        }
        return portrait(artefact);
    }

    private Optional<Portrait> portrait(Artefact artefact) {
        return artefact instanceof Artefact.Text text
                ? Optional.of(Portrait.of(text, DomainXml.read(text.text()), vendor))
                : Optional.empty();
    }

    private Optional<StartLog> log(String domain) {
        return host.file("/var/log/libvirt/qemu/" + domain + ".log") instanceof Artefact.Text text
                ? Optional.of(new StartLog(text, DomainLog.read(text.text())))
                        // of one that ended it says nothing about the process that runs now
                        .filter(log -> !log.start().ended().value().orElse(true))
                : Optional.empty();
    }
}
