package org.nestguard.server.http;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;

/** {@code GET /openapi.yaml}: what a stranger writes a client from. */
final class OpenApi {
    private static final String FILE = "openapi.yaml";

    private OpenApi() {}

    static Route route() throws IOException {
        try (InputStream in = OpenApi.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException("the service lacks " + FILE + "; install NestGuard again");
            }
            byte[] text = in.readAllBytes();
            return new Route(
                    HandlerType.GET,
                    "/" + FILE,
                    null,
                    ctx -> ctx.contentType("application/yaml").result(text));
        }
    }
}
