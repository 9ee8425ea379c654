package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Observation;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.facts.Worded;

/** Writes a question so that {@link QuestionReader} reads the same one: for a record, and to ask it elsewhere. */
public final class QuestionWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private final Question question;
    private final JsonGenerator out;

    private QuestionWriter(Question question, JsonGenerator out) {
        this.question = question;
        this.out = out;
    }

    /** One line of JSON. What nobody stated is left out, be it assumed or not. */
    public static String json(Question question) {
        StringWriter text = new StringWriter(1_024);
        try (JsonGenerator out = JSON.createGenerator(text)) {
            new QuestionWriter(question, out).write();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a string takes everything
        }
        return text.toString();
    }

    private void write() throws IOException {
        out.writeStartObject();
        if (question.id() != null) {
            out.writeStringField("id", question.id());
        }
        out.writeStringField("operation", question.operation().word());
        for (Party party : Party.values()) {
            party(party);
        }
        evidence();
        out.writeEndObject();
    }

    private void party(Party party) throws IOException {
        List<FactName> stated = names().stream()
                .filter(name -> name.party() == party && said(name) != null)
                .toList();
        if (stated.isEmpty()) {
            return;
        }
        out.writeObjectFieldStart(party.word());
        for (FactName name : stated) {
            boolean plain = name.kind() == Kind.FLAG || name.kind() == Kind.COUNT;
            FactText.write(out, name.key(), String.valueOf(said(name)), plain);
        }
        out.writeEndObject();
    }

    private static List<FactName> names() {
        return Arrays.stream(FactName.values()).filter(FactName::written).toList();
    }

    private @Nullable String said(FactName name) {
        Fact<?> fact = question.fact(name);
        if (fact instanceof Fact.Missing<?> missing) {
            return fact.absent() ? null : missing.text() == null ? Observation.UNKNOWN : missing.text();
        }
        Object value = fact.value();
        return fact.assumed() ? null : value instanceof Worded worded ? worded.word() : value.toString();
    }

    private void evidence() throws IOException {
        List<FactName> known = names().stream()
                .filter(name -> question.evidence(name).isPresent())
                .toList();
        if (known.isEmpty()) {
            return;
        }
        out.writeObjectFieldStart("evidence");
        for (FactName name : known) {
            Evidence evidence = question.evidence(name).orElseThrow();
            out.writeFieldName(name.path());
            EvidenceText.write(out, evidence);
        }
        out.writeEndObject();
    }
}
