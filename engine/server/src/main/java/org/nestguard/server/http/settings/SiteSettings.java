package org.nestguard.server.http.settings;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Freshness;
import org.nestguard.store.Place;

/**
 * What a service keeps and reads.
 *
 * @param database where facts and decisions are kept; null for a service that keeps nothing
 * @param recordKey the key file of the record of decisions; null where nothing is kept
 * @param kept how long decisions are kept; null for as long as there is room
 * @param freshness how long facts are believed
 * @param reading how long a reading may take that is made for one decision
 * @param agent what is read of this host; null for nothing
 * @param pools which hosts a guest could go to
 */
public record SiteSettings(
        @Nullable Place database,
        @Nullable Path recordKey,
        @Nullable Duration kept,
        Freshness freshness,
        Duration reading,
        @Nullable AgentSettings agent,
        Pools pools) {
    /** Keeps nothing, reads nothing. */
    public static final SiteSettings NONE =
            new SiteSettings(null, null, null, Freshness.USUAL, Duration.ofMillis(1_200), null, Pools.UNSAID);
}
