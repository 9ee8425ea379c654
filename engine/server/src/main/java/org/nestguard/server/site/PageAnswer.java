package org.nestguard.server.site;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.List;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.page.Page;

/** What is given to a browser. */
public final class PageAnswer {
    private PageAnswer() {}

    /** Answers with a page, and with what keeps it harmless. */
    public static void give(Context ctx, int status, String html) {
        Page.HEADERS.forEach(ctx::header);
        ctx.status(status).contentType("text/html; charset=utf-8").result(html);
    }

    /** What belongs to every page. */
    public static List<Route> belongings() {
        byte[] style = Page.style();
        byte[] icon = Page.icon();
        return List.of(
                new Route(
                        HandlerType.GET,
                        Page.STYLE,
                        Role.ASK,
                        ctx -> ctx.contentType("text/css; charset=utf-8").result(style)),
                new Route(
                        HandlerType.GET,
                        Page.ICON,
                        Role.ASK,
                        ctx -> ctx.contentType("image/svg+xml").result(icon)));
    }
}
