package org.nestguard.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.cli.service.ServiceException;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.text.FactsWriter;
import picocli.CommandLine.Option;

/** Tells a registry what was collected. */
final class Push {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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

    @Option(
            names = "--authorities",
            paramLabel = "FILE",
            description = "Whose certificates to believe of the registry, PEM (default: the JVM's authorities).")
    private @Nullable Path authorities;

    /** Whether a registry is to be told. @throws UsageException where only half of what that needs is given */
    boolean wanted() {
        if ((url == null) != (token == null)) {
            throw new UsageException("--push URL and --token FILE belong together");
        }
        if (url == null && authorities != null) {
            throw new UsageException("--authorities FILE is for --push URL");
        }
        return url != null;
    }

    /** Tells it. @throws UsageException where it is not told, saying why */
    void tell(FactsDocument facts) throws IOException, InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        FactsWriter.json(facts, true, body);
        String host =
                URLEncoder.encode(facts.host().name(), StandardCharsets.UTF_8).replace("+", "%20");
        try (ServiceClient registry =
                ServiceClient.at(String.valueOf(url), Objects.requireNonNull(token), authorities)) {
            ServiceClient.Answer answer =
                    registry.put("/v1/hosts/" + host + "/facts", "application/json", body.toByteArray(), PATIENCE);
            if (answer.status() != 200) {
                throw new UsageException("the registry does not take it: " + answer.complaint());
            }
        } catch (ServiceException e) {
            throw new UsageException("the registry was not told: " + e.getMessage());
        }
    }
}
