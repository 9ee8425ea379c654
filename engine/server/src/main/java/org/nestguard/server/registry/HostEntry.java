package org.nestguard.server.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A host that has told of itself.
 *
 * @param id empty where it never gave one
 * @param observedAt the moment that its newest document is of
 * @param age of that, now; negative where its clock is ahead
 * @param takenAt when that came
 * @param guests how many registered guests run there
 * @param withoutUuid how many more its newest document has that cannot be registered
 * @param disbelieved a newer document that could not be believed, and why
 */
public record HostEntry(
        String name,
        Optional<String> id,
        Instant observedAt,
        Duration age,
        Instant takenAt,
        int guests,
        int withoutUuid,
        Optional<Doubt> disbelieved) {}
