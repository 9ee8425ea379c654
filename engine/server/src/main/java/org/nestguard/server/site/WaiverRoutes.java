package org.nestguard.server.site;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.waiver.Waiver;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.JsonAnswer;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.StandingRules;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.record.RecordException;
import org.nestguard.server.waiver.Kept;
import org.nestguard.server.waiver.KeptWaivers;

/** {@code /v1/waivers}: "I know better", said openly and for a time. */
final class WaiverRoutes {
    private static final int LONGEST = 1_000;

    private final KeptWaivers waivers;
    private final Decisions decisions;
    private final InstantSource clock;

    WaiverRoutes(KeptWaivers waivers, Decisions decisions, InstantSource clock) {
        this.waivers = waivers;
        this.decisions = decisions;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                new Route(HandlerType.GET, "/v1/waivers", Role.ASK, this::list),
                new Route(HandlerType.POST, "/v1/waivers", Role.ADMINISTER, this::make),
                new Route(HandlerType.DELETE, "/v1/waivers/{number}", Role.ADMINISTER, this::end));
    }

    private void make(Context ctx) throws IOException {
        Waiver wanted = read(ctx);
        StandingRules rules = decisions.rules();
        weighed(rules).vain(wanted).ifPresent(why -> {
            throw new Refusal(
                    ProblemKind.WAIVES_NOTHING,
                    "it would waive nothing: " + why + "; /v1/rules tells which rules can be waived");
        });
        Kept made;
        try {
            made = waivers.make(
                    wanted, Asked.caller(ctx).name(), rules.version().digest());
        } catch (RecordException e) {
            throw unrecorded(e);
        }
        ctx.status(201);
        JsonAnswer.give(ctx, out -> write(out, made, rules));
    }

    private void end(Context ctx) {
        String number = ctx.pathParam("number");
        Optional<Kept> ended;
        try {
            ended = number.matches("[0-9]{1,18}")
                    ? waivers.end(
                            Long.parseLong(number),
                            Asked.caller(ctx).name(),
                            decisions.rules().version().digest())
                    : Optional.empty();
        } catch (RecordException e) {
            throw unrecorded(e);
        }
        if (ended.isEmpty()) {
            throw new Refusal(
                    ProblemKind.NOT_FOUND,
                    "there is no waiver of that number to end; /v1/waivers tells which there are");
        }
        ctx.status(204);
    }

    private void list(Context ctx) throws IOException {
        StandingRules rules = decisions.rules();
        List<Kept> all = waivers.all();
        JsonAnswer.give(ctx, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("waivers");
            for (Kept kept : all) {
                write(out, kept, rules);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static Waiver read(Context ctx) throws IOException {
        Waiver waiver;
        try {
            waiver = Waivers.readOne("body", Bodies.ofKeys(ctx));
        } catch (TableException e) {
            throw new Refusal(ProblemKind.UNREADABLE, String.valueOf(e.getMessage()));
        }
        for (String text : List.of(waiver.rule(), waiver.scopeText(), waiver.reason(), waiver.owner())) {
            if (text.length() > LONGEST || !Harmless.text(text).equals(text)) {
                throw new Refusal(
                        ProblemKind.UNREADABLE,
                        "rule, scope, reason and owner are at most " + LONGEST
                                + " characters each, all of them such as can be seen");
            }
        }
        return waiver;
    }

    private Waivers weighed(StandingRules rules) {
        return new Waivers(List.of(), rules.guard().rules(), Clock.fixed(clock.instant(), ZoneOffset.UTC));
    }

    private static Refusal unrecorded(RecordException e) {
        return new Refusal(ProblemKind.NOT_RECORDED, "what cannot be recorded is not done: " + e.getMessage());
    }

    private void write(JsonGenerator out, Kept kept, StandingRules rules) throws IOException {
        Waiver waiver = kept.waiver();
        Waivers weighed = weighed(rules);
        Optional<String> vain = weighed.vain(waiver);
        boolean expired = !clock.instant().isBefore(waiver.expires());
        out.writeStartObject();
        out.writeNumberField("id", kept.number());
        out.writeStringField("rule", waiver.rule());
        out.writeStringField("scope", waiver.scopeText());
        out.writeStringField("reason", waiver.reason());
        out.writeStringField("owner", waiver.owner());
        out.writeStringField("expires", waiver.expires().toString());
        out.writeStringField("state", kept.ended().isPresent() ? "ended" : expired ? "expired" : "standing");
        out.writeObjectFieldStart("made");
        who(out, kept.madeAt(), kept.madeBy());
        out.writeEndObject();
        if (kept.ended().isPresent()) {
            Kept.Ended end = kept.ended().get();
            out.writeObjectFieldStart("ended");
            who(out, end.at(), end.by());
            out.writeNumberField("entry", end.entry());
            out.writeEndObject();
        } else {
            out.writeNullField("ended");
        }
        if (kept.used().isPresent()) {
            out.writeObjectFieldStart("lastUsed");
            out.writeStringField("at", kept.used().get().at().toString());
            out.writeNumberField("decision", kept.used().get().decision());
            out.writeEndObject();
        } else {
            out.writeNullField("lastUsed");
        }
        out.writeArrayFieldStart("remarks");
        for (String remark : remarks(kept, vain, weighed)) {
            out.writeString(remark);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /** What is to be said of a waiver that nobody has ended. */
    private static List<String> remarks(Kept kept, Optional<String> vain, Waivers weighed) {
        if (kept.ended().isPresent()) {
            return List.of();
        }
        List<String> remarks = new ArrayList<>();
        vain.ifPresentOrElse(
                why -> remarks.add("it waives nothing: " + why),
                () -> weighed.tooWide(kept.waiver()).forEach(why -> remarks.add("it is too wide: " + why)));
        if (kept.used().isEmpty()) {
            remarks.add("no decision in the record made use of it");
        }
        return remarks;
    }

    private static void who(JsonGenerator out, Instant at, String by) throws IOException {
        out.writeStringField("at", at.toString());
        out.writeStringField("by", by);
    }
}
