package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.Harmless;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Worded;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.StandingRules;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.page.Destination;
import org.nestguard.server.page.Form;
import org.nestguard.server.page.Page;
import org.nestguard.server.page.PastView;
import org.nestguard.server.page.Result;
import org.nestguard.server.page.View;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Filter;
import org.nestguard.server.record.Recorded;
import org.nestguard.server.registry.GuestEntry;
import org.nestguard.server.registry.Registry;

/** {@code /}: the page for people. What it answers is decided and recorded as for a program. */
final class PageRoutes {
    private static final int LATEST = 20;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final int LONGEST_NUMBER = 30;

    private final Registry registry;
    private final DecisionRecord record;
    private final Answering answering;
    private final Answers answers;
    private final Decisions decisions;
    private final InstantSource clock;
    private final Page page = new Page();

    PageRoutes(
            Registry registry,
            DecisionRecord record,
            Answering answering,
            Answers answers,
            Decisions decisions,
            InstantSource clock) {
        this.registry = registry;
        this.record = record;
        this.answering = answering;
        this.answers = answers;
        this.decisions = decisions;
        this.clock = clock;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>(PageAnswer.belongings());
        routes.add(new Route(HandlerType.GET, "/", Role.ASK, this::show));
        routes.add(new Route(HandlerType.GET, "/decisions/{seq}", Role.ASK, this::past));
        return routes;
    }

    private void past(Context ctx) {
        String number = ctx.pathParam("seq");
        Optional<Recorded> recorded =
                NUMBER.matcher(number).matches() ? record.show(Long.parseLong(number)) : Optional.empty();
        String shown = Harmless.text(number, LONGEST_NUMBER);
        PageAnswer.give(
                ctx,
                recorded.isPresent() ? 200 : 404,
                page.of(new PastView(clock.instant(), Asked.caller(ctx).name(), shown, recorded)));
    }

    private void show(Context ctx) throws InterruptedException {
        Form form = new Form(typed(ctx, "operation"), typed(ctx, "guest"), typed(ctx, "to"));
        Result result = result(ctx, form);
        View view = new View(
                clock.instant(),
                Asked.caller(ctx).name(),
                form,
                result,
                registry.hosts(),
                record.list(Filter.newest(LATEST)));
        PageAnswer.give(ctx, result instanceof Result.Refused refused ? refused.status() : 200, page.of(view));
    }

    private Result result(Context ctx, Form form) throws InterruptedException {
        if (ctx.queryParamMap().isEmpty()) {
            return new Result.Nothing();
        }
        if (!Asked.willingly(ctx)) {
            return new Result.NotAsked();
        }
        try {
            String host = typed(ctx, "host");
            return host.isEmpty() ? answer(ctx, form) : guests(host);
        } catch (Refusal refusal) {
            ProblemKind kind = refusal.kind();
            return new Result.Refused(kind.status(), kind.title(), refusal.detail());
        }
    }

    private Result guests(String host) {
        return registry.host(host)
                .map(document -> new Result.Guests(host, document.guests()))
                .orElseThrow(() -> Answering.unheardOf(host));
    }

    private Result answer(Context ctx, Form form) throws InterruptedException {
        Operation operation = Worded.read(Operation.class, form.operation())
                .orElseThrow(() -> new Refusal(
                        ProblemKind.UNREADABLE, "operation must be one of " + Worded.words(Operation.class)));
        if (form.guest().isEmpty()) {
            throw new Refusal(ProblemKind.UNREADABLE, "say which guest is meant, by its name or UUID");
        }
        // A browser's form sends the field whatever is chosen beside it.
        Optional<Known> to = form.to().isEmpty() || operation == Operation.SAVEVM
                ? Optional.empty()
                : Optional.of(answering.host(form.to()));
        StandingRules rules = decisions.rules();
        GuestEntry guest = answers.now(form.guest(), operation);
        boolean moves = operation == Operation.MIGRATE;
        Optional<Decisions.Settled> settled = moves && to.isEmpty()
                ? Optional.empty()
                : Optional.of(answers.decide(rules, operation, guest, to, Asked.caller(ctx)));
        Optional<List<Destination>> destinations = moves
                ? Optional.of(answers.destinations(rules, guest).stream()
                        .map(one -> new Destination(one.host(), one.inPool(), one.decision()))
                        .toList())
                : Optional.empty();
        return new Result.Answered(guest.name(), guest.uuid().toString(), guest.host(), settled, destinations);
    }

    private static String typed(Context ctx, String parameter) {
        @Nullable String value = ctx.queryParam(parameter);
        return value == null ? "" : value.strip();
    }
}
