package org.nestguard.server;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nestguard.server.http.metrics.FactFigures;
import org.nestguard.server.registry.Counts;
import org.nestguard.server.registry.HostEntry;
import org.nestguard.server.registry.Registry;

/** The registry in figures. */
record RegistryFigures(Registry registry) implements FactFigures {
    @Override
    public Map<String, Duration> ageByHost() {
        return registry.hosts().stream().collect(Collectors.toMap(HostEntry::name, HostEntry::age));
    }

    @Override
    public Optional<Counts> counts() {
        return Optional.of(registry.counts());
    }
}
