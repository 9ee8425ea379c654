package org.nestguard.cli.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.CompletableResponseListener;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.IoFailure;

/** Speaks HTTP to a service, over its Unix socket or to a URL with a credential. Safe for use by many threads. */
public final class ServiceClient implements AutoCloseable {
    /** An answer that is longer is none: so much nobody has to say. In bytes. */
    static final int LARGEST = 16 << 20;

    private static final Duration CONNECTING = Duration.ofSeconds(2);
    private static final int THREADS = 8;
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{16,500}");
    private static final int LARGEST_TOKEN = 1_000;
    private static final int LONGEST = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final @Nullable Transport transport;
    private final String base;
    private final String where;
    private final @Nullable String token;

    private ServiceClient(
            SslContextFactory.Client trust,
            @Nullable Transport transport,
            String base,
            String where,
            @Nullable String token)
            throws ServiceException {
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(trust);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setDaemon(true);
        threads.setName("nestguard-client");
        client = new HttpClient(new HttpClientTransportOverHTTP(connector));
        client.setExecutor(threads);
        client.setFollowRedirects(false); // a credential goes where it was sent, and nowhere else
        client.setConnectTimeout(CONNECTING.toMillis());
        client.setUserAgentField(null);
        this.transport = transport;
        this.base = base;
        this.where = where;
        this.token = token;
        try {
            client.start();
        } catch (Exception e) { // whatever Jetty says
            throw new ServiceException(where + " cannot be asked: " + why(e));
        }
    }

    /**
     * Asks over a Unix socket.
     *
     * @param tokenFile as for {@link #at}; null where the socket's permissions are all the credential that is needed
     * @throws ServiceException where the token cannot be used
     */
    public static ServiceClient over(Path socket, @Nullable Path tokenFile) throws ServiceException {
        return new ServiceClient(
                new SslContextFactory.Client(),
                new Transport.TCPUnix(socket.toAbsolutePath()),
                "http://localhost",
                "the service at " + socket,
                tokenFile == null ? null : token(tokenFile));
    }

    /**
     * Asks over TCP.
     *
     * @param url such as {@code https://registry:7420}; http only on this machine, since a credential travels with it
     * @param tokenFile one token, in a file that nobody else may read
     * @param authorities whose certificates to believe, in PEM; null for the JVM's own authorities
     * @throws ServiceException where one of them cannot be used, saying which and what to do
     */
    public static ServiceClient at(String url, Path tokenFile, @Nullable Path authorities) throws ServiceException {
        SslContextFactory.Client trust = new SslContextFactory.Client();
        if (authorities != null) {
            trust.setTrustStore(believing(authorities));
        }
        return new ServiceClient(trust, null, base(url), "the registry at " + url, token(tokenFile));
    }

    private static String base(String url) throws ServiceException {
        try {
            URI uri = new URI(url);
            boolean safe = "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && HERE.contains(String.valueOf(uri.getHost())));
            if (safe && uri.getHost() != null && url.equals(uri.getScheme() + "://" + uri.getAuthority())) {
                return url;
            }
        } catch (URISyntaxException e) {
            // the same words serve
        }
        throw new ServiceException(
                "\"" + url + "\" is no URL such as https://registry:7420; http is for this machine only");
    }

    private static String token(Path file) throws ServiceException {
        try {
            PrivateFile.check(file);
        } catch (IOException e) {
            throw new ServiceException(String.valueOf(e.getMessage()));
        }
        try {
            String text = Files.size(file) > LARGEST_TOKEN
                    ? ""
                    : Files.readString(file).strip();
            if (!TOKEN.matcher(text).matches()) {
                throw new ServiceException(file + ": one token of 16 to 500 visible characters is expected in it");
            }
            return text;
        } catch (ServiceException e) {
            throw e;
        } catch (IOException e) {
            throw new ServiceException(file + ": cannot be read: " + IoFailure.why(e));
        }
    }

