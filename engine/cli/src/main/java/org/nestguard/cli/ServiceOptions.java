package org.nestguard.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.nestguard.cli.hook.HookScript;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.cli.service.ServiceException;
import picocli.CommandLine.Option;

/** Which service to speak to. */
final class ServiceOptions {
    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Asks the registry there and no service on this machine, such as https://registry:7420.")
    private @Nullable String registry;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "Where the service on this machine listens (default: " + HookScript.SOCKET + ").")
    private @Nullable Path socket;

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description = "The credential for the service; nobody else may read the file.")
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

    /** Whether it is asked over TCP, and so may be on another machine. */
    boolean remote() {
        return registry != null;
    }

    /** The service. @throws UsageException where they do not go together or one of them cannot be used */
    ServiceClient open() {
        try {
            if (registry == null) {
                if (authorities != null) {
                    throw new UsageException("--authorities FILE is for --registry URL");
                }
                return ServiceClient.over(socket == null ? Path.of(HookScript.SOCKET) : socket, token);
            }
            if (socket != null || token == null) {
                throw new UsageException("--registry URL and --token FILE belong together, without --socket");
            }
            return ServiceClient.at(registry, token, authorities);
        } catch (ServiceException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }
}
