package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.known.Known;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.StandingRules;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.registry.GuestEntry;

/**
 * {@code POST /v1/hooks/{system}}: what a hook's script asks, answered in lines that a shell can tell apart. The first is
 * {@code ALLOW}, {@code DENY} or {@code UNDETERMINED}, then come at most two for a person, and {@code END}. What cannot be
 * answered is UNDETERMINED, an answer like the others: a refusal that no setting of a site lets pass.
 */
final class HookRoutes {
    private static final int MOST_NEEDS = 5;

    private final Answering answering;
    private final Decisions decisions;
    private final String here;

    /** @param here the host that this service runs on */
    HookRoutes(Answering answering, Decisions decisions, String here) {
        this.answering = answering;
        this.decisions = decisions;
        this.here = here;
    }

    List<Route> routes() {
        return List.of(
                new Route(HandlerType.POST, "/v1/hooks/{system}", Role.ASK, this::hook),
                new Route(HandlerType.GET, "/v1/hooks/answer", Role.ASK, this::forwarded));
    }

    private void hook(Context ctx) throws InterruptedException {
        give(ctx, () -> HookQuestion.read(ctx, here));
    }

    /** The same, read by the agent of another host: the guest's description has stayed there. */
    private void forwarded(Context ctx) throws InterruptedException {
        give(
                ctx,
                () -> new HookQuestion(
                        wanted(ctx, "system"),
                        HookQuestion.Event.named(wanted(ctx, "event")),
                        wanted(ctx, "guest"),
                        Optional.ofNullable(ctx.queryParam("to"))));
    }

    private static String wanted(Context ctx, String key) {
        return Optional.ofNullable(ctx.queryParam(key))
                .orElseThrow(() -> new Refusal(ProblemKind.UNREADABLE, key + " is missing in the query"));
    }

    private interface Reading {
        HookQuestion question();
    }

    private void give(Context ctx, Reading reading) throws InterruptedException {
        HookAnswer answer;
        try {
            answer = answer(reading.question(), Asked.caller(ctx));
        } catch (Refusal e) {
            answer = HookAnswer.of(e);
        }
        answer.give(ctx);
    }

    private HookAnswer answer(HookQuestion hook, Caller caller) throws InterruptedException {
        Operation operation = switch (hook.event()) {
            case MIGRATE -> Operation.MIGRATE;
            case SAVE -> Operation.SAVEVM;
            case RESTORE -> Operation.LOADVM;
        };
        GuestEntry guest = answering.now(answering.guest(hook.guest()), operation);
        StandingRules rules = decisions.rules();
        if (operation == Operation.SAVEVM || hook.destination().isPresent()) {
            Optional<Known> to = hook.destination().map(answering::host);
            return answer(decide(rules, operation, guest, to, caller));
        }
        return anywhere(rules, guest, caller);
    }

    /** Where the hook does not know the destination, every host that is known must do. */
    private HookAnswer anywhere(StandingRules rules, GuestEntry guest, Caller caller) {
        List<String> pass = new ArrayList<>();
        Decision against = null;
        List<Known> hosts = answering.destinations(guest);
        for (Known host : hosts) {
            Decision decision = decide(rules, Operation.MIGRATE, guest, Optional.of(host), caller);
            if (decision.effective() == Verdict.ALLOW) {
                pass.add(host.get(FactName.SOURCE_NAME.key()).text());
            } else if (against == null || decision.effective() == Verdict.DENY) {
                against = decision;
            }
        }
        if (hosts.isEmpty()) {
            return new HookAnswer(Verdict.UNDETERMINED, "no host is known that " + guest.name() + " could go to", "");
        }
        if (against == null) {
            return new HookAnswer(Verdict.ALLOW, "", "");
        }
        String better = pass.isEmpty()
                ? "no known host would pass"
                : "the destination is not known here, and it would pass only to "
                        + pass.stream().limit(5).collect(Collectors.joining(", "));
        return new HookAnswer(against.effective(), first(against), better);
    }

    private Decision decide(
            StandingRules rules, Operation operation, GuestEntry guest, Optional<Known> to, Caller caller) {
        return decisions
                .decide(rules, answering.question(rules.guard(), operation, guest, to), caller)
                .settle()
                .decision();
    }

    private static HookAnswer answer(Decision decision) {
        String unknown =
                decision.needs().stream().map(Need::fact).limit(MOST_NEEDS).collect(Collectors.joining(", "));
        String remedy = decision.effective() == Verdict.UNDETERMINED && !unknown.isEmpty()
                ? "not known, and it would decide: " + unknown
                : deciding(decision).map(Finding::remedy).orElse("");
        return new HookAnswer(decision.effective(), first(decision), remedy);
    }

    private static String first(Decision decision) {
        return deciding(decision)
                .map(finding -> finding.message() + " (" + finding.rule() + ")")
                .orElse("");
    }

    /** What speaks against it, the surest first; of an ALLOW a caution. */
    private static Optional<Finding> deciding(Decision decision) {
        List<Effect> order = List.of(Effect.FORBID, Effect.UNCOVERED, Effect.CAUTION);
        return decision.findings().stream()
                .filter(finding -> order.contains(finding.effect()))
                .min(Comparator.comparingInt((Finding finding) -> order.indexOf(finding.effect()))
                        .thenComparing(finding -> !finding.certain()));
    }
}
