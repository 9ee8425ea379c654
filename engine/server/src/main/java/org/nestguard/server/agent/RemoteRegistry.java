package org.nestguard.server.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.text.FactsWriter;

/** A registry at a URL. */
public final class RemoteRegistry implements RegistryLink {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TELLING = Duration.ofSeconds(10);
    private static final Duration WAITING = Duration.ofSeconds(70);

    private final HttpClient client;
    private final URI base;
    private final String host;
    private final Supplier<String> token;

    /**
     * @param base such as {@code https://registry.example:8443}
     * @param host the name of this host
     * @param token the credential, read anew for each request
     * @param trust whom to believe that they are the registry; null for the JVM's own authorities
     */
    public RemoteRegistry(URI base, String host, Supplier<String> token, @Nullable SSLContext trust) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .followRedirects(HttpClient.Redirect.NEVER);
        client = (trust == null ? builder : builder.sslContext(trust)).build();
        this.base = base;
        this.host = host;
        this.token = token;
    }

    /** Where it is, without a credential. */
    public URI base() {
        return base;
    }

    private HttpRequest.Builder of(String pathAndQuery, Duration patience) {
        return HttpRequest.newBuilder(URI.create(base + pathAndQuery))
                .timeout(patience)
                .header("Authorization", "Bearer " + token.get());
    }

    private String ofHost(String what) {
        return "/v1/hosts/" + URLEncoder.encode(host, StandardCharsets.UTF_8).replace("+", "%20") + "/" + what;
    }

    @Override
    public OptionalLong wanted() throws IOException, InterruptedException {
        Answer answer = send(of(ofHost("wanted"), WAITING).GET().build());
        if (answer.status() == 204) {
            return OptionalLong.empty();
        }
        if (answer.status() != 200) {
            throw new IOException(answer.complaint());
        }
        JsonNode reading = JSON.readTree(answer.body()).path("reading");
        if (!reading.canConvertToLong()) {
            throw new IOException("it says no number of a reading");
        }
        return OptionalLong.of(reading.longValue());
    }

    @Override
    public Optional<String> tell(FactsDocument facts, OptionalLong reading) throws IOException, InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 14);
        FactsWriter.json(facts, true, bytes);
        HttpRequest.Builder request = of(ofHost("facts"), TELLING)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray()));
        reading.ifPresent(number -> request.header("Nestguard-Reading", Long.toString(number)));
        Answer answer = send(request.build());
        return answer.status() == 200 ? Optional.empty() : Optional.of(answer.complaint());
    }

    /**
     * Asks something for somebody else, and gives the answer back as it is.
     *
     * @param pathAndQuery as it was asked
     * @param contentType of the body; null for none
     * @param asker who asks, as this agent knows them
     * @param patience how long the registry may take
     * @throws IOException where it does not answer in that time
     */
    public Answer ask(
            String method,
            String pathAndQuery,
            @Nullable String contentType,
            byte[] body,
            String asker,
            Duration patience)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = of(pathAndQuery, patience)
                .header("Nestguard-For", asker)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (contentType != null) {
            request.header("Content-Type", contentType);
        }
        return send(request.build());
    }

    private Answer send(HttpRequest request) throws IOException, InterruptedException {
        // the client's own time-out ends with the head of an answer
        CompletableFuture<HttpResponse<String>> coming =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            HttpResponse<String> response =
                    coming.get(request.timeout().orElse(TELLING).toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.headers().firstValue("Nestguard-Recorded").orElse(""),
                    response.body());
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException("no whole answer came in time", e);
        } finally {
            coming.cancel(true);
        }
    }

    /**
     * What the registry answered.
     *
     * @param type the Content-Type
     * @param recorded whether the decision was recorded, in its words; empty where it says nothing of that
     */
    public record Answer(int status, String type, String recorded, String body) {
        String complaint() {
            try {
                String detail = JSON.readTree(body).path("detail").asText("");
                return "status " + status + (detail.isEmpty() ? "" : ": " + detail);
            } catch (IOException e) {
                return "status " + status;
            }
        }
    }
}
