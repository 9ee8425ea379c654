package org.nestguard.engine.internal;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.Rulings;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;

/** What came of all rules together, by the facts that they read for it. */
final class RememberedRulings implements Rulings {
    // The bound keeps made-up questions from filling the memory; beyond it rulings are put together each time.
    private static final int MOST_NODES = 600_000;

    private final Deliberation deliberation;
    private final boolean always;
    private final RememberedRules rules;
    private final Set<FactName> ofSite = new LinkedHashSet<>();
    private final ReadingTree<Ruling> rulings = new ReadingTree<>(new AtomicInteger(MOST_NODES));
    private final AtomicLong asked = new AtomicLong();
    private final Map<Ruling, Ruling> different = new ConcurrentHashMap<>();

    /**
     * A memory with nothing in it.
     *
     * @param always whether cautions are told also of what is refused
     * @param site the facts that a site's rules read, or say they read; on another thread, where nobody notes it
     */
    RememberedRulings(
            Deliberation deliberation, RememberedRules rules, Operation operation, boolean always, Set<FactName> site) {
        this.deliberation = deliberation;
        this.always = always;
        this.rules = rules;
        for (FactName name : FactName.values()) {
            if (PreparedQuestion.read(operation, name) && site.contains(name)) {
                ofSite.add(name);
            }
        }
    }

    @Override
    public Ruling of(Codes codes, int between, Supplier<Question> question) {
        Ruling ruling = rulings.find(codes, between);
        return ruling != null ? ruling : made(codes, between, question);
    }

    @Override
    public long asked() {
        return asked.get();
    }

    private Ruling made(Codes codes, int between, Supplier<Question> question) {
        asked.incrementAndGet();
        Set<FactName> read = new LinkedHashSet<>(ofSite);
        Ruling ruling;
        try {
            ruling = deliberation.ruling(rules.hearing(codes, between, question, read), question, always);
        } catch (GuardFailureException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new GuardFailureException("the question could not be decided: " + e, e);
        }
        Ruling before = different.putIfAbsent(ruling, ruling);
        ruling = before == null ? ruling : before;
        rulings.remember(List.copyOf(read), codes, between, ruling);
        return ruling;
    }
}
