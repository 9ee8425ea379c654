package org.nestguard.server.http;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.server.http.settings.ServiceSettings;
import org.nestguard.server.http.settings.SettingsReader;

/** A folder with what a service needs, and the services in it; they end with the test. */
final class Site implements Closeable {
    static final String ASK_TOKEN = "ask-0123456789abcdef";
    static final String PUSH_TOKEN = "push-0123456789abcdef";
    static final String ADMINISTER_TOKEN = "administer-0123456789abcdef";
    static final String YAML = "Content-Type: application/yaml\r\n";
    static final String NDJSON = "Content-Type: application/x-ndjson\r\n";
    static final String QUESTION = """
            operation: migrate
            guest: {name: build-farm-07, nesting: true, l2: {live: 2}, cpuMode: custom}
            source: {name: l0-a, vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true}
            destination: {name: l0-b, vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true}
            """;
    static final String ON_AMD = QUESTION.replace("intel", "amd");
    static final String LINE = """
            {"id":"q","operation":"migrate",\
            "guest":{"name":"build-farm-07","nesting":true,"l2":{"live":2},"cpuMode":"custom"},\
            "source":{"name":"l0-a","vendor":"intel","kernel":"6.8.0","qemu":"8.2.2","nested":true},\
            "destination":{"name":"l0-b","vendor":"intel","kernel":"6.8.0","qemu":"8.2.2","nested":true}}
            """;

    private final Path folder;
    private final List<Service> services = new ArrayList<>();

    Site(Path folder) throws IOException {
        this.folder = folder;
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Path write(String name, String mode, String text) throws IOException {
        Path file = file(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    /** The file of credentials with one of each role. */
    Path credentials() throws IOException {
        return write("credentials.yaml", "rw-------", """
                - {name: hook, token: %s, roles: [ask]}
                - {name: l0-a, token: %s, roles: [ask, push], host: l0-a}
                - {name: ops, token: %s, roles: [administer]}
                """.formatted(ASK_TOKEN, PUSH_TOKEN, ADMINISTER_TOKEN));
    }

    static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    /** Settings with the Unix socket in the folder. */
    ServiceSettings settings(String more) throws IOException {
        return parsed("unix: {path: " + file("socket") + "}\n" + more);
    }

    static ServiceSettings parsed(String text) throws IOException {
        try {
            return SettingsReader.read("serve.yaml", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        } catch (UnreadableException e) {
            throw new IllegalArgumentException(e.problem().inOneLine(), e);
        }
    }

    Service start(String more) throws IOException, StartRefusedException {
        return start(more, Parts.NONE);
    }

    Service start(String more, Parts parts) throws IOException, StartRefusedException {
        Service service = Service.start(settings(more), parts);
        services.add(service);
        return service;
    }

    Service start(String more, Parts parts, Lenience lenience) throws IOException, StartRefusedException {
        Service service = Service.start(settings(more), parts, lenience);
        services.add(service);
        return service;
    }

    /** A site that lets pass. */
    Lenience saying(String text) throws IOException {
        return new Lenience(new SiteFile(write("site", "rw-r--r--", text)), 0);
    }

    Service startOn(ServiceSettings settings) throws StartRefusedException {
        Service service = Service.start(settings, Parts.NONE);
        services.add(service);
        return service;
    }

    /** A new connection to the Unix socket. */
    HttpClient connect() throws IOException {
        return HttpClient.unix(file("socket"));
    }

    /** Asks once over a connection of its own. */
    HttpClient.Reply ask(String method, String path, String headers) throws IOException {
        try (HttpClient client = connect()) {
            return client.ask(method, path, headers);
        }
    }

    /** Asks once over a connection of its own. */
    HttpClient.Reply ask(String method, String path, String headers, String body) throws IOException {
        try (HttpClient client = connect()) {
            return client.ask(method, path, headers, body);
        }
    }

    /** Waits until something holds, for a while. */
    static void until(String what, BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; i < 2_000; i++) {
            if (holds.getAsBoolean()) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("never: " + what);
    }

    @Override
    public void close() {
        services.forEach(Service::close);
    }
}
