package org.nestguard.engine.internal;

import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;

/**
 * A fact that is not known, in one possible world. It stands for all of its candidates until a rule asks something that
 * tells them apart; only then does the world take a side, and the other side becomes a world of its own. So facts that no
 * rule reads, and values that no rule tells apart, make no worlds.
 */
final class OpenFact<T> implements Fact<T> {
    private final FactName name;
    private final List<T> candidates;
    private final Fact<?> asked;
    private final World world;
    private BitSet left;

    OpenFact(FactName name, List<T> candidates, Fact<?> asked, World world) {
        this.name = name;
        this.candidates = candidates;
        this.asked = asked;
        this.world = world;
        left = new BitSet(candidates.size());
        left.set(0, candidates.size());
    }

    @Override
    public boolean is(Predicate<? super T> property) {
        BitSet yes = new BitSet(candidates.size());
        for (int i = left.nextSetBit(0); i >= 0; i = left.nextSetBit(i + 1)) {
            if (property.test(candidates.get(i))) {
                yes.set(i);
            }
        }
        int matching = yes.cardinality();
        if (matching == 0) {
            return false;
        }
        if (matching == left.cardinality()) {
            return true;
        }
        boolean side = world.takeSide(name, yes);
        if (side) {
            left = yes;
        } else {
            BitSet no = (BitSet) left.clone();
            no.andNot(yes);
            left = no;
        }
        world.narrowed(name, left);
        return side;
    }

    @Override
    public T value() {
        while (left.cardinality() > 1) {
            T first = candidates.get(left.nextSetBit(0));
            is(c -> c == first);
        }
        return candidates.get(left.nextSetBit(0));
    }

    @Override
    public boolean known() {
        return false;
    }

    @Override
    public boolean absent() {
        return asked.absent();
    }

    @Override
    public boolean unreadable() {
        return asked.unreadable();
    }

    @Override
    public boolean assumed() {
        return false;
    }
}
