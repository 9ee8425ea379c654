package org.nestguard.server.http;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, and clients known by their certificates. */
class TlsTest {
    @TempDir
    private static Path made = Path.of("");

    private final Site site;

    TlsTest(@TempDir Path folder) throws IOException {
        site = new Site(folder);
    }

    private static Keys keys() throws IOException {
        return new Keys(new Site(made));
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        for (String name : List.of("service", "renewed", "ops", "stranger")) {
            keys().make(name);
        }
    }

    @BeforeEach
    void layKeys() throws IOException {
        for (String name : List.of("service", "ops")) {
            lay(name, name);
        }
    }

    private void lay(String from, String as) throws IOException {
        for (String ending : List.of(".crt", ".key")) {
            Files.copy(made.resolve(from + ending), site.file(as + ending), REPLACE_EXISTING, COPY_ATTRIBUTES);
        }
    }

    @AfterEach
    void close() {
        site.close();
    }

    private Service start() throws Exception {
        site.write("credentials.yaml", "rw-------", """
                - {name: hook, token: %s, roles: [ask]}
                - {name: ops, certificate: "O=Example,CN=wrong", roles: [administer]}
                - {name: operator, certificate: "CN=ops, O=Example", roles: [ask]}
                """.formatted(Site.ASK_TOKEN));
        return site.start("""
                tcp:
                  port: 0
                  tls: {certificate: %s, key: %s, clients: %s}
                credentials: %s
                """.formatted(
                        site.file("service.crt"),
                        site.file("service.key"),
                        site.file("ops.crt"),
                        site.file("credentials.yaml")));
    }

    private static int ask(Service service, @Nullable String client, String headers)
            throws IOException, GeneralSecurityException {
        return ask(service, "service", client, headers);
    }

    private static int ask(Service service, String trusted, @Nullable String client, String headers)
            throws IOException, GeneralSecurityException {
        try (HttpClient connection = HttpClient.of(keys().client(trusted, client)
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), service.port().orElseThrow()))) {
            return connection.ask("GET", "/v1/rules", headers).status();
        }
    }

    @Test
    void aCertificateIsAskedForAndNeedNotBeShownWhereThereIsAToken() throws Exception {
        Service service = start();
        assertEquals(200, ask(service, "ops", ""), "known by the whole subject of its certificate");
        assertEquals(200, ask(service, null, Site.bearer(Site.ASK_TOKEN)));
        assertEquals(401, ask(service, null, ""));
        assertEquals(401, ask(service, "stranger", ""), "a client does not show what no authority of ours made");
    }

    @Test
    void whatIsSaidInTheClearIsNotAnswered() throws Exception {
        Service service = start();
        try (HttpClient client = HttpClient.tcp(service.port().orElseThrow())) {
            assertThrows(IOException.class, () -> client.ask("GET", "/livez", ""));
        }
    }

    @Test
    void aNewCertificateIsTakenWithoutANewStartAndAWrongOneIsNot() throws Exception {
        Service service = start();
        assertEquals(200, ask(service, "ops", ""));
        assertThrows(SSLException.class, () -> ask(service, "renewed", "ops", ""));
        lay("renewed", "service");
        service.reload();
        assertEquals(200, ask(service, "renewed", "ops", ""));
        site.write("service.key", "rw-------", "no key");
        service.reload();
        assertEquals(200, ask(service, "renewed", "ops", ""));
        assertTrue(site.ask("GET", "/readyz", "").body().contains("openssl pkcs8"));
    }

    @Test
    void aKeyThatOthersMayReadOrThatIsOfAnotherCertificateIsRefused() throws Exception {
        site.credentials();
        String settings = "tcp: {port: 0, tls: {certificate: %s, key: %s}}\ncredentials: %s\n"
                .formatted(site.file("service.crt"), site.file("ops.key"), site.file("credentials.yaml"));
        assertTrue(String.valueOf(assertThrows(StartRefusedException.class, () -> site.start(settings))
                        .getMessage())
                .contains("not the private key of that certificate"));
        Files.setPosixFilePermissions(site.file("ops.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertTrue(String.valueOf(assertThrows(StartRefusedException.class, () -> site.start(settings))
                        .getMessage())
                .contains("chmod 600"));
    }
}
