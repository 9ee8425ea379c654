package org.nestguard.engine.internal;

import java.util.BitSet;

/** What the rules say of one question, one possible world after the other; always the rules that match, by their index. */
interface Hearing {
    /** All rules. */
    BitSet all(World world);

    /** All rules but cautions. */
    BitSet verdicts(World world);

    /** The rules that say that facts contradict each other. */
    BitSet contradictions(World world);

    /** One rule alone. */
    BitSet single(int rule, World world);
}
