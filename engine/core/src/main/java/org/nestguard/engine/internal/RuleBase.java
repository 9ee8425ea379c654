package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.drools.model.Model;
import org.drools.model.Rule;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.jspecify.annotations.Nullable;
import org.kie.api.KieBase;
import org.kie.api.KieBaseConfiguration;
import org.kie.api.KieServices;
import org.kie.api.event.rule.DefaultAgendaEventListener;
import org.kie.api.event.rule.MatchCreatedEvent;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;
import org.nestguard.catalogue.BuiltRules;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;

/**
 * The built-in rules, ready to be asked. They were compiled at build time; the base is made straight from the classes, with
 * no parser, compiler or XML on the way. Safe for use by many threads.
 */
final class RuleBase {
    private final List<RuleCard> cards;
    private final Map<String, Integer> indices;
    private final List<Model> models;
    private final Part all;
    // Made when an incomplete question first asks for them: a complete one needs none, and a start is short.
    private @Nullable Part verdicts;
    private @Nullable Part contradictions;
    private final Map<Integer, Part> single = new HashMap<>();

    /**
     * A group of rules that is asked together. A session is used again for the next question once this one is taken out of
     * it: rules have no right-hand side, so none can leave anything behind. One in which something was thrown is not.
     */
    static final class Part {
        private final KieBase base;
        private final Map<String, Integer> indices;
        private final Queue<Session> idle = new ConcurrentLinkedQueue<>();

        Part(KieBase base, Map<String, Integer> indices) {
            this.base = base;
            this.indices = indices;
        }

        /** The rules that match, by their index. */
        BitSet matching(Question question) {
            Session session = idle.poll();
            if (session == null) {
                session = new Session(base, indices);
            }
            BitSet matched = session.ask(question);
            idle.add(session); // not where it threw
            return matched;
        }
    }

    /** A session of one thread at a time. */
    private static final class Session {
        private final KieSession session;
        private BitSet matched = new BitSet();

        Session(KieBase base, Map<String, Integer> indices) {
            session = base.newKieSession();
            session.addEventListener(new DefaultAgendaEventListener() {
                @Override
                public void matchCreated(MatchCreatedEvent event) {
                    matched.set(Objects.requireNonNull(
                            indices.get(event.getMatch().getRule().getName())));
                }
            });
        }

        BitSet ask(Question question) {
            matched = new BitSet();
            boolean whole = false;
            try {
                FactHandle handle = session.insert(question);
                session.fireAllRules();
                session.delete(handle);
                whole = true;
            } finally {
                if (!whole) {
                    session.dispose();
                }
            }
            return matched;
        }
    }

    /** Loads the built-in rules. @throws GuardFailureException where what is loaded is not what was built */
    static RuleBase load() {
        String inClass = BuiltRules.digestInClass();
        String inResource = BuiltRules.digestInResource();
        if (!inClass.equals(inResource)) {
            throw new GuardFailureException("the rule classes (" + inClass + ") and the rule files (" + inResource
                    + ") are of different builds: remove the class archive and install NestGuard again");
        }
        List<Model> models = new ArrayList<>();
        for (String name : BuiltRules.modelClasses()) {
            try {
                models.add(Class.forName(name)
                        .asSubclass(Model.class)
                        .getDeclaredConstructor()
                        .newInstance());
            } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
                throw new GuardFailureException(
                        "the rules in " + name + " cannot be loaded: install NestGuard again", e);
            }
        }
        return new RuleBase(models, BuiltRules.ids());
    }

    /**
     * A base of these models.
     *
     * @param expected the ids that must be there, no more and no less
     * @throws GuardFailureException where others are there, or a card cannot be read
     */
    RuleBase(List<Model> models, Collection<String> expected) {
        this.models = List.copyOf(models);
        KieBase base = base(models);
        List<RuleCard> read = new ArrayList<>();
        try {
            base.getKiePackages().forEach(p -> p.getRules().forEach(r -> read.add(RuleCard.of(r))));
        } catch (IllegalArgumentException e) {
            throw new GuardFailureException("a built-in rule has no proper card: " + e.getMessage(), e);
        }
        Set<String> loaded = read.stream().map(RuleCard::id).collect(Collectors.toSet());
        Set<String> wanted = new HashSet<>(expected);
        if (wanted.isEmpty() || !loaded.equals(wanted) || loaded.size() != read.size()) {
            Set<String> missing = new HashSet<>(wanted);
            missing.removeAll(loaded);
            loaded.removeAll(wanted);
            throw new GuardFailureException("the rules that were loaded are not those that were built (missing: "
                    + missing + ", unknown: " + loaded + "): install NestGuard again");
        }
        cards = read.stream()
                .sorted((a, b) ->
                        a.effect() != b.effect() ? a.effect().compareTo(b.effect()) : a.id().compareTo(b.id()))
                .toList();
        Map<String, Integer> byId = new HashMap<>();
        for (int i = 0; i < cards.size(); i++) {
            byId.put(cards.get(i).id(), i);
        }
        indices = Map.copyOf(byId);
        all = new Part(base, indices);
    }

    /** All cards: forbids first, then uncovered, permits and cautions, each by id. */
    List<RuleCard> cards() {
        return cards;
    }

    /** All rules. */
    Part all() {
        return all;
    }

    /** All rules but cautions. */
    synchronized Part verdicts() {
        if (verdicts == null) {
            verdicts = new Part(base(only(card -> card.effect() != Effect.CAUTION)), indices);
        }
        return verdicts;
    }

    /** The rules that say that facts contradict each other. */
    synchronized Part contradictions() {
        if (contradictions == null) {
            contradictions = new Part(base(only(RuleCard::contradiction)), indices);
        }
        return contradictions;
    }

    /** One rule alone. */
    Part single(int index) {
        synchronized (single) {
            return single.computeIfAbsent(
                    index,
                    i -> new Part(
                            base(only(card -> card.id().equals(cards.get(i).id()))), indices));
        }
    }

    private List<Model> only(Predicate<RuleCard> wanted) {
        List<Model> some = new ArrayList<>();
        for (Model model : models) {
            List<Rule> rules = model.getRules().stream()
                    .filter(r -> wanted.test(cards.get(Objects.requireNonNull(indices.get(r.getName())))))
                    .toList();
            if (!rules.isEmpty()) {
                some.add(new ModelImpl(model.getName()).withRules(rules));
            }
        }
        return some;
    }

    /** How bases are made. The first call in a process looks through the class path for the parts of Drools. */
    static KieBaseConfiguration configuration() {
        return KieServices.get().newKieBaseConfiguration();
    }

    private static KieBase base(List<Model> models) {
        try {
            return KieBaseBuilder.createKieBaseFromModel(models, configuration(), new NoPropertyReactivity());
        } catch (RuntimeException e) {
            throw new GuardFailureException("the rule base cannot be built", e);
        }
    }
}
