package org.nestguard.server.page;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.FactsReader;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.server.NestGuardService;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.http.HttpClient;
import org.nestguard.server.http.StartRefusedException;
import org.nestguard.server.http.settings.ServiceSettings;
import org.nestguard.server.http.settings.SettingsReader;
import org.nestguard.server.registry.Pusher;
import org.nestguard.server.registry.Registry;
import org.nestguard.store.Store;

/** A registry on loopback that knows some hosts and guests, among them some with names that nobody should have. */
final class PageSite implements AutoCloseable {
    static final String FARM = "11111111-2222-4333-8444-555555555555";
    static final String HOSTILE = "99999999-2222-4333-8444-555555555555";
    static final String TWIN = "77777777-2222-4333-8444-555555555555";
    static final String SCRIPT = "<script>document.title='owned';window.owned=1</script>";
    static final String BREAKOUT = "\"'><img src=x onerror=window.owned=1>";
    static final String TURNED = "safe\u202Etxt.exe\u0007";

    private final NestGuardService service;

    private PageSite(NestGuardService service) {
        this.service = service;
    }

    private static final class NoHost implements HostView {
        @Override
        public String name() {
            return "registry";
        }

        @Override
        public Artefact file(String path) {
            return new Artefact.Missing(path, "no such file");
        }

        @Override
        public List<String> list(String path) {
            return List.of();
        }

        @Override
        public Reading<List<String>> entries(String path) {
            return Reading.said(List.of(), 0);
        }

        @Override
        public Artefact command(List<String> words) {
            return new Artefact.Missing(String.join(" ", words), "no such command");
        }

        @Override
        public Optional<HostView> after(Duration pause) {
            return Optional.empty();
        }
    }

    /** Starts it in a folder of its own. */
    static PageSite start(Path folder, String more) throws IOException, StartRefusedException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        try {
            ServiceSettings settings = SettingsReader.read(
                    "serve.yaml",
                    new ByteArrayInputStream(("tcp: {port: 0}\ndatabase: {file: " + folder.resolve("registry.db")
                                    + "}\nrecord: {key: " + folder.resolve("record.key")
                                    + "}\nfacts: {reading: 100ms}\n" + more)
                            .getBytes(StandardCharsets.UTF_8)));
            try (Store store =
                    ServiceStore.open(Objects.requireNonNull(settings.site().database()))) {
                Registry registry = new Registry(store, Freshness.USUAL, InstantSource.system());
                for (String document : documents()) {
                    registry.take(
                            FactsReader.read(
                                    "facts.yaml", new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8))),
                            Pusher.forAny());
                }
            }
            return new PageSite(NestGuardService.start(settings, new NoHost(), InstantSource.system()));
        } catch (UnreadableException e) {
            throw new IllegalArgumentException(e.problem().inOneLine(), e);
        }
    }

    private static List<String> documents() {
        return List.of(
                host("l0-a", "amd", guest(FARM, "build-farm-07", 2), guest(HOSTILE, SCRIPT, 1), guest(TWIN, "twin", 0)),
                host("l0-b", "amd"),
                host(
                        "l0-i",
                        "intel",
                        guest(TWIN.replace('7', '6'), "twin", 0),
                        guest(TWIN.replace('7', '5'), TURNED, 0)),
                host("l0-j", "intel"),
                host(BREAKOUT, "intel"));
    }

    private static String host(String name, String vendor, String... guests) {
        return """
                {"facts": 1, "host": {"name": "%s", "observedAt": "%s", "level": "L0", "arch": "x86_64", "vendor": "%s",
                "kernel": "6.8.0", "qemu": "8.2.2", "nested": true, "nestedStateCapability": true},
                "guests": [%s], "evidence": {%s}}
                """.formatted(
                        escaped(name),
                        Instant.now().truncatedTo(ChronoUnit.MILLIS),
                        vendor,
                        String.join(",", guests),
                        guests.length == 0 ? "" : """
                                "/guests/0/l2/live": {"from": "virsh domstats --vcpu", "at": "%s", "by": "host",
                                "why": "guest_mode on vcpu 1"}""".formatted(Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    private static String guest(String uuid, String name, int live) {
        return """
                {"uuid": "%s", "name": "%s", "observedAt": "%s", "level": "L1", "accelerator": "kvm", "nesting": true,
                "l2": {"live": %d}, "cpuMode": "custom", "qemu": "8.2.2", "startedBy": "cold", "movedWithLiveL2": false}
                """.formatted(uuid, escaped(name), Instant.now().truncatedTo(ChronoUnit.MILLIS), live);
    }

    private static String escaped(String name) {
        return name.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\u202E", "\\u202e")
                .replace("\u0007", "\\u0007");
    }

    /** Where it listens. */
    int port() {
        return service.service().port().orElseThrow();
    }

    /** Asks once. */
    HttpClient.Reply get(String path, String headers) throws IOException {
        try (HttpClient client = HttpClient.tcp(port())) {
            return client.ask("GET", path, headers);
        }
    }

    HttpClient.Reply get(String path) throws IOException {
        return get(path, "");
    }

    @Override
    public void close() {
        service.close();
    }
}
