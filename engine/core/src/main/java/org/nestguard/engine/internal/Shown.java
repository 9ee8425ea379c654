package org.nestguard.engine.internal;

import java.util.Map;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;

/**
 * A question as its answer shows it.
 *
 * @param asked as it was asked: names and values stand there
 * @param instead what is assumed, settled or not read, in the place of what was said
 */
record Shown(Question asked, Map<FactName, Fact<?>> instead) {
    Fact<?> fact(FactName name) {
        Fact<?> other = instead.get(name);
        return other == null ? asked.fact(name) : other;
    }
}
