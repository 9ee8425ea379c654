package org.nestguard.engine.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/** The whole way of one question: the built-in rules, a site's own rules, the words, and what would make it safe. */
public final class Deliberation {
    private final Judge judge;
    private final @Nullable SiteRules site;
    private final RuleBaseVersion version;

    /** @param site a site's own rules; null where there are none */
    public Deliberation(Tables tables, @Nullable SiteRules site, RuleBaseVersion version) {
        judge = new Judge(RuleBase.load(), tables);
        this.site = site;
        this.version = version;
    }

    /** The cards of all rules, a site's own last. */
    public List<RuleCard> cards() {
        List<RuleCard> cards = new ArrayList<>(judge.cards());
        if (site != null) {
            cards.addAll(site.cards());
        }
        return List.copyOf(cards);
    }

    /** Decides one question. */
    public Decision decide(Question question) {
        Judge.Judgement judgement = judge.judge(judge.prepare(question));
        List<Finding> siteFindings = List.of();
        if (site != null) {
            SiteRules.Opinion opinion = site.ask(judgement.question());
            judgement = judgement.stricter(site.fold(judgement.verdict(), opinion), opinion.unknown());
            siteFindings = site.findings(opinion, new Explainer(judgement, judge.tables()));
        }
        Explainer explainer = new Explainer(judgement, judge.tables());
        List<Change> safeIf = judgement.verdict() == Verdict.ALLOW
                ? List.of()
                : new Advisor(judge, allowing(), judgement, explainer.wording()).changes();
        return explainer.decision(judge.cards(), siteFindings, safeIf, version);
    }

    /** Whether a question would be allowed; remembers what spoke against those before, so that most are refused at once. */
    private Predicate<Question> allowing() {
        Deque<Map<FactName, BitSet>> refuted = new ArrayDeque<>();
        return question -> {
            PreparedQuestion prepared = judge.prepare(question);
            return judge.allows(prepared, refuted)
                    && (site == null || site.fold(Verdict.ALLOW, site.ask(prepared)) == Verdict.ALLOW);
        };
    }

    /** The words that the conditions of a rule may use, each with the facts behind it. */
    public static Map<String, Set<String>> words() {
        return SiteRuleText.words();
    }

    /** How many possible worlds a question has, as far as the rules that decide tell them apart. */
    public int worlds(Question question) {
        return judge.judge(judge.prepare(question)).worlds();
    }
}
