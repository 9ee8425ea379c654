package org.nestguard.engine.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Supposition;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;

/**
 * What comes of all questions of one profile: what the rules say, and all of the answer that hangs on no name and no value.
 * What is missing is worked out when it is first wanted, and the same whoever does it.
 */
final class Outcome {
    private final Judge.Judgement judgement;
    private volatile @Nullable Said said;
    private volatile @Nullable List<Plan> plans;

    /**
     * How it is answered.
     *
     * @param findings in the order of the answer
     * @param instead the facts that the questions show in the place of those that were asked
     * @param settled those of them that the other facts leave no choice of
     * @param open the facts of which worlds were made
     */
    record Said(
            List<Matched> findings,
            Map<FactName, Fact<?>> instead,
            Set<FactName> settled,
            Set<FactName> open,
            List<Missing> needs,
            List<Supposition> assumptions,
            List<Supposition> settledValues) {}

    /** A rule that matches. */
    record Matched(CardText text, boolean certain) {}

    /** A fact that is missing, by its place in a document, and how to read it. */
    record Missing(String path, Template how) {}

    /** What would make it safe: the facts that are different then, and what to do. */
    record Plan(Map<String, String> change, Template text) {}

    Outcome(Judge.Judgement judgement) {
        this.judgement = judgement;
    }

    Judge.Judgement judgement() {
        return judgement;
    }

    Said said(Explainer explainer) {
        Said known = said;
        if (known == null) {
            known = explainer.say(judgement);
            said = known;
        }
        return known;
    }

    /** @param advice asked where nobody has asked it of this profile */
    List<Plan> plans(Supplier<List<Plan>> advice) {
        List<Plan> known = plans;
        if (known == null) {
            known = advice.get();
            plans = known;
        }
        return known;
    }
}
