package org.nestguard.fleet.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.waiver.WaiverFinding;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Hook;
import org.nestguard.fleet.audit.HostResult;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.merge.Contradiction;
import org.nestguard.fleet.plan.Plan;

/** The words in which results travel; audit.schema.json describes them. */
final class AuditJson {
    private AuditJson() {}

    static void guest(JsonGenerator out, GuestResult result, List<String> whatIf) throws IOException {
        out.writeStartObject();
        text(out, "guest", result.guest());
        text(out, "uuid", result.uuid());
        out.writeStringField("host", result.host());
        out.writeStringField("hostId", result.hostId());
        text(out, "pool", result.pool());
        out.writeStringField("verdict", result.answer().verdict().name());
        out.writeStringField("effective", result.effective().name());
        out.writeObjectFieldStart("destinations");
        for (Verdict verdict : Verdict.values()) {
            out.writeNumberField(verdict.name(), result.answer().hosts(verdict));
        }
        out.writeEndObject();
        list(out, "rules", result.answer().against());
        list(out, "needs", result.answer().needs());
        waived(out, result.waived());
        out.writeStringField("place", result.place());
        list(out, "whatIf", whatIf);
        out.writeEndObject();
    }

    static void waived(JsonGenerator out, List<Waived> all) throws IOException {
        out.writeArrayFieldStart("waived");
        for (Waived waived : all) {
            out.writeStartObject();
            out.writeStringField("rule", waived.rule());
            out.writeStringField("reason", waived.reason());
            out.writeStringField("owner", waived.owner());
            out.writeStringField("expires", waived.expires().toString());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static void problem(JsonGenerator out, Problem problem) throws IOException {
        out.writeStartObject();
        out.writeStringField("file", problem.file());
        out.writeNumberField("line", problem.line());
        out.writeNumberField("column", problem.column());
        text(out, "key", problem.key());
        out.writeStringField("message", problem.message());
        out.writeEndObject();
    }

    static void host(JsonGenerator out, HostResult result) throws IOException {
        out.writeStartObject();
        out.writeStringField("host", result.host());
        out.writeStringField("hostId", result.id());
        text(out, "pool", result.pool());
        out.writeArrayFieldStart("said");
        for (HostResult.Said said : result.said()) {
            out.writeStartObject();
            out.writeStringField("rule", said.rule());
            out.writeStringField("effect", said.effect().word());
            out.writeBooleanField("certain", said.certain());
            out.writeEndObject();
        }
        out.writeEndArray();
        list(out, "unknown", result.unknown());
        out.writeStringField("hook", result.hook().word());
        out.writeStringField("place", result.place());
        out.writeEndObject();
    }

    static void contradiction(JsonGenerator out, Contradiction contradiction) throws IOException {
        out.writeStartObject();
        out.writeStringField("fact", contradiction.fact());
        out.writeStringField("id", contradiction.id());
        text(out, "name", contradiction.name());
        out.writeArrayFieldStart("said");
        for (Contradiction.Said said : List.of(contradiction.one(), contradiction.other())) {
            out.writeStartObject();
            out.writeStringField("value", said.value());
            out.writeStringField("at", said.at().toString());
            out.writeStringField("place", said.place());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    static void summary(JsonGenerator out, Summary summary) throws IOException {
        out.writeStringField("operation", summary.asked().operation().word());
        text(
                out,
                "to",
                summary.asked().to() == null ? null : summary.asked().to().toString());
        out.writeStringField("asOf", summary.asOf().toString());
        list(out, "whatIf", summary.asked().supposed());
        out.writeBooleanField("whole", summary.whole());
        out.writeNumberField("hosts", summary.hosts());
        out.writeNumberField("destinations", summary.targets());
        out.writeNumberField("guests", summary.guests());
        out.writeNumberField("unreadable", summary.unreadable());
        counts(out, "verdicts", summary.verdicts());
        counts(out, "effective", summary.effective());
        counts(out, "pairs", summary.pairs());
        out.writeNumberField("cautioned", summary.cautioned());
        out.writeNumberField("staleL2", summary.staleL2());
        out.writeArrayFieldStart("reasons");
        for (Summary.Reason reason : summary.reasons()) {
            out.writeStartObject();
            out.writeStringField("rule", reason.rule());
            out.writeStringField("effect", reason.effect().word());
            out.writeNumberField("guests", reason.guests());
            out.writeNumberField("pairs", reason.pairs());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("needs");
        for (Summary.Need need : summary.needs()) {
            out.writeStartObject();
            out.writeStringField("fact", need.fact());
            out.writeNumberField("guests", need.guests());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("contradictions");
        for (Map.Entry<String, Long> contradicted : summary.contradictions().entrySet()) {
            out.writeStartObject();
            out.writeStringField("fact", contradicted.getKey());
            out.writeNumberField("times", contradicted.getValue());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("hostReasons");
        for (Summary.HostReason reason : summary.hostReasons()) {
            out.writeStartObject();
            out.writeStringField("rule", reason.rule());
            out.writeStringField("effect", reason.effect().word());
            out.writeNumberField("hosts", reason.hosts());
            out.writeNumberField("possible", reason.possible());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeObjectFieldStart("hooks");
        for (Hook hook : Hook.values()) {
            out.writeNumberField(hook.word(), summary.hooks(hook));
        }
        out.writeEndObject();
        out.writeArrayFieldStart("waivers");
        for (WaiverFinding finding : summary.waivers()) {
            out.writeStartObject();
            out.writeStringField("finding", word(finding.kind()));
            out.writeStringField("rule", finding.rule());
            out.writeStringField("owner", finding.owner());
            out.writeStringField("place", finding.place());
            out.writeStringField("message", finding.text());
            out.writeEndObject();
        }
        out.writeEndArray();
        plan(out, summary.plan());
        out.writeObjectFieldStart("ruleBase");
        out.writeStringField("version", summary.ruleBase().version());
        out.writeStringField("digest", summary.ruleBase().digest());
        out.writeEndObject();
    }

    private static void plan(JsonGenerator out, @Nullable Plan plan) throws IOException {
        if (plan == null) {
            out.writeNullField("plan");
            return;
        }
        out.writeObjectFieldStart("plan");
        out.writeArrayFieldStart("steps");
        for (Plan.Step step : plan.steps()) {
            out.writeStartObject();
            out.writeStringField("text", step.text());
            list(out, "whatIf", step.whatIf());
            out.writeNumberField("hosts", step.hosts());
            out.writeNumberField("guests", step.guests());
            out.writeNumberField("freedOfDeny", step.freedOfDeny());
            out.writeNumberField("freedOfUndetermined", step.freedOfUndetermined());
            out.writeNumberField("lost", step.lost());
            counts(out, "verdicts", step.verdicts());
            counts(out, "pairs", step.pairs());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("readings");
        for (Plan.Reading reading : plan.readings()) {
            out.writeStartObject();
            out.writeStringField("fact", reading.fact());
            out.writeStringField("where", reading.where());
            out.writeNumberField("atMost", reading.guests());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeNumberField("tried", plan.tried());
        list(out, "remarks", plan.remarks());
        out.writeEndObject();
    }

    /** What is wrong with a waiver, in one word. */
    static String word(WaiverFinding.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static void counts(JsonGenerator out, String key, Map<Verdict, Long> counts) throws IOException {
        out.writeObjectFieldStart(key.toLowerCase(Locale.ROOT));
        for (Verdict verdict : Verdict.values()) {
            out.writeNumberField(verdict.name(), counts.getOrDefault(verdict, 0L));
        }
        out.writeEndObject();
    }

    static void text(JsonGenerator out, String key, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeNullField(key);
        } else {
            out.writeStringField(key, text);
        }
    }

    static void number(JsonGenerator out, String key, @Nullable Long number) throws IOException {
        if (number == null) {
            out.writeNullField(key);
        } else {
            out.writeNumberField(key, number);
        }
    }

    static void list(JsonGenerator out, String key, List<String> texts) throws IOException {
        out.writeArrayFieldStart(key);
        for (String text : texts) {
            out.writeString(text);
        }
        out.writeEndArray();
    }
}
