package org.nestguard.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.http.metrics.Meters;

/** {@code /livez}, {@code /readyz} and {@code /metrics}. */
final class HealthRoutes {
    private static final JsonFactory JSON = new JsonFactory();

    private final RuleBases rules;
    private final Reloading reloading;
    private final Reception reception;
    private final List<Supplier<Optional<String>>> checks;
    private final Lenience lenience;
    private final Meters meters;

    HealthRoutes(
            RuleBases rules,
            Reloading reloading,
            Reception reception,
            List<Supplier<Optional<String>>> checks,
            Lenience lenience,
            Meters meters) {
        this.rules = rules;
        this.reloading = reloading;
        this.reception = reception;
        this.checks = checks;
        this.lenience = lenience;
        this.meters = meters;
    }

    List<Route> routes() {
        return List.of(
                new Route(
                        HandlerType.GET,
                        "/livez",
                        null,
                        ctx -> ctx.contentType("text/plain").result("ok\n")),
                new Route(HandlerType.GET, "/readyz", null, this::ready),
                new Route(HandlerType.GET, "/metrics", Role.ASK, this::metrics));
    }

    /** Whether questions are answered, and by all that should be there. */
    boolean isReady() {
        return problems().isEmpty();
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (reception.stopping()) {
            problems.add("the service is about to stop");
        }
        if (!rules.ready()) {
            problems.add(
                    rules.standing().isEmpty()
                            ? "no rules have passed their test"
                            : "a site's rules are out of service; every answer is a refusal until they are loaded anew");
        }
        for (Supplier<Optional<String>> check : checks) {
            check.get().ifPresent(problems::add);
        }
        return problems;
    }

    /** For everybody whether it is ready and what is not; for who may ask also what was last read and not taken. */
    private void ready(Context ctx) throws IOException {
        List<String> problems = problems();
        boolean may = Asked.caller(ctx).may(Role.ASK);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeBooleanField("ready", problems.isEmpty());
            out.writeArrayFieldStart("problems");
            for (String problem : problems) {
                out.writeString(problem);
            }
            out.writeEndArray();
            SiteFile.Word site = lenience.file().read();
            out.writeBooleanField("answersWithoutRecord", site.noRecord());
            out.writeBooleanField("hooksPassWithoutAnswer", site.noAnswer());
            out.writeNumberField("passedWithoutAnswer", lenience.passed());
            Optional<StandingRules> standing = rules.standing();
            if (standing.isPresent()) {
                out.writeObjectFieldStart("ruleBase");
                out.writeStringField("version", standing.get().version().version());
                out.writeStringField("digest", standing.get().version().digest());
                out.writeEndObject();
            }
            out.writeArrayFieldStart("notTaken");
            for (Reloading.NotTaken notTaken : reloading.notTaken()) {
                out.writeStartObject();
                out.writeStringField("what", notTaken.what());
                out.writeStringField("at", notTaken.at().toString());
                if (may) {
                    out.writeStringField("why", notTaken.why());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        ctx.status(problems.isEmpty() ? 200 : 503)
                .contentType("application/json")
                .result(bytes.toByteArray());
    }

    private void metrics(Context ctx) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
        meters.write(bytes);
        ctx.contentType(Meters.CONTENT_TYPE).result(bytes.toByteArray());
    }
}
