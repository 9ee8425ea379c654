package org.nestguard.fleet.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Things of which each is drawn as often as its share says. */
final class Shares<T> {
    private final List<T> things = new ArrayList<>();
    private final List<Integer> upTo = new ArrayList<>();
    private int all;

    /** Another thing, with its share among all of them. */
    Shares<T> and(int share, T thing) {
        all += share;
        things.add(thing);
        upTo.add(all);
        return this;
    }

    T draw(Random random) {
        int drawn = random.nextInt(all);
        int at = 0;
        while (upTo.get(at) <= drawn) {
            at++;
        }
        return things.get(at);
    }
}
