package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.decision.Supposition;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Platform;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Because;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;

/** Puts what the rules say into words. Safe for use by many threads. */
final class Explainer {
    private final List<RuleCard> cards;
    private final Tables tables;
    private final RuleBaseVersion version;
    private final Map<Operation, ConcurrentHashMap<String, CardText>> texts = new EnumMap<>(Operation.class);

    /** @param cards what the built-in rules say of themselves, by their index */
    Explainer(List<RuleCard> cards, Tables tables, RuleBaseVersion version) {
        this.cards = cards;
        this.tables = tables;
        this.version = version;
        for (Operation operation : Operation.values()) {
            texts.put(operation, new ConcurrentHashMap<>());
        }
    }

    // ---- what is the same for all questions of a profile

    Outcome.Said say(Judge.Judgement judgement) {
        Question asked = judgement.question().asked();
        Map<FactName, Fact<?>> instead = new EnumMap<>(FactName.class);
        for (FactName name : PreparedQuestion.FACTS) {
            if (asked.fact(name) != judgement.question().original().fact(name)) {
                instead.put(name, asked.fact(name));
            }
        }
        PreparedQuestion.unreadBy(asked.operation()).forEach(name -> instead.put(name, Fact.Missing.notMentioned()));
        Set<FactName> settled = EnumSet.noneOf(FactName.class);
        judgement.settled().forEach((name, s) -> {
            settle(name, s.value(), asked, instead, settled);
            if (s.value() instanceof Platform platform) {
                settle(FactName.of(name.party(), "arch").orElseThrow(), platform.arch(), asked, instead, settled);
                settle(FactName.of(name.party(), "vendor").orElseThrow(), platform.vendor(), asked, instead, settled);
            }
        });
        return new Outcome.Said(
                findings(judgement, asked.operation()),
                instead,
                settled,
                judgement.asked(),
                needs(judgement, asked, instead),
                List.copyOf(judgement.question().assumptions()),
                settledValues(judgement, asked));
    }

    private static void settle(
            FactName name, Object value, Question asked, Map<FactName, Fact<?>> instead, Set<FactName> settled) {
        instead.put(name, Fact.Known.stated(value));
        if (!asked.fact(name).known()) {
            settled.add(name);
        }
    }

    private List<Outcome.Matched> findings(Judge.Judgement judgement, Operation operation) {
        List<Outcome.Matched> findings = new ArrayList<>();
        BitSet possible = judgement.possible();
        for (int i = possible.nextSetBit(0); i >= 0; i = possible.nextSetBit(i + 1)) {
            findings.add(new Outcome.Matched(
                    text(cards.get(i), operation), judgement.certain().get(i)));
        }
        findings.sort((a, b) -> order(
                a.text().card().effect(),
                a.certain(),
                a.text().card().id(),
                b.text().card().effect(),
                b.certain(),
                b.text().card().id()));
        return List.copyOf(findings);
    }

    private static int order(
            Effect effect, boolean certain, String id, Effect otherEffect, boolean otherCertain, String otherId) {
        return effect != otherEffect
                ? effect.compareTo(otherEffect)
                : certain != otherCertain ? Boolean.compare(otherCertain, certain) : id.compareTo(otherId);
    }

    private CardText text(RuleCard card, Operation operation) {
        ConcurrentHashMap<String, CardText> known = Objects.requireNonNull(texts.get(operation));
        CardText text = known.get(card.id());
        if (text == null) {
            text = CardText.of(card, operation, tables);
            known.put(card.id(), text); // the same, whoever makes it
        }
        return text;
    }

    private List<Outcome.Missing> needs(Judge.Judgement judgement, Question asked, Map<FactName, Fact<?>> instead) {
        List<Outcome.Missing> needs = new ArrayList<>();
        for (FactName name : judgement.needs()) {
            needs.add(new Outcome.Missing(
                    written(name, new Shown(asked, instead)::fact).path(),
                    Template.of(Wording.howToRead(name), asked.operation(), tables)));
        }
        return List.copyOf(needs);
    }

    /** The fact that a document states: a platform is learned by its vendor, or where that is known by its arch. */
    static FactName written(FactName name, Function<FactName, Fact<?>> said) {
        if (name.kind() != Kind.PLATFORM) {
            return name;
        }
        FactName vendor = FactName.of(name.party(), "vendor").orElseThrow();
        return said.apply(vendor).known() ? FactName.of(name.party(), "arch").orElseThrow() : vendor;
    }

