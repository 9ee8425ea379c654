package org.nestguard.engine;

import java.util.List;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;

/**
 * What rules and tables tell apart. Two questions of the same operation, whose facts are of the same classes and between
 * whose hosts the same holds, get the same ruling. Made from the tables and from what the rules read: a rule that reads
 * another fact makes more classes. Safe for use by many threads.
 */
public interface FactClasses {
    /** The class of a value that may not be shared: there are too many different ones to number them. */
    int ALONE = -1;

    /**
     * The class of what is said of a fact, a small number; the same for values that no rule tells apart. {@link #ALONE}
     * where it is like no other.
     */
    int of(FactName name, Fact<?> fact);

    /** Whether values of that fact are told apart at all; where not, all are of one class. */
    boolean tells(FactName name);

    /** The keys of hosts of which rules compare the source's value with the destination's. */
    List<String> compared();

    /** How many different things {@link #between} says. */
    int BETWEEN = 4;

    /** What the rules read of those keys of both hosts of a question at once, from 0 to below {@link #BETWEEN}. */
    int between(Question question);
}
