package org.nestguard.engine.internal;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.drools.kiesession.rulebase.InternalKnowledgeBase;
import org.drools.kiesession.rulebase.KnowledgeBaseFactory;
import org.jspecify.annotations.Nullable;
import org.kie.api.io.ResourceType;
import org.kie.internal.builder.KnowledgeBuilder;
import org.kie.internal.builder.KnowledgeBuilderError;
import org.kie.internal.builder.KnowledgeBuilderFactory;
import org.kie.internal.io.ResourceFactory;
import org.nestguard.catalogue.BuiltRules;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.SiteRulesException;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/**
 * A site's own rules. They may forbid, caution or say uncovered, never permit, and are asked once, whatever is unknown: the
 * worlds know nothing of their thresholds. So where a fact that such a rule lists is not known, what it says counts as
 * possible. They run off the caller's thread under a bound on time; once past it, or once failed, they are out of service,
 * and nothing is allowed any more until they are loaded anew.
 */
public final class SiteRules {
    /** What speaks in the place of rules that failed. */
    static final String OUT_OF_SERVICE = "site-rules-out-of-service";

    private static final Duration BOUND = Duration.ofSeconds(2);

    private final List<RuleCard> cards;
    private final RuleBase.Part part;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread daemon = new Thread(task, "nestguard-site-rules");
        daemon.setDaemon(true);
        return daemon;
    });
    private volatile @Nullable String outOfService;

    private SiteRules(List<RuleCard> cards, RuleBase.Part part) {
        this.cards = List.copyOf(cards);
        this.part = part;
    }

    /** Checks and compiles rule files, by their names. @throws SiteRulesException naming file and line */
    static SiteRules compile(Map<String, String> files, Tables tables) {
        Map<String, SiteRuleText.Read> reads = new HashMap<>();
        Map<String, String> fileOf = new HashMap<>();
        Set<String> taken = new HashSet<>(BuiltRules.ids());
        files.forEach((file, text) -> {
            for (SiteRuleText.Read read : new SiteRuleText(file).check(text)) {
                if (!taken.add(read.rule())) {
                    throw new SiteRulesException(
                            file + ", line " + read.line() + ": there is a rule " + read.rule() + " already");
                }
                reads.put(read.rule(), read);
                fileOf.put(read.rule(), file);
            }
        });
        InternalKnowledgeBase base = base(files);
        List<RuleCard> cards = new ArrayList<>();
        base.getKiePackages()
                .forEach(p -> p.getRules().forEach(rule -> {
                    SiteRuleText.Read read = Objects.requireNonNull(reads.get(rule.getName()));
                    String place = fileOf.get(rule.getName()) + ", line " + read.line() + ": ";
                    try {
                        cards.add(checked(RuleCard.of(rule), read, tables));
                    } catch (IllegalArgumentException e) {
                        throw new SiteRulesException(place + e.getMessage());
                    }
                }));
        Map<String, Integer> indices = new HashMap<>();
        cards.forEach(card -> indices.put(card.id(), indices.size()));
        return new SiteRules(cards, new RuleBase.Part(base, indices));
    }

    private static InternalKnowledgeBase base(Map<String, String> files) {
        KnowledgeBuilder builder = KnowledgeBuilderFactory.newKnowledgeBuilder();
        // the very characters that were checked, whatever the locale: libvirt starts hooks in the C locale, where bytes
        // would be read as ASCII
        files.forEach((file, text) -> builder.add(
                ResourceFactory.newReaderResource(new StringReader(text), StandardCharsets.UTF_8.name())
                        .setSourcePath(file),
                ResourceType.DRL));
        if (builder.hasErrors()) {
            KnowledgeBuilderError error = builder.getErrors().iterator().next();
            String file =
                    error.getResource() == null ? "a rule" : error.getResource().getSourcePath();
            int line = error.getLines().length == 0 ? 0 : error.getLines()[0];
            throw new SiteRulesException(file + ", line " + line + ": does not compile: "
                    + error.getMessage().lines().findFirst().orElse(""));
        }
        InternalKnowledgeBase base = KnowledgeBaseFactory.newKnowledgeBase();
        base.addPackages(builder.getKnowledgePackages());
        return base;
    }

    private static RuleCard checked(RuleCard card, SiteRuleText.Read read, Tables tables) {
        if (card.effect() == Effect.PERMIT) {
            throw new IllegalArgumentException("rule " + card.id() + ": a site's rules may not permit");
        }
        for (Operation operation : Operation.values()) {
            // a sentence that names a defect which is in no table would fail when it is said
            Stream.of(card.message(), card.possible(), card.remedy())
                    .forEach(sentence -> Template.of(sentence, operation, tables));
            // by operation: state.l2.live lists the guest's for a migration, and the snapshot's, not the guest's, for a
            // load
            Set<FactName> listed = new HashSet<>();
            for (String fact : card.because()) {
                Optional<FactName> name = Wording.resolve(operation, fact);
                if (name.isEmpty() && !resolvesSomewhere(fact)) {
                    throw new IllegalArgumentException(
                            "rule " + card.id() + ": @because names " + fact + ", which is no fact");
                }
                name.ifPresent(listed::add);
            }
            for (String fact : read.facts()) {
                Optional<FactName> name = Wording.resolve(operation, fact);
                if (name.isPresent() && PreparedQuestion.read(operation, name.get()) && !listed.contains(name.get())) {
                    throw new IllegalArgumentException(
                            "rule " + card.id() + " reads " + fact + ", which its @because does not list");
                }
            }
        }
        return card;
    }

    private static boolean resolvesSomewhere(String fact) {
        for (Operation operation : Operation.values()) {
            if (Wording.resolve(operation, fact).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** The facts that they read, or say they read. */
    Set<FactName> reads() {
        Set<FactName> reads = EnumSet.noneOf(FactName.class);
        for (Operation operation : Operation.values()) {
            cards.forEach(card -> reads.addAll(Wording.because(operation, card.because())));
        }
        return reads;
    }

    /** The cards of the site's rules. */
    List<RuleCard> cards() {
        return cards;
    }

    /**
     * What the site's rules say.
     *
     * @param possible the rules that match or, where a fact they list is not known, may match
     * @param certain those that do match
     * @param unknown the facts that they list and nobody knows
     * @param failure why they said nothing at all; null where they spoke
     */
    record Opinion(
            BitSet possible,
            BitSet certain,
            Set<FactName> unknown,
            @Nullable String failure) {}

    Opinion ask(PreparedQuestion question) {
        BitSet matched;
        String failure = outOfService;
        try {
            if (failure != null) {
                return new Opinion(new BitSet(), new BitSet(), Set.of(), failure);
            }
            Question world = question.in(World.first());
            matched = thread.submit(() -> part.matching(world)).get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return fails("the site's rules took longer than " + BOUND.toSeconds()
                    + " s and are out of service until they are loaded anew");
        } catch (ExecutionException | RejectedExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return fails("the site's rules failed and are out of service until they are loaded anew: " + cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Opinion(new BitSet(), new BitSet(), Set.of(), "interrupted while the site's rules were asked");
        }
        BitSet possible = new BitSet();
        BitSet certain = new BitSet();
        Set<FactName> unknown = new HashSet<>();
        for (int i = 0; i < cards.size(); i++) {
            List<FactName> missing = missing(question.asked(), cards.get(i));
            unknown.addAll(missing);
            if (!missing.isEmpty()) {
                possible.set(i);
            } else if (matched.get(i)) {
                possible.set(i);
                certain.set(i);
            }
        }
        return new Opinion(possible, certain, unknown, null);
    }

    private Opinion fails(String why) {
        outOfService = why;
        thread.shutdownNow();
        return new Opinion(new BitSet(), new BitSet(), Set.of(), why);
    }

    private static List<FactName> missing(Question question, RuleCard card) {
        return Wording.because(question.operation(), card.because()).stream()
                .filter(name -> !known(question, name))
                .toList();
    }

    private static boolean known(Question question, FactName name) {
        Fact<?> fact = question.fact(name.kind() == Kind.ARCH || name.kind() == Kind.VENDOR ? name.platform() : name);
        return fact.known();
    }

    /** The verdict with the site's opinion: it can only be made stricter. */
    Verdict fold(Verdict verdict, Opinion opinion) {
        boolean forbids = says(opinion.certain(), Effect.FORBID);
        if (forbids || verdict == Verdict.DENY) {
            return Verdict.DENY;
        }
        boolean doubts = opinion.failure() != null
                || says(opinion.possible(), Effect.FORBID)
                || says(opinion.possible(), Effect.UNCOVERED);
        return doubts ? Verdict.UNDETERMINED : verdict;
    }

    private boolean says(BitSet rules, Effect effect) {
        return rules.stream().anyMatch(i -> cards.get(i).effect() == effect);
    }

    /** The findings of an opinion, in words. */
    List<Finding> findings(Opinion opinion, Explainer explainer, Outcome.Said said, Shown shown) {
        List<Finding> findings = new ArrayList<>();
        opinion.possible().stream()
                .forEach(i -> findings.add(
                        explainer.finding(cards.get(i), opinion.certain().get(i), said, shown)));
        String failure = opinion.failure();
        if (failure != null) {
            findings.add(new Finding(
                    OUT_OF_SERVICE,
                    Effect.UNCOVERED,
                    true,
                    failure,
                    List.of(),
                    "mend the rules (`nestguard rules test` shows which), then load them again",
                    List.of()));
        }
        return findings;
    }
}
