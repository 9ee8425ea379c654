package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Ignored;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.decision.Supposition;
import org.nestguard.engine.decision.Waived;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.findings.Because;
import org.nestguard.findings.Finding;

/** Writes decisions as JSON or, with a YAML generator, as YAML; the schema is {@code decision.schema.json}. */
public final class DecisionWriter {
    private final JsonGenerator out;

    /** Writes to a generator, which stays the caller's. */
    public DecisionWriter(JsonGenerator out) {
        this.out = out;
    }

    /** Writes one decision as one object. */
    public void write(Decision d) throws IOException {
        out.writeStartObject();
        text("id", d.id());
        text("verdict", d.verdict().name());
        text("effective", d.effective().name());
        text("operation", d.operation().word());
        text("guest", d.guest());
        optional("guestUuid", d.guestUuid());
        text("source", d.source());
        optional("sourceId", d.sourceId());
        text("destination", d.destination());
        optional("destinationId", d.destinationId());
        out.writeArrayFieldStart("findings");
        for (Finding finding : d.findings()) {
            write(finding);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("needs");
        for (Need need : d.needs()) {
            out.writeStartObject();
            text("fact", need.fact());
            text("how", need.how());
            out.writeEndObject();
        }
        out.writeEndArray();
        suppositions("assumptions", d.assumptions());
        suppositions("settled", d.settled());
        out.writeArrayFieldStart("ignored");
        for (Ignored ignored : d.ignored()) {
            out.writeStartObject();
            text("key", ignored.key());
            text("why", ignored.why());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("safeIf");
        for (Change change : d.safeIf()) {
            write(change);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("waived");
        for (Waived waived : d.waived()) {
            out.writeStartObject();
            text("rule", waived.rule());
            text("reason", waived.reason());
            text("owner", waived.owner());
            text("expires", waived.expires().toString());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeBooleanField("incomplete", d.incomplete());
        out.writeObjectFieldStart("ruleBase");
        text("version", d.ruleBase().version());
        text("digest", d.ruleBase().digest());
        out.writeEndObject();
        out.writeEndObject();
    }

    /** Writes, in the place of a decision, why there is none. */
    public void write(Problem problem) throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("error");
        text("file", problem.file());
        out.writeNumberField("line", problem.line());
        out.writeNumberField("column", problem.column());
        text("key", problem.key());
        text("message", problem.message());
        out.writeEndObject();
        out.writeEndObject();
    }

    private void write(Finding finding) throws IOException {
        out.writeStartObject();
        text("rule", finding.rule());
        text("effect", finding.effect().word());
        out.writeBooleanField("certain", finding.certain());
        text("message", finding.message());
        out.writeArrayFieldStart("because");
        for (Because because : finding.because()) {
            out.writeStartObject();
            text("fact", because.fact());
            value("value", because.fact(), because.value());
            text("state", because.state().word());
            text("from", because.evidence() == null ? null : because.evidence().from());
            Instant at = because.evidence() == null ? null : because.evidence().at();
            text("at", at == null ? null : at.toString());
            if (because.evidence() != null) {
                text("by", because.evidence().by().word());
                optional("why", because.evidence().why());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        text("remedy", finding.remedy());
        out.writeArrayFieldStart("sources");
        for (String source : finding.sources()) {
            out.writeString(source);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void write(Change change) throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("change");
        for (Map.Entry<String, String> entry : change.change().entrySet()) {
            value(entry.getKey(), entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
        text("text", change.text());
        text("verdict", "ALLOW");
        out.writeEndObject();
    }

    private void suppositions(String field, List<Supposition> suppositions) throws IOException {
        out.writeArrayFieldStart(field);
        for (Supposition supposition : suppositions) {
            out.writeStartObject();
            text("fact", supposition.fact());
            value("value", supposition.fact(), supposition.value());
            text("why", supposition.why());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** A value in the type that the fact has in a question. */
    private void value(String field, String fact, @Nullable String value) throws IOException {
        Kind kind = FactName.at(fact).map(FactName::kind).orElse(Kind.TEXT);
        Object typed = value == null ? null : kind.read(value).orElse(null);
        if (kind == Kind.COUNT && typed instanceof Integer number) {
            out.writeNumberField(field, number);
        } else if (kind == Kind.FLAG && typed instanceof Boolean flag) {
            out.writeBooleanField(field, flag);
        } else {
            text(field, value);
        }
    }

    private void text(String field, @Nullable String text) throws IOException {
        out.writeStringField(field, text);
    }

    private void optional(String field, @Nullable String text) throws IOException {
        if (text != null) {
            text(field, text);
        }
    }
}
