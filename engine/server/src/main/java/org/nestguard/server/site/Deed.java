package org.nestguard.server.site;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Waived;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.StandingRules;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.registry.HarmCause;
import org.nestguard.server.registry.Registry;
import org.nestguard.store.StoreException;

/**
 * What happens as soon as a door lets it: of one question of a hook or of {@code nestguard run}, all that was decided. Where it
 * is let through for no other reason than that a waiver says so, the door says by whose; and where what was waived speaks of an
 * L2 that lives, or of which nobody knows, the guest is remembered as harmed before the door is told. Which rules speak of that
 * their findings tell: by the facts that they rest on, a site's own rules likewise.
 */
final class Deed {
    private static final Set<String> LIVE = Set.of(FactName.GUEST_L2_LIVE.path(), FactName.SNAPSHOT_L2_LIVE.path());

    private final Decisions decisions;
    private final Registry registry;
    private final Caller caller;
    private final InstantSource clock;
    private final List<Decisions.Settled> all = new ArrayList<>();

    Deed(Decisions decisions, Registry registry, Caller caller, InstantSource clock) {
        this.decisions = decisions;
        this.registry = registry;
        this.caller = caller;
        this.clock = clock;
    }

    /** Begins to decide a part of it; whoever wants the decision waits until that is recorded. */
    Supplier<Decision> begin(StandingRules rules, Question question) {
        Decisions.Pending pending = decisions.decide(rules, question, caller);
        return () -> {
            Decisions.Settled settled = pending.settle();
            all.add(settled);
            return settled.decision();
        };
    }

    /** What the door is told. @throws Refusal where it would be let through and that it does harm cannot be remembered */
    DoorAnswer told(DoorAnswer answer) {
        List<Decisions.Settled> waived = answer.verdict() == Verdict.ALLOW
                ? all.stream()
                        .filter(settled -> settled.decision().verdict() != Verdict.ALLOW)
                        .toList()
                : List.of();
        if (waived.isEmpty()) {
            return answer;
        }
        waived.stream().filter(Deed::harms).findFirst().ifPresent(this::remember);
        return answer.waived(waived.stream()
                .flatMap(settled -> settled.decision().waived().stream())
                .distinct()
                .map(one -> one.rule() + " is waived by " + one.owner() + " until " + one.expires() + " (" + one.place()
                        + ")")
                .collect(Collectors.joining("; ")));
    }

    private static boolean harms(Decisions.Settled settled) {
        Decision decision = settled.decision();
        Set<String> waived = decision.waived().stream().map(Waived::rule).collect(Collectors.toSet());
        return decision.findings().stream()
                .anyMatch(finding ->
                        finding.effect() == Effect.FORBID && waived.contains(finding.rule()) && ofLiveL2(finding));
    }

    private static boolean ofLiveL2(Finding finding) {
        return finding.because().stream()
                .anyMatch(because -> LIVE.contains(because.fact()) && !"0".equals(because.value()));
    }

    private void remember(Decisions.Settled settled) {
        Decision decision = settled.decision();
        String numbered = settled.number().isPresent()
                ? "decision " + settled.number().getAsLong()
                : "a decision that could not be recorded";
        try {
            registry.harm(
                    UUID.fromString(String.valueOf(decision.guestUuid())),
                    HarmCause.LET_THROUGH,
                    clock.instant(),
                    "an L2 was live in it, or none knew, when a waiver let "
                            + decision.operation().word() + " pass ("
                            + numbered + ": "
                            + decision.waived().stream()
                                    .map(one -> one.place() + " of " + one.rule() + " by " + one.owner())
                                    .distinct()
                                    .collect(Collectors.joining(", "))
                            + ")");
        } catch (StoreException | IllegalArgumentException e) {
            throw new Refusal(
                    ProblemKind.NOT_RECORDED,
                    "a waiver would let it pass, but that it harms the guest cannot be remembered: " + e.getMessage());
        }
    }
}
