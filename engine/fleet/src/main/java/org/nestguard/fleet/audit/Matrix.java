package org.nestguard.fleet.audit;

import java.util.List;
import java.util.Map;
import org.nestguard.findings.Verdict;

/**
 * What the rules say of all pairs of a guest and a destination, by groups of hosts. Waivers name guests and hosts and do not
 * count in it.
 *
 * @param by what hosts of a group have in common
 * @param sources the groups that have guests
 * @param destinations the groups that have destinations; empty for a question without
 * @param cells for each source the destinations in their order; of a question without destination, one
 * @param leftOut how many guests are in no cell, because there are too many different ones
 */
public record Matrix(
        String by, List<HostGroup> sources, List<HostGroup> destinations, List<List<Cell>> cells, long leftOut) {
    /**
     * Pairs of guests on hosts of one group and of hosts of another; of a question without destination, guests.
     *
     * @param pairs by verdict
     * @param against the rules that speak against pairs that are not allowed, those of most pairs first
     * @param needs the facts that can turn the verdict of such a pair, likewise
     */
    public record Cell(Map<Verdict, Long> pairs, List<Count> against, List<Count> needs) {
        /** How many pairs there are. */
        public long all() {
            return pairs.values().stream().mapToLong(n -> n).sum();
        }

        /** How many pairs have that verdict. */
        public long pairs(Verdict verdict) {
            return pairs.getOrDefault(verdict, 0L);
        }
    }

    /** Of how many pairs something is said. */
    public record Count(String what, long pairs) {}
}
