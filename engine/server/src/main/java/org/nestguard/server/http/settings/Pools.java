package org.nestguard.server.http.settings;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which hosts a guest could go to, for where who asks does not know which of them it will be. A site says it in one of two
 * ways; where it says neither, nobody knows whether there is a host that was never heard of.
 *
 * @param hosts the names of hosts by pool, such as a cluster; a guest goes to hosts of its own pool only, and a host is in one
 *     pool at most
 * @param everyHostIsKnown whether the site answers for it that each host a guest could go to has told of itself
 */
public record Pools(Map<String, List<String>> hosts, boolean everyHostIsKnown) {
    /** Nothing is said of it. */
    public static final Pools UNSAID = new Pools(Map.of(), false);

    public Pools {
        hosts = hosts.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, pool -> List.copyOf(pool.getValue())));
    }

    /** The hosts of the pool that a host is in, itself among them; empty where it is in none. */
    public Optional<List<String>> around(String host) {
        return hosts.values().stream().filter(pool -> pool.contains(host)).findFirst();
    }
}
