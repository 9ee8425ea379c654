package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.nestguard.facts.Operation;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.registry.GuestEntry;

/**
 * {@code POST /v1/hooks/{system}}: what a hook's script asks, answered in lines that a shell can tell apart. The first is
 * {@code ALLOW}, {@code DENY} or {@code UNDETERMINED}, then come at most two for a person, and {@code END}. What cannot be
 * answered is UNDETERMINED, an answer like the others: a refusal that no setting of a site lets pass.
 */
final class HookRoutes {
    private final Answering answering;
    private final Decisions decisions;
    private final Function<Caller, Deed> deeds;
    private final String here;

    /**
     * @param deeds what a caller is about to do
     * @param here the host that this service runs on
     */
    HookRoutes(Answering answering, Decisions decisions, Function<Caller, Deed> deeds, String here) {
        this.answering = answering;
        this.decisions = decisions;
        this.deeds = deeds;
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
            Deed deed = deeds.apply(Asked.caller(ctx));
            answer = deed.told(answer(reading.question(), deed));
        } catch (Refusal e) {
            answer = HookAnswer.of(e);
        }
        answer.give(ctx);
    }

    private HookAnswer answer(HookQuestion hook, Deed deed) throws InterruptedException {
        Operation operation = switch (hook.event()) {
            case MIGRATE -> Operation.MIGRATE;
            case SAVE -> Operation.SAVEVM;
            case RESTORE -> Operation.LOADVM;
        };
        GuestEntry guest = answering.now(answering.guest(hook.guest()), operation);
        DoorAnswer answer = deed.told(
                new Doors(answering).answer(decisions.rules(), operation, guest, hook.destination(), deed::begin));
        return new HookAnswer(answer.verdict(), answer.why(), answer.remedy());
    }
}
