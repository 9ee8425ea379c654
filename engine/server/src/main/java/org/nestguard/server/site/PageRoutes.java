package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
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
import org.nestguard.server.page.Result;
import org.nestguard.server.page.View;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Filter;
import org.nestguard.server.registry.GuestEntry;
import org.nestguard.server.registry.Registry;

/** {@code /}: the page for people. What it answers is decided and recorded as for a program. */
final class PageRoutes {
    private static final int LATEST = 20;

    /** What a browser says where the form was sent, or an address typed or kept; other clients say nothing. */
    private static final Set<String> OWN = Set.of("same-origin", "none");

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
        byte[] style = Page.style();
        byte[] icon = Page.icon();
        return List.of(
                new Route(HandlerType.GET, "/", Role.ASK, this::show),
                new Route(
                        HandlerType.GET,
                        Page.STYLE,
                        Role.ASK,
                        ctx -> ctx.contentType("text/css; charset=utf-8").result(style)),
                new Route(
                        HandlerType.GET,
                        Page.ICON,
                        Role.ASK,
                        ctx -> ctx.contentType("image/svg+xml").result(icon)));
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
        Page.HEADERS.forEach(ctx::header);
        ctx.status(result instanceof Result.Refused refused ? refused.status() : 200)
                .contentType("text/html; charset=utf-8")
                .result(page.of(view));
    }

    private Result result(Context ctx, Form form) throws InterruptedException {
        if (ctx.queryParamMap().isEmpty()) {
            return new Result.Nothing();
        }
        if (!OWN.contains(Optional.ofNullable(ctx.header("Sec-Fetch-Site")).orElse("none"))) {
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
                        .map(one -> new Destination(one.host(), one.decision()))
                        .toList())
                : Optional.empty();
        return new Result.Answered(guest.name(), guest.uuid().toString(), guest.host(), settled, destinations);
    }

    private static String typed(Context ctx, String parameter) {
        @Nullable String value = ctx.queryParam(parameter);
        return value == null ? "" : value.strip();
    }
}
