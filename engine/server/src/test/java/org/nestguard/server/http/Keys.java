package org.nestguard.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Keys and certificates made by the JDK's own tool. */
final class Keys {
    private static final String WORD = "password";

    private final Site site;

    Keys(Site site) {
        this.site = site;
    }

    /** NAME.p12, NAME.crt and NAME.key of CN=NAME, O=Example. */
    void make(String name) throws IOException, InterruptedException, GeneralSecurityException {
        Path store = site.file(name + ".p12");
        Files.deleteIfExists(store);
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name + ", O=Example",
                        "-ext",
                        "SAN=DNS:localhost",
                        "-validity",
                        "30",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        WORD,
                        "-storetype",
                        "PKCS12")
                .redirectErrorStream(true)
                .start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (tool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        KeyStore keys = open(name);
        site.write(
                name + ".crt",
                "rw-r--r--",
                pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
        site.write(
                name + ".key",
                "rw-------",
                pem(
                        "PRIVATE KEY",
                        Objects.requireNonNull(keys.getKey(name, WORD.toCharArray()))
                                .getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }

    private KeyStore open(String name) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(site.file(name + ".p12"))) {
            keys.load(in, WORD.toCharArray());
        }
        return keys;
    }

    /** What a client speaks TLS with that trusts that service; its own name is null where it shows no certificate. */
    SSLContext client(String service, @Nullable String client) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(service, open(service).getCertificate(service));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory own = null;
        if (client != null) {
            own = KeyManagerFactory.getInstance("PKIX");
            own.init(open(client), WORD.toCharArray());
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : own.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
