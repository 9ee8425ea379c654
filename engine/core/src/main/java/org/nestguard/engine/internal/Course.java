package org.nestguard.engine.internal;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.nestguard.facts.FactName;

/**
 * What one rule says of a question in all its possible worlds, so that it need not be asked again in each of them: the
 * questions that it asks of candidates, in its order, and whether it matches in the end.
 */
sealed interface Course {
    Course MATCHES = new End(true);
    Course MATCHES_NOT = new End(false);

    /** Whether it matches in that world, which takes the sides that it has to take for that. */
    boolean matches(World world);

    /** Nothing more is asked. */
    record End(boolean matches) implements Course {
        @Override
        public boolean matches(World world) {
            return matches;
        }
    }

    /**
     * Candidates of a fact are told apart.
     *
     * @param yes those on the side of true
     * @param no those on the other side
     */
    record Fork(FactName fact, BitSet yes, BitSet no, Course ifYes, Course ifNo) implements Course {
        @Override
        public boolean matches(World world) {
            return (world.side(fact, yes, no) ? ifYes : ifNo).matches(world);
        }
    }

    /** Of a rule's worlds, in the order in which they are visited. */
    static Course of(List<Leaf> leaves) {
        return of(leaves, 0);
    }

    private static Course of(List<Leaf> leaves, int depth) {
        Leaf first = leaves.get(0);
        if (first.turns().size() == depth) {
            return first.matched().isEmpty() ? MATCHES_NOT : MATCHES;
        }
        FactName fact = first.turns().get(depth);
        int middle = 0;
        while (middle < leaves.size() && leaves.get(middle).sides().get(depth)) {
            middle++;
        }
        List<Leaf> yes = leaves.subList(0, middle);
        List<Leaf> no = leaves.subList(middle, leaves.size());
        return new Fork(fact, left(fact, yes), left(fact, no), of(yes, depth + 1), of(no, depth + 1));
    }

    private static BitSet left(FactName fact, List<Leaf> leaves) {
        BitSet left = new BitSet();
        for (Leaf leaf : leaves) {
            Map<FactName, BitSet> narrowed = leaf.narrowed();
            left.or(narrowed.getOrDefault(fact, new BitSet())); // where it was told apart it was narrowed
        }
        return left;
    }
}
