package org.nestguard.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.text.FactsWriter;
import org.nestguard.engine.text.Harmless;
import picocli.CommandLine.Option;

/** Tells a registry what was collected. */
final class Push {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Set<PosixFilePermission> OWNERS =
            Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final int LONGEST = 500;

    @Option(
            names = "--push",
            paramLabel = "URL",
            description = "Tells the registry there instead of printing, such as https://registry:7420.")
    private @Nullable String url;

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description = "The credential for the registry, which pushes for this host; nobody else may read the file.")
    private @Nullable Path token;

    /** Whether a registry is to be told. @throws UsageException where only half of what that needs is given */
    boolean wanted() {
        if ((url == null) != (token == null)) {
            throw new UsageException("--push URL and --token FILE belong together");
        }
        return url != null;
    }

    /** Tells it. @throws UsageException where it is not told, saying why */
    void tell(FactsDocument facts) throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        FactsWriter.json(facts, true, body);
        String host =
                URLEncoder.encode(facts.host().name(), StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request = HttpRequest.newBuilder(URI.create(base() + "/v1/hosts/" + host + "/facts"))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + credential())
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build();
        HttpResponse<String> answer;
        try {
            answer = HttpClient.newBuilder()
                    .connectTimeout(PATIENCE)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UsageException("the registry was not told: " + url + " does not answer: " + e);
        }
        if (answer.statusCode() != 200) {
            throw new UsageException("the registry does not take it: status " + answer.statusCode() + ": "
                    + Harmless.text(answer.body(), LONGEST));
        }
    }

    /** In the clear only to this machine: a credential travels with it. */
    private String base() {
        String given = String.valueOf(url);
        try {
            URI uri = new URI(given);
            boolean safe = "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme()) && HERE.contains(String.valueOf(uri.getHost())));
            if (safe && uri.getHost() != null && String.valueOf(uri.getPath()).isEmpty()) {
                return given;
            }
        } catch (URISyntaxException e) {
            // the same words serve
        }
        throw new UsageException("--push wants a URL such as https://registry:7420; http only on this machine");
    }

    private String credential() throws IOException {
        Path file = Objects.requireNonNull(token);
        if (!Files.isRegularFile(file)) {
            throw new UsageException(file + ": there is no such file");
        }
        if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
            throw new UsageException(file + ": others may read or write it; close it with: chmod 600 " + file);
        }
        String text = Files.readString(file).strip();
        if (!text.matches("[\\x21-\\x7e]{16,500}")) {
            throw new UsageException(file + ": one token of 16 to 500 visible characters is expected in it");
        }
        return text;
    }
}
