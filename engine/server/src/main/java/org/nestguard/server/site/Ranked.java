package org.nestguard.server.site;

import org.nestguard.engine.decision.Decision;
import org.nestguard.findings.Effect;

/** A host with what was decided of a move to it. */
record Ranked(String host, Decision decision) {
    long cautions() {
        return decision.findings().stream()
                .filter(finding -> finding.effect() == Effect.CAUTION)
                .count();
    }
}
