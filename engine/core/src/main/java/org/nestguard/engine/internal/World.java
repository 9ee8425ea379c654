package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.FactName;

/**
 * One possible world: which side was taken at each question that told values of an open fact apart. Worlds are visited by
 * replaying the sides taken so far and turning the last one that has not been turned.
 */
final class World {
    private final List<Boolean> sides;
    private final EnumMap<FactName, BitSet> narrowed = new EnumMap<>(FactName.class);
    private final List<FactName> turns = new ArrayList<>();
    private final Map<FactName, BitSet> like;

    private World(List<Boolean> sides, Map<FactName, BitSet> like) {
        this.sides = sides;
        this.like = like;
    }

    static World first() {
        return new World(new ArrayList<>(), Map.of());
    }

    /** A world as like to another one, of a question that differs a little, as can be. */
    static World like(Map<FactName, BitSet> narrowed) {
        return new World(new ArrayList<>(), narrowed);
    }

    /** The side to take at this point, where values of a fact are told apart.; {@code yes} are those on the side of true. */
    boolean takeSide(FactName fact, BitSet yes) {
        if (turns.size() == sides.size()) {
            BitSet wanted = like.get(fact);
            sides.add(wanted == null || wanted.intersects(yes));
        }
        turns.add(fact);
        return sides.get(turns.size() - 1);
    }

    /** The side to take where values of a fact were told apart before, when another question was asked. */
    boolean side(FactName fact, BitSet yes, BitSet no) {
        BitSet left = narrowed.get(fact);
        if (left != null && !left.intersects(yes)) {
            return false;
        }
        if (left != null && !left.intersects(no)) {
            return true;
        }
        boolean side = takeSide(fact, yes);
        BitSet now = (BitSet) (side ? yes : no).clone();
        if (left != null) {
            now.and(left);
        }
        narrowed.put(fact, now);
        return side;
    }

    /** What the rules say in this world. */
    Leaf leaf(BitSet matched) {
        return new Leaf(narrowed, matched, turns, sides);
    }

    void narrowed(FactName fact, BitSet left) {
        narrowed.put(fact, left);
    }

    /** The facts that were asked for and the candidates that are left of each. */
    Map<FactName, BitSet> narrowed() {
        return narrowed;
    }

    /** The world after this one; null where this was the last. */
    @Nullable
    World next() {
        List<Boolean> turned = new ArrayList<>(sides.subList(0, turns.size()));
        while (!turned.isEmpty() && !turned.get(turned.size() - 1)) {
            turned.remove(turned.size() - 1);
        }
        if (turned.isEmpty()) {
            return null;
        }
        turned.set(turned.size() - 1, false);
        return new World(turned, Map.of());
    }
}
