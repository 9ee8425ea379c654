package org.nestguard.server.site;

import com.fasterxml.jackson.core.JsonGenerator;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.text.FactsReader;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.collect.Collector;
import org.nestguard.evidence.view.CapturedTree;
import org.nestguard.evidence.view.TreeArchive;
import org.nestguard.evidence.view.UnreadableTreeException;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.JsonAnswer;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.registry.Distrusted;
import org.nestguard.server.registry.Pusher;
import org.nestguard.server.registry.Registry;
import org.nestguard.server.registry.Taken;

/** {@code /v1/hosts/{name}/facts}, where agents tell of their hosts, and {@code …/wanted}, where they hear what is asked for. */
final class FactsRoutes {
    /** The number of the reading that the facts were read for. */
    static final String READING = "Nestguard-Reading";

    private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(1);
    private static final Set<String> TREES = Set.of("application/x-tar", "application/gzip", "application/x-xz");
    private static final Set<String> DOCUMENTS =
            Set.of("application/json", "application/yaml", "application/x-yaml", "text/yaml");

    private final Registry registry;
    private final Readings readings;
    private final Duration patience;
    private final InstantSource clock;

    /** @param patience how long an agent may wait to hear of a reading that is wanted */
    FactsRoutes(Registry registry, Readings readings, Duration patience, InstantSource clock) {
        this.patience = patience;
        this.registry = registry;
        this.readings = readings;
        this.clock = clock;
    }

    List<Route> routes() {
        return List.of(
                new Route(HandlerType.PUT, "/v1/hosts/{name}/facts", Role.PUSH, this::take),
                new Route(HandlerType.GET, "/v1/hosts/{name}/wanted", Role.PUSH, this::wanted));
    }

    private void take(Context ctx) throws IOException {
        String host = ctx.pathParam("name");
        Asked.mustPush(ctx, host);
        FactsDocument document = document(ctx);
        String named = document.host().name();
        if (!named.equals(host)) {
            throw new Refusal(
                    ProblemKind.FORBIDDEN, "the facts are of another host than the path says, which is " + host);
        }
        Taken taken = registry.take(document, Pusher.boundTo(host));
        if (taken instanceof Taken.Refused refused) {
            throw new Refusal(
                    refused.refusal() == Taken.Refusal.ANOTHER_HOST ? ProblemKind.FORBIDDEN : ProblemKind.NOT_TAKEN,
                    refused.why());
        }
        if (taken instanceof Taken.Disbelieved disbelieved) {
            throw new Refusal(ProblemKind.NOT_TAKEN, disbelieved.why());
        }
        String reading = ctx.header(READING);
        if (reading != null && reading.matches("[0-9]{1,18}")) {
            readings.came(host, Long.parseLong(reading));
        }
        Taken.Stored stored = (Taken.Stored) taken;
        JsonAnswer.give(ctx, out -> write(out, stored));
    }

    private static void write(JsonGenerator out, Taken.Stored stored) throws IOException {
        out.writeStartObject();
        out.writeStringField("host", stored.host());
        out.writeStringField("observedAt", stored.observedAt().toString());
        out.writeBooleanField("repeated", stored.repeated());
        out.writeNumberField("guests", stored.guests());
        out.writeNumberField("guestsWithoutUuid", stored.withoutUuid());
        out.writeNumberField("left", stored.left());
        out.writeArrayFieldStart("distrusted");
        for (Distrusted guest : stored.distrusted()) {
            out.writeStartObject();
            out.writeStringField("guest", guest.guest().toString());
            out.writeStringField("why", guest.why());
            out.writeEndObject();
        }
        out.writeEndArray();
        guests(out, "harmed", stored.harmed());
        guests(out, "cleared", stored.cleared());
        out.writeEndObject();
    }

    private static void guests(JsonGenerator out, String key, List<UUID> guests) throws IOException {
        out.writeArrayFieldStart(key);
        for (UUID guest : guests) {
            out.writeString(guest.toString());
        }
        out.writeEndArray();
    }

    private FactsDocument document(Context ctx) throws IOException {
        String type = String.valueOf(ctx.contentType()).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (DOCUMENTS.contains(type)) {
            try {
                return FactsReader.read("body", ctx.bodyInputStream());
            } catch (UnreadableException e) {
                throw new Refusal(e.problem());
            }
        }
        if (TREES.contains(type)) {
            return tree(ctx.bodyInputStream());
        }
        throw new Refusal(
                ProblemKind.UNSUPPORTED_TYPE,
                "facts are application/yaml or application/json, a captured tree is application/x-tar, application/gzip or"
                        + " application/x-xz; say which in Content-Type");
    }

    private FactsDocument tree(InputStream body) throws IOException {
        Path file = Files.createTempFile("nestguard-pushed", ".tar");
        try {
            Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
            try (TreeArchive archive = TreeArchive.open(file)) {
                return new Collector(
                                java.time.Clock.fixed(clock.instant(), java.time.ZoneOffset.UTC),
                                Optional.of(BETWEEN_SAMPLES),
                                Set.of(),
                                (done, all) -> {})
                        .collect(CapturedTree.open(archive.root()))
                        .document();
            }
        } catch (UnreadableTreeException e) {
            throw new Refusal(
                    ProblemKind.UNREADABLE, String.valueOf(e.in("body").getMessage()));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Waits without a thread until a reading of that host is wanted. */
    private void wanted(Context ctx) {
        String host = ctx.pathParam("name");
        Asked.mustPush(ctx, host);
        ctx.future(() -> readings.wanted(host, patience).thenAccept(number -> {
            if (number.isEmpty()) {
                ctx.status(204);
            } else {
                ctx.contentType("application/json").result("{\"reading\":" + number.get() + "}");
            }
        }));
    }
}
