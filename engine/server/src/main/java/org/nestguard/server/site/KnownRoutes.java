package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.text.FactsWriter;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.JsonAnswer;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.registry.GuestEntry;
import org.nestguard.server.registry.HostEntry;
import org.nestguard.server.registry.Registry;

/** {@code /v1/hosts} and {@code /v1/guests}: what is known, as it is worth now. */
final class KnownRoutes {
    private static final int LONGEST_NAME = 300;

    private final Registry registry;
    private final Answering answering;

    KnownRoutes(Registry registry, Answering answering) {
        this.registry = registry;
        this.answering = answering;
    }

    List<Route> routes() {
        return List.of(
                new Route(HandlerType.GET, "/v1/hosts", Role.ASK, this::hosts),
                new Route(HandlerType.GET, "/v1/hosts/{name}", Role.ASK, this::host),
                new Route(HandlerType.DELETE, "/v1/hosts/{name}", Role.ADMINISTER, this::forget),
                new Route(HandlerType.GET, "/v1/guests/{uuid}", Role.ASK, this::guest));
    }

    private void hosts(Context ctx) throws IOException {
        List<HostEntry> hosts = registry.hosts();
        JsonAnswer.give(ctx, out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("hosts");
            for (HostEntry host : hosts) {
                new KnownJson(out).host(host);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private void host(Context ctx) throws IOException {
        FactsDocument document = registry.host(ctx.pathParam("name")).orElseThrow(() -> unknown(ctx));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
        FactsWriter.json(document, true, bytes);
        ctx.contentType("application/json").result(bytes.toByteArray());
    }

    private void forget(Context ctx) {
        if (!registry.forget(ctx.pathParam("name"))) {
            throw unknown(ctx);
        }
        ctx.status(204);
    }

    private void guest(Context ctx) throws IOException {
        GuestEntry guest = answering.guest(ctx.pathParam("uuid"));
        JsonAnswer.give(ctx, out -> new KnownJson(out).guest(guest, registry.history(guest.uuid())));
    }

    private static Refusal unknown(Context ctx) {
        return new Refusal(
                ProblemKind.NOT_FOUND,
                "nothing is known of a host " + Harmless.text(ctx.pathParam("name"), LONGEST_NAME)
                        + "; /v1/hosts lists those that have told of themselves");
    }
}
