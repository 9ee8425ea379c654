package org.nestguard.server.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Answers with one JSON document, whole or not at all. */
public final class JsonAnswer {
    private static final JsonFactory JSON = new JsonFactory();

    /** Writes a document. */
    public interface Writing {
        /** Into that generator. */
        void write(JsonGenerator out) throws IOException;
    }

    private JsonAnswer() {}

    /** Answers with what is written. */
    public static void give(Context ctx, Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 12);
        try (JsonGenerator out = JSON.createGenerator(bytes)) {
            writing.write(out);
        }
        ctx.contentType("application/json").res().setContentLength(bytes.size());
        bytes.writeTo(ctx.res().getOutputStream()); // Javalin's result() copies it through a buffer of its own
    }
}
