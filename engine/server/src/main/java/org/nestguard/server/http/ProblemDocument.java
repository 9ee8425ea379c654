package org.nestguard.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;

/** Writes what went wrong as RFC 9457 has it. */
final class ProblemDocument {
    static final String CONTENT_TYPE = "application/problem+json";

    private static final int LONGEST = 500;
    private static final JsonFactory JSON = new JsonFactory();

    private ProblemDocument() {}

    /**
     * The document.
     *
     * @param status the one that is answered, which may be closer than the kind's own
     * @param request names the request; the log names it too
     */
    static byte[] of(ProblemKind kind, int status, String detail, @Nullable Problem place, String request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeStringField("type", kind.type());
            out.writeStringField("title", kind.title());
            out.writeNumberField("status", status);
            out.writeStringField("detail", Harmless.text(detail, LONGEST));
            out.writeStringField("instance", "urn:nestguard:request:" + request);
            if (place != null && place.line() > 0) {
                out.writeNumberField("line", place.line());
                out.writeNumberField("column", place.column());
            }
            if (place != null && place.key() != null) {
                out.writeStringField("key", place.key());
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
