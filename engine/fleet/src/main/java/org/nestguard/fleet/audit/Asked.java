package org.nestguard.fleet.audit;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Freshness;
import org.nestguard.facts.Operation;

/**
 * What is asked of each guest.
 *
 * @param operation migrate or savevm
 * @param to where it shall go; null for savevm
 * @param asOf the moment from which the age of facts is measured; null for the newest observation of the fleet
 * @param freshness how long facts are believed
 * @param whatIf what is supposed of the fleet; empty where it is asked about as it is
 */
public record Asked(
        Operation operation, @Nullable To to, @Nullable Instant asOf, Freshness freshness, List<WhatIf> whatIf)
        implements Serializable {
    /** @throws AuditException where the operation has no destination, needs one, or is not asked of fleets */
    public Asked {
        if (operation == Operation.LOADVM) {
            throw new AuditException(
                    "a fleet is not asked about loadvm: facts do not say what a snapshot has in it; ask"
                            + " with nestguard check --guest NAME --operation loadvm --snapshot FACTS");
        }
        if (operation == Operation.MIGRATE && to == null) {
            throw new AuditException("a migration needs --to: a host, pool:NAME, any or all");
        }
        if (operation == Operation.SAVEVM && to != null) {
            throw new AuditException("--to is of a migration; savevm goes nowhere");
        }
        whatIf = List.copyOf(whatIf);
    }

    /** Of the fleet as it is. */
    public Asked(Operation operation, @Nullable To to, @Nullable Instant asOf, Freshness freshness) {
        this(operation, to, asOf, freshness, List.of());
    }

    /** What is supposed, as it is written on the command line. */
    public List<String> supposed() {
        return whatIf.stream().map(WhatIf::toString).toList();
    }

    /** What is asked, after "may this guest". */
    public String deed() {
        if (to == null) {
            return "be saved (savevm)";
        }
        return "be migrated to "
                + switch (to.kind()) {
                    case HOST -> String.valueOf(to.name());
                    case POOL -> "a host of the pool " + to.name();
                    case ANY -> "any other host";
                    case ALL -> "every other host";
                };
    }
}
