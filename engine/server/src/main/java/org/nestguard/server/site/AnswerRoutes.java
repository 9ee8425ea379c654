package org.nestguard.server.site;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.DecisionWriter;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Worded;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.DecisionRoutes;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.JsonAnswer;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.StandingRules;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.registry.GuestEntry;

/** {@code /v1/answers} and {@code /v1/destinations}: questions made of what is known. */
final class AnswerRoutes {
    private static final List<Verdict> BEST_FIRST = List.of(Verdict.ALLOW, Verdict.UNDETERMINED, Verdict.DENY);

    private final Answering answering;
    private final Decisions decisions;

    AnswerRoutes(Answering answering, Decisions decisions) {
        this.answering = answering;
        this.decisions = decisions;
    }

    List<Route> routes() {
        return List.of(
                new Route(HandlerType.GET, "/v1/answers", Role.ASK, this::answer),
                new Route(HandlerType.GET, "/v1/destinations", Role.ASK, this::destinations));
    }

    private void answer(Context ctx) throws IOException, InterruptedException {
        Operation operation = Worded.read(Operation.class, wanted(ctx, "operation"))
                .orElseThrow(() -> new Refusal(
                        ProblemKind.UNREADABLE, "operation must be one of " + Worded.words(Operation.class)));
        GuestEntry known = answering.guest(wanted(ctx, "guest"));
        String to = ctx.queryParam("to");
        if (operation == Operation.SAVEVM && to != null) {
            throw new Refusal(ProblemKind.UNREADABLE, "to has no meaning for savevm: a guest is saved where it runs");
        }
        Optional<Known> destination = Optional.ofNullable(to).map(answering::host);
        StandingRules rules = decisions.rules();
        GuestEntry guest = answering.now(known, operation);
        Question question = answering.question(rules.guard(), operation, guest, destination);
        Decisions.Settled settled =
                decisions.decide(rules, question, Asked.caller(ctx)).settle();
        DecisionRoutes.give(ctx, settled);
    }

    /** A host with what was decided of a move to it. */
    private record Ranked(String host, Decision decision) {
        long cautions() {
            return decision.findings().stream()
                    .filter(finding -> finding.effect() == Effect.CAUTION)
                    .count();
        }
    }

    /** Advice: none of it is recorded, and who acts on it asks again. */
    private void destinations(Context ctx) throws IOException, InterruptedException {
        StandingRules rules = decisions.rules();
        GuestEntry guest = answering.now(answering.guest(wanted(ctx, "guest")), Operation.MIGRATE);
        List<Ranked> ranked = answering.destinations(guest).stream()
                .map(host -> new Ranked(
                        host.get(FactName.SOURCE_NAME.key()).text(),
                        decisions.advise(
                                rules, answering.question(rules.guard(), Operation.MIGRATE, guest, Optional.of(host)))))
                .sorted(Comparator.comparingInt((Ranked one) ->
                                BEST_FIRST.indexOf(one.decision().effective()))
                        .thenComparingLong(Ranked::cautions)
                        .thenComparing(Ranked::host))
                .toList();
        JsonAnswer.give(ctx, out -> write(out, guest, ranked));
    }

    private static void write(JsonGenerator out, GuestEntry guest, List<Ranked> ranked) throws IOException {
        out.writeStartObject();
        out.writeStringField("guest", guest.name());
        out.writeStringField("uuid", guest.uuid().toString());
        out.writeStringField("host", guest.host().orElse(null));
        out.writeArrayFieldStart("destinations");
        DecisionWriter writer = new DecisionWriter(out);
        for (Ranked one : ranked) {
            out.writeStartObject();
            out.writeStringField("host", one.host());
            out.writeStringField("effective", one.decision().effective().name());
            out.writeFieldName("decision");
            writer.write(one.decision());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static String wanted(Context ctx, String parameter) {
        String value = ctx.queryParam(parameter);
        if (value == null || value.isBlank()) {
            throw new Refusal(ProblemKind.UNREADABLE, parameter + " is missing in the query");
        }
        return value;
    }
}
