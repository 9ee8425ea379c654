package org.nestguard.engine.decision;

import java.util.List;
import org.nestguard.facts.FactName;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

/**
 * What the rules say of a question and of all that they do not tell from it: an answer without the words for one guest.
 *
 * @param verdict what comes of it
 * @param incomplete whether too much is unknown for an exact answer
 * @param said what each rule that matches says, forbids first; a caution only where it is allowed
 * @param needs the missing facts that can turn the verdict, by their place in the question
 */
public record Ruling(Verdict verdict, boolean incomplete, List<Said> said, List<FactName> needs) {
    /**
     * That a rule matches.
     *
     * @param certain whether it does so whatever the facts that are not known may be
     */
    public record Said(String rule, Effect effect, boolean certain) {}
}
