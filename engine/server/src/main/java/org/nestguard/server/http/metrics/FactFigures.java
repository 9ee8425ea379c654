package org.nestguard.server.http.metrics;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.nestguard.server.registry.Counts;

/** What is known, in figures. */
public interface FactFigures {
    /** Of each host by its name the age of its newest observation. */
    Map<String, Duration> ageByHost();

    /** The registry in numbers; empty where there is none. */
    default Optional<Counts> counts() {
        return Optional.empty();
    }
}
