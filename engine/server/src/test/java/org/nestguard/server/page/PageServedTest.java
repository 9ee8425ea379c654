package org.nestguard.server.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.server.http.HttpClient;

/** The page as the service gives it. */
class PageServedTest {
    @TempDir
    private Path folder = Path.of("");

    private PageSite site;

    @BeforeEach
    void start() throws Exception {
        site = PageSite.start(folder, "");
    }

    @AfterEach
    void end() {
        site.close();
    }

    private static String question(String operation, String guest, String to) {
        return "/?operation=" + URLEncoder.encode(operation, StandardCharsets.UTF_8) + "&guest="
                + URLEncoder.encode(guest, StandardCharsets.UTF_8) + "&to="
                + URLEncoder.encode(to, StandardCharsets.UTF_8);
    }

    private String asked(int status, String operation, String guest, String to) throws IOException {
        HttpClient.Reply reply = site.get(question(operation, guest, to));
        assertEquals(status, reply.status(), reply.body());
        assertEquals("text/html;charset=utf-8", reply.header("Content-Type"));
        assertHarmless(reply.body());
        return reply.body();
    }

    private static void assertHarmless(String body) {
        assertFalse(body.contains("<script"), body);
        assertFalse(body.contains("<img"), body);
        assertTrue(
                body.codePoints().allMatch(c -> c == '\n' || (c >= ' ' && Character.getType(c) != Character.FORMAT)));
    }

    private int decided() throws IOException {
        return site.get("/v1/decisions").body().split("\"seq\"", -1).length - 1;
    }

    private static void assertSays(String body, String... texts) {
        for (String text : texts) {
            assertTrue(body.contains(text), text + " is not in " + body);
        }
    }

    @Test
    void aBrowserMayTakeNothingFromElsewhereAndRunNothing() throws Exception {
        HttpClient.Reply reply = site.get("/");
        assertEquals(200, reply.status());
        assertEquals(
                "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'",
                reply.header("Content-Security-Policy"));
        assertEquals("nosniff", reply.header("X-Content-Type-Options"));
        assertEquals("no-referrer", reply.header("Referrer-Policy"));
        assertEquals("no-store", reply.header("Cache-Control"));
        assertSays(
                reply.body(), "<html lang=\"en\">", "l0-b", "Nothing was decided so far.", "Each answer is recorded");
        assertHarmless(reply.body());
        assertFalse(reply.body().contains("style=\""));
        assertEquals("text/css; charset=utf-8", site.get("/page/style.css").header("Content-Type"));
        assertEquals("image/svg+xml", site.get("/page/icon.svg").header("Content-Type"));
    }

    @Test
    void aPersonSeesTheVerdictTheReasonsAndWhatWouldMakeItSafe() throws Exception {
        String body = asked(200, "migrate", "build-farm-07", "l0-b");
        assertSays(
                body,
                "<title>DENY: migrate build-farm-07 from l0-a to l0-b - NestGuard</title>",
                "<span class=\"word\">DENY</span>",
                "Do not migrate it.",
                "amd-live-l2",
                "guest.l2.live = 2",
                "virsh domstats --vcpu",
                "guest_mode on vcpu 1",
                "where it was read, nobody said",
                "Do next",
                "What would make it safe",
                "Where can <bdi>build-farm-07</bdi> go?");
    }

    @Test
    void anAnswerIsRecordedWithWhoAskedAndAdviceIsNot() throws Exception {
        assertSays(asked(200, "savevm", "build-farm-07", "l0-b"), "To <bdi>save build-farm-07 on l0-a</bdi>");
        assertEquals(1, decided());
        assertSays(site.get("/v1/decisions").body(), "\"caller\":\"loopback\"", "\"destination\":null");
        String advice = asked(200, "migrate", "build-farm-07", "");
        assertSays(advice, "<title>Where can build-farm-07 go? - NestGuard</title>", "<bdi>l0-j</bdi>");
        assertFalse(advice.contains("class=\"word\""), advice);
        assertEquals(1, decided());
        assertSays(site.get("/").body(), "<bdi>build-farm-07</bdi>", "<bdi>loopback</bdi>", "\"/decisions/1\"");
    }

