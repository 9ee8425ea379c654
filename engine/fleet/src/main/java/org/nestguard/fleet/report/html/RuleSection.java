package org.nestguard.fleet.report.html;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.Source;
import org.nestguard.findings.Effect;
import org.nestguard.fleet.audit.Matrix;
import org.nestguard.fleet.audit.Summary;

/**
 * What the page says of a rule.
 *
 * @param number its place among the page's rules
 * @param reason against how many it speaks
 * @param card what it says of itself; null for one that nobody knows any more
 * @param remedy what to do next
 * @param sources where it is known from
 * @param from the groups of hosts with guests that it speaks against, those of most pairs first
 * @param moreFrom how many more groups there are
 * @param guests the first of the listed guests that it speaks against
 */
public record RuleSection(
        int number,
        Summary.Reason reason,
        @Nullable RuleCard card,
        String remedy,
        List<Source> sources,
        List<Matrix.Count> from,
        int moreFrom,
        List<GuestRow> guests) {
    /** Its id. */
    public String id() {
        return reason.rule();
    }

    /** When it speaks and why, in one sentence. */
    public String summary() {
        return card == null ? "" : card.summary();
    }

    /** Whether it is to be heeded where a guest is allowed. */
    public boolean caution() {
        return reason.effect() == Effect.CAUTION;
    }

    /** How many more guests it speaks against than are named here. */
    public long moreGuests() {
        return Math.max(0, reason.guests() - guests.size());
    }
}
