package org.nestguard.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.RuleBaseVersion;

/** The rule bases of this JVM: each is made when it is first asked for. */
final class Rules {
    private static final Map<RuleBaseVersion, MigrationGuard> OF_SITES = new ConcurrentHashMap<>();

    private Rules() {}

    private static final class Made {
        static final MigrationGuard GUARD = MigrationGuard.create();
    }

    /** The built-in rules. */
    static MigrationGuard guard() {
        return Made.GUARD;
    }

    /**
     * These rules, and no others.
     *
     * @param site what a site has beside the built-in rules; null for nothing
     * @throws GuardFailureException where this machine has other rules than who asks: then there is no answer
     */
    static MigrationGuard guard(RuleBaseVersion wanted, @Nullable Site site) {
        MigrationGuard guard = site == null ? guard() : OF_SITES.computeIfAbsent(wanted, version -> made(site));
        RuleBaseVersion here = guard.version();
        if (!here.equals(wanted)) {
            throw new GuardFailureException("a machine of the cluster has other rules, " + here + ", than the driver, "
                    + wanted + "; give all the same nestguard-spark jar");
        }
        return guard;
    }

    private static MigrationGuard made(Site site) {
        try {
            Path folder = Files.createTempDirectory("nestguard-rules-");
            try {
                site.write(folder);
                return MigrationGuard.withSite(folder);
            } finally {
                site.remove(folder);
            }
        } catch (IOException e) {
            throw new GuardFailureException(
                    "the rules of the site cannot be written where temporary files are: " + e, e);
        }
    }
}
