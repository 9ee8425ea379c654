package org.nestguard.server.site;

import org.nestguard.engine.decision.Decision;
import org.nestguard.findings.Effect;

/**
 * A host with what was decided of a move to it.
 *
 * @param inPool whether the site says that the guest could go there; where it says nothing of pools, so are all
 */
record Ranked(String host, boolean inPool, Decision decision) {
    long cautions() {
        return decision.findings().stream()
                .filter(finding -> finding.effect() == Effect.CAUTION)
                .count();
    }
}
