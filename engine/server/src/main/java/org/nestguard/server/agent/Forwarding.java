package org.nestguard.server.agent;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Role;

/**
 * What an agent answers for the registry: it hands questions on, since only there are the facts of two hosts and the memory of
 * harm. A registry that does not answer in time is a refusal, whatever the question.
 */
public final class Forwarding {
    private static final int LONGEST = 300;

    private final RemoteRegistry registry;
    private final Duration patience;

    /** @param patience how long the registry may take */
    public Forwarding(RemoteRegistry registry, Duration patience) {
        this.registry = registry;
        this.patience = patience;
    }

    /** In the place of the registry's own. */
    public List<Route> routes() {
        return List.of(
                new Route(HandlerType.POST, "/v1/decisions", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/answers", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/destinations", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/hosts", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/hosts/{name}", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/guests/{uuid}", Role.ASK, this::forward));
    }

    private void forward(Context ctx) throws InterruptedException {
        String query = ctx.req().getQueryString();
        String target = ctx.req().getRequestURI() + (query == null ? "" : "?" + query);
        try {
            RemoteRegistry.Answer answer =
                    registry.ask(ctx.method().name(), target, ctx.contentType(), ctx.bodyAsBytes(), patience);
            if (!answer.recorded().isEmpty()) {
                ctx.header("Nestguard-Recorded", answer.recorded());
            }
            ctx.status(answer.status()).contentType(answer.type()).result(answer.body());
        } catch (IOException | IllegalArgumentException e) {
            throw new Refusal(
                    ProblemKind.SILENT,
                    "the registry did not answer: " + Harmless.text(String.valueOf(e.getMessage()), LONGEST));
        }
    }
}
