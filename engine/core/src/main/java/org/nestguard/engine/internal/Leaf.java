package org.nestguard.engine.internal;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.nestguard.facts.FactName;

/**
 * All worlds in which the same rules match for the same reason.
 *
 * @param narrowed the facts that were asked for, and which candidates are left of each
 * @param matched the rules that match, by their index
 * @param turns the facts whose values were told apart on the way here, in order
 * @param sides the side taken at each of them
 */
record Leaf(Map<FactName, BitSet> narrowed, BitSet matched, List<FactName> turns, List<Boolean> sides) {
    /** All worlds there are. */
    static final Leaf EVERYTHING = new Leaf(Map.of(), new BitSet(), List.of(), List.of());

    /** Whether a world can be in both. */
    boolean meets(Leaf other) {
        return narrowed.entrySet().stream().allMatch(e -> {
            BitSet theirs = other.narrowed.get(e.getKey());
            return theirs == null || theirs.intersects(e.getValue());
        });
    }
}
