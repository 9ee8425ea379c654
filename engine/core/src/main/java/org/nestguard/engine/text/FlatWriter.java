package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.Flushable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;

/** Writes a fleet flat: a host or a guest a line. What is not known and has no reason is left out. */
public final class FlatWriter implements Closeable, Flushable {
    private final JsonGenerator out;

    /** Writes to a stream, which is closed with the writer. */
    public FlatWriter(OutputStream out) throws IOException {
        this.out = new JsonFactory().createGenerator(out);
        this.out.setRootValueSeparator(null);
        this.out.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    }

    /**
     * A line for a host.
     *
     * @param id by which its guests name it, whatever id it says it has
     * @param pool the hosts among which its guests are moved; null for none
     * @param from where it stood before, as {@code file:line}
     */
    public void host(Known host, String id, @Nullable String pool, String from) throws IOException {
        out.writeStartObject();
        out.writeStringField("kind", "host");
        out.writeStringField("id", id);
        if (pool != null) {
            out.writeStringField("pool", pool);
        }
        facts(host, "id", from);
    }

    /** A line for a guest on that host. */
    public void guest(Known guest, String hostId, String from) throws IOException {
        out.writeStartObject();
        out.writeStringField("kind", "guest");
        out.writeStringField("hostId", hostId);
        facts(guest, "", from);
    }

    private void facts(Known known, String written, String from) throws IOException {
        out.writeStringField("observedAt", known.observedAt().toString());
        boolean evidence = false;
        for (Map.Entry<String, Observation> fact : known.facts().entrySet()) {
            String key = fact.getKey();
            if (fact.getValue().known() && !key.equals(written)) {
                FactText.write(out, key, fact.getValue().text(), known.subject().plain(key));
            }
            evidence |= fact.getValue().evidence() != null;
        }
        if (evidence) {
            evidence(known);
        }
        out.writeStringField("from", from);
        out.writeEndObject();
        out.writeRaw('\n');
    }

    private void evidence(Known known) throws IOException {
        out.writeObjectFieldStart("evidence");
        for (Map.Entry<String, Observation> fact : known.facts().entrySet()) {
            if (fact.getValue().evidence() != null) {
                out.writeFieldName("/" + fact.getKey().replace('.', '/'));
                EvidenceText.write(out, fact.getValue().evidence());
            }
        }
        out.writeEndObject();
    }

    /** Hands on what was written, so that something else can be written to the same stream. */
    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
