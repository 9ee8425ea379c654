package org.nestguard.fleet.audit;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.FactName;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

/** Counts what the rules say. For one thread. */
final class Tally implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Map<Verdict, Long> verdicts = zeros();
    private final Map<Verdict, Long> pairs = zeros();
    private final Map<String, long[]> reasons = new HashMap<>();
    private final Map<String, Effect> effects = new HashMap<>();
    private final Map<String, Long> needs = new HashMap<>();
    private long cautioned;

    static Map<Verdict, Long> zeros() {
        Map<Verdict, Long> zeros = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            zeros.put(verdict, 0L);
        }
        return zeros;
    }

    /** So many guests have that answer. */
    void add(Answer answer, long guests) {
        verdicts.merge(answer.verdict(), guests, Long::sum);
        Set<String> counted = new HashSet<>();
        for (Answer.Group group : answer.groups()) {
            Ruling ruling = group.ruling();
            pairs.merge(ruling.verdict(), guests * group.hosts(), Long::sum);
            for (Ruling.Said said : ruling.said()) {
                if (counts(said, ruling.verdict())) {
                    boolean first = counts(said, answer.verdict()) && counted.add(said.rule());
                    long[] numbers = reasons.computeIfAbsent(said.rule(), rule -> new long[2]);
                    numbers[0] += first ? guests : 0;
                    numbers[1] += guests * group.hosts();
                    effects.put(said.rule(), said.effect());
                }
            }
        }
        if (answer.verdict() != Verdict.ALLOW) {
            Set<FactName> missing = new HashSet<>();
            answer.groups().forEach(group -> missing.addAll(group.ruling().needs()));
            missing.forEach(name -> needs.merge(name.path(), guests, Long::sum));
        } else if (answer.cautioned()) {
            cautioned += guests;
        }
    }

    /** All that another one has counted. */
    void add(Tally other) {
        other.verdicts.forEach((verdict, count) -> verdicts.merge(verdict, count, Long::sum));
        other.pairs.forEach((verdict, count) -> pairs.merge(verdict, count, Long::sum));
        other.reasons.forEach((rule, counted) -> {
            long[] numbers = reasons.computeIfAbsent(rule, r -> new long[2]);
            numbers[0] += counted[0];
            numbers[1] += counted[1];
        });
        effects.putAll(other.effects);
        other.needs.forEach((fact, count) -> needs.merge(fact, count, Long::sum));
        cautioned += other.cautioned;
    }

    private static boolean counts(Ruling.Said said, Verdict verdict) {
        return switch (said.effect()) {
            case PERMIT -> false;
            case CAUTION -> verdict == Verdict.ALLOW;
            case FORBID, UNCOVERED -> verdict != Verdict.ALLOW;
        };
    }

    Map<Verdict, Long> verdicts() {
        return Map.copyOf(verdicts);
    }

    Map<Verdict, Long> pairs() {
        return Map.copyOf(pairs);
    }

    long cautioned() {
        return cautioned;
    }

    List<Summary.Reason> reasons() {
        List<Summary.Reason> list = new ArrayList<>();
        reasons.forEach((rule, numbers) -> list.add(
                new Summary.Reason(rule, effects.getOrDefault(rule, Effect.UNCOVERED), numbers[0], numbers[1])));
        list.sort(Comparator.comparing((Summary.Reason r) -> r.effect() == Effect.CAUTION)
                .thenComparing(r -> -r.guests())
                .thenComparing(r -> -r.pairs())
                .thenComparing(Summary.Reason::rule));
        return List.copyOf(list);
    }

    List<Summary.Need> needs() {
        return needs.entrySet().stream()
                .map(need -> new Summary.Need(need.getKey(), need.getValue()))
                .sorted(Comparator.comparing((Summary.Need n) -> -n.guests()).thenComparing(Summary.Need::fact))
                .toList();
    }
}
