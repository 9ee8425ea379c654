package org.nestguard.spark;

import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.RuleBaseVersion;

/** The rule base of this JVM: there is one, made when it is first asked for. */
final class Rules {
    private Rules() {}

    private static final class Made {
        static final MigrationGuard GUARD = MigrationGuard.create();
    }

    static MigrationGuard guard() {
        return Made.GUARD;
    }

    /** @throws GuardFailureException where this machine has other rules than who asks: then there is no answer */
    static MigrationGuard guard(RuleBaseVersion wanted) {
        RuleBaseVersion here = guard().version();
        if (!here.equals(wanted)) {
            throw new GuardFailureException("a machine of the cluster has other rules, " + here + ", than the driver, "
                    + wanted + "; give all the same nestguard-spark jar");
        }
        return guard();
    }
}
