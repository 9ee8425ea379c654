package org.nestguard.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.cli.service.ServiceException;
import picocli.CommandLine.Option;

/** Which service to speak to. */
final class ServiceOptions {
    private static final Path USUAL = Path.of("/run/nestguard/agent.sock");

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Where the registry is, such as https://registry:7420; http on this machine only.")
    private @Nullable String registry;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "The Unix socket of a service on this machine (default: /run/nestguard/agent.sock).")
    private @Nullable Path socket;

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description = "The credential for it; nobody else may read the file.")
    private @Nullable Path token;

    @Option(
            names = "--authorities",
            paramLabel = "FILE",
            description = "Whose certificates to believe of the registry, PEM (default: the JVM's authorities).")
    private @Nullable Path authorities;

    /** Whether any of them was given. */
    boolean given() {
        return registry != null || socket != null || token != null || authorities != null;
    }

    /** The service. @throws UsageException where they do not go together or one of them cannot be used */
    ServiceClient open() {
        try {
            if (registry == null) {
                if (authorities != null) {
                    throw new UsageException("--authorities FILE is for --registry URL");
                }
                return ServiceClient.over(socket == null ? USUAL : socket, token);
            }
            if (socket != null || token == null) {
                throw new UsageException("--registry URL wants --token FILE, and no --socket");
            }
            return ServiceClient.at(registry, token, authorities);
        } catch (ServiceException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
