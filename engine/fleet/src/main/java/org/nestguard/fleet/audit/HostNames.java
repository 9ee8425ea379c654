package org.nestguard.fleet.audit;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nestguard.engine.text.FlatRecord;

/** How the hosts of a fleet are called. */
final class HostNames {
    private static final int MOST_POOLS_TOLD = 20;

    private final Map<String, FlatRecord> hosts;

    /** @param hosts by id */
    HostNames(Map<String, FlatRecord> hosts) {
        this.hosts = hosts;
    }

    /** The id of the host with that id or name. @throws AuditException where there is none, or more than one */
    String theOne(String name) {
        if (hosts.containsKey(name)) {
            return name;
        }
        List<FlatRecord> named =
                hosts.values().stream().filter(r -> Host.name(r).equals(name)).toList();
        if (named.size() == 1) {
            return named.get(0).hostId();
        }
        throw new AuditException(
                named.isEmpty()
                        ? "there is no host " + name + " in the fleet, neither by id nor by name"
                        : named.size() + " hosts are called " + name + "; give the id");
    }

    /** That there is no such pool, and which there are. */
    AuditException noPool(String name) {
        List<String> pools = hosts.values().stream()
                .map(FlatRecord::pool)
                .filter(Objects::nonNull)
                .map(String.class::cast)
                .distinct()
                .sorted()
                .toList();
        int told = Math.min(MOST_POOLS_TOLD, pools.size());
        return new AuditException("there is no host in the pool " + name
                + (pools.isEmpty()
                        ? "; none of them says that it is in one"
                        : "; there are " + String.join(", ", pools.subList(0, told))
                                + (pools.size() > told ? " and " + (pools.size() - told) + " more" : "")));
    }
}
