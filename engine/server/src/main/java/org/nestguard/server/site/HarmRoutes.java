package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nestguard.catalogue.TableException;
import org.nestguard.catalogue.TableReader;
import org.nestguard.catalogue.TableRow;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.JsonAnswer;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.registry.GuestEntry;
import org.nestguard.server.registry.Harm;
import org.nestguard.server.registry.HarmCause;
import org.nestguard.server.registry.Registry;

/**
 * {@code POST /v1/guests/{uuid}/harm}: who was to stop an operation tells that it was too late. That makes answers stricter and
 * nothing else, so whoever may ask may tell.
 */
final class HarmRoutes {
    private static final int LONGEST = 500;

    private final Registry registry;
    private final Answering answering;
    private final InstantSource clock;

    HarmRoutes(Registry registry, Answering answering, InstantSource clock) {
        this.registry = registry;
        this.answering = answering;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(new Route(HandlerType.POST, "/v1/guests/{uuid}/harm", Role.ASK, this::tell));
    }

    private void tell(Context ctx) throws IOException {
        String why;
        try {
            TableRow row = TableReader.readOne("body", Bodies.ofKeys(ctx)).only(Set.of("cause", "why"));
            row.read(
                    "cause",
                    word -> Optional.of(word).filter(HarmCause.LATE_ABORT.word()::equals),
                    HarmCause.LATE_ABORT.word() + ", for no other harm is told from outside");
            why = row.read(
                    "why",
                    text -> Optional.of(text).filter(said -> !said.isBlank() && said.length() <= LONGEST),
                    "a sentence of at most " + LONGEST + " characters");
        } catch (TableException e) {
            throw new Refusal(ProblemKind.UNREADABLE, Harmless.text(String.valueOf(e.getMessage()), LONGEST));
        }
        GuestEntry guest = answering.guest(ctx.pathParam("uuid"));
        Harm harm = registry.harm(
                guest.uuid(),
                HarmCause.LATE_ABORT,
                clock.instant(),
                Asked.caller(ctx).name() + " says: " + why);
        JsonAnswer.give(ctx, out -> {
            out.writeStartObject();
            out.writeStringField("guest", harm.guest().toString());
            out.writeStringField("cause", harm.cause().word());
            out.writeStringField("at", harm.at().toString());
            out.writeStringField("why", harm.why());
            out.writeEndObject();
        });
    }
}
