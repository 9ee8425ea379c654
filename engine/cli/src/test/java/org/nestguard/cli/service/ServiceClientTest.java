package org.nestguard.cli.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TOKEN = "0123456789abcdef0123";

    @TempDir
    private Path folder = Path.of("");

    private final Server server = new Server();
    private String url = "";

    /** Says what it was told; some paths have an answer of their own. */
    private static final class Echo extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String path = request.getHttpURI().getPathQuery();
            if (path.equals("/silent")) {
                return true; // and the callback is never called
            }
            String said;
            if (path.equals("/huge")) {
                said = "x".repeat(ServiceClient.LARGEST + 1);
            } else if (path.equals("/refused")) {
                response.setStatus(403);
                said = "{\"title\": \"no\", \"detail\": \"this needs the role\\u001b[31m administer\"}";
            } else if (path.equals("/elsewhere")) {
                response.setStatus(302);
                response.getHeaders().put("Location", "/found");
                said = "";
            } else {
                said = request.getMethod() + " " + path + " "
                        + request.getHeaders().get("Authorization") + " "
                        + request.getHeaders().get("Content-Type") + " "
                        + Content.Source.asString(request, StandardCharsets.UTF_8);
            }
            Content.Sink.write(response, true, said, callback);
            return true;
        }
    }

    @BeforeEach
    void start() throws Exception {
        ServerConnector tcp = new ServerConnector(server);
        tcp.setHost("127.0.0.1");
        UnixDomainServerConnector unix = new UnixDomainServerConnector(server);
        unix.setUnixDomainPath(folder.resolve("s.sock"));
        server.addConnector(tcp);
        server.addConnector(unix);
        server.setHandler(new Echo());
        server.start();
        url = "http://127.0.0.1:" + tcp.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private Path token(String text, String permissions) throws IOException {
        Path file = folder.resolve("token");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private ServiceClient overSocket() throws IOException {
        return ServiceClient.over(folder.resolve("s.sock"), null);
    }

    private static String complaint(org.junit.jupiter.api.function.Executable asking) {
        return String.valueOf(assertThrows(ServiceException.class, asking).getMessage());
    }

    @Test
    void asksOverAUnixSocketWithoutACredentialAndWithOne() throws Exception {
        try (ServiceClient client = overSocket()) {
            assertEquals("GET /a?b=c null null ", client.get("/a?b=c", PATIENCE).body());
            byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
            assertEquals(
                    "POST /a null application/json {}",
                    client.post("/a", "application/json", body, PATIENCE).body());
            assertEquals("DELETE /a null null ", client.delete("/a", PATIENCE).body());
        }
        try (ServiceClient client = ServiceClient.over(folder.resolve("s.sock"), token(TOKEN, "rw-------"))) {
            assertEquals(
                    "GET / Bearer " + TOKEN + " null ",
                    client.get("/", PATIENCE).body());
        }
    }

    @Test
    void asksAUrlWithItsCredential() throws Exception {
        try (ServiceClient client = ServiceClient.at(url, token(TOKEN + "\n", "rw-------"), null)) {
            assertEquals(
                    "PUT /a Bearer " + TOKEN + " text/plain x",
                    client.put("/a", "text/plain", new byte[] {'x'}, PATIENCE).body());
        }
    }

    @Test
    void aRefusalIsAnAnswerAndItsReasonIsFitForATerminal() throws Exception {
        try (ServiceClient client = overSocket()) {
            ServiceClient.Answer answer = client.get("/refused", PATIENCE);
            assertEquals(403, answer.status());
            assertTrue(answer.complaint().startsWith("status 403: this needs the role"), answer.complaint());
            assertTrue(answer.complaint().indexOf('\u001b') < 0);
        }
    }

    @Test
    void aSilentServiceIsWaitedForNoLongerThanSaid() throws Exception {
        try (ServiceClient client = overSocket()) {
            assertTrue(complaint(() -> client.get("/silent", Duration.ofMillis(300)))
                    .endsWith("gave no whole answer within 300 ms"));
        }
    }

    @Test
    void anAnswerWithoutEndIsNone() throws Exception {
        try (ServiceClient client = overSocket()) {
            String huge = complaint(() -> client.get("/huge", PATIENCE));
            assertTrue(huge.contains("does not answer: "), huge);
            assertFalse(huge.contains("java."), huge);
        }
    }

    @Test
    void aCredentialIsNotTakenElsewhere() throws Exception {
        try (ServiceClient client = overSocket()) {
            assertEquals(302, client.get("/elsewhere", PATIENCE).status());
        }
    }

    @Test
    void whereNobodyListensTheMessageSaysWhere() throws Exception {
        Path nowhere = folder.resolve("nowhere.sock");
        try (ServiceClient client = ServiceClient.over(nowhere, null)) {
            assertEquals(
                    "the service at " + nowhere
                            + " does not answer: there is no such socket; is it running, and is this its"
                            + " path (--socket PATH)?",
                    complaint(() -> client.get("/", PATIENCE)));
        }
    }

    @Test
    void whyThereIsNoAnswerIsSaidInWords() throws Exception {
        Path token = token(TOKEN, "rw-------");
        int closed;
        try (ServerSocket socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        assertEquals(
                "the registry at http://127.0.0.1:" + closed
                        + " does not answer: nothing listens there (Connection refused); is it running?",
                refusal("http://127.0.0.1:" + closed, token));
        assertEquals(
                "the registry at https://no-such-host.invalid:7420 does not answer: there is no address for that name; is it"
                        + " written right?",
                refusal("https://no-such-host.invalid:7420", token));
        String tls = refusal(url.replace("http:", "https:"), token);
        assertTrue(tls.contains("does not answer: TLS failed (Unrecognized SSL message, plaintext connection?)"), tls);
        try (ServerSocket hangsUp = new ServerSocket(0)) {
            Thread thread = new Thread(() -> {
                try {
                    hangsUp.accept().close();
                } catch (IOException e) {
                    // the client says what it saw
                }
            });
            thread.start();
            assertEquals(
                    "the registry at http://127.0.0.1:" + hangsUp.getLocalPort()
                            + " does not answer: it closed the connection before its answer was whole",
                    refusal("http://127.0.0.1:" + hangsUp.getLocalPort(), token));
            thread.join();
        }
    }

    private static String refusal(String url, Path token) throws Exception {
        try (ServiceClient client = ServiceClient.at(url, token, null)) {
            return complaint(() -> client.get("/", PATIENCE));
        }
    }

    @Test
    void aTokenThatOthersMayReadIsNotUsed() throws Exception {
        Path open = token(TOKEN, "rw-r-----");
        assertTrue(complaint(() -> ServiceClient.at(url, open, null)).contains("chmod 600"));
        Path text = token("too short", "rw-------");
        assertTrue(complaint(() -> ServiceClient.at(url, text, null)).contains("one token"));
        assertTrue(complaint(() -> ServiceClient.at(url, folder.resolve("none"), null))
                .contains("no such file"));
    }

    @Test
    void aCredentialTravelsInTheClearOnThisMachineOnly() throws Exception {
        Path file = token(TOKEN, "rw-------");
        for (String bad : new String[] {"http://registry:7420", "ftp://localhost", "https://", "https://r/x", "a b"}) {
            assertTrue(complaint(() -> ServiceClient.at(bad, file, null)).contains("is no URL"), bad);
        }
        ServiceClient.at("http://localhost:1", file, null).close();
        ServiceClient.at("https://registry:1", file, null).close();
    }

    @Test
    void authoritiesAreCertificatesInPem() throws Exception {
        Path file = token(TOKEN, "rw-------");
        assertTrue(complaint(() -> ServiceClient.at("https://r:1", file, file)).contains("PEM"));
        assertTrue(complaint(() -> ServiceClient.at("https://r:1", file, folder.resolve("none")))
                .contains("no such file"));
    }
}
