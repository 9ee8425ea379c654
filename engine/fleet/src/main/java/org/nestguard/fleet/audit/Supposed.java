package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Version;

/**
 * Makes of the hosts and guests of a fleet what somebody supposes of them. What is supposed is of the moment of the audit; of
 * two that say different, the later one counts. Safe for use by many threads.
 */
final class Supposed {
    private static final int NAME = FlatRecord.keys(Subject.GUEST).indexOf(FactName.GUEST_NAME.key());
    private static final int UUID = FlatRecord.keys(Subject.GUEST).indexOf(FactName.GUEST_UUID.key());

    private final List<Tied> tied = new ArrayList<>();
    private final Ageing ageing;
    private final Evidence where;

    /**
     * One of them.
     *
     * @param place of its key
     * @param hostId of the host that it names; null where it names none
     * @param met how many guests it named
     */
    private record Tied(WhatIf whatIf, int place, @Nullable String hostId, LongAdder met) {}

    /** @throws AuditException where one names a host or pool that is not there */
    Supposed(List<WhatIf> all, Ageing ageing, Map<String, FlatRecord> hosts, HostNames names) {
        this.ageing = ageing;
        where = new Evidence("--what-if", ageing.asOf(), Evidence.Witness.HOST, "it is supposed");
        for (WhatIf one : all) {
            String name = String.valueOf(one.scope().name());
            if (one.scope().reach() == WhatIf.Scope.Reach.POOL
                    && hosts.values().stream().noneMatch(host -> name.equals(host.pool()))) {
                throw names.noPool(name);
            }
            String host = one.scope().reach() == WhatIf.Scope.Reach.HOST ? names.theOne(name) : null;
            int place = FlatRecord.keys(one.subject()).indexOf(one.key());
            tied.add(new Tied(one, place, host, new LongAdder()));
        }
    }

    /** A host as it would be; the same record where nothing of it would be different. */
    FlatRecord host(FlatRecord host) {
        return changed(host, host, ageing::host);
    }

    /** A guest on that host as it would be; likewise. */
    FlatRecord guest(FlatRecord guest, Host host) {
        return changed(guest, host.record(), record -> ageing.guest(record, host));
    }

    private FlatRecord changed(FlatRecord record, FlatRecord host, Function<FlatRecord, Known> believed) {
        FlatRecord changed = record;
        for (Tied one : tied) {
            WhatIf wanted = one.whatIf();
            if (wanted.subject() == record.subject() && concerns(one, record, host)) {
                if (wanted.scope().reach() == WhatIf.Scope.Reach.GUEST) {
                    one.met().increment();
                }
                if (!holds(believed.apply(changed).get(wanted.key()).text(), wanted)) {
                    changed = changed.with(one.place(), wanted.value(), where);
                }
            }
        }
        return changed;
    }

    private static boolean concerns(Tied one, FlatRecord record, FlatRecord host) {
        WhatIf.Scope scope = one.whatIf().scope();
        return switch (scope.reach()) {
            case ALL -> true;
            case POOL -> Objects.equals(scope.name(), host.pool());
            case NO_POOL -> host.pool() == null;
            case HOST -> host.hostId().equals(one.hostId());
            case GUEST ->
                Objects.equals(scope.name(), record.text(UUID)) || Objects.equals(scope.name(), record.text(NAME));
        };
    }

    private static boolean holds(String text, WhatIf wanted) {
        return text.equals(wanted.value())
                || (wanted.atLeast()
                        && version(wanted, text)
                                .filter(has -> has.atLeast(
                                        version(wanted, wanted.value()).orElseThrow()))
                                .isPresent());
    }

    private static Optional<Version> version(WhatIf wanted, String text) {
        return WhatIf.kind(wanted.subject(), wanted.key())
                .read(text)
                .map(value -> value instanceof QemuVersion qemu ? qemu.version() : ((KernelRelease) value).version());
    }

    /** All guests were seen. @throws AuditException where a guest that is named was not among them, or is one of several */
    void complete() {
        for (Tied one : tied) {
            if (one.whatIf().scope().reach() == WhatIf.Scope.Reach.GUEST
                    && one.met().sum() != 1) {
                String name = one.whatIf().scope().name();
                throw new AuditException(
                        one.met().sum() == 0
                                ? "there is no guest " + name + " in the fleet, neither by UUID nor by name"
                                : one.met().sum() + " guests are called " + name + "; give the UUID");
            }
        }
    }
}
