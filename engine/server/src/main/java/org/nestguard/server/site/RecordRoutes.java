package org.nestguard.server.site;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Worded;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.JsonAnswer;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Entry;
import org.nestguard.server.record.Filter;
import org.nestguard.server.record.Recorded;

/** {@code GET /v1/decisions}: what was decided, newest first. */
final class RecordRoutes {
    private static final int USUAL = 100;

    private final DecisionRecord record;

    RecordRoutes(DecisionRecord record) {
        this.record = record;
    }

    List<Route> routes() {
        return List.of(
                new Route(HandlerType.GET, "/v1/decisions", Role.ASK, this::list),
                new Route(HandlerType.GET, "/v1/decisions/{seq}", Role.ASK, this::show));
    }

    private void list(Context ctx) throws IOException {
        List<Recorded> found = record.list(new Filter(
                Optional.ofNullable(ctx.queryParam("guest")),
                Optional.ofNullable(ctx.queryParam("host")),
                Optional.empty(),
                Optional.ofNullable(ctx.queryParam("operation")).map(RecordRoutes::operation),
                Optional.ofNullable(ctx.queryParam("effective")).map(RecordRoutes::verdict),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(ctx.queryParam("before")).map(text -> number(text, "before", Long.MAX_VALUE)),
                Math.toIntExact(number(
                        Optional.ofNullable(ctx.queryParam("most")).orElse(Integer.toString(USUAL)),
                        "most",
                        Filter.LONGEST))));
        JsonAnswer.give(ctx, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("decisions");
            for (Recorded one : found) {
                out.writeStartObject();
                head(out, one);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private void show(Context ctx) throws IOException {
        Recorded one = record.show(number(ctx.pathParam("seq"), "seq", Long.MAX_VALUE))
                .orElseThrow(() -> new Refusal(
                        ProblemKind.NOT_FOUND, "there is no decision of that number; it may have been removed"));
        JsonAnswer.give(ctx, out -> {
            out.writeStartObject();
            head(out, one);
            out.writeFieldName("question");
            out.writeRawValue(one.entry().question());
            out.writeStringField("previous", one.previous());
            out.writeStringField("mac", one.mac());
            out.writeEndObject();
        });
    }

    private static void head(JsonGenerator out, Recorded one) throws IOException {
        Entry entry = one.entry();
        out.writeNumberField("seq", one.seq());
        out.writeStringField("at", one.at().toString());
        out.writeStringField("caller", entry.caller());
        out.writeStringField("operation", entry.operation());
        out.writeStringField("guestUuid", entry.guestUuid());
        out.writeStringField("guest", entry.guestName());
        out.writeStringField("source", entry.source());
        out.writeStringField("destination", entry.destination());
        out.writeStringField("verdict", name(entry.verdict()));
        out.writeStringField("effective", name(entry.effective()));
        out.writeArrayFieldStart("rules");
        for (String rule : entry.rules()) {
            out.writeString(rule);
        }
        out.writeEndArray();
        out.writeStringField("ruleBase", entry.ruleBase());
        out.writeArrayFieldStart("waivers");
        for (String waiver : entry.waivers()) {
            out.writeString(waiver);
        }
        out.writeEndArray();
    }

    private static @Nullable String name(@Nullable Verdict verdict) {
        return verdict == null ? null : verdict.name();
    }

    private static Operation operation(String text) {
        return Worded.read(Operation.class, text)
                .orElseThrow(() -> new Refusal(
                        ProblemKind.UNREADABLE, "operation must be one of " + Worded.words(Operation.class)));
    }

    private static Verdict verdict(String text) {
        try {
            return Verdict.valueOf(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ProblemKind.UNREADABLE, "effective must be ALLOW, DENY or UNDETERMINED");
        }
    }

    private static long number(String text, String parameter, long most) {
        if (text.matches("[0-9]{1,18}") && Long.parseLong(text) >= 1 && Long.parseLong(text) <= most) {
            return Long.parseLong(text);
        }
        throw new Refusal(ProblemKind.UNREADABLE, parameter + " must be a whole number from 1 to " + most);
    }
}
