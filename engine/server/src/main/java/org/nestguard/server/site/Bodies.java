package org.nestguard.server.site;

import io.javalin.http.Context;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;

/** Bodies that are one object of keys with a text each. */
final class Bodies {
    private static final Set<String> TYPES =
            Set.of("application/json", "application/yaml", "application/x-yaml", "text/yaml");

    private Bodies() {}

    /** The body, to be read as such an object. @throws Refusal where it is of another type */
    static InputStream ofKeys(Context ctx) {
        String type = String.valueOf(ctx.contentType()).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            throw new Refusal(
                    ProblemKind.UNSUPPORTED_TYPE,
                    "this is read as application/yaml or application/json; say which in Content-Type");
        }
        return new ByteArrayInputStream(ctx.bodyAsBytes());
    }
}
