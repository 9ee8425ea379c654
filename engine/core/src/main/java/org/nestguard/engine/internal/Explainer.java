package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.nestguard.facts.Platform;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Because;
import org.nestguard.findings.Finding;

/** Puts a judgement into words. */
final class Explainer {
    private final Judge.Judgement judgement;
    private final Question question;
    private final Wording wording;

    Explainer(Judge.Judgement judgement, Tables tables) {
        this.judgement = judgement;
        Question.Builder settled = judgement.question().asked().toBuilder();
        judgement.settled().forEach((name, s) -> {
            settled.put(name, new Fact.Known<>(s.value(), null));
            if (s.value() instanceof Platform platform) {
                FactName.of(name.party(), "arch")
                        .ifPresent(a -> settled.put(a, new Fact.Known<>(platform.arch(), null)));
                FactName.of(name.party(), "vendor")
                        .ifPresent(v -> settled.put(v, new Fact.Known<>(platform.vendor(), null)));
            }
        });
        question = settled.build();
        wording = new Wording(question, tables);
    }

    Wording wording() {
        return wording;
    }

    Decision decision(List<RuleCard> cards, List<Finding> more, List<Change> safeIf, RuleBaseVersion version) {
        List<Finding> findings = new ArrayList<>();
        BitSet possible = judgement.possible();
        for (int i = possible.nextSetBit(0); i >= 0; i = possible.nextSetBit(i + 1)) {
            findings.add(finding(cards.get(i), judgement.certain().get(i)));
        }
        findings.addAll(more);
        findings.sort((a, b) -> a.effect() != b.effect()
                ? a.effect().compareTo(b.effect())
                : a.certain() != b.certain()
                        ? Boolean.compare(b.certain(), a.certain())
                        : a.rule().compareTo(b.rule()));
        return new Decision(
                question.id(),
                judgement.verdict(),
                judgement.verdict(),
                question.operation(),
                text(FactName.GUEST_NAME),
                text(FactName.GUEST_UUID),
                text(FactName.SOURCE_NAME),
                text(FactName.SOURCE_ID),
                text(FactName.DESTINATION_NAME),
                text(FactName.DESTINATION_ID),
                List.copyOf(findings),
                needs(judgement.needs()),
                List.copyOf(judgement.question().assumptions()),
                settled(),
                List.copyOf(judgement.question().ignored()),
                safeIf,
                List.of(),
                judgement.incomplete(),
                version);
    }

    Finding finding(RuleCard card, boolean certain) {
        List<Because> because = new ArrayList<>();
        boolean allKnown = true;
        for (FactName name : Wording.because(question.operation(), card.because())) {
            Because one = because(name);
            boolean read = judgement.asked().contains(worldsOf(name));
            if (one.state() == Because.State.UNKNOWN
                    && !read
                    && question.fact(name).absent()) {
                continue; // nobody said it and nobody asked for it
            }
            allKnown &= one.state() != Because.State.UNKNOWN || !read;
            because.add(one);
        }
        return new Finding(
                card.id(),
                card.effect(),
                certain,
                wording.fill(certain && allKnown ? card.message() : card.possible()),
                List.copyOf(because),
                wording.fill(card.remedy()),
                card.sources());
    }

    private static FactName worldsOf(FactName name) {
        return name.kind() == Kind.ARCH || name.kind() == Kind.VENDOR ? name.platform() : name;
    }

    private Because because(FactName name) {
        Fact<?> fact = question.fact(name);
        Because.State state = !fact.known()
                ? Because.State.UNKNOWN
                : judgement.settled().containsKey(worldsOf(name))
                                && !judgement.question().asked().fact(name).known()
                        ? Because.State.SETTLED
                        : fact.assumed() ? Because.State.ASSUMED : Because.State.STATED;
        return new Because(
                name.path(),
                fact.known() ? Wording.value(fact.value()) : null,
                state,
                question.evidence(name).orElse(null));
    }

    private List<Need> needs(Set<FactName> names) {
        return names.stream()
                .map(name -> new Need(written(name).path(), wording.howToRead(name) + whyNotKnown(written(name))))
                .toList();
    }

    /** What a program that looked for it has to say. */
    private String whyNotKnown(FactName name) {
        return question.evidence(name)
                .filter(evidence -> evidence.why() != null)
                .map(evidence -> "; not known so far from " + evidence.from() + ": " + evidence.why())
                .orElse("");
    }

    /** The fact that a document states: a platform is learned by its vendor, or where that is known by its arch. */
    FactName written(FactName name) {
        if (name.kind() != Kind.PLATFORM) {
            return name;
        }
        FactName vendor = FactName.of(name.party(), "vendor").orElseThrow();
        return question.fact(vendor).known() ? FactName.of(name.party(), "arch").orElseThrow() : vendor;
    }

    private List<Supposition> settled() {
        List<Supposition> settled = new ArrayList<>();
        for (Map.Entry<FactName, Judge.Settled> entry : judgement.settled().entrySet()) {
            FactName name = entry.getKey();
            String why = entry.getValue().because().summary();
            if (entry.getValue().value() instanceof Platform platform) {
                for (String key : List.of("arch", "vendor")) {
                    FactName part = FactName.of(name.party(), key).orElseThrow();
                    if (!judgement.question().asked().fact(part).known()) {
                        settled.add(new Supposition(
                                part.path(),
                                key.equals("arch")
                                        ? platform.arch().word()
                                        : platform.vendor().word(),
                                why));
                    }
                }
            } else {
                settled.add(new Supposition(
                        name.path(), Wording.value(entry.getValue().value()), why));
            }
        }
        return settled;
    }

    private @Nullable String text(FactName name) {
        Fact<?> fact = question.fact(name);
        return fact.known() ? fact.value().toString() : null;
    }
}
