package org.nestguard.server.site;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.DecisionWriter;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Worded;
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
    private final Answering answering;
    private final Answers answers;
    private final Decisions decisions;

    AnswerRoutes(Answering answering, Answers answers, Decisions decisions) {
        this.answering = answering;
        this.answers = answers;
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
        String guest = wanted(ctx, "guest");
        String to = ctx.queryParam("to");
        if (operation == Operation.SAVEVM && to != null) {
            throw new Refusal(ProblemKind.UNREADABLE, "to has no meaning for savevm: a guest is saved where it runs");
        }
        Optional<Known> destination = Optional.ofNullable(to).map(answering::host);
        StandingRules rules = decisions.rules();
        GuestEntry now = answers.now(guest, operation);
        DecisionRoutes.give(ctx, answers.decide(rules, operation, now, destination, Asked.caller(ctx)));
    }

    private void destinations(Context ctx) throws IOException, InterruptedException {
        StandingRules rules = decisions.rules();
        GuestEntry guest = answers.now(wanted(ctx, "guest"), Operation.MIGRATE);
        List<Ranked> ranked = answers.destinations(rules, guest);
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
            out.writeBooleanField("inPool", one.inPool());
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
