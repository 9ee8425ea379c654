package org.nestguard.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nestguard.server.http.access.Role;

/** Who may what, and where it does not even start. */
class AccessTest {
    private final Site site;

    AccessTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    /** As the routes of hosts will be. */
    private static Parts pushing() {
        Route push = new Route(HandlerType.PUT, "/v1/hosts/{name}/facts", Role.PUSH, ctx -> {
            Asked.mustPush(ctx, ctx.pathParam("name"));
            ctx.status(204);
        });
        Route change = new Route(HandlerType.POST, "/change", Role.ADMINISTER, ctx -> ctx.status(204));
        return new Parts(Recorder.NONE, Map::of, decisions -> List.of(push, change), List.of(), InstantSource.system());
    }

    private static int status(Service service, String method, String path, String headers) throws IOException {
        try (HttpClient client = HttpClient.tcp(service.port().orElseThrow())) {
            return client.ask(method, path, headers).status();
        }
    }

    private String refused(String settings) {
        return String.valueOf(assertThrows(StartRefusedException.class, () -> site.start(settings))
                .getMessage());
    }

    @Test
    void withoutCredentialsLoopbackMayAskAndNothingElse() throws Exception {
        Service service = site.start("tcp: {port: 0}\nhost: l0-a\n", pushing());
        assertEquals(200, status(service, "GET", "/v1/rules", ""));
        assertEquals(403, status(service, "PUT", "/v1/hosts/l0-a/facts", ""));
        assertEquals(403, status(service, "POST", "/change", ""));
    }

