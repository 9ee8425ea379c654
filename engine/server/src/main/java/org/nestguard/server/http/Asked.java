package org.nestguard.server.http;

import io.javalin.http.Context;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.access.Role;

/** What was found out of a request before it came to its route. */
public final class Asked {
    static final String CALLER = Asked.class.getName() + ".caller";
    static final String ID = Asked.class.getName() + ".id";
    static final String BODY = Asked.class.getName() + ".body";

    static final String FETCH_SITE = "Sec-Fetch-Site";

    /** What a browser says where a link of the page was followed, or an address typed or kept. */
    static final Set<String> OWN = Set.of("same-origin", "none");

    /** The addresses of the page for people. */
    private static final Pattern PAGE = Pattern.compile("/|/page/[^/]+|/decisions/[^/]+");

    private Asked() {}

    /** Who asks. */
    public static Caller caller(Context ctx) {
        return (Caller) Objects.requireNonNull(ctx.req().getAttribute(CALLER));
    }

    /** Names the request; the log names it too. */
    public static String id(Context ctx) {
        return (String) Objects.requireNonNull(ctx.req().getAttribute(ID));
    }

    /** What was sent along: as it was gathered before the route was asked, or read now. */
    public static byte[] body(Context ctx) {
        return ctx.req().getAttribute(BODY) instanceof byte[] gathered ? gathered : ctx.bodyAsBytes();
    }

    /**
     * Whether a person may have asked it by themselves, in a browser, which then may ask them who they are: the page from
     * wherever they came, and all else to which the page leads. A browser says for each request from where it comes; nobody
     * can make it say something else.
     */
    static boolean byPerson(String method, String path, @Nullable String fetchSite) {
        return method.equals("GET") && (PAGE.matcher(path).matches() || (fetchSite != null && OWN.contains(fetchSite)));
    }

    /**
     * Whether they meant to ask, and were not made to by a page of another site. Programs other than browsers say nothing of
     * that; only of one that shows who its user is as browsers do, that is not enough.
     */
    public static boolean willingly(Context ctx) {
        String from = ctx.header(FETCH_SITE);
        String authorization = ctx.header("Authorization");
        return from == null
                ? authorization == null
                        || !authorization.toLowerCase(Locale.ROOT).startsWith("basic ")
                : OWN.contains(from);
    }

    /** Lets only those pass who may. @throws Refusal with 401 for whom nobody knows, 403 for the others */
    static void must(Context ctx, Role role) {
        Caller caller = caller(ctx);
        if (!caller.known()) {
            throw new Refusal(
                    ProblemKind.UNAUTHENTICATED,
                    "show a bearer token or a client's certificate that the service's file of credentials knows; in a browser,"
                            + " its name and token as user and password");
        }
        if (!caller.may(role)) {
            throw new Refusal(ProblemKind.FORBIDDEN, "this needs the role " + role.word());
        }
    }

    /** Lets only those pass who may push facts of that host. @throws Refusal for another host's name */
    public static void mustPush(Context ctx, String host) {
        must(ctx, Role.PUSH);
        if (!caller(ctx).mayPush(host)) {
            throw new Refusal(ProblemKind.FORBIDDEN, "a credential pushes the facts of its own host and of no other");
        }
    }
}
