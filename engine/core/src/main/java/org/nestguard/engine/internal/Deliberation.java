package org.nestguard.engine.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Verdict;

/** The whole way of one question: the built-in rules, a site's own rules, the words, and what would make it safe. */
public final class Deliberation {
    // A fleet has some hundreds; the bound keeps made-up questions from filling the memory.
    private static final int MOST_PROFILES = 20_000;

    /** How long a site's rules are asked for advice on one question; what they have not allowed by then is not advised. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Judge judge;
    private final @Nullable SiteRules site;
    private final RuleBaseVersion version;
    private final Profiles profiles;
    private final ConcurrentHashMap<String, Verdicts> verdicts = new ConcurrentHashMap<>();

    /** What the built-in rules say of all questions of one profile. Each half is the same whoever works it out. */
    private static final class Verdicts {
        private final Judge.Judgement judgement;
        private volatile @Nullable List<List<Integer>> plans;

        Verdicts(Judge.Judgement judgement) {
            this.judgement = judgement;
        }
    }

    /** @param site a site's own rules; null where there are none */
    public Deliberation(Tables tables, @Nullable SiteRules site, RuleBaseVersion version) {
        judge = new Judge(RuleBase.load(), tables);
        this.site = site;
        profiles = new Profiles(tables, judge.candidates());
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
        PreparedQuestion prepared = judge.prepare(question);
        String profile = profiles.of(prepared);
        Verdicts seen = verdicts.get(profile);
        if (seen == null) {
            seen = new Verdicts(judge.judge(prepared));
            if (verdicts.size() < MOST_PROFILES) {
                verdicts.put(profile, seen);
            }
        }
        Judge.Judgement judgement = seen.judgement.about(prepared);
        if (site == null) {
            Explainer explainer = new Explainer(judgement, judge.tables());
            return explainer.decision(judge.cards(), List.of(), safeIf(seen, judgement, explainer), version);
        }
        SiteRules.Opinion opinion = site.ask(prepared);
        judgement = judgement.stricter(site.fold(judgement.verdict(), opinion), opinion.unknown());
        Explainer explainer = new Explainer(judgement, judge.tables());
        List<Change> safeIf = safeIf(new Verdicts(judgement), judgement, explainer);
        return explainer.decision(judge.cards(), site.findings(opinion, explainer), safeIf, version);
    }

    private List<Change> safeIf(Verdicts seen, Judge.Judgement judgement, Explainer explainer) {
        if (judgement.verdict() == Verdict.ALLOW) {
            return List.of();
        }
        Advisor advisor = new Advisor(judge, judgement, explainer.wording());
        List<List<Integer>> plans = seen.plans;
        if (plans == null) {
            plans = advisor.plans(allowing());
            seen.plans = plans;
        }
        return advisor.changes(plans);
    }

    /** Whether a question would be allowed; remembers what spoke against those before, so that most are refused at once. */
    private Predicate<Question> allowing() {
        Deque<Map<FactName, BitSet>> refuted = new ArrayDeque<>();
        long begin = System.nanoTime();
        return question -> {
            PreparedQuestion prepared = judge.prepare(question);
            return judge.allows(prepared, refuted) && (site == null || siteAllows(site, prepared, begin));
        };
    }

    // Each of hundreds of changes may take a slow rule up to its bound.
    private static boolean siteAllows(SiteRules site, PreparedQuestion question, long begin) {
        return System.nanoTime() - begin < PATIENCE.toNanos()
                && site.fold(Verdict.ALLOW, site.ask(question)) == Verdict.ALLOW;
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