    @Test
    void whatHasNoAnswerIsAPageThatSaysWhyWithTheStatusOfIt() throws Exception {
        assertSays(asked(404, "migrate", "nobody", "l0-b"), "no guest is known as nobody", "No answer is a refusal");
        assertSays(asked(404, "migrate", "build-farm-07", "nowhere"), "nothing is known of a host nowhere");
        assertSays(asked(409, "migrate", "twin", "l0-b"), "several guests are called twin", PageSite.TWIN);
        assertSays(asked(400, "fly", "build-farm-07", "l0-b"), "operation must be one of migrate, savevm, loadvm");
        assertSays(asked(400, "migrate", " ", "l0-b"), "say which guest is meant");
        assertSays(asked(400, "loadvm", "build-farm-07", ""), "to is missing");
        assertEquals(0, decided());
    }

    @Test
    void namesThatNobodyShouldHaveDoNothing() throws Exception {
        assertSays(
                asked(200, "migrate", PageSite.HOSTILE, PageSite.BREAKOUT),
                "&lt;script&gt;document.title='owned'",
                "&gt;&lt;img src=x");
        assertSays(asked(200, "migrate", PageSite.TWIN.replace('7', '5'), ""), "U+202E&gt;", "U+0007&gt;");
        asked(404, "migrate", PageSite.SCRIPT + "x", PageSite.TURNED);
        asked(404, "migrate", PageSite.TURNED + "x", PageSite.SCRIPT);
        asked(400, PageSite.BREAKOUT, PageSite.SCRIPT, PageSite.BREAKOUT);
        assertHarmless(site.get("/").body());
    }

    @Test
    void aHostsGuestsAreShownAndNothingIsDecidedByThat() throws Exception {
        HttpClient.Reply reply = site.get("/?host=l0-a");
        assertEquals(200, reply.status());
        assertHarmless(reply.body());
        assertSays(
                reply.body(),
                "<title>Guests on l0-a - NestGuard</title>",
                "<bdi>build-farm-07</bdi>",
                "&lt;script&gt;document.title",
                "operation=migrate&amp;guest=" + PageSite.FARM + "&amp;to=#answer");
        HttpClient.Reply none = site.get("/?host=nowhere%3Cscript%3E");
        assertEquals(404, none.status());
        assertHarmless(none.body());
        assertSays(none.body(), "nothing is known of a host nowhere");
        assertEquals(0, decided());
    }

    @Test
    void aLinkOnAnotherSiteDoesNotAsk() throws Exception {
        for (String from : List.of("cross-site", "same-site")) { // the same site is another port of the same machine
            HttpClient.Reply reply =
                    site.get(question("migrate", "build-farm-07", "l0-b"), "Sec-Fetch-Site: " + from + "\r\n");
            assertEquals(200, reply.status());
            assertSays(reply.body(), "Not asked yet", "value=\"build-farm-07\"", "value=\"l0-b\"");
        }
        assertEquals(0, decided());
    }

    @Test
    void aPastDecisionHasAPageThatAllowsNothing() throws Exception {
        asked(200, "savevm", PageSite.HOSTILE, "");
        String latest = site.get("/").body();
        assertSays(latest, "<a href=\"/decisions/1\">1</a>");
        HttpClient.Reply reply = site.get("/decisions/1");
        assertEquals(200, reply.status());
        assertEquals("text/html;charset=utf-8", reply.header("Content-Type"));
        assertTrue(reply.header("Content-Security-Policy").contains("default-src 'none'"));
        assertHarmless(reply.body());
        assertSays(
                reply.body(),
                "<title>Decision 1 - NestGuard</title>",
                "<span class=\"word\">DENY</span>",
                "It allows nothing now",
                "<bdi>loopback</bdi>",
                "<a href=\"/v1/rules/amd-live-l2\">",
                "&lt;script&gt;document.title",
                "\"operation\" : \"savevm\"");
        for (String none : List.of("2", "0", "x%3cscript%3e", "-1", "99999999999999999999")) {
            HttpClient.Reply missing = site.get("/decisions/" + none);
            assertEquals(404, missing.status());
            assertHarmless(missing.body());
            assertSays(missing.body(), "There is no decision of that number");
        }
        assertEquals(1, decided(), "to look is not to ask");
    }

