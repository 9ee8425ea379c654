package org.nestguard.evidence.collect;

import java.util.List;
import java.util.function.Function;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.artefact.QemuBuild;
import org.nestguard.evidence.artefact.QueryKvm;
import org.nestguard.evidence.artefact.QueryStats;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.VcpuCounters;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.Worded;

/** The monitor of the QEMU that runs a guest, asked through libvirt: the process itself says what it is. */
final class Monitor {
    private static final String STATS =
            "{\"execute\":\"query-stats\",\"arguments\":{\"target\":\"vcpu\",\"providers\":[{\"provider\":\"kvm\","
                    + "\"names\":[\"nested_run\",\"guest_mode\",\"exits\"]}]}}";

    private final HostView host;
    private final DomainNames domain;

    Monitor(HostView host, DomainNames domain) {
        this.host = host;
        this.domain = domain;
    }

    /** What it replied, and what that says. */
    record Reply<T>(Artefact artefact, Reading<T> reading) {
        static <T> Reply<T> of(Artefact artefact, Function<String, Reading<T>> parser) {
            return new Reply<>(
                    artefact,
                    artefact instanceof Artefact.Text text
                            ? parser.apply(text.text())
                            : Reading.unsaid(((Artefact.Missing) artefact).why()));
        }
    }

    /** KVM's counters of its virtual CPUs (QEMU 7.1). */
    Reply<List<VcpuCounters>> counters() {
        return Reply.of(ask(STATS), text -> QueryStats.read(text).counters());
    }

    /** Its version, in the words of a facts document. */
    Reply<String> version() {
        return Reply.of(
                ask("{\"execute\":\"query-version\"}"),
                text -> QemuBuild.queryVersion(text).version().map(Object::toString));
    }

    /** What runs its virtual CPUs, in the words of a facts document. */
    Reply<String> accelerator() {
        return Reply.of(
                ask("{\"execute\":\"query-kvm\"}"),
                text -> QueryKvm.read(text).accelerator().map(Worded::word));
    }

    private Artefact ask(String request) {
        return host.command(List.of("virsh", "qemu-monitor-command", domain.uuid(), request));
    }
}
