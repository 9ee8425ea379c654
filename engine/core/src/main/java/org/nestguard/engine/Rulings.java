package org.nestguard.engine;

import java.util.function.Supplier;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;

/**
 * What the rules say of very many questions of one operation. Each time they are asked it is noted which facts they read, and
 * questions that are alike in these are not asked about again: so nobody has to list what a rule reads. Safe for use by many
 * threads.
 */
public interface Rulings {
    /** The classes of a question's facts, as {@link FactClasses} numbers them. */
    interface Codes {
        /** The class of what is said of a fact. */
        int of(FactName name);
    }

    /**
     * What the rules say of a question.
     *
     * @param codes of its facts
     * @param between what {@link FactClasses#between} says of it
     * @param question made only where nobody has asked of its like; each fact is stated, if as unknown
     * @throws GuardFailureException where there is no answer; that is a refusal too
     */
    Ruling of(Codes codes, int between, Supplier<Question> question);

    /** How many questions the rules were asked. */
    long asked();
}
