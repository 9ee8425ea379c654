package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
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
    // A bound for readers of many rule bases; one has some hundred such texts.
    private static final int MOST_ENCODED = 4_096;

    private final JsonGenerator out;
    private final Map<String, SerializedString> encoded = new HashMap<>();

    /** The keys; a name that is encoded once is written quicker than one that is looked through each time. */
    private enum Field {
        AS_OF("asOf"),
        ASSUMPTIONS("assumptions"),
        AT("at"),
        BECAUSE("because"),
        BY("by"),
        CERTAIN("certain"),
        CHANGE("change"),
        COLUMN("column"),
        DESTINATION("destination"),
        DESTINATION_ID("destinationId"),
        DIGEST("digest"),
        EFFECT("effect"),
        EFFECTIVE("effective"),
        ERROR("error"),
        EXPIRES("expires"),
        FACT("fact"),
        FILE("file"),
        FINDINGS("findings"),
        FROM("from"),
        GUEST("guest"),
        GUEST_UUID("guestUuid"),
        HOW("how"),
        ID("id"),
        IGNORED("ignored"),
        INCOMPLETE("incomplete"),
        KEY("key"),
        LINE("line"),
        MESSAGE("message"),
        NEEDS("needs"),
        OPERATION("operation"),
        OWNER("owner"),
        PLACE("place"),
        REASON("reason"),
        REMEDY("remedy"),
        RULE("rule"),
        RULE_BASE("ruleBase"),
        SAFE_IF("safeIf"),
        SETTLED("settled"),
        SOURCE("source"),
        SOURCE_ID("sourceId"),
        SOURCES("sources"),
        STATE("state"),
        TEXT("text"),
        VALUE("value"),
        VERDICT("verdict"),
        VERSION("version"),
        WAIVED("waived"),
        WHY("why");

        private final SerializedString name;

        Field(String name) {
            this.name = new SerializedString(name);
        }
    }

    /** Writes to a generator, which stays the caller's. */
    public DecisionWriter(JsonGenerator out) {
        this.out = out;
    }

    /** Writes one decision as one object. */
    public void write(Decision d) throws IOException {
        out.writeStartObject();
        text(Field.ID, d.id());
        word(Field.VERDICT, d.verdict().name());
        word(Field.EFFECTIVE, d.effective().name());
        word(Field.OPERATION, d.operation().word());
        text(Field.GUEST, d.guest());
        optional(Field.GUEST_UUID, d.guestUuid());
        text(Field.SOURCE, d.source());
        optional(Field.SOURCE_ID, d.sourceId());
        text(Field.DESTINATION, d.destination());
        optional(Field.DESTINATION_ID, d.destinationId());
        array(Field.FINDINGS);
        for (Finding finding : d.findings()) {
            write(finding);
        }
        out.writeEndArray();
        array(Field.NEEDS);
        for (Need need : d.needs()) {
            out.writeStartObject();
            word(Field.FACT, need.fact());
            text(Field.HOW, need.how());
            out.writeEndObject();
        }
        out.writeEndArray();
        suppositions(Field.ASSUMPTIONS, d.assumptions());
        suppositions(Field.SETTLED, d.settled());
        array(Field.IGNORED);
        for (Ignored ignored : d.ignored()) {
            out.writeStartObject();
            text(Field.KEY, ignored.key());
            text(Field.WHY, ignored.why());
            out.writeEndObject();
        }
        out.writeEndArray();
        array(Field.SAFE_IF);
        for (Change change : d.safeIf()) {
            write(change);
        }
        out.writeEndArray();
        array(Field.WAIVED);
        for (Waived waived : d.waived()) {
            out.writeStartObject();
            text(Field.RULE, waived.rule());
            text(Field.REASON, waived.reason());
            text(Field.OWNER, waived.owner());
            text(Field.EXPIRES, waived.expires().toString());
            text(Field.PLACE, waived.place());
            out.writeEndObject();
        }
        out.writeEndArray();
        optional(Field.AS_OF, d.asOf() == null ? null : d.asOf().toString());
        flag(Field.INCOMPLETE, d.incomplete());
        object(Field.RULE_BASE);
        word(Field.VERSION, d.ruleBase().version());
        word(Field.DIGEST, d.ruleBase().digest());
        out.writeEndObject();
        out.writeEndObject();
    }

    /** Writes, in the place of a decision, why there is none. */
    public void write(Problem problem) throws IOException {
        out.writeStartObject();
        object(Field.ERROR);
        text(Field.FILE, problem.file());
        number(Field.LINE, problem.line());
        number(Field.COLUMN, problem.column());
        text(Field.KEY, problem.key());
        text(Field.MESSAGE, problem.message());
        out.writeEndObject();
        out.writeEndObject();
    }

    private void write(Finding finding) throws IOException {
        out.writeStartObject();
        word(Field.RULE, finding.rule());
        word(Field.EFFECT, finding.effect().word());
        flag(Field.CERTAIN, finding.certain());
        text(Field.MESSAGE, finding.message());
        array(Field.BECAUSE);
        for (Because because : finding.because()) {
            out.writeStartObject();
            word(Field.FACT, because.fact());
            value(Field.VALUE, because.fact(), because.value());
            word(Field.STATE, because.state().word());
            text(
                    Field.FROM,
                    because.evidence() == null ? null : because.evidence().from());
            Instant at = because.evidence() == null ? null : because.evidence().at();
            text(Field.AT, at == null ? null : at.toString());
            if (because.evidence() != null) {
                text(Field.BY, because.evidence().by().word());
                optional(Field.WHY, because.evidence().why());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
        text(Field.REMEDY, finding.remedy());
        array(Field.SOURCES);
        for (String source : finding.sources()) {
            word(source);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private void write(Change change) throws IOException {
        out.writeStartObject();
        object(Field.CHANGE);
        for (Map.Entry<String, String> entry : change.change().entrySet()) {
            out.writeFieldName(entry.getKey());
            value(entry.getKey(), entry.getValue());
        }
        out.writeEndObject();
        text(Field.TEXT, change.text());
        word(Field.VERDICT, "ALLOW");
        out.writeEndObject();
    }

    private void suppositions(Field field, List<Supposition> suppositions) throws IOException {
        array(field);
        for (Supposition supposition : suppositions) {
            out.writeStartObject();
            word(Field.FACT, supposition.fact());
            value(Field.VALUE, supposition.fact(), supposition.value());
            word(Field.WHY, supposition.why());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private void value(Field field, String fact, @Nullable String value) throws IOException {
        out.writeFieldName(field.name);
        value(fact, value);
    }

    /** A value in the type that the fact has in a question. */
    private void value(String fact, @Nullable String value) throws IOException {
        Kind kind = value == null
                ? Kind.TEXT
                : FactName.at(fact).map(FactName::kind).orElse(Kind.TEXT);
        boolean typed = kind == Kind.COUNT || kind == Kind.FLAG;
        Object read = typed && value != null ? kind.read(value).orElse(null) : null;
        if (read instanceof Integer number) {
            out.writeNumber(number);
        } else if (read instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else {
            out.writeString(value);
        }
    }

    private void array(Field field) throws IOException {
        out.writeFieldName(field.name);
        out.writeStartArray();
    }

    private void object(Field field) throws IOException {
        out.writeFieldName(field.name);
        out.writeStartObject();
    }

    private void flag(Field field, boolean flag) throws IOException {
        out.writeFieldName(field.name);
        out.writeBoolean(flag);
    }

    private void number(Field field, int number) throws IOException {
        out.writeFieldName(field.name);
        out.writeNumber(number);
    }

    private void text(Field field, @Nullable String text) throws IOException {
        out.writeFieldName(field.name);
        out.writeString(text);
    }

    /** A text that the rules bring, not the question: encoded once, as the names are. */
    private void word(Field field, String word) throws IOException {
        out.writeFieldName(field.name);
        word(word);
    }

    private void word(String word) throws IOException {
        SerializedString known = encoded.get(word);
        if (known == null) {
            known = new SerializedString(word);
            if (encoded.size() < MOST_ENCODED) {
                encoded.put(word, known);
            }
        }
        out.writeString(known);
    }

    private void optional(Field field, @Nullable String text) throws IOException {
        if (text != null) {
            text(field, text);
        }
    }
}
