package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.known.Known;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
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
import org.nestguard.server.registry.SavedState;
import org.nestguard.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/hooks/{system}}: what a hook's script asks, answered in lines that a shell can tell apart. The first is
 * {@code ALLOW}, {@code DENY} or {@code UNDETERMINED}, then come at most two for a person, and {@code END}. What cannot be
 * answered is UNDETERMINED, an answer like the others: a refusal that no setting of a site lets pass.
 */
final class HookRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HookRoutes.class);
    private static final String UNMARKED =
            "it carries no mark of its last saving that tells how it was saved (`nestguard run -- virsh save` leaves one)";
    private static final String KEPT =
            "; the image is kept: restore it where that is allowed, or give it up and start from disk"
                    + " (virsh start --force-boot)";

    private final Answering answering;
    private final Decisions decisions;
    private final Function<Caller, Deed> deeds;
    private final SavedMarks marks;
    private final String here;

    /**
     * @param deeds what a caller is about to do
     * @param marks what guests take along that are saved
     * @param here the host that this service runs on
     */
    HookRoutes(Answering answering, Decisions decisions, Function<Caller, Deed> deeds, SavedMarks marks, String here) {
        this.answering = answering;
        this.decisions = decisions;
        this.deeds = deeds;
        this.marks = marks;
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
                        Optional.ofNullable(ctx.queryParam("to")),
                        Optional.ofNullable(ctx.queryParam("mark"))));
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
            answer = answer(reading.question(), deed);
        } catch (Refusal e) {
            answer = HookAnswer.of(e);
        } catch (StoreException e) { // no silence, which a site may let pass
            LOG.atError().setCause(e).log("a hook could not be answered");
            answer = HookAnswer.of(DoorAnswer.undetermined("the registry's database fails; its log says why", ""));
        }
        answer.give(ctx);
    }

    private HookAnswer answer(HookQuestion hook, Deed deed) throws InterruptedException {
        GuestEntry guest = answering.guest(hook.guest());
        StandingRules rules = decisions.rules();
        return switch (hook.event()) {
            case SAVE -> saved(hook, rules, answering.now(guest, Operation.SAVEVM), deed);
            case RESTORE -> restored(hook, rules, guest, deed);
            case MIGRATE ->
                HookAnswer.of(deed.told(new Doors(answering)
                        .answer(
                                rules,
                                Operation.MIGRATE,
                                answering.now(guest, Operation.MIGRATE),
                                hook.destination(),
                                deed::begin)));
            case WATCH -> watched(hook, rules, guest, deed);
        };
    }

    private HookAnswer saved(HookQuestion hook, StandingRules rules, GuestEntry guest, Deed deed) {
        DoorAnswer answer =
                deed.told(new Doors(answering).answer(rules, Operation.SAVEVM, guest, Optional.empty(), deed::begin));
        return hook.system().equals(HookQuestion.RUN) && answer.verdict() == Verdict.ALLOW
                ? HookAnswer.of(answer).marked(marks.of(guest, hostOf(guest)))
                : HookAnswer.of(answer);
    }

    private Known hostOf(GuestEntry guest) {
        return answering.host(guest.host().orElse(""));
    }

    private HookAnswer restored(HookQuestion hook, StandingRules rules, GuestEntry guest, Deed deed) {
        Optional<SavedState> saved = hook.mark().flatMap(SavedMark::read).flatMap(mark -> marks.believed(mark, guest));
        Known destination = hook.destination()
                .map(answering::host)
                .orElseThrow(
                        () -> new Refusal(ProblemKind.UNREADABLE, "the hook did not say where the guest is restored"));
        DoorAnswer answer =
                deed.told(Doors.answer(deed.begin(rules, answering.restore(rules.guard(), guest, saved, destination))
                        .get()));
        if (answer.verdict() == Verdict.ALLOW) {
            return HookAnswer.of(answer);
        }
        boolean unmarked = answer.verdict() == Verdict.UNDETERMINED && saved.isEmpty();
        return new HookAnswer(
                answer.verdict(), answer.why(), (unmarked ? UNMARKED : answer.remedy()) + KEPT, Optional.empty());
    }

    /**
     * Advice that stops something, or lets it go on by a waiver, is acted upon; so it is recorded, and an answer that stops
     * nothing is not.
     */
    private HookAnswer watched(HookQuestion hook, StandingRules rules, GuestEntry guest, Deed deed)
            throws InterruptedException {
        GuestEntry moving = answering.onItsWay(guest, hook.destination().orElse(""));
        Optional<Known> to = hook.destination().map(answering::host);
        Question question = answering.question(rules.guard(), Operation.MIGRATE, moving, to);
        Decision advice = decisions.advise(rules, question);
        boolean counts = advice.effective() == Verdict.DENY || advice.effective() != advice.verdict();
        return HookAnswer.of(
                counts ? deed.told(Doors.answer(deed.begin(rules, question).get())) : Doors.answer(advice));
    }
}