    private static String user(String name, String token) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((name + ":" + token).getBytes(StandardCharsets.UTF_8)) + "\r\n";
    }

    @Test
    void aBrowserShowsNameAndTokenAndNoOtherSiteCanUseThat() throws Exception {
        restart();
        String own = "Sec-Fetch-Site: same-origin\r\n";
        String elsewhere = "Sec-Fetch-Site: cross-site\r\n";
        String hook = user("hook", "hook-0123456789abcdef0123");
        String savevm = "/?operation=savevm&guest=build-farm-07&to=";
        HttpClient.Reply asks = site.get("/", own);
        assertEquals(401, asks.status());
        assertTrue(asks.header("WWW-Authenticate").startsWith("Basic realm="), asks.toString());
        assertEquals("Bearer", site.get("/v1/hosts").header("WWW-Authenticate"));
        assertEquals("Bearer", site.get("/v1/hosts", elsewhere).header("WWW-Authenticate"));
        assertTrue(site.get("/v1/hosts", own).header("WWW-Authenticate").startsWith("Basic"), "a link of the page");
        assertSays(site.get("/", hook + elsewhere).body(), "You ask as <bdi>hook</bdi>");
        assertSays(site.get(savevm, hook + own).body(), "<span class=\"word\">DENY</span>");
        assertEquals(200, site.get("/v1/decisions", hook + own).status(), "where a link of the page leads");
        for (String forced : List.of(elsewhere, "Sec-Fetch-Site: same-site\r\n", "")) {
            assertSays(site.get(savevm, hook + forced).body(), "Not asked yet");
            assertEquals(
                    401,
                    site.get("/v1/answers?operation=savevm&guest=build-farm-07", hook + forced)
                            .status());
        }
        try (HttpClient client = HttpClient.tcp(site.port())) {
            assertEquals(
                    401,
                    client.ask("POST", "/v1/hooks/xapi?operation=save", hook + own, "uuid=" + PageSite.FARM)
                            .status(),
                    "a form of whatever site asks nothing");
        }
        assertEquals(
                401, site.get("/", user("hook", "wrong-0123456789abcdef") + own).status());
        assertEquals(
                401,
                site.get("/", user("l0-a", "hook-0123456789abcdef0123") + own).status());
        assertEquals(
                403,
                site.get("/", user("l0-a", "l0-a-0123456789abcdef0123") + own).status());
        String record = site.get("/v1/decisions", hook + own).body();
        assertEquals(2, record.split("\"seq\"", -1).length, record);
        assertSays(record, "\"caller\":\"hook\"");
    }

    @Test
    void whoIsNotKnownSeesNothing() throws Exception {
        restart();
        for (String path : new String[] {"/", "/page/style.css", "/page/icon.svg", "/decisions/1"}) {
            assertEquals(401, site.get(path).status());
            assertEquals(
                    403,
                    site.get(path, "Authorization: Bearer l0-a-0123456789abcdef0123\r\n")
                            .status());
            assertEquals(
                    path.equals("/decisions/1") ? 404 : 200,
                    site.get(path, "Authorization: Bearer hook-0123456789abcdef0123\r\n")
                            .status());
        }
    }

    /** With credentials. */
    private void restart() throws Exception {
        site.close();
        Path credentials = folder.resolve("credentials.yaml");
        Files.writeString(credentials, """
                - {name: hook, token: hook-0123456789abcdef0123, roles: [ask]}
                - {name: l0-a, token: l0-a-0123456789abcdef0123, roles: [push], host: l0-a}
                """);
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        site = PageSite.start(folder, "credentials: " + credentials + "\n");
    }
}
