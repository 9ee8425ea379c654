package org.nestguard.server.http.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.collect.Ask;

/**
 * How this host is read, and who is told.
 *
 * @param registry who is told and asked; null where that is this very service
 * @param token the file with the credential for it; null where there is no registry elsewhere
 * @param authorities the authorities that the registry's certificate must come from, a PEM file; null for the JVM's
 * @param interval how long to wait between two looks
 * @param sample how long to wait between the two looks at the counters
 * @param patience how long the registry may take to answer a question that is handed on
 * @param asks whom to ask where looking does not tell
 */
public record AgentSettings(
        @Nullable URI registry,
        @Nullable Path token,
        @Nullable Path authorities,
        Duration interval,
        Duration sample,
        Duration patience,
        Set<Ask> asks) {
    public AgentSettings {
        asks = Set.copyOf(asks);
    }
}
