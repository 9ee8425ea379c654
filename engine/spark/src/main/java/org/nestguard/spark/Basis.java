package org.nestguard.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.waiver.Waivers;

/**
 * By what every machine judges.
 *
 * @param rules that all must have
 * @param site what a site has beside the built-in rules; null for nothing
 * @param waivers null for none
 */
record Basis(
        RuleBaseVersion rules,
        @Nullable Site site,
        @Nullable WaiverList waivers) implements Serializable {
    MigrationGuard guard() {
        return Rules.guard(rules, site);
    }

    @Nullable
    Waivers read(MigrationGuard guard) {
        return waivers == null ? null : waivers.read(guard);
    }
}
