package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** A fact as documents write it: {@code l2.live} within an object, numbers and yes and no without quotes. */
final class FactText {
    private FactText() {}

    /**
     * Writes one.
     *
     * @param plain whether its values are numbers or yes and no
     */
    static void write(JsonGenerator out, String key, String text, boolean plain) throws IOException {
        int dot = key.indexOf('.');
        if (dot < 0) {
            out.writeFieldName(key);
            value(out, text, plain);
        } else {
            out.writeObjectFieldStart(key.substring(0, dot));
            out.writeFieldName(key.substring(dot + 1));
            value(out, text, plain);
            out.writeEndObject();
        }
    }

    private static void value(JsonGenerator out, String text, boolean plain) throws IOException {
        if (plain && (text.equals("true") || text.equals("false"))) {
            out.writeBoolean(Boolean.parseBoolean(text));
        } else if (plain && text.matches("\\d{1,9}")) {
            out.writeNumber(Integer.parseInt(text));
        } else {
            out.writeString(text);
        }
    }
}
