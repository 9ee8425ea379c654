package org.nestguard.server.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** Makes the page, and has what belongs to it. */
public final class Page {
    /** Where the stylesheet is; the template says the same. */
    public static final String STYLE = "/page/style.css";

    /** Where the picture for a browser's tab is; the template says the same. */
    public static final String ICON = "/page/icon.svg";

    /**
     * What goes with the page: a browser takes nothing from elsewhere, runs nothing, sends the form nowhere else, shows it in no
     * other page and tells nobody where a link was clicked.
     */
    public static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors"
                    + " 'none'",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Opener-Policy",
            "same-origin",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private static final String TEMPLATES = Page.class.getPackageName() + ".templates";

    private final TemplateEngine templates =
            TemplateEngine.createPrecompiled(null, ContentType.Html, Page.class.getClassLoader(), TEMPLATES);

    /** The page as HTML. */
    public String of(View view) {
        return rendered("page.jte", view);
    }

    /** The page of a decision of the record. */
    public String of(PastView view) {
        return rendered("past.jte", view);
    }

    /** The page of an agent. */
    public String of(AgentView view) {
        return rendered("agent.jte", view);
    }

    private String rendered(String template, Object view) {
        StringOutput page = new StringOutput(1 << 14);
        templates.render(template, view, new HarmlessOutput(page));
        return page.toString();
    }

    /** The stylesheet. */
    public static byte[] style() {
        return resource("style.css");
    }

    /** The picture for a browser's tab. */
    public static byte[] icon() {
        return resource("icon.svg");
    }

    private static byte[] resource(String name) {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the service lacks " + name + "; install NestGuard again");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
