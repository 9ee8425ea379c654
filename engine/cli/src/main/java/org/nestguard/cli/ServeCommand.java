package org.nestguard.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nestguard serve}: the service, as the registry of a site, as the agent of a hypervisor, or as both. */
@Command(
        name = "serve",
        description = {
            "Answers questions over HTTP and a Unix socket, keeps the facts of hosts, and records what it decided.",
            "",
            "One registry serves a site. On each hypervisor an agent (--agent --registry URL) reads its host, tells the"
                    + " registry, and hands on what hooks ask it; it refuses where the registry is silent. Where one host is"
                    + " the whole site, --agent alone makes both of one process.",
            "",
            "All that these options say, and more, can stand in a file (--config); see the README for its keys. It ends at"
                    + " TERM or INT, when what has begun is answered, and reads rules, credentials and certificates again at"
                    + " HUP."
        },
        footer = {
            "",
            "Exit status:",
            "  0   stopped in order",
            "  2   a setting that cannot be taken, or usage",
            "  70  the service failed",
            "",
            "Examples:",
            "  nestguard serve --listen 127.0.0.1:7420 --state /var/lib/nestguard",
            "  nestguard serve --agent --registry https://registry:7420 \\",
            "      --token /etc/nestguard/token",
            "  nestguard serve --config /etc/nestguard/serve.yaml"
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Reads all settings from there; no other option is given beside it.")
    private @Nullable Path config;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description =
                    "Listens on that TCP port, in the clear, which is for loopback only; TLS is set up in --config.")
    private @Nullable String listen;

    @Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "Listens on that Unix socket; its folder must be closed to others (an agent's default:"
                    + " /run/nestguard/agent.sock).")
    private @Nullable Path socket;

    @Option(
            names = "--credentials",
            paramLabel = "FILE",
            description =
                    "Who may what: a YAML list of name, token or certificate, roles, and host for one who pushes.")
    private @Nullable Path credentials;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Keeps facts and decisions there, in registry.db and record.key. Without it nothing is kept.")
    private @Nullable Path state;

    @Option(names = "--rules", paramLabel = "DIR", description = "A folder with rules of the site's own.")
    private @Nullable Path rules;

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "The name of this host (default: what it calls itself).")
    private @Nullable String host;

    @Option(names = "--agent", description = "Reads this host, and tells the registry.")
    private boolean agent;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Where the registry is; left out where it is this one.")
    private @Nullable String registry;

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description = "The credential for the registry, in a file of its own.")
    private @Nullable Path token;

    @Option(
            names = "--authorities",
            paramLabel = "FILE",
            description = "Whose certificates to believe of the registry, PEM (default: the JVM's authorities).")
    private @Nullable Path authorities;

    private final Console console;

    ServeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (config != null) {
            if (settings(false).length() > 2) {
                throw new UsageException("--config says all; give no other option beside it");
            }
            return Serving.from(config, console);
        }
        if (!agent && (registry != null || token != null || authorities != null)) {
            throw new UsageException("--registry, --token and --authorities are of an agent; say --agent too");
        }
        return Serving.from("the options", settings(true), console);
    }

    /** The options as the file of settings would have them, in JSON, which is YAML. */
    private String settings(boolean withDefaults) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            if (listen != null) {
                int colon = listen.lastIndexOf(':');
                if (colon < 0) {
                    throw new UsageException("--listen wants an address and a port, such as 127.0.0.1:7420");
                }
                group(out, "tcp", Map.of("address", listen.substring(0, colon), "port", listen.substring(colon + 1)));
            }
            if (socket != null || (withDefaults && listen == null)) {
                group(out, "unix", Map.of("path", socket == null ? "/run/nestguard/agent.sock" : absolute(socket)));
            }
            one(out, "credentials", credentials == null ? null : absolute(credentials));
            one(out, "host", host);
            if (rules != null) {
                group(out, "rules", Map.of("folder", absolute(rules)));
            }
            if (state != null) {
                group(out, "database", Map.of("file", absolute(state.resolve("registry.db"))));
                group(out, "record", Map.of("key", absolute(state.resolve("record.key"))));
            }
            if (agent) {
                out.writeObjectFieldStart("agent");
                one(out, "registry", registry);
                one(out, "token", token == null ? null : absolute(token));
                one(out, "authorities", authorities == null ? null : absolute(authorities));
                out.writeEndObject();
            }
            out.writeEndObject();
        }
        return text.toString();
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    private static void one(JsonGenerator out, String key, @Nullable String value) throws IOException {
        if (value != null) {
            out.writeStringField(key, value);
        }
    }

    private static void group(JsonGenerator out, String key, Map<String, String> values) throws IOException {
        out.writeObjectFieldStart(key);
        for (Map.Entry<String, String> value : values.entrySet()) {
            out.writeStringField(value.getKey(), value.getValue());
        }
        out.writeEndObject();
    }
}
