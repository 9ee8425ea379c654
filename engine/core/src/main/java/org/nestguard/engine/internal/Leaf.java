package org.nestguard.engine.internal;

import java.util.BitSet;
import java.util.Map;
import org.nestguard.facts.FactName;

/**
 * All worlds in which the same rules match for the same reason.
 *
 * @param narrowed the facts that were asked for, and which candidates are left of each
 * @param matched the rules that match, by their index
 */
record Leaf(Map<FactName, BitSet> narrowed, BitSet matched) {
    /** Whether a world can be in both. */
    boolean meets(Leaf other) {
        return narrowed.entrySet().stream().allMatch(e -> {
            BitSet theirs = other.narrowed.get(e.getKey());
            return theirs == null || theirs.intersects(e.getValue());
        });
    }
}
