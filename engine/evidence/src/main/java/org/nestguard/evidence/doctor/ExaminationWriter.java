package org.nestguard.evidence.doctor;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** Writes an examination as JSON: one object. Nothing in it is made harmless for a terminal. */
public final class ExaminationWriter {
    private final JsonGenerator out;

    /** A writer to that generator, which the caller closes. */
    public ExaminationWriter(JsonGenerator out) {
        this.out = out;
    }

    /** Writes it. */
    public void write(Examination examination) throws IOException {
        out.writeStartObject();
        out.writeStringField("host", examination.host());
        out.writeStringField("module", examination.module().orElse(null));
        out.writeBooleanField("fine", examination.fine());
        out.writeArrayFieldStart("diagnoses");
        for (Diagnosis diagnosis : examination.diagnoses()) {
            write(diagnosis);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void write(Diagnosis diagnosis) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", diagnosis.id());
        out.writeStringField("title", diagnosis.title());
        out.writeStringField("state", diagnosis.state().word());
        out.writeStringField("sentence", diagnosis.sentence());
        texts("details", diagnosis.details());
        out.writeArrayFieldStart("evidence");
        for (Seen seen : diagnosis.evidence()) {
            out.writeStartObject();
            out.writeStringField("from", seen.from());
            if (seen.line() > 0) {
                out.writeNumberField("line", seen.line());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("doNext");
        for (Step step : diagnosis.doNext()) {
            out.writeStartObject();
            out.writeStringField("say", step.say());
            texts("commands", step.commands());
            out.writeStringField("when", step.when().word());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void texts(String field, List<String> texts) throws IOException {
        out.writeArrayFieldStart(field);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }
}
