package org.nestguard.server.page;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nestguard.engine.decision.Decision;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/**
 * A host with what would be decided of a move to it.
 *
 * @param host its name
 * @param inPool whether the site says that the guest could go there
 */
public record Destination(String host, boolean inPool, Decision decision) {
    /** The one thing to know of it; the decision has the rest. */
    public String why() {
        if (decision.effective() != Verdict.ALLOW
                && !decision.needs().isEmpty()
                && spoken(Effect.FORBID).isEmpty()) {
            return "not known: "
                    + String.join(
                            ", ",
                            decision.needs().stream().map(need -> need.fact()).toList());
        }
        if (decision.effective() == Verdict.ALLOW && !decision.waived().isEmpty()) {
            return decision.waived().stream()
                    .map(waived -> waived.rule() + " is waived by " + waived.owner() + " until "
                            + Words.moment(waived.expires()))
                    .collect(Collectors.joining("; "));
        }
        return Stream.of(Effect.FORBID, Effect.UNCOVERED, Effect.CAUTION, Effect.PERMIT)
                .flatMap(effect -> spoken(effect).stream())
                .findFirst()
                .orElse("no rule speaks of this");
    }

    private Optional<String> spoken(Effect effect) {
        return decision.findings().stream()
                .filter(finding -> finding.certain() && finding.effect() == effect)
                .min(Comparator.comparing(Finding::rule))
                .map(Finding::message);
    }
}
