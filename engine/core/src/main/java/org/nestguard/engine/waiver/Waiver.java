package org.nestguard.engine.waiver;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.nestguard.engine.decision.Decision;

/**
 * An operator answers for a guest although a rule forbids it.
 *
 * @param place where it is written, for messages
 * @param rule the rule that is waived
 * @param scope to what it applies; every part must fit
 * @param reason why the operator knows better
 * @param owner who answers for it
 * @param expires from then on it waives nothing
 */
public record Waiver(String place, String rule, List<ScopePart> scope, String reason, String owner, Instant expires) {
    /** The scope as it is written. */
    public String scopeText() {
        return scope.stream().map(ScopePart::toString).collect(Collectors.joining(", "));
    }

    /** Whether the waiver is in force and speaks of this decision. */
    public boolean covers(Decision decision, Instant now) {
        return now.isBefore(expires) && scope.stream().allMatch(part -> part.fits(decision));
    }
}
