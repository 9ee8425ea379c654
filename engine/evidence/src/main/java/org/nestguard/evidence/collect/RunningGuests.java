package org.nestguard.evidence.collect;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.DomainList;
import org.nestguard.evidence.artefact.DomainLog;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.artefact.DomainState;
import org.nestguard.evidence.artefact.DomainXml;
import org.nestguard.evidence.artefact.QemuCommandLine;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.collect.RunningGuest.QemuProcess;
import org.nestguard.evidence.collect.RunningGuest.StartLog;
import org.nestguard.evidence.collect.RunningGuest.Status;
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
    private static final List<String> NAMES = List.of("virsh", "-r", "list", "--all", "--uuid", "--name");

    /** The host's clock may have been set since. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

    /** A process can let whoever reads its command line wait, and its user can start many. */
    private static final Duration LONGEST_WALK = Duration.ofSeconds(15);

    private final HostView host;
    private final Reading<Vendor> vendor;
    private final Clock clock;
    private final List<String> complaints;
    private final List<RunningGuest> found = new ArrayList<>();
    private boolean allSeen = true;

    private RunningGuests(HostView host, Reading<Vendor> vendor, Clock clock, List<String> complaints) {
        this.host = host;
        this.vendor = vendor;
        this.clock = clock;
        this.complaints = complaints;
    }

    /**
     * All that can be seen.
     *
     * @param vendor of the host, on which it depends which extension a guest's CPU may show
     * @param clock measures how long it takes
     * @param complaints takes what could not be looked at
     */
    static List<RunningGuest> on(HostView host, Reading<Vendor> vendor, Clock clock, List<String> complaints) {
        RunningGuests guests = new RunningGuests(host, vendor, clock, complaints);
        List<QemuProcess> processes = guests.processes();
        List<DomainNames> domains = guests.domains();
        for (QemuProcess process : processes) {
            // a name is anybody's: users' own libvirts, other managers and hand-made guests use it again
            guests.add(process, processes, domains);
        }
        for (DomainNames domain : domains) {
            if (guests.found.stream()
                    .noneMatch(guest -> guest.domain().filter(domain::equals).isPresent())) {
                guests.withoutProcess(domain);
            }
        }
        return List.copyOf(guests.found);
    }

    /** Those that libvirt has in a state other than shut off. */
    private List<DomainNames> domains() {
        Artefact list = host.command(LIST);
        if (!(list instanceof Artefact.Text text)) {
            complaints.add(
                    "libvirt's guests are not all known: " + list.from() + ": " + ((Artefact.Missing) list).why());
            return host.list(STATUS_FOLDER.substring(0, STATUS_FOLDER.length() - 1)).stream()
                    .filter(file -> file.endsWith(".xml"))
                    .flatMap(file -> named(file.substring(0, file.length() - ".xml".length())).stream())
                    .toList();
        }
        Reading<List<DomainList>> read = DomainList.read(text.text());
        if (read instanceof Reading.Unsaid<List<DomainList>> unsaid) {
            complaints.add(text.from() + ": " + unsaid.why());
        }
        Map<String, DomainNames> names = names();
        List<DomainNames> domains = new ArrayList<>();
        for (DomainList domain : read.value().orElse(List.of())) {
            // whoever is not surely shut off may run
            if (domain.state().value().map(DomainState::live).orElse(true)) {
                Optional<DomainNames> both =
                        Optional.ofNullable(names.get(domain.name())).or(() -> named(domain.name()));
                both.ifPresent(domains::add);
                if (both.isEmpty()) {
                    complaints.add(
                            "libvirt's guest " + domain.name()
                                    + " is left out: its UUID could not be read, and by its name alone it may be taken for another");
                }
            }
        }
        return domains;
    }

    private Map<String, DomainNames> names() {
        Map<String, DomainNames> names = new HashMap<>();
        if (host.command(NAMES) instanceof Artefact.Text text) {
            Set<String> twice = new HashSet<>();
            for (DomainNames both : DomainNames.read(text.text()).value().orElse(List.of())) {
                // virsh fills a name up with blanks: of "web" and "web " nobody can tell here which is whose
                if (names.put(both.name(), both) != null) {
                    twice.add(both.name());
                }
            }
            names.keySet().removeAll(twice);
        }
        return names;
    }

    /** What libvirt's own file on a running guest says of its UUID. */
    private Optional<DomainNames> named(String name) {
        return status(name)
                .map(Status::description)
                .filter(guest -> guest.name().value().filter(name::equals).isPresent())
                .flatMap(guest -> guest.uuid().value())
                .map(uuid -> new DomainNames(uuid, name));
    }

    private List<QemuProcess> processes() {
        List<QemuProcess> processes = new ArrayList<>();
        Reading<List<String>> entries = host.entries("/proc");
        if (entries instanceof Reading.Unsaid<List<String>> unsaid) {
            complaints.add("which processes run guests is not known: /proc: " + unsaid.why());
            allSeen = false;
        }
        Instant end = clock.instant().plus(LONGEST_WALK);
        for (String entry : entries.value().orElse(List.of())) {
            if (!entry.chars().allMatch(c -> c >= '0' && c <= '9') || entry.length() > 10) {
                continue;
            }
            if (clock.instant().isAfter(end)) {
                complaints.add("not every process was looked at, and guests may be left out: looking took longer than "
                        + LONGEST_WALK.toSeconds() + " s, as it does where some processes let their command line not be"
                        + " read; these are named above");
                allSeen = false;
                break;
            }
            Artefact read = host.file("/proc/" + entry + "/cmdline");
            // one that is there and cannot be read may be a guest's; one that has ended meanwhile is not
            if (read instanceof Artefact.Missing missing
                    && host.entries("/proc/" + entry)
                            .value()
                            .map(files -> files.contains("cmdline"))
                            .orElse(true)) {
                complaints.add("whether process " + entry + " runs a guest is not known: " + missing.from() + ": "
                        + missing.why());
            }
            if (read instanceof Artefact.Text text && mayBeQemu(text.text())) {
                QemuCommandLine line = QemuCommandLine.read(text.text());
                if (line.qemu() && !probe(line)) {
                    processes.add(new QemuProcess(Long.parseLong(entry), text, line));
                }
            }
        }
        return processes;
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

    private void add(QemuProcess process, List<QemuProcess> all, List<DomainNames> domains) {
        Portrait portrait = Portrait.of(process.artefact(), process.line(), vendor);
        Optional<String> uuid = process.line().uuid().value();
        // of two that claim to be one guest, neither is believed; nor is one where a second may not have been seen
        boolean alone = allSeen
                && all.stream()
                                .filter(other -> other.line().uuid().value().equals(uuid))
                                .count()
                        == 1;
        Optional<DomainNames> domain = domains.stream()
                .filter(names -> alone && uuid.filter(names.uuid()::equals).isPresent())
                .findFirst();
        List<Portrait> portraits = new ArrayList<>(List.of(portrait));
        Optional<Status> status = domain.flatMap(this::statusOf);
        status.map(this::portrait).ifPresent(portraits::add);
        found.add(new RunningGuest(
                portraits,
                Optional.of(process),
                domain,
                status,
                domain.flatMap(this::log).filter(log -> began(process, log))));
    }

    /**
     * Whether the start in the log is that of the process: a log may have missed its start, or be an old one, and what QEMU
     * prints, which its guest may have worded, stands in it too.
     */
    private boolean began(QemuProcess process, StartLog log) {
        if (!log.start().commandLine().sameWords(process.line())) {
            return false;
        }
        Optional<Instant> logged = log.start().startedAt().value();
        Observation started = ProcessClock.started(host, process.pid());
        return logged.isEmpty()
                || !started.known()
                || Duration.between(logged.get(), Instant.parse(started.text()))
                                .abs()
                                .compareTo(CLOCKS_DIFFER)
                        <= 0;
    }

    private void withoutProcess(DomainNames domain) {
        Optional<StartLog> log = log(domain);
        List<Portrait> portraits = new ArrayList<>();
        Optional<Status> status = statusOf(domain);
        status.map(this::portrait).or(() -> description(domain)).ifPresent(portraits::add);
        log.map(start -> Portrait.of(start.artefact(), start.start().commandLine(), vendor))
                .ifPresent(portraits::add);
        found.add(new RunningGuest(portraits, Optional.empty(), Optional.of(domain), status, log));
    }

    private static boolean of(DomainNames domain, DomainXml description) {
        return description.uuid().value().filter(domain.uuid()::equals).isPresent();
    }

    private Optional<Status> statusOf(DomainNames domain) {
        return status(domain.name()).filter(status -> of(domain, status.description()));
    }

    /** What libvirt keeps of a running guest, which only root can read. */
    private Optional<Status> status(String domain) {
        return !domain.contains("/") && host.file(STATUS_FOLDER + domain + ".xml") instanceof Artefact.Text text
                ? Optional.of(new Status(text, DomainXml.read(text.text())))
                : Optional.empty();
    }

    /** By its UUID: virsh takes a name that is a number for that of another. */
    private Optional<Portrait> description(DomainNames domain) {
        Artefact artefact = host.command(List.of("virsh", "-r", "dumpxml", domain.uuid()));
        if (artefact instanceof Artefact.Missing missing) {
            complaints.add(missing.from() + ": " + missing.why());
        }
        return artefact instanceof Artefact.Text text
                ? Optional.of(DomainXml.read(text.text()))
                        .filter(description -> of(domain, description))
                        .map(description -> Portrait.of(text, description, vendor))
                : Optional.empty();
    }

    private Portrait portrait(Status status) {
        return Portrait.of(status.artefact(), status.description(), vendor);
    }

    private Optional<StartLog> log(DomainNames domain) {
        if (domain.name().contains("/")
                || !(host.file("/var/log/libvirt/qemu/" + domain.name() + ".log") instanceof Artefact.Text text)) {
            return Optional.empty();
        }
        return Optional.of(new StartLog(text, DomainLog.read(text.text())))
                // of another guest of that name, or of one that ended, it says nothing about the process that runs now
                .filter(log -> log.start()
                        .commandLine()
                        .uuid()
                        .value()
                        .filter(domain.uuid()::equals)
                        .isPresent())
                .filter(log -> !log.start().ended().value().orElse(true));
    }
}