    @Test
    void withoutCredentialsAPageFromElsewhereCannotAskByABrowser() throws Exception {
        Service service = site.start("tcp: {port: 0}\n");
        try (HttpClient client = HttpClient.tcp(service.port().orElseThrow())) {
            client.send("GET /v1/rules HTTP/1.1\r\nHost: evil.example:80\r\n\r\n");
            assertEquals(401, client.reply().status());
            client.send("GET /v1/rules HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n");
            assertEquals(200, client.reply().status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ask-0123456789abcdef, 200, 403, 403, 403",
        "push-0123456789abcdef, 200, 204, 403, 403",
        "administer-0123456789abcdef, 403, 403, 403, 204",
        "nobody-0123456789abcdef, 401, 401, 401, 401"
    })
    void aTokenMayWhatItsRolesSay(String token, int ask, int own, int other, int change) throws Exception {
        Service service = site.start("tcp: {port: 0}\ncredentials: " + site.credentials() + "\n", pushing());
        String bearer = Site.bearer(token);
        assertEquals(ask, status(service, "GET", "/v1/rules", bearer));
        assertEquals(own, status(service, "PUT", "/v1/hosts/l0-a/facts", bearer));
        assertEquals(other, status(service, "PUT", "/v1/hosts/l0-b/facts", bearer));
        assertEquals(change, status(service, "POST", "/change", bearer));
    }

    @Test
    void withCredentialsLoopbackNeedsOneAndHealthDoesNot() throws Exception {
        Service service = site.start("tcp: {port: 0}\ncredentials: " + site.credentials() + "\n");
        try (HttpClient client = HttpClient.tcp(service.port().orElseThrow())) {
            HttpClient.Reply reply = client.ask("POST", "/v1/decisions", Site.YAML, Site.QUESTION);
            assertEquals(401, reply.status());
            assertEquals("Bearer", reply.header("WWW-Authenticate"));
            assertEquals("application/problem+json", reply.header("Content-Type"));
        }
        assertEquals(401, status(service, "GET", "/metrics", ""));
        assertEquals(200, status(service, "GET", "/livez", ""));
        assertEquals(200, status(service, "GET", "/readyz", ""));
        assertEquals(200, status(service, "GET", "/openapi.yaml", ""));
    }

    @Test
    void whoCouldOpenTheSocketMayAskAndPushForThisHostOnly() throws Exception {
        site.start("host: l0-a\ncredentials: " + site.credentials() + "\n", pushing());
        assertEquals(200, site.ask("GET", "/v1/rules", "").status());
        assertEquals(204, site.ask("PUT", "/v1/hosts/l0-a/facts", "").status());
        assertEquals(403, site.ask("PUT", "/v1/hosts/l0-b/facts", "").status());
        assertEquals(403, site.ask("POST", "/change", "").status());
        assertEquals(
                401,
                site.ask("GET", "/v1/rules", Site.bearer("a-wrong-0123456789abcdef"))
                        .status(),
                "who shows a wrong token is not let in by another door");
    }

    @Test
    void credentialsAreReadAgainAndAWrongFileLeavesTheOldInForce() throws Exception {
        Path file = site.credentials();
        Service service = site.start("tcp: {port: 0}\ncredentials: " + file + "\n");
        String fresh = Site.bearer("fresh-0123456789abcdef");
        assertEquals(401, status(service, "GET", "/v1/rules", fresh));
        site.write("credentials.yaml", "rw-------", "- {name: new, token: fresh-0123456789abcdef, roles: [ask]}\n");
        service.reload();
        assertEquals(200, status(service, "GET", "/v1/rules", fresh));
        assertEquals(401, status(service, "GET", "/v1/rules", Site.bearer(Site.ASK_TOKEN)));
        site.write("credentials.yaml", "rw-r--r--", "- {name: new, token: other-0123456789abcdef, roles: [ask]}\n");
        service.reload();
        assertEquals(200, status(service, "GET", "/v1/rules", fresh));
        String ready = site.ask("GET", "/readyz", "").body();
        assertTrue(ready.contains("\"what\":\"credentials\"") && ready.contains("chmod 600"), ready);
        try (HttpClient client = HttpClient.tcp(service.port().orElseThrow())) {
            String forAll = client.ask("GET", "/readyz", "").body();
            assertTrue(forAll.contains("credentials") && !forAll.contains("chmod"), forAll);
        }
    }

    @Test
    void aPortThatOthersReachIsNotOpenedWithoutTls() {
        assertTrue(refused("tcp: {address: 0.0.0.0, port: 0}\n").contains("tcp.tls"));
    }

    @Test
    void aPortThatOthersReachIsNotOpenedWithoutCredentials() throws Exception {
        Keys keys = new Keys(site);
        keys.make("service");
        String tls = "tcp: {address: 0.0.0.0, port: 0, tls: {certificate: %s, key: %s}}\n"
                .formatted(site.file("service.crt"), site.file("service.key"));
        assertTrue(refused(tls).contains("credentials"));
        Path none = site.write("none.yaml", "rw-------", "[]\n");
        assertTrue(refused(tls + "credentials: " + none + "\n").contains("there is no credential in it"));
    }

    @Test
    void theSocketIsForItsGroupAndNobodyElse() throws Exception {
        site.start("");
        assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(site.file("socket"))));
        site.close();
        assertFalse(Files.exists(site.file("socket")));
    }

    @Test
    void theSocketIsNotMadeInADirectoryThatIsOpenToOthers() throws Exception {
        Files.setPosixFilePermissions(site.file(""), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertTrue(refused("").contains("chmod 750"));
    }

    @Test
    void theSocketOfALivingServiceIsNotTakenFromIt() throws Exception {
        site.start("");
        assertTrue(refused("").contains("somebody listens there already"));
        assertEquals(200, site.ask("GET", "/livez", "").status());
    }

    @Test
    void aSocketThatAKilledServiceLeftBehindIsInNobodysWay() throws Exception {
        ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        killed.bind(UnixDomainSocketAddress.of(site.file("socket")));
        killed.close();
        assertTrue(Files.exists(site.file("socket")));
        site.start("");
        assertEquals(200, site.ask("GET", "/livez", "").status());
    }

    @Test
    void aFileInTheSocketsPlaceIsLeftAlone() throws Exception {
        site.write("socket", "rw-------", "mine");
        assertTrue(refused("").contains("left alone"));
        assertEquals("mine", Files.readString(site.file("socket")));
    }

    @Test
    void aGroupThatThereIsNotIsSaid() throws Exception {
        String settings = "unix: {path: " + site.file("socket") + ", group: no-such-group}\n";
        String message =
                String.valueOf(assertThrows(StartRefusedException.class, () -> site.startOn(Site.parsed(settings)))
                        .getMessage());
        assertTrue(message.contains("groupadd"), message);
    }

    @Test
    void aSocketThatCannotBeMadeIsSaid() {
        assertTrue(refusedSocket(site.file("none/socket")).contains("install -d -m 0750"));
        assertTrue(refusedSocket(site.file("s".repeat(120))).contains("too long for a socket"));
    }

    private static String refusedSocket(Path path) {
        return String.valueOf(assertThrows(
                        StartRefusedException.class,
                        () -> Service.start(Site.parsed("unix: {path: " + path + "}\n"), Parts.NONE)
                                .close())
                .getMessage());
    }

    @Test
    void anAddressThatThereIsNotIsSaid() {
        assertTrue(
                refused("tcp: {address: no-such-host.invalid, port: 0}\n").contains("there is no address of the name"));
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        Service first = site.startOn(Site.parsed("tcp: {port: 0}\n"));
        String settings = "tcp: {port: " + first.port().orElseThrow() + "}\n";
        assertThrows(StartRefusedException.class, () -> site.startOn(Site.parsed(settings)));
    }
}
