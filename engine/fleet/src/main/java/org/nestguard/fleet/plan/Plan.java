package org.nestguard.fleet.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nestguard.findings.Verdict;

/**
 * What to do first: the changes that free most guests, each chosen and counted on top of those before it. The rules were asked
 * again for every number. It is greedy: another order may free as many with less.
 *
 * @param steps in the order in which they were chosen
 * @param readings the facts that are not known, those of most guests first; nobody knows what comes out
 * @param tried how many changes were tried out
 * @param remarks what of it was left out, and why; empty where nothing was
 */
public record Plan(List<Step> steps, List<Reading> readings, long tried, List<String> remarks) {
    /**
     * How many pairs of a guest and a destination are allowed more by each step; below zero where they are fewer.
     *
     * @param allowed how many are before the first step
     */
    public List<Long> freedPairs(long allowed) {
        List<Long> freed = new ArrayList<>();
        long before = allowed;
        for (Step step : steps) {
            long after = step.pairs().getOrDefault(Verdict.ALLOW, 0L);
            freed.add(after - before);
            before = after;
        }
        return freed;
    }

    /**
     * A change of some hosts or guests.
     *
     * @param text what to do
     * @param whatIf the same as what an audit is asked what if with; steps build on each other
     * @param hosts on how many hosts something is changed
     * @param guests of how many guests something is changed
     * @param freedOfDeny how many guests that were denied are allowed then
     * @param freedOfUndetermined the same of those that were undetermined
     * @param lost how many guests that were allowed are not allowed then
     * @param verdicts of all guests, after this step and all before it
     * @param pairs of all pairs of a guest and a destination, likewise
     */
    public record Step(
            String text,
            List<String> whatIf,
            long hosts,
            long guests,
            long freedOfDeny,
            long freedOfUndetermined,
            long lost,
            Map<Verdict, Long> verdicts,
            Map<Verdict, Long> pairs) {}

    /**
     * A fact to be read.
     *
     * @param fact its place in a question
     * @param where of whose guests, as a what-if names them
     * @param guests how many undetermined guests it can decide at most; at least it is none
     */
    public record Reading(String fact, String where, long guests) {}
}
