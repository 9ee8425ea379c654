package org.nestguard.fleet.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Observation;
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
    private final Instant asOf;
    private final Freshness freshness;
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
    Supposed(List<WhatIf> all, Instant asOf, Freshness freshness, Map<String, FlatRecord> hosts, HostNames names) {
        this.asOf = asOf;
        this.freshness = freshness;
        where = new Evidence("--what-if", asOf, Evidence.Witness.HOST, "it is supposed");
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

    /** A host as it would be. */
    FlatRecord host(FlatRecord host) {
        return changed(host, host, Instant.MIN); // a host says when it was observed
    }

    /** A guest on that host as it would be. */
    FlatRecord guest(FlatRecord guest, Host host) {
        return changed(guest, host.record(), host.observedAt());
    }

    private FlatRecord changed(FlatRecord record, FlatRecord host, Instant otherwise) {
        FlatRecord changed = record;
        for (Tied one : tied) {
            if (one.whatIf().subject() == record.subject() && concerns(one, record, host)) {
                if (one.whatIf().scope().reach() == WhatIf.Scope.Reach.GUEST) {
                    one.met().increment();
                }
                if (!one.whatIf().atLeast() || !reaches(changed, otherwise, one.whatIf())) {
                    changed = changed.with(one.place(), one.whatIf().value(), where);
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

    /** Whether the version that is believed is that one or a later one. */
    private boolean reaches(FlatRecord record, Instant otherwise, WhatIf wanted) {
        String text =
                record.known(otherwise).asOf(asOf, freshness).get(wanted.key()).text();
        return version(wanted, text)
                .filter(has -> has.atLeast(version(wanted, wanted.value()).orElseThrow()))
                .isPresent();
    }

    private static Optional<Version> version(WhatIf wanted, String text) {
        return WhatIf.kind(wanted.subject(), wanted.key())
                .read(text.equals(Observation.UNKNOWN) ? "" : text)
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
