package org.nestguard.server.agent;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;
import org.nestguard.server.http.Asked;
import org.nestguard.server.http.ProblemKind;
import org.nestguard.server.http.Refusal;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.page.AgentView;
import org.nestguard.server.page.Page;
import org.nestguard.server.site.HookAnswer;
import org.nestguard.server.site.HookQuestion;
import org.nestguard.server.site.PageAnswer;

/**
 * What an agent answers for the registry: it hands questions on, since only there are the facts of two hosts and the memory of
 * harm. A registry that does not answer in time is a refusal, whatever the question.
 */
public final class Forwarding {
    private static final int LONGEST = 300;

    private final RemoteRegistry registry;
    private final String here;
    private final Duration patience;
    private final Page page = new Page();

    /**
     * @param here the name of this host
     * @param patience how long the registry may take
     */
    public Forwarding(RemoteRegistry registry, String here, Duration patience) {
        this.here = here;
        this.registry = registry;
        this.patience = patience;
    }

    /** In the place of the registry's own. */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(PageAnswer.belongings());
        routes.add(new Route(HandlerType.GET, "/", Role.ASK, this::page));
        routes.addAll(List.of(
                new Route(HandlerType.POST, "/v1/hooks/{system}", Role.ASK, this::hook),
                new Route(HandlerType.POST, "/v1/decisions", Role.ASK, this::forward),
                new Route(HandlerType.POST, "/v1/decisions/batch", Role.ASK, this::batch),
                new Route(HandlerType.GET, "/v1/answers", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/destinations", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/hosts", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/hosts/{name}", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/guests/{uuid}", Role.ASK, this::forward),
                new Route(HandlerType.POST, "/v1/guests/{uuid}/harm", Role.ASK, this::forward),
                new Route(HandlerType.GET, "/v1/waivers", Role.ASK, this::forward)));
        return routes;
    }

    /** Not the registry's own page: what it shows is for who may ask there. */
    private void page(Context ctx) {
        PageAnswer.give(
                ctx,
                200,
                page.of(new AgentView(
                        Asked.caller(ctx).name(), here, registry.base().toString())));
    }

    /** The guest's description stays here; what is handed on is its UUID, our own mark, what is to happen, and where. */
    private void hook(Context ctx) throws InterruptedException {
        HookQuestion question;
        try {
            question = HookQuestion.read(ctx, here);
        } catch (Refusal e) {
            HookAnswer.of(e).give(ctx);
            return;
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("system", question.system());
        query.put("event", question.event().name());
        query.put("guest", question.guest());
        question.destination().ifPresent(to -> query.put("to", to));
        question.mark().ifPresent(mark -> query.put("mark", mark));
        handOn(
                ctx,
                "GET",
                "/v1/hooks/answer?"
                        + query.entrySet().stream()
                                .map(part -> part.getKey() + "="
                                        + URLEncoder.encode(part.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&")),
                null,
                new byte[0]);
    }

    /** Nothing is decided here: the registry has the waivers and the record. */
    private void batch(Context ctx) {
        throw new Refusal(
                ProblemKind.NOT_FOUND,
                "an agent hands on one question at a time; ask " + registry.base() + " for a batch");
    }

    private void forward(Context ctx) throws InterruptedException {
        String query = ctx.req().getQueryString();
        String target = ctx.req().getRequestURI() + (query == null ? "" : "?" + query);
        handOn(ctx, ctx.method().name(), target, ctx.contentType(), Asked.body(ctx));
    }

    private void handOn(Context ctx, String method, String target, @Nullable String contentType, byte[] body)
            throws InterruptedException {
        try {
            RemoteRegistry.Answer answer = registry.ask(
                    method, target, contentType, body, Asked.caller(ctx).name(), patience);
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
