package org.nestguard.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.Source;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.access.Role;

/** {@code GET /v1/rules} and {@code /v1/rules/{id}}: what is decided by. */
final class RuleRoutes {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_ID = 80;

    private final Decisions decisions;
    private final Map<String, Source> sources = BuiltTables.sources();

    RuleRoutes(Decisions decisions) {
        this.decisions = decisions;
    }

    List<Route> routes() {
        return List.of(
                new Route(HandlerType.GET, "/v1/rules", Role.ASK, this::all),
                new Route(HandlerType.GET, "/v1/rules/{id}", Role.ASK, this::one));
    }

    private void all(Context ctx) throws IOException {
        StandingRules rules = decisions.rules();
        answer(ctx, out -> {
            out.writeStartObject();
            out.writeObjectFieldStart("ruleBase");
            out.writeStringField("version", rules.version().version());
            out.writeStringField("digest", rules.version().digest());
            out.writeEndObject();
            out.writeArrayFieldStart("rules");
            for (RuleCard card : rules.list()) {
                out.writeStartObject();
                head(out, card);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private void one(Context ctx) throws IOException {
        String id = ctx.pathParam("id");
        RuleCard card = decisions.rules().cards().get(id);
        if (card == null) {
            throw new Refusal(
                    ProblemKind.NOT_FOUND,
                    "there is no rule " + Harmless.text(id, LONGEST_ID) + "; /v1/rules lists them all");
        }
        answer(ctx, out -> {
            out.writeStartObject();
            head(out, card);
            out.writeStringField("message", card.message());
            out.writeStringField("possible", card.possible());
            out.writeStringField("remedy", card.remedy());
            out.writeArrayFieldStart("because");
            for (String fact : card.because()) {
                out.writeString(fact);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("sources");
            for (String key : card.sources()) {
                source(out, key);
            }
            out.writeEndArray();
            out.writeStringField("row", card.row());
            out.writeBooleanField("contradiction", card.contradiction());
            out.writeEndObject();
        });
    }

    private static void head(JsonGenerator out, RuleCard card) throws IOException {
        out.writeStringField("id", card.id());
        out.writeStringField("topic", card.topic());
        out.writeStringField("effect", card.effect().word());
        out.writeStringField("summary", card.summary());
        out.writeStringField("since", card.since());
        out.writeBooleanField("waivable", card.waivable());
    }

    private void source(JsonGenerator out, String key) throws IOException {
        out.writeStartObject();
        out.writeStringField("key", key);
        Source source = sources.get(key);
        if (source != null) { // a site's rule may name a source of its own
            out.writeStringField("document", source.document());
            out.writeStringField("section", source.section());
            out.writeStringField("quote", source.quote());
        }
        out.writeEndObject();
    }

    private interface Writing {
        void write(JsonGenerator out) throws IOException;
    }

    private static void answer(Context ctx, Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            writing.write(out);
        }
        ctx.contentType("application/json").result(bytes.toByteArray());
    }
}