    private static List<Supposition> settledValues(Judge.Judgement judgement, Question asked) {
        List<Supposition> settled = new ArrayList<>();
        judgement.settled().forEach((name, s) -> {
            String why = s.because().summary();
            if (s.value() instanceof Platform platform) {
                FactName arch = FactName.of(name.party(), "arch").orElseThrow();
                FactName vendor = FactName.of(name.party(), "vendor").orElseThrow();
                if (!asked.fact(arch).known()) {
                    settled.add(new Supposition(arch.path(), platform.arch().word(), why));
                }
                if (!asked.fact(vendor).known()) {
                    settled.add(new Supposition(vendor.path(), platform.vendor().word(), why));
                }
            } else {
                settled.add(new Supposition(name.path(), Wording.value(s.value()), why));
            }
        });
        return List.copyOf(settled);
    }

    /** Plans with their words taken apart. */
    List<Outcome.Plan> plans(List<Advisor.Plan> plans, Operation operation) {
        List<Outcome.Plan> taken = new ArrayList<>();
        plans.forEach(p -> taken.add(new Outcome.Plan(p.change(), Template.of(p.text(), operation, tables))));
        return List.copyOf(taken);
    }

    // ---- one question

    /**
     * The answer to a question.
     *
     * @param said how all questions of its profile are answered
     * @param more findings beside those of the built-in rules
     */
    Decision decision(
            Shown shown, Judge.Judgement judgement, Outcome.Said said, List<Outcome.Plan> plans, List<Finding> more) {
        List<Finding> findings = new ArrayList<>(said.findings().size() + more.size());
        for (Outcome.Matched matched : said.findings()) {
            findings.add(finding(matched.text(), matched.certain(), said, shown));
        }
        if (!more.isEmpty()) {
            findings.addAll(more);
            findings.sort((a, b) -> order(a.effect(), a.certain(), a.rule(), b.effect(), b.certain(), b.rule()));
        }
        List<Need> needs = new ArrayList<>(said.needs().size());
        for (Outcome.Missing missing : said.needs()) {
            needs.add(new Need(missing.path(), missing.how().fill(shown) + whyNotKnown(missing.path(), shown)));
        }
        List<Change> safeIf = new ArrayList<>(plans.size());
        for (Outcome.Plan plan : plans) {
            safeIf.add(new Change(plan.change(), plan.text().fill(shown)));
        }
        return new Decision(
                shown.asked().id(),
                judgement.verdict(),
                judgement.verdict(),
                shown.asked().operation(),
                text(FactName.GUEST_NAME, shown),
                text(FactName.GUEST_UUID, shown),
                text(FactName.SOURCE_NAME, shown),
                text(FactName.SOURCE_ID, shown),
                text(FactName.DESTINATION_NAME, shown),
                text(FactName.DESTINATION_ID, shown),
                Collections.unmodifiableList(findings),
                Collections.unmodifiableList(needs),
                said.assumptions(),
                said.settledValues(),
                PreparedQuestion.ignored(shown.asked()),
                Collections.unmodifiableList(safeIf),
                List.of(),
                null,
                judgement.incomplete(),
                version);
    }

    /** What a program that looked for a fact has to say. */
    private static String whyNotKnown(String path, Shown shown) {
        return FactName.at(path)
                .flatMap(shown.asked()::evidence)
                .filter(evidence -> evidence.why() != null)
                .map(evidence -> "; not known so far from " + evidence.from() + ": " + evidence.why())
                .orElse("");
    }

    Finding finding(RuleCard card, boolean certain, Outcome.Said said, Shown shown) {
        return finding(text(card, shown.asked().operation()), certain, said, shown);
    }

    private static Finding finding(CardText text, boolean certain, Outcome.Said said, Shown shown) {
        List<Because> because = new ArrayList<>(text.because().size());
        boolean allKnown = true;
        for (FactName name : text.because()) {
            Fact<?> fact = shown.fact(name);
            if (!fact.known()) {
                boolean read = said.open().contains(worldsOf(name));
                if (!read && fact.absent()) {
                    continue; // nobody said it and nobody asked for it
                }
                allKnown &= !read;
            }
            because.add(because(name, fact, said, shown));
        }
        RuleCard card = text.card();
        return new Finding(
                card.id(),
                card.effect(),
                certain,
                (certain && allKnown ? text.message() : text.possible()).fill(shown),
                Collections.unmodifiableList(because),
                text.remedy().fill(shown),
                card.sources());
    }

    private static FactName worldsOf(FactName name) {
        return name.kind() == Kind.ARCH || name.kind() == Kind.VENDOR ? name.platform() : name;
    }

    private static Because because(FactName name, Fact<?> fact, Outcome.Said said, Shown shown) {
        Because.State state = !fact.known()
                ? Because.State.UNKNOWN
                : said.settled().contains(name)
                        ? Because.State.SETTLED
                        : fact.assumed() ? Because.State.ASSUMED : Because.State.STATED;
        return new Because(
                name.path(),
                fact.known() ? Wording.value(fact.value()) : null,
                state,
                shown.asked().evidence(name).orElse(null));
    }

    private static @Nullable String text(FactName name, Shown shown) {
        Fact<?> fact = shown.fact(name);
        return fact.known() ? fact.value().toString() : null;
    }
}
