package org.nestguard.engine.decision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/**
 * The answer to one question.
 *
 * @param id the question's; null where it has none
 * @param verdict what the rules say
 * @param effective the same with waivers: ALLOW only where every forbid is waived and something permits; doors follow this
 * @param operation what was asked for
 * @param guest the guest's name; null where it has none
 * @param guestUuid the guest's UUID; null where none was given
 * @param source the name of the host it comes from; null where it has none or the operation has no source
 * @param sourceId that host's id; null where none was given
 * @param destination the name of the host it goes to; null likewise
 * @param destinationId that host's id; null where none was given
 * @param findings all that matched, forbids first
 * @param needs the missing facts that can turn the verdict
 * @param assumptions what was assumed because nobody said it
 * @param settled what the other facts leave no choice of
 * @param ignored what the operation does not read
 * @param safeIf the smallest changes after which it would be ALLOW
 * @param waived which findings were waived
 * @param asOf the moment from which the age of its facts was measured; null for the moment of the question itself
 * @param incomplete whether too much is unknown for an exact answer
 * @param ruleBase which rules decided
 */
public record Decision(
        @Nullable String id,
        Verdict verdict,
        Verdict effective,
        Operation operation,
        @Nullable String guest,
        @Nullable String guestUuid,
        @Nullable String source,
        @Nullable String sourceId,
        @Nullable String destination,
        @Nullable String destinationId,
        List<Finding> findings,
        List<Need> needs,
        List<Supposition> assumptions,
        List<Supposition> settled,
        List<Ignored> ignored,
        List<Change> safeIf,
        List<Waived> waived,
        @Nullable Instant asOf,
        boolean incomplete,
        RuleBaseVersion ruleBase) {

    /** The same decision with waivers in force. */
    public Decision waived(Verdict effective, List<Waived> waived) {
        return with(effective, waived, asOf);
    }

    /** The same decision of facts as they were at that moment. */
    public Decision asOf(Instant asOf) {
        return with(effective, waived, asOf);
    }

    /** The same decision, which leaves one thing more out of account. */
    public Decision without(Ignored more) {
        List<Ignored> all = new ArrayList<>(ignored);
        all.add(more);
        return with(effective, waived, asOf, List.copyOf(all));
    }

    private Decision with(Verdict effective, List<Waived> waived, @Nullable Instant asOf) {
        return with(effective, waived, asOf, ignored);
    }

    private Decision with(Verdict effective, List<Waived> waived, @Nullable Instant asOf, List<Ignored> ignored) {
        return new Decision(
                id,
                verdict,
                effective,
                operation,
                guest,
                guestUuid,
                source,
                sourceId,
                destination,
                destinationId,
                findings,
                needs,
                assumptions,
                settled,
                ignored,
                safeIf,
                waived,
                asOf,
                incomplete,
                ruleBase);
    }
}
