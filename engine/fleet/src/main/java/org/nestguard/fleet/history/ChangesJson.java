package org.nestguard.fleet.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.fleet.history.Changes.Change;
import org.nestguard.fleet.history.Changes.State;

/** Changes for a program: every one, then the numbers by rule. */
public final class ChangesJson implements Changes.Listener {
    private static final int VERSION = 1;

    private final JsonGenerator out;
    private final Map<String, Map<State, Long>> rules = new TreeMap<>();

    /** Writes to a stream, which stays open. */
    public ChangesJson(OutputStream stream, Changes changes) throws IOException {
        out = new JsonFactory().createGenerator(stream);
        out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        out.useDefaultPrettyPrinter();
        out.writeStartObject();
        out.writeNumberField("diff", VERSION);
        audit("before", changes.before());
        audit("after", changes.after());
        out.writeArrayFieldStart("changes");
    }

    private void audit(String key, PastAudit audit) throws IOException {
        out.writeObjectFieldStart(key);
        out.writeNumberField("audit", audit.number());
        out.writeStringField("at", audit.at().toString());
        out.writeStringField("asOf", audit.asOf().toString());
        out.writeStringField("series", audit.series());
        out.writeStringField("question", audit.question());
        out.writeNumberField("guests", audit.guests());
        out.writeNumberField("unreadable", audit.unreadable());
        out.writeObjectFieldStart("ruleBase");
        out.writeStringField("version", audit.ruleBase().version());
        out.writeStringField("digest", audit.ruleBase().digest());
        out.writeEndObject();
        out.writeEndObject();
    }

    @Override
    public void change(Change change) {
        rules.computeIfAbsent(change.rule(), rule -> new EnumMap<>(State.class)).merge(change.state(), 1L, Long::sum);
        try {
            out.writeStartObject();
            out.writeStringField("guest", change.guest().name());
            text("uuid", change.guest().uuid());
            out.writeStringField("host", change.guest().host());
            out.writeStringField("rule", change.rule());
            out.writeStringField("state", word(change.state()));
            text("cause", change.cause() == null ? null : word(change.cause()));
            text("was", change.was() == null ? null : change.was().name());
            text("is", change.is() == null ? null : change.is().name());
            out.writeStringField("effective", change.guest().effective().name());
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All was told of. */
    public void end() throws IOException {
        out.writeEndArray();
        out.writeObjectFieldStart("rules");
        for (Map.Entry<String, Map<State, Long>> rule : rules.entrySet()) {
            out.writeObjectFieldStart(rule.getKey());
            for (State state : State.values()) {
                out.writeNumberField(word(state), rule.getValue().getOrDefault(state, 0L));
            }
            out.writeEndObject();
        }
        out.writeEndObject();
        out.writeEndObject();
        out.writeRaw('\n');
        out.close();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private void text(String key, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeNullField(key);
        } else {
            out.writeStringField(key, text);
        }
    }
}
