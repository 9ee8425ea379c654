package org.nestguard.evidence.l2;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.VcpuCounters;

/**
 * The counters of a guest at one moment.
 *
 * @param from the command or folder they were read from
 * @param at when
 * @param vcpus one for each vCPU that was read, or a single one with their sum where only that is to be had
 * @param whole whether every vCPU of the guest is in it
 */
public record CounterSample(String from, Instant at, List<VcpuCounters> vcpus, boolean whole) {
    public CounterSample {
        vcpus = List.copyOf(vcpus);
    }

    /** Whether some vCPU is inside an L2 at this moment. */
    boolean insideL2() {
        return vcpus.stream().anyMatch(vcpu -> vcpu.inGuestMode().value().orElse(false));
    }

    /** How often an L2 was entered; empty where one vCPU does not tell, or where the numbers are more than any KVM counts to. */
    Optional<Long> entries() {
        return sum(vcpus.stream().map(VcpuCounters::nestedRun).toList());
    }

    /** How often a vCPU left the guest; empty where one does not tell. */
    Optional<Long> exits() {
        return sum(vcpus.stream().map(VcpuCounters::exits).toList());
    }

    /** Whether an L2 was entered on some vCPU: a guest that cannot nest does not. */
    public boolean entered() {
        return insideL2()
                || vcpus.stream()
                        .anyMatch(vcpu ->
                                vcpu.nestedRun().value().filter(n -> n > 0).isPresent());
    }

    /** Whether there is anything of nesting in it. */
    public boolean tells() {
        return insideL2() || entries().isPresent();
    }

    /** A counter in two samples. */
    record Change(long before, long after) {}

    /** What became of the entries since an earlier sample: of all together and of each vCPU, so that none hides another. */
    List<Change> entriesSince(CounterSample earlier) {
        return changes(entries(), earlier.entries(), earlier, VcpuCounters::nestedRun);
    }

    /** The same of the exits. */
    List<Change> exitsSince(CounterSample earlier) {
        return changes(exits(), earlier.exits(), earlier, VcpuCounters::exits);
    }

    private List<Change> changes(
            Optional<Long> now,
            Optional<Long> then,
            CounterSample earlier,
            Function<VcpuCounters, Reading<Long>> counter) {
        List<Change> changes = new ArrayList<>();
        if (now.isPresent() && then.isPresent()) {
            changes.add(new Change(then.get(), now.get()));
        }
        Map<String, Long> before = new HashMap<>();
        earlier.vcpus.forEach(vcpu -> counter.apply(vcpu).value().ifPresent(count -> before.put(vcpu.vcpu(), count)));
        for (VcpuCounters vcpu : vcpus) {
            Long was = before.get(vcpu.vcpu());
            if (was != null) {
                counter.apply(vcpu).value().ifPresent(is -> changes.add(new Change(was, is)));
            }
        }
        return changes;
    }

    private static Optional<Long> sum(List<Reading<Long>> counters) {
        List<Long> said =
                counters.stream().flatMap(counter -> counter.value().stream()).toList();
        // a sum that overflows may come out as zero
        return said.isEmpty()
                        || said.size() < counters.size()
                        || said.stream().anyMatch(n -> n > Long.MAX_VALUE / said.size())
                ? Optional.empty()
                : Optional.of(said.stream().mapToLong(Long::longValue).sum());
    }
}
