package org.nestguard.server.http;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nestguard.engine.text.Harmless;

/** {@code GET /openapi.yaml}, what a stranger writes a client from, and the schemas that it names. */
final class OpenApi {
    private static final String FILE = "openapi.yaml";
    private static final List<String> SCHEMAS =
            List.of("question.schema.json", "decision.schema.json", "facts.schema.json");
    private static final int LONGEST_NAME = 80;

    private OpenApi() {}

    static List<Route> routes() throws IOException {
        byte[] text = resource(FILE);
        Map<String, byte[]> schemas = new HashMap<>();
        for (String name : SCHEMAS) {
            schemas.put(name, resource("/org/nestguard/schemas/" + name));
        }
        return List.of(
                new Route(
                        HandlerType.GET,
                        "/" + FILE,
                        null,
                        ctx -> ctx.contentType("application/yaml").result(text)),
                new Route(HandlerType.GET, "/schemas/1/{name}", null, ctx -> {
                    byte[] schema = schemas.get(ctx.pathParam("name"));
                    if (schema == null) {
                        throw new Refusal(
                                ProblemKind.NOT_FOUND,
                                "there is no schema " + Harmless.text(ctx.pathParam("name"), LONGEST_NAME)
                                        + "; there are " + String.join(", ", SCHEMAS));
                    }
                    ctx.contentType("application/schema+json").result(schema);
                }));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = OpenApi.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the service lacks " + name + "; install NestGuard again");
            }
            return in.readAllBytes();
        }
    }
}
