package org.nestguard.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.server.http.settings.TlsFiles;

/** The service's certificate and the authorities that clients' certificates come from, out of PEM files. */
public final class Tls {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final int LARGEST = 1 << 20;

    private final @Nullable TlsFiles files;
    private final SslContextFactory.@Nullable Server factory;

    private Tls(@Nullable TlsFiles files, SslContextFactory.@Nullable Server factory) {
        this.files = files;
        this.factory = factory;
    }

    /** Reads the files; null where there is no TLS. The messages of what is thrown name the file and what to do. */
    static Tls of(@Nullable TlsFiles files) throws IOException, GeneralSecurityException {
        if (files == null) {
            return new Tls(null, null);
        }
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        fill(factory, files);
        return new Tls(files, factory);
    }

    /** Believes only those whose certificate comes from the authorities in a PEM file. */
    public static SSLContext trusting(Path authorities) throws IOException, GeneralSecurityException {
        KeyStore trusted = empty();
        int number = 0;
        for (Certificate authority : certificates(authorities)) {
            trusted.setCertificateEntry("authority-" + number++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    /** What a connector makes its connections with. */
    SslContextFactory.@Nullable Server factory() {
        return factory;
    }

    /** Reads the files again; connections made from now on use them. Where they cannot be taken, the old stay in force. */
    void reload() throws IOException, GeneralSecurityException {
        if (files == null || factory == null) {
            return;
        }
        fill(new SslContextFactory.Server(), files); // throws before anything is changed
        try {
            factory.reload(f -> {
                try {
                    fill((SslContextFactory.Server) f, files);
                } catch (IOException | GeneralSecurityException e) {
                    throw new IllegalStateException(e.getMessage(), e);
                }
            });
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
    }

    private static void fill(SslContextFactory.Server factory, TlsFiles files)
            throws IOException, GeneralSecurityException {
        Certificate[] chain = certificates(files.certificate()).toArray(new Certificate[0]);
        PrivateKey key = key(files.key(), chain[0].getPublicKey());
        KeyStore keys = empty();
        keys.setKeyEntry("service", key, new char[0], chain);
        factory.setKeyStore(keys);
        factory.setKeyStorePassword("");
        factory.setKeyManagerPassword("");
        if (files.clients() != null) {
            KeyStore trusted = empty();
            int number = 0;
            for (Certificate authority : certificates(files.clients())) {
                trusted.setCertificateEntry("authority-" + number++, authority);
            }
            factory.setTrustStore(trusted);
            factory.setWantClientAuth(true); // who shows none needs a token; a foreign one ends the handshake
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new GeneralSecurityException(file + ": there is no certificate in it; PEM is expected");
            }
            return all;
        } catch (java.security.cert.CertificateException e) {
            throw new GeneralSecurityException(file + ": no certificate in PEM: " + e.getMessage(), e);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new IOException(file + ": there is no such file", e);
        }
    }

    private static PrivateKey key(Path file, PublicKey certified) throws IOException, GeneralSecurityException {
        PrivateFile.check(file);
        if (Files.size(file) > LARGEST) {
            throw new GeneralSecurityException(file + ": larger than a key");
        }
        Matcher m = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!m.find()) {
            throw new GeneralSecurityException(
                    file
                            + ": no private key in PKCS #8 that is not encrypted; make one of it with: openssl pkcs8 -topk8 -nocrypt");
        }
        PrivateKey key;
        try {
            key = KeyFactory.getInstance(certified.getAlgorithm())
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(m.group(1))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new GeneralSecurityException(file + ": not the private key of that certificate");
        }
        if (!belong(key, certified)) {
            throw new GeneralSecurityException(file + ": not the private key of that certificate");
        }
        return key;
    }

    private static boolean belong(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (certified.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> certified.getAlgorithm();
                });
        byte[] text = "nestguard".getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(text);
        return signature.verify(signed);
    }
}