    private static KeyStore believing(Path authorities) throws ServiceException {
        try (InputStream in = Files.newInputStream(authorities)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (all.isEmpty()) {
                throw new ServiceException(authorities + ": there is no certificate in it; PEM is expected");
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (Certificate authority : all) {
                store.setCertificateEntry("authority-" + number++, authority);
            }
            return store;
        } catch (ServiceException e) {
            throw e;
        } catch (NoSuchFileException e) {
            throw new ServiceException(authorities + ": there is no such file");
        } catch (IOException | GeneralSecurityException e) {
            throw new ServiceException(authorities + ": no certificates in PEM: " + e.getMessage());
        }
    }

    /**
     * What a service answered.
     *
     * @param status of HTTP
     * @param body the whole of it
     */
    public record Answer(int status, String body) {
        /** What a refusal says, fit for a terminal. */
        public String complaint() {
            String said;
            try {
                said = JSON.readTree(body).path("detail").asText("");
            } catch (IOException e) {
                said = body;
            }
            return Harmless.text("status " + status + (said.isBlank() ? "" : ": " + said), LONGEST);
        }
    }

    /**
     * Asks for what is there.
     *
     * @param path with its query, encoded
     * @param patience how long the whole answer may take
     * @throws ServiceException where none came in that time
     */
    public Answer get(String path, Duration patience) throws ServiceException, InterruptedException {
        return send(request(HttpMethod.GET, path), patience);
    }

    /** As {@link #get}, with a body of that type. @throws ServiceException where no answer came in that time */
    public Answer post(String path, String type, byte[] body, Duration patience)
            throws ServiceException, InterruptedException {
        return send(request(HttpMethod.POST, path).body(new BytesRequestContent(type, body)), patience);
    }

    /** As {@link #post}. @throws ServiceException where no answer came in that time */
    public Answer put(String path, String type, byte[] body, Duration patience)
            throws ServiceException, InterruptedException {
        return send(request(HttpMethod.PUT, path).body(new BytesRequestContent(type, body)), patience);
    }

    /** As {@link #get}. @throws ServiceException where no answer came in that time */
    public Answer delete(String path, Duration patience) throws ServiceException, InterruptedException {
        return send(request(HttpMethod.DELETE, path), patience);
    }

    private Request request(HttpMethod method, String path) {
        Request request = client.newRequest(base + path).method(method);
        if (transport != null) {
            request.transport(transport);
        }
        if (token != null) {
            request.headers(headers -> headers.put("Authorization", "Bearer " + token));
        }
        return request;
    }

    private Answer send(Request request, Duration patience) throws ServiceException, InterruptedException {
        CompletableFuture<ContentResponse> coming = new CompletableResponseListener(request, LARGEST).send();
        try {
            ContentResponse response = coming.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.getStatus(), new String(response.getContent(), StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            CompletableFuture<Boolean> unused = request.abort(e);
            throw new ServiceException(where + " gave no whole answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new ServiceException(where + " does not answer: " + why(e));
        } catch (InterruptedException e) {
            CompletableFuture<Boolean> unused = request.abort(e);
            throw e;
        }
    }

    /** Why no answer came, and what to do, without the names of Java's classes where what they stand for is known. */
    private String why(Throwable failure) {
        Deque<Throwable> causes = new ArrayDeque<>();
        for (Throwable e = failure; e != null; e = e.getCause()) {
            causes.push(e);
        }
        for (Throwable e : causes) { // what was first is most exact
            if (e instanceof UnknownHostException || e instanceof UnresolvedAddressException) {
                return "there is no address for that name; is it written right?";
            }
            if (e instanceof CertificateException || e instanceof CertPathBuilderException) {
                return "its certificate is not believed (" + said(e)
                        + "); --authorities FILE names whose certificates to believe";
            }
            if (e instanceof SSLException) {
                return "TLS failed (" + said(e) + ")";
            }
            if (e instanceof SocketTimeoutException) {
                return "there was no connection within " + CONNECTING.toSeconds()
                        + " s; is the machine up, and does no firewall stand between?";
            }
            if (e instanceof NoSuchFileException || e instanceof SocketException) {
                return ofConnection(said(e));
            }
            if (e instanceof EOFException || e instanceof ClosedChannelException) {
                return "it closed the connection before its answer was whole";
            }
        }
        Throwable first = failure.getCause() == null ? failure : failure.getCause();
        return first.getMessage() == null ? first.getClass().getSimpleName() : said(first);
    }

    /** @param said what the system says of a connection */
    private String ofConnection(String said) {
        if (said.contains("refused")) {
            return "nothing listens there (" + said + "); is it running?";
        }
        if (transport != null && said.contains("No such file")) {
            return "there is no such socket; is it running, and is this its path (--socket PATH)?";
        }
        if (transport != null && said.contains("Permission denied")) {
            return "this user may not use that socket";
        }
        return said;
    }

    private static String said(Throwable e) {
        return Harmless.text(String.valueOf(e.getMessage()), LONGEST);
    }

    @Override
    public void close() {
        try {
            client.stop();
        } catch (Exception e) { // nothing is waited for any more
            Thread.currentThread().interrupt();
        }
    }
}
