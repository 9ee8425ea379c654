package org.nestguard.cli.hook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Objects;

/**
 * The door of KubeVirt: a webhook that the API server of a cluster asks. It is no file of this host but an object of the
 * cluster, so it is printed, for kubectl to lay.
 *
 * @param url where the registry listens, as the API server reaches it
 * @param authorities the PEM text of the certificates to believe of it
 */
public record KubeVirtManifest(URI url, String authorities) {
    /** As it is called on the command line. */
    public static final String WORD = "kubevirt";

    static final String WEBHOOK = "kubevirt.nestguard.org";
    static final String OPT_OUT = "nestguard.org/guard=off";
    static final String PATH = "/v1/admission/kubevirt";

    private static final int LARGEST = 1 << 20;

    /**
     * Takes what an operator says.
     *
     * @param authorities a PEM file
     * @throws HookException where it cannot be taken
     */
    public static KubeVirtManifest of(String url, Path authorities) {
        return new KubeVirtManifest(url(url), certificates(authorities));
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text);
            boolean bare = String.valueOf(url.getPath()).isEmpty()
                    && url.getQuery() == null
                    && url.getFragment() == null
                    && url.getUserInfo() == null;
            if ("https".equals(url.getScheme()) && url.getHost() != null && bare) {
                return url;
            }
        } catch (URISyntaxException e) {
            // the same words serve
        }
        throw new HookException(
                "--url must be where the registry listens with TLS, such as https://registry.example:7420, without a path");
    }

    private static String certificates(Path file) {
        try {
            byte[] bytes = Files.size(file) > LARGEST ? new byte[0] : Files.readAllBytes(file);
            String text = new String(bytes, StandardCharsets.US_ASCII);
            if (!text.contains("PRIVATE KEY")
                    && !CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes))
                            .isEmpty()) {
                return text;
            }
        } catch (IOException e) {
            throw new HookException(file + " cannot be read: " + e);
        } catch (CertificateException e) {
            // the same words serve
        }
        throw new HookException(file + " must be a PEM file of certificates, and of nothing else");
    }

    /** The object, in YAML. */
    public String text() {
        return template()
                .replace("@URL@", url.toString())
                .replace("@CA@", Base64.getEncoder().encodeToString(authorities.getBytes(StandardCharsets.US_ASCII)));
    }

    static String template() {
        try (InputStream in =
                Objects.requireNonNull(KubeVirtManifest.class.getResourceAsStream(WORD + ".yaml"), WORD)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
