package org.nestguard.server.site;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nestguard.engine.known.Known;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.StandingRules;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.registry.GuestEntry;

/** Answers to questions made of what is known: one for programs and people. */
final class Answers {
    private static final List<Verdict> BEST_FIRST = List.of(Verdict.ALLOW, Verdict.UNDETERMINED, Verdict.DENY);

    private final Answering answering;
    private final Decisions decisions;

    Answers(Answering answering, Decisions decisions) {
        this.answering = answering;
        this.decisions = decisions;
    }

    /** The guest as it is now, read anew where that is wanted. */
    GuestEntry now(String uuidOrName, Operation operation) throws InterruptedException {
        return answering.now(answering.guest(uuidOrName), operation);
    }

    /** Decides on a guest as it is {@linkplain #now now}, and waits until that is recorded. */
    Decisions.Settled decide(
            StandingRules rules, Operation operation, GuestEntry guest, Optional<Known> to, Caller caller) {
        Question question = answering.question(rules.guard(), operation, guest, to);
        return decisions.decide(rules, question, caller).settle();
    }

    /**
     * Where it can go of all hosts that are known, the best first. It is advice: none of it is recorded, and who acts on it asks again.
     *
     * @param guest as it is {@linkplain #now now}
     */
    List<Ranked> destinations(StandingRules rules, GuestEntry guest) {
        Set<String> pool = answering.candidates(guest).known().stream()
                .map(Answering::name)
                .collect(Collectors.toSet());
        return answering.others(guest).stream()
                .map(host -> new Ranked(
                        Answering.name(host),
                        pool.contains(Answering.name(host)),
                        decisions.advise(
                                rules, answering.question(rules.guard(), Operation.MIGRATE, guest, Optional.of(host)))))
                .sorted(Comparator.comparingInt((Ranked one) ->
                                BEST_FIRST.indexOf(one.decision().effective()))
                        .thenComparing(one -> !one.inPool())
                        .thenComparingLong(Ranked::cautions)
                        .thenComparing(Ranked::host))
                .toList();
    }
}
