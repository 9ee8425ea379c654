package org.nestguard.engine.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.BuiltRules;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.FactClasses;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.Rulings;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

/** The whole way of one question: the built-in rules, a site's own rules, the words, and what would make it safe. */
public final class Deliberation {
    /** How long a site's rules are asked for advice on one question; what they have not allowed by then is not advised. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final Judge judge;
    private final @Nullable SiteRules site;
    private final Memory memory;
    private final Explainer explainer;
    private final RuleBaseVersion version;

    /**
     * The built-in rules alone.
     *
     * @param tables needed last, and waited for
     */
    public static Deliberation builtIn(Future<Tables> tables) {
        RuleBase rules = RuleBase.load();
        RuleBaseVersion version = new RuleBaseVersion(BuiltRules.version(), BuiltRules.digestInResource());
        return new Deliberation(rules, result(tables), null, version);
    }

    /** Has Drools look for its parts, as it does once in a process; whoever makes rules waits for that. */
    public static void findEngine() {
        RuleBase.configuration();
    }

    /** What another thread makes. @throws GuardFailureException where it cannot be made */
    public static <T> T result(Future<T> made) {
        try {
            return made.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GuardFailureException failure) {
                throw failure;
            }
            throw new GuardFailureException("the rules or tables cannot be read: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GuardFailureException("interrupted while rules and tables were read", e);
        }
    }

    /** The built-in rules and a site's own; null where it has only a table of its own. */
    public Deliberation(Tables tables, @Nullable SiteRules site, RuleBaseVersion version) {
        this(RuleBase.load(), tables, site, version);
    }

    private Deliberation(RuleBase rules, Tables tables, @Nullable SiteRules site, RuleBaseVersion version) {
        judge = new Judge(rules, tables);
        this.site = site;
        memory = new Memory(judge);
        explainer = new Explainer(judge.cards(), tables, version);
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

    /** A sentence of a rule, its words filled where they stand for no question in particular. */
    public String inGeneral(String sentence, Operation operation) {
        Question nothing = Question.about(operation, tables()).build();
        return Template.of(sentence, operation, tables()).fill(new Shown(nothing, Map.of()));
    }

    /** What its versions are measured against. */
    public Tables tables() {
        return judge.tables();
    }

    /** Decides one question. */
    public Decision decide(Question question) {
        Outcome outcome = memory.of(question);
        if (site == null) {
            Outcome.Said said = outcome.said(explainer);
            Shown shown = new Shown(question, said.instead());
            return explainer.decision(shown, outcome.judgement(), said, plans(outcome), List.of());
        }
        PreparedQuestion prepared = judge.prepare(question);
        SiteRules.Opinion opinion = site.ask(prepared);
        Judge.Judgement judgement = outcome.judgement().about(prepared);
        judgement = judgement.stricter(site.fold(judgement.verdict(), opinion), opinion.unknown());
        // a site's rules may read names, so that nothing of this is another question's
        Outcome stricter = new Outcome(judgement);
        Outcome.Said said = stricter.said(explainer);
        Shown shown = new Shown(question, said.instead());
        return explainer.decision(
                shown, judgement, said, plans(stricter), site.findings(opinion, explainer, said, shown));
    }

    /**
     * What the rules say of one question, without the words.
     *
     * @param hearing of the built-in rules
     * @param question made where it is needed
     * @param always whether cautions are told also of what is refused
     */
    Ruling ruling(Hearing hearing, Supplier<Question> question, boolean always) {
        Judge.Decided decided = judge.decide(hearing, always);
        Verdict verdict = decided.verdict();
        Set<FactName> needs = new LinkedHashSet<>(decided.needs());
        List<Ruling.Said> said = new ArrayList<>();
        said(judge.cards(), decided.possible(), decided.certain(), said);
        if (site != null) {
            SiteRules.Opinion opinion = site.ask(judge.prepare(question.get()));
            verdict = site.fold(verdict, opinion);
            needs.addAll(opinion.unknown());
            said(site.cards(), opinion.possible(), opinion.certain(), said);
            if (opinion.failure() != null) {
                said.add(new Ruling.Said(SiteRules.OUT_OF_SERVICE, Effect.UNCOVERED, true));
            }
        }
        if (!always && verdict != Verdict.ALLOW) {
            said.removeIf(s -> s.effect() == Effect.CAUTION); // nobody heeds one of what is refused
        }
        said.sort(Comparator.comparing(Ruling.Said::effect)
                .thenComparing(s -> !s.certain())
                .thenComparing(Ruling.Said::rule));
        return new Ruling(
                verdict,
                !decided.whole(),
                List.copyOf(said),
                verdict == Verdict.UNDETERMINED ? written(needs, question) : List.of());
    }

    private List<FactName> written(Set<FactName> needs, Supplier<Question> question) {
        Question asked = needs.isEmpty() ? null : judge.prepare(question.get()).asked();
        return needs.stream()
                .map(name -> Explainer.written(name, Objects.requireNonNull(asked)::fact))
                .toList();
    }

    /** A memory of what the rules say of questions of that operation. */
    public Rulings rulings(Operation operation, boolean always) {
        return new RememberedRulings(
                this, new RememberedRules(judge), operation, always, site == null ? Set.of() : site.reads());
    }

    private static void said(List<RuleCard> cards, BitSet possible, BitSet certain, List<Ruling.Said> said) {
        possible.stream()
                .forEach(i ->
                        said.add(new Ruling.Said(cards.get(i).id(), cards.get(i).effect(), certain.get(i))));
    }

    /** What the rules tell apart. */
    public FactClasses classes() {
        return new Classes(memory.profiles(), new HostWords(judge.tables()), site == null ? Set.of() : site.reads());
    }

    /** Which rules decide. */
    public RuleBaseVersion version() {
        return version;
    }

    private List<Outcome.Plan> plans(Outcome outcome) {
        Judge.Judgement judgement = outcome.judgement();
        return judgement.verdict() == Verdict.ALLOW
                ? List.of()
                : outcome.plans(() -> explainer.plans(
                        new Advisor(judge, judgement).plans(allowing()),
                        judgement.question().asked().operation()));
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
