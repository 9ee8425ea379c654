package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.FactName;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

/**
 * What comes of the audit's question for a guest, and for all that no rule tells from it.
 *
 * @param verdict of the guest: the best of its destinations where one is enough, the worst where all are asked for
 * @param groups the destinations by what the rules say of them; of a question without destination there is one
 */
public record Answer(Verdict verdict, List<Group> groups) {
    /**
     * Destinations of which the rules say the same.
     *
     * @param hosts how many
     */
    public record Group(Ruling ruling, long hosts) {}

    /** How many destinations have that verdict. */
    public long hosts(Verdict verdict) {
        return groups.stream()
                .filter(group -> group.ruling().verdict() == verdict)
                .mapToLong(Group::hosts)
                .sum();
    }

    /** The rules that speak against a destination that is not allowed, those of most destinations first. */
    public List<String> against() {
        Map<String, Long> against = new LinkedHashMap<>();
        for (Group group : groups) {
            for (String rule : against(group.ruling())) {
                against.merge(rule, group.hosts(), Long::sum);
            }
        }
        List<String> rules = new ArrayList<>(against.keySet());
        rules.sort(Comparator.comparing((String rule) -> -against.getOrDefault(rule, 0L)));
        return rules;
    }

    /** The facts that can turn a verdict that is not certain, by their place in a question. */
    public List<String> needs() {
        Set<String> needs = new LinkedHashSet<>();
        groups.forEach(
                group -> group.ruling().needs().stream().map(FactName::path).forEach(needs::add));
        return List.copyOf(needs);
    }

    /** Whether something is to be heeded at a destination that is allowed. */
    public boolean cautioned() {
        return groups.stream()
                .filter(group -> group.ruling().verdict() == Verdict.ALLOW)
                .flatMap(group -> group.ruling().said().stream())
                .anyMatch(said -> said.effect() == Effect.CAUTION);
    }

    static List<String> against(Ruling ruling) {
        return ruling.verdict() == Verdict.ALLOW
                ? List.of()
                : ruling.said().stream()
                        .filter(said -> said.effect() == Effect.FORBID || said.effect() == Effect.UNCOVERED)
                        .map(Ruling.Said::rule)
                        .toList();
    }
}
