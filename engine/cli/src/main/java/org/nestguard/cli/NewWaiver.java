package org.nestguard.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** A waiver as somebody wants it; whoever takes it reads it. */
record NewWaiver(String rule, String scope, String reason, String owner, String expires) {
    private static final JsonFactory JSON = new JsonFactory();

    private Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("rule", rule);
        keys.put("scope", scope);
        keys.put("reason", reason);
        keys.put("owner", owner);
        keys.put("expires", expires);
        return keys;
    }

    /** As an object. */
    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            for (Map.Entry<String, String> key : keys().entrySet()) {
                out.writeStringField(key.getKey(), key.getValue());
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** As a part of a YAML list. What JSON writes as a text, YAML reads as the same. */
    String yaml() {
        StringBuilder text = new StringBuilder();
        keys().forEach((key, value) -> {
            StringWriter quoted = new StringWriter();
            try (JsonGenerator out = JSON.createGenerator(quoted)) {
                out.writeString(value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            text.append(text.isEmpty() ? "- " : "  ")
                    .append(key)
                    .append(": ")
                    .append(quoted)
                    .append('\n');
        });
        return text.toString();
    }
}
