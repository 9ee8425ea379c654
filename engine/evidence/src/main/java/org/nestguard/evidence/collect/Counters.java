package org.nestguard.evidence.collect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.artefact.DomainStatistics;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.VcpuCounters;
import org.nestguard.evidence.l2.CounterSample;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * KVM's counters of all guests at one moment: one call of libvirt for all, debugfs for whom libvirt has none, and QEMU's
 * monitor for whom there are none in either, where it may be asked.
 */
final class Counters {
    private static final List<String> STATISTICS = List.of("virsh", "-r", "domstats", "--vcpu", "--state");
    private static final String DEBUGFS = "/sys/kernel/debug/kvm";
    private static final String OWN_NAMESPACE = "/proc/self/ns/pid";
    // PROC_PID_INIT_INO of Linux
    private static final String FIRST_NAMESPACE = "pid:[4026531836]";

    private final HostView host;
    private final boolean askMonitors;
    private final Map<String, DomainStatistics> byDomain = new HashMap<>();
    private final Artefact statistics;
    private final List<String> folders;
    private final Artefact namespace;
    private final String trouble;

    private Counters(HostView host, boolean askMonitors) {
        this.host = host;
        this.askMonitors = askMonitors;
        statistics = host.command(STATISTICS);
        trouble = statistics instanceof Artefact.Text text ? read(text) : ((Artefact.Missing) statistics).why();
        folders = host.list(DEBUGFS);
        namespace = host.file(OWN_NAMESPACE);
    }

    /** Looks at all of them. */
    static Counters of(HostView host, boolean askMonitors) {
        return new Counters(host, askMonitors);
    }

    private String read(Artefact.Text text) {
        Reading<List<DomainStatistics>> all = DomainStatistics.read(text.text());
        all.value().orElse(List.of()).forEach(domain -> byDomain.put(domain.domain(), domain));
        return all instanceof Reading.Unsaid<List<DomainStatistics>> unsaid ? unsaid.why() : "";
    }

    /** A vCPU that was taken away took its counter with it. */
    private static boolean whole(DomainStatistics domain, int read) {
        return domain.vcpus().value().filter(n -> n == read).isPresent()
                && domain.maximumVcpus().value().filter(n -> n == read).isPresent();
    }

    /** Those of one guest; empty where there are none that tell of nesting. */
    Optional<CounterSample> of(RunningGuest guest) {
        return libvirt(guest)
                .or(() -> guest.process().flatMap(process -> debugfs(process.pid())))
                .or(() -> guest.domain().filter(domain -> askMonitors).flatMap(this::monitor));
    }

    private Optional<CounterSample> libvirt(RunningGuest guest) {
        return guest.domain()
                .flatMap(domain -> Optional.ofNullable(byDomain.get(domain.name())))
                .map(domain -> new CounterSample(
                        statistics.from() + ", line " + domain.line(),
                        ((Artefact.Text) statistics).at(),
                        domain.counters(),
                        whole(domain, domain.counters().size())))
                .filter(CounterSample::tells);
    }

    private Optional<CounterSample> monitor(DomainNames domain) {
        Monitor.Reply<List<VcpuCounters>> reply = new Monitor(host, domain).counters();
        return reply.artefact() instanceof Artefact.Text text
                ? reply.reading()
                        .value()
                        .map(vcpus -> new CounterSample(
                                text.from(),
                                text.at(),
                                vcpus,
                                Optional.ofNullable(byDomain.get(domain.name()))
                                        .filter(known -> whole(known, vcpus.size()))
                                        .isPresent()))
                        .filter(CounterSample::tells)
                : Optional.empty();
    }

    /** Why a guest has none. */
    String whyNone(RunningGuest guest) {
        String libvirt = guest.domain().isEmpty()
                ? "libvirt does not know this guest"
                : trouble.isEmpty()
                        ? "libvirt has no counters of nesting for it (libvirt 8.9, QEMU 7.1 and Linux 5.13 have)"
                        : "virsh -r domstats: " + trouble;
        return libvirt + "; " + DEBUGFS
                + (folders.isEmpty()
                        ? " cannot be read, which needs root"
                        : namesOurProcesses() ? " has none of it" : " is not used: " + whoseProcesses())
                + (guest.domain().isEmpty()
                        ? ""
                        : askMonitors ? "; QEMU's query-stats tells none" : "; QEMU was not asked (--ask-qemu)");
    }

    /** Its folders are called by the process numbers of the first namespace, which are ours only there. */
    private boolean namesOurProcesses() {
        return namespace
                .content()
                .map(String::strip)
                .filter(FIRST_NAMESPACE::equals)
                .isPresent();
    }

    private String whoseProcesses() {
        return namespace instanceof Artefact.Missing missing
                ? "its folders are called by process numbers, and whether these are the host's is not known: "
                        + OWN_NAMESPACE + ": " + missing.why()
                : "its folders are called by the host's process numbers, and this is a container with numbers of its own";
    }

    /** The folder of a VM has the sums over its vCPUs. */
    private Optional<CounterSample> debugfs(long pid) {
        if (!namesOurProcesses()) {
            return Optional.empty();
        }
        List<String> own =
                folders.stream().filter(name -> name.startsWith(pid + "-")).toList();
        if (own.size() != 1) {
            return Optional.empty(); // none, or more than one VM in one process
        }
        String folder = DEBUGFS + "/" + own.get(0);
        Artefact entries = host.file(folder + "/nested_run");
        if (!(entries instanceof Artefact.Text text)) {
            return Optional.empty();
        }
        Reading<Long> exits = number(host.file(folder + "/exits"));
        Reading<Boolean> mode = number(host.file(folder + "/guest_mode")).map(n -> n > 0);
        return Optional.of(new CounterSample(
                folder + "/{nested_run,guest_mode}",
                text.at(),
                List.of(new VcpuCounters("all", number(text), mode, exits)),
                true));
    }

    private static Reading<Long> number(Artefact artefact) {
        if (artefact instanceof Artefact.Missing missing) {
            return Reading.unsaid(missing.why());
        }
        String text = ((Artefact.Text) artefact).text().strip();
        return text.matches("\\d{1,18}") ? Reading.said(Long.parseLong(text), 1) : Reading.unsaid("no number is in it");
    }
}
