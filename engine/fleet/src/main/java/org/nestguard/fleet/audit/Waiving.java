package org.nestguard.fleet.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/** Weighs rulings with waivers, which name guests and hosts: of these no two are alike. */
final class Waiving {
    private final Waivers waivers;
    private final Operation operation;
    private final RuleBaseVersion version;

    /**
     * What is left of a refusal.
     *
     * @param verdict with waivers
     * @param waived what was waived
     */
    record Effective(Verdict verdict, List<Waived> waived) {}

    Waiving(Waivers waivers, Operation operation, RuleBaseVersion version) {
        this.waivers = waivers;
        this.operation = operation;
        this.version = version;
    }

    /** What is left of the refusal of a guest. */
    Effective weigh(
            @Nullable String guest,
            @Nullable String uuid,
            Host source,
            GuestKind kind,
            Answer answer,
            Answers answers,
            Collection<Host> hosts) {
        if (answer.verdict() == Verdict.ALLOW || !concerns(guest, uuid, source, answer)) {
            return new Effective(answer.verdict(), List.of());
        }
        if (operation == Operation.SAVEVM) {
            return weigh(guest, uuid, source, null, answers.to(kind, source, null));
        }
        Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
        Set<Waived> waived = new LinkedHashSet<>();
        for (Host to : hosts) {
            if (to.target() && !to.equals(source)) {
                Effective one = weigh(guest, uuid, source, to, answers.to(kind, source, to));
                verdicts.add(one.verdict());
                waived.addAll(one.waived());
            }
        }
        return new Effective(answers.verdict(verdicts), List.copyOf(waived));
    }

    /** Whether there may be a waiver for a guest, whatever its destination. */
    private boolean concerns(@Nullable String guest, @Nullable String uuid, Host source, Answer answer) {
        return answer.groups().stream()
                .anyMatch(group -> waivers.mayCover(decision(guest, uuid, source, null, group.ruling())));
    }

    Effective weigh(
            @Nullable String guest, @Nullable String uuid, Host source, @Nullable Host destination, Ruling ruling) {
        Decision weighed = waivers.apply(decision(guest, uuid, source, destination, ruling));
        return new Effective(weighed.effective(), weighed.waived());
    }

    /** As much of a decision as waivers read. */
    private Decision decision(
            @Nullable String guest, @Nullable String uuid, Host source, @Nullable Host destination, Ruling ruling) {
        List<Finding> findings = new ArrayList<>();
        for (Ruling.Said said : ruling.said()) {
            findings.add(new Finding(said.rule(), said.effect(), said.certain(), "", List.of(), "", List.of()));
        }
        return new Decision(
                null,
                ruling.verdict(),
                ruling.verdict(),
                operation,
                guest,
                uuid,
                source.name(),
                source.id(),
                destination == null ? null : destination.name(),
                destination == null ? null : destination.id(),
                findings,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                null,
                ruling.incomplete(),
                version);
    }
}
