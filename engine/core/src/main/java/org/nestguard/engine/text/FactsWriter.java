package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.facts.Evidence;

/** Writes facts documents, version 1, as YAML or JSON; nothing that is unknown is left out. */
public final class FactsWriter {
    private static final int VERSION = 1;

    private final JsonGenerator out;

    private FactsWriter(JsonGenerator out) {
        this.out = out;
    }

    /** As YAML, for people and for {@code check}. */
    public static void yaml(FactsDocument document, OutputStream out) throws IOException {
        YAMLFactory yaml = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build();
        try (JsonGenerator generator = yaml.createGenerator(out)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            new FactsWriter(generator).write(document);
        }
    }

    /** As JSON: on one line, or for people. */
    public static void json(FactsDocument document, boolean oneLine, OutputStream out) throws IOException {
        try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            if (!oneLine) {
                generator.setPrettyPrinter(new DefaultPrettyPrinter());
            }
            new FactsWriter(generator).write(document);
            generator.writeRaw('\n');
        }
    }

    private void write(FactsDocument document) throws IOException {
        out.writeStartObject();
        out.writeNumberField("facts", VERSION);
        out.writeFieldName("host");
        known(document.host());
        out.writeArrayFieldStart("guests");
        for (Known guest : document.guests()) {
            known(guest);
        }
        out.writeEndArray();
        out.writeObjectFieldStart("evidence");
        evidence("/host/", document.host());
        for (int i = 0; i < document.guests().size(); i++) {
            evidence("/guests/" + i + "/", document.guests().get(i));
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void known(Known known) throws IOException {
        out.writeStartObject();
        out.writeStringField("observedAt", known.observedAt().toString());
        for (Map.Entry<String, Observation> fact : known.facts().entrySet()) {
            FactText.write(
                    out, fact.getKey(), fact.getValue().text(), known.subject().plain(fact.getKey()));
        }
        out.writeEndObject();
    }

    private void evidence(String prefix, Known known) throws IOException {
        for (Map.Entry<String, Observation> fact : known.facts().entrySet()) {
            Evidence evidence = fact.getValue().evidence();
            if (evidence == null) {
                continue;
            }
            out.writeFieldName(prefix + fact.getKey().replace('.', '/'));
            EvidenceText.write(out, evidence);
        }
    }
}
