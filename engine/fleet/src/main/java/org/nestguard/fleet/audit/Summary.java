package org.nestguard.fleet.audit;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.waiver.WaiverFinding;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.plan.Plan;

/**
 * What comes of an audit in numbers. Nothing is left out of them.
 *
 * @param asked the question
 * @param asOf the moment from which the age of facts was measured
 * @param hosts how many hosts there are
 * @param targets how many of them guests were asked to go to
 * @param guests how many guests were asked about
 * @param verdicts of these guests
 * @param effective the same with waivers
 * @param pairs the verdicts of all pairs of a guest and a destination; of a question without destination, of the guests
 * @param reasons what the rules say, those that refuse most guests first
 * @param needs the facts that can turn a verdict, with the number of guests that they are missing of
 * @param cautioned how many allowed guests have something to be heeded
 * @param staleL2 of how many guests the state of L2 guests was too old to be believed
 * @param unreadable how many records and sources could not be read
 * @param contradictions how often observations say different things of a fact that they cannot both be right about, by its
 *     place in a document; it counts as unknown there
 * @param hostReasons what the rules say of the hosts themselves
 * @param hooks how many hosts have a hook, have none, or nobody knows
 * @param waivers what is wrong with the waivers; that one was not needed is said of a whole audit only
 * @param distinct of how many different questions the rules were asked
 * @param whole whether the audit came to its end
 * @param ruleBase which rules decided
 * @param plan what would free most guests; null where nobody asked for it
 */
public record Summary(
        Asked asked,
        Instant asOf,
        long hosts,
        long targets,
        long guests,
        Map<Verdict, Long> verdicts,
        Map<Verdict, Long> effective,
        Map<Verdict, Long> pairs,
        List<Reason> reasons,
        List<Need> needs,
        long cautioned,
        long staleL2,
        long unreadable,
        SortedMap<String, Long> contradictions,
        List<HostReason> hostReasons,
        Map<Hook, Long> hooks,
        List<WaiverFinding> waivers,
        long distinct,
        boolean whole,
        RuleBaseVersion ruleBase,
        @Nullable Plan plan) {
    /**
     * What one rule says.
     *
     * @param guests of how many guests that are refused it speaks against a destination; for a caution, of how many that are
     *     allowed
     * @param pairs against how many pairs of a guest and a destination that are refused; for a caution, likewise
     */
    public record Reason(String rule, Effect effect, long guests, long pairs) {}

    /**
     * What one rule says of hosts themselves.
     *
     * @param hosts of how many for certain
     * @param possible of how many more, if facts of theirs that are not known are so
     */
    public record HostReason(String rule, Effect effect, long hosts, long possible) {}

    /** A fact that is missing. */
    public record Need(String fact, long guests) {}

    /** The same with a plan. */
    Summary with(Plan plan) {
        return new Summary(
                asked,
                asOf,
                hosts,
                targets,
                guests,
                verdicts,
                effective,
                pairs,
                reasons,
                needs,
                cautioned,
                staleL2,
                unreadable,
                contradictions,
                hostReasons,
                hooks,
                waivers,
                distinct,
                whole,
                ruleBase,
                plan);
    }

    /** Of how many hosts that is known of the hook. */
    public long hooks(Hook hook) {
        return hooks.getOrDefault(hook, 0L);
    }

    /** Whether something is to be said of hosts themselves. */
    public boolean ofHosts() {
        return !hostReasons.isEmpty() || hooks(Hook.MISSING) + hooks(Hook.UNKNOWN) > 0;
    }

    /** What is wrong with the waivers, in sentences. */
    public List<String> remarks() {
        return waivers.stream().map(WaiverFinding::text).toList();
    }

    /** Of how many guests the verdict is that one. */
    public long verdicts(Verdict verdict) {
        return verdicts.getOrDefault(verdict, 0L);
    }
}
