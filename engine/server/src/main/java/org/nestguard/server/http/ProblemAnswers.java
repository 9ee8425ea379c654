package org.nestguard.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import org.eclipse.jetty.http.HttpException;
import org.nestguard.engine.text.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes of a route that threw: a problem document, where nothing else was answered yet. */
final class ProblemAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAnswers.class);

    /** Has a browser ask its user. */
    private static final String BASIC = "Basic realm=\"NestGuard: name and token of a credential\", charset=\"UTF-8\"";

    private ProblemAnswers() {}

    static void tell(RoutesConfig routes) {
        routes.exception(Refusal.class, (e, ctx) -> refused(ctx, e));
        routes.exception(HttpResponseException.class, (e, ctx) -> javalins(ctx, e));
        routes.exception(Exception.class, (e, ctx) -> other(ctx, e));
    }

    private static void javalins(Context ctx, HttpResponseException e) {
        ProblemKind kind = ProblemKind.of(e.getStatus());
        String methods = e.getDetails().get("availableMethods");
        if (kind == ProblemKind.METHOD_NOT_ALLOWED && methods != null) {
            ctx.header("Allow", methods);
        }
        String detail = switch (kind) {
            case NOT_FOUND -> "there is nothing of this name; /openapi.yaml tells what there is";
            case METHOD_NOT_ALLOWED -> "/openapi.yaml tells which methods it takes";
            default -> kind.title();
        };
        refused(ctx, new Refusal(kind, detail));
    }

    private static void other(Context ctx, Exception e) {
        if (e instanceof HttpException http) { // thrown by Jetty out of a handler's reading
            refused(ctx, new Refusal(ProblemKind.of(http.getCode()), "the request cannot be read any further"));
        } else if (ctx.res().isCommitted()) {
            LOG.atInfo().addKeyValue("why", String.valueOf(e.getMessage())).log("an answer was cut off");
        } else {
            LOG.atError().addKeyValue("request", Asked.id(ctx)).setCause(e).log("a request failed");
            refused(ctx, new Refusal(ProblemKind.FAILED, "the log of the service says why"));
        }
    }

    private static void refused(Context ctx, Refusal refusal) {
        if (ctx.res().isCommitted()) { // what is written now would be part of what was answered before
            LOG.atInfo().addKeyValue("why", refusal.detail()).log("an answer was cut off");
            return;
        }
        ProblemKind kind = refusal.kind();
        Problem place = refusal.place();
        if (kind == ProblemKind.UNAUTHENTICATED) {
            ctx.header(
                    "WWW-Authenticate",
                    Asked.byPerson(ctx.method().name(), ctx.path(), ctx.header(Asked.FETCH_SITE)) ? BASIC : "Bearer");
        }
        ctx.status(kind.status())
                .contentType(ProblemDocument.CONTENT_TYPE)
                .result(ProblemDocument.of(kind, kind.status(), refusal.detail(), place, Asked.id(ctx)));
    }
}
