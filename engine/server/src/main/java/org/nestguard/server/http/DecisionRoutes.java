package org.nestguard.server.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.DecisionWriter;
import org.nestguard.engine.text.Document;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.QuestionReader;
import org.nestguard.facts.Question;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.http.metrics.Meters;

/** {@code POST /v1/decisions}: a question, and its answer. */
public final class DecisionRoutes {
    /** Says false of a decision that could not be recorded. */
    static final String RECORDED = "Nestguard-Recorded";

    private static final String BODY = "body";

    private final Decisions decisions;
    private final Meters meters;

    DecisionRoutes(Decisions decisions, Meters meters) {
        this.decisions = decisions;
        this.meters = meters;
    }

    List<Route> routes() {
        return List.of(new Route(HandlerType.POST, "/v1/decisions", Role.ASK, this::decide));
    }

    private void decide(Context ctx) throws IOException {
        QuestionReader.Format format = format(ctx);
        StandingRules rules = decisions.rules();
        Question question = question(ctx, format, rules);
        Decisions.Settled settled =
                decisions.decide(rules, question, Asked.caller(ctx)).settle();
        give(ctx, settled);
    }

    /** Answers with a decision. */
    public static void give(Context ctx, Decisions.Settled settled) throws IOException {
        if (!settled.recorded()) {
            ctx.header(RECORDED, "false");
        }
        JsonAnswer.give(ctx, out -> new DecisionWriter(out).write(settled.decision()));
    }

    private Question question(Context ctx, QuestionReader.Format format, StandingRules rules) throws IOException {
        try (QuestionReader reader =
                new QuestionReader(BODY, new ByteArrayInputStream(Asked.body(ctx)), rules.guard(), format)) {
            Document first = reader.next();
            if (first == null) {
                throw unreadable(new Problem(BODY, 0, 0, null, "there is no question in it"));
            }
            if (first instanceof Document.Unreadable unreadable) {
                throw unreadable(unreadable.problem());
            }
            if (reader.next() != null) {
                throw unreadable(new Problem(
                        BODY, 0, 0, null, "one question is expected, not more; ask several at /v1/decisions/batch"));
            }
            return ((Document.Asked) first).question();
        }
    }

    private Refusal unreadable(Problem problem) {
        meters.unreadable();
        return new Refusal(problem);
    }

    private static QuestionReader.Format format(Context ctx) {
        return switch (mediaType(ctx.contentType())) {
            case "application/json" -> QuestionReader.Format.JSON;
            case "application/yaml", "application/x-yaml", "text/yaml" -> QuestionReader.Format.YAML;
            default ->
                throw new Refusal(
                        ProblemKind.UNSUPPORTED_TYPE,
                        "a question is application/yaml or application/json; say which in Content-Type");
        };
    }

    static String mediaType(@Nullable String contentType) {
        return contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
