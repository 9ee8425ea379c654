package org.nestguard.fleet.history;

import java.time.Instant;
import java.util.Map;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.findings.Verdict;

/**
 * An audit that came to its end.
 *
 * @param number by which the history knows it
 * @param series which fleet was asked, as the operator calls it
 * @param question what was asked of each guest
 * @param at when it began
 * @param asOf the moment from which the age of facts was measured
 * @param destinations made of all that was believed of the destinations; see {@code Grounds}
 * @param unreadable how many records and sources could not be read, so that their guests are missing
 * @param verdicts of the guests
 * @param effective the same with waivers
 */
public record PastAudit(
        long number,
        String series,
        String question,
        Instant at,
        Instant asOf,
        RuleBaseVersion ruleBase,
        long destinations,
        long hosts,
        long guests,
        long unreadable,
        Map<Verdict, Long> verdicts,
        Map<Verdict, Long> effective) {}
