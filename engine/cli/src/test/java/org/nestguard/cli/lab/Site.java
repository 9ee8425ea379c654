package org.nestguard.cli.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The guard on two hosts, set up as the README says: the registry, which is the first host's agent too, and the second host's
 * agent, which speaks TLS with it.
 */
final class Site {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String SOCKET = "/run/nestguard/agent.sock";
    private static final int PORT = 7420;

    // An L1 whose CPU is emulated takes seconds to answer its host, and the machine may have other things to do.
    private static final String READING = "60s";
    private static final String PATIENCE = "70s";
    static final String HOOK_WAITS = "60s";

    private final Path command;
    private final Path folder;
    private final LabHost a;
    private final LabHost b;
    private final String tokenOfB = token();
    private final String tokenOfReplayed = token();
    private @Nullable Process agent;

    private Site(Path command, Path folder, LabHost a, LabHost b) {
        this.command = command;
        this.folder = folder;
        this.a = a;
        this.b = b;
    }

    /**
     * Writes what the services read: certificates of an authority of its own, credentials, settings.
     *
     * @param command the launcher
     * @param replayed the name of a host that is not there, of which facts are told
     */
    static Site founded(Path command, Path lab, LabHost a, LabHost b, String replayed)
            throws IOException, InterruptedException {
        Site site = new Site(command, Files.createDirectories(lab.resolve("site")), a, b);
        site.certify();
        site.secret("credentials.yaml", """
                - {name: %s, token: %s, roles: [ask, push], host: %s}
                - {name: %s, token: %s, roles: [ask, push], host: %s}
                """.formatted(
                        b.name(), site.tokenOfB, b.name(), replayed, site.tokenOfReplayed, replayed));
        site.secret("token", site.tokenOfB + "\n");
        site.secret("token-of-replayed", "header = \"Authorization: Bearer " + site.tokenOfReplayed + "\"\n");
        site.write("registry.yaml", """
                tcp: {address: %1$s, port: %2$d, tls: {certificate: %3$s/registry.pem, key: %3$s/registry.key}}
                unix: {path: %4$s}
                credentials: %3$s/credentials.yaml
                database: {file: %3$s/registry.db}
                record: {key: %3$s/record.key}
                facts: {reading: %5$s}
                agent: {askGuests: true, interval: 5s, sample: 1s}
                """.formatted(a.address(), PORT, site.folder, SOCKET, READING));
        site.write("agent.yaml", """
                unix: {path: %1$s}
                agent: {registry: "%2$s", token: %3$s/token, authorities: %3$s/ca.pem, patience: %4$s, askGuests: true,
                  interval: 5s, sample: 1s}
                """.formatted(SOCKET, site.url(), site.folder, PATIENCE));
        return site;
    }

    private String url() {
        return "https://" + a.address() + ":" + PORT;
    }

    private static String token() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private void secret(String name, String text) throws IOException {
        Files.setPosixFilePermissions(write(name, text), PosixFilePermissions.fromString("rw-------"));
    }

    private void certify() throws IOException, InterruptedException {
        openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab -keyout ca.key -out ca.pem");
        write("names", "subjectAltName=IP:" + a.address() + "\n");
        openssl("req -newkey rsa:2048 -nodes -subj /CN=registry -keyout registry.key -out registry.csr");
        openssl("x509 -req -in registry.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names"
                + " -out registry.pem");
        Files.setPosixFilePermissions(folder.resolve("registry.key"), PosixFilePermissions.fromString("rw-------"));
    }

    private void openssl(String words) throws IOException, InterruptedException {
        a.run("sh", "-c", "cd " + folder + " && openssl " + words).well();
    }

    /** The nestguard command on a host. */
    Ran nestguard(LabHost host, String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(words));
        return host.run(line.toArray(String[]::new));
    }

    /** Starts the registry, and waits until it answers. */
    void startRegistry() throws IOException, InterruptedException {
        serve(a, "registry.yaml");
    }

    /** Starts the second host's agent, and waits until it answers and has told the registry of its host. */
    void startAgent() throws IOException, InterruptedException {
        agent = serve(b, "agent.yaml");
    }

    private Process serve(LabHost host, String settings) throws IOException, InterruptedException {
        Process service = host.begin(
                "serve.log",
                command.toString(),
                "serve",
                "--config",
                folder.resolve(settings).toString());
        Bound.await(
                "the service is ready on " + host.name() + "; see "
                        + host.folder().resolve("serve.log"),
                Bound.OF_A_PROGRAM,
                () -> {
                    if (!service.isAlive()) {
                        throw new AssertionError(Files.readString(host.folder().resolve("serve.log")));
                    }
                    return ask(host, "/readyz");
                });
        return service;
    }

    /** Kills the second host's agent, which has no time to say so. */
    void killAgent() throws InterruptedException {
        Process running = Objects.requireNonNull(agent);
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.waitFor();
    }

    /** What a host's service answers at its socket; empty where that is no answer of status 200. */
    static Optional<String> ask(LabHost host, String path) throws IOException, InterruptedException {
        return Optional.of(host.run("curl", "-s", "-S", "-f", "--unix-socket", SOCKET, "http://localhost" + path))
                .filter(ran -> ran.status() == 0)
                .map(Ran::out);
    }

    /**
     * What the registry knows.
     *
     * @param from who said so; empty where nobody did
     * @param host where the guest was seen last
     */
    record Fact(String value, String from, String host) {}

    /** A fact of a guest. */
    Fact known(String guest, String fact) throws IOException, InterruptedException {
        JsonNode told = JSON.readTree(ask(a, "/v1/guests/" + guest).orElse("{}"));
        JsonNode known = told.path("facts").path(fact);
        return new Fact(
                known.path("value").asText("unknown"),
                known.path("from").asText(""),
                told.path("host").asText(""));
    }

    /** Tells the registry of the replayed host, as an agent of it would. */
    void tellOfReplayed(String host, String facts, Optional<Long> reading) throws IOException, InterruptedException {
        Path document = write("replayed.yaml", facts);
        List<String> line = replayed();
        reading.ifPresent(number -> line.addAll(List.of("-H", "Nestguard-Reading: " + number)));
        line.addAll(List.of(
                "-X",
                "PUT",
                "-H",
                "Content-Type: application/yaml",
                "--data-binary",
                "@" + document,
                url() + "/v1/hosts/" + host + "/facts"));
        b.run(line.toArray(String[]::new)).well();
    }

    /** Waits, as an agent of the replayed host would, until a reading of it is wanted. */
    long wantedOfReplayed(String host) throws IOException, InterruptedException {
        List<String> line = replayed();
        line.add(url() + "/v1/hosts/" + host + "/wanted");
        return JSON.readTree(b.run(line.toArray(String[]::new)).well().out())
                .path("reading")
                .asLong();
    }

    private List<String> replayed() {
        return new ArrayList<>(List.of(
                "curl",
                "-s",
                "-S",
                "-f",
                "--cacert",
                folder.resolve("ca.pem").toString(),
                "--config",
                folder.resolve("token-of-replayed").toString()));
    }
}
