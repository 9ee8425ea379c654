package org.nestguard.server.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.NestGuardService;
import org.nestguard.server.http.HttpClient;
import org.nestguard.server.http.settings.SettingsReader;

/**
 * A registry that is asked for minutes, as fast as it answers, in all the ways that hooks and people ask, while facts come in:
 * what it keeps in memory must not grow. Prints what is left after a collection of garbage, every so often:
 * {@code mvn -Pbench -pl engine/server test -DskipTests -Dbench=bench.SoakBenchmark "-Dbench.arguments=5"}. Client and service
 * are one process.
 */
public final class SoakBenchmark {
    private static final Duration LOOK = Duration.ofSeconds(20);
    private static final int GUESTS = 50;
    private static final String QUESTION =
            "{\"operation\":\"migrate\",\"guest\":{\"name\":\"g\",\"nesting\":true,\"l2\":{\"live\":%d}},"
                    + "\"source\":{\"vendor\":\"amd\",\"kernel\":\"6.%d.0\",\"qemu\":\"8.2.2\",\"nested\":true},"
                    + "\"destination\":{\"vendor\":\"amd\",\"kernel\":\"6.8.0\",\"qemu\":\"8.2.2\",\"nested\":true}}";

    private final int port;
    private final AtomicLong answers = new AtomicLong();
    private volatile boolean over;

    private SoakBenchmark(int port) {
        this.port = port;
    }

    private interface Asking {
        HttpClient.Reply ask(HttpClient client, long number) throws IOException;
    }

    /** Starts as {@code [MINUTES]}. */
    public static void main(String[] args) throws Exception {
        int minutes = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        Path folder = Files.createTempDirectory(
                "nestguard-soak", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path credentials = folder.resolve("credentials.yaml");
        Files.writeString(
                credentials,
                Stream.of("l0-a", "l0-b")
                        .map(host -> "- {name: %s, token: %s, roles: [ask, push], host: %s}\n"
                                .formatted(host, token(host), host))
                        .collect(Collectors.joining()));
        Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
        String settings = "tcp: {port: 0}\nhost: registry\ndatabase: {file: " + folder.resolve("registry.db")
                + "}\nrecord: {key: " + folder.resolve("record.key") + "}\ncredentials: " + credentials
                + "\n";
        try (NestGuardService service = NestGuardService.start(
                SettingsReader.read("soak", new ByteArrayInputStream(settings.getBytes(StandardCharsets.UTF_8))),
                new LiveHost(),
                InstantSource.system())) {
            new SoakBenchmark(service.service().port().orElseThrow()).run(Duration.ofMinutes(minutes), folder);
        }
    }

    private static String token(String host) {
        return host + "-0123456789abcdef0123456789abcdef";
    }

    private static String shown(String host) {
        return "Authorization: Bearer " + token(host) + "\r\n";
    }

    private void run(Duration time, Path folder) throws IOException, InterruptedException {
        push("l0-a", GUESTS);
        push("l0-b", 0);
        List<Thread> threads = new ArrayList<>();
        threads.add(kept((client, n) -> client.ask(
                "POST",
                "/v1/decisions",
                "Content-Type: application/json\r\n" + shown("l0-a"),
                QUESTION.formatted(n % 3, n % 20))));
        threads.add(kept((client, n) ->
                client.ask("GET", "/v1/answers?operation=migrate&to=l0-b&guest=guest-" + n % GUESTS, shown("l0-a"))));
        threads.add(
                kept((client, n) -> client.ask("GET", "/v1/destinations?guest=guest-" + n % GUESTS, shown("l0-a"))));
        threads.add(kept((client, n) -> {
            try (HttpClient once = HttpClient.tcp(port)) { // as a hook does
                return once.ask("GET", "/v1/answers?operation=savevm&guest=guest-" + n % GUESTS, shown("l0-a"));
            }
        }));
        threads.add(kept((client, n) -> client.ask("GET", n % 2 == 0 ? "/" : "/metrics", shown("l0-a"))));
        threads.add(new Thread(this::pushes));
        threads.forEach(Thread::start);
        System.out.println("seconds    answers    heap KiB    resident KiB    threads    open files    database KiB");
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < time.toNanos()) {
            Thread.sleep(LOOK.toMillis());
            look(Duration.ofNanos(System.nanoTime() - begin), folder);
        }
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void look(Duration since, Path folder) throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        String resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .map(line -> line.replaceAll("\\D", ""))
                .findFirst()
                .orElse("?");
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            System.out.printf(
                    "%7d %10d %11d %15s %10d %13d %15d%n",
                    since.toSeconds(),
                    answers.get(),
                    heap / 1024,
                    resident,
                    Thread.activeCount(),
                    files.count(),
                    Files.size(folder.resolve("registry.db")) / 1024);
        }
    }

    /** Asks on one connection, again and again. */
    private Thread kept(Asking asking) {
        return new Thread(() -> {
            try (HttpClient client = HttpClient.tcp(port)) {
                for (long n = 0; !over; n++) {
                    HttpClient.Reply reply = asking.ask(client, n);
                    if (reply.status() != 200) {
                        throw new IllegalStateException(reply.status() + " " + reply.body());
                    }
                    answers.incrementAndGet();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void pushes() {
        try {
            while (!over) {
                push("l0-a", GUESTS);
                push("l0-b", 0);
                Thread.sleep(1000);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void push(String host, int guests) throws IOException {
        String now = Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
        StringBuilder document = new StringBuilder("{\"facts\": 1, \"host\": {\"name\": \"" + host
                + "\", \"observedAt\": \"" + now + "\", \"level\": \"L0\", \"arch\": \"x86_64\", \"vendor\": \"intel\","
                + "\"kernel\": \"6.8.0\", \"qemu\": \"8.2.2\", \"nested\": true}, \"guests\": [");
        for (int i = 0; i < guests; i++) {
            document.append(i == 0 ? "" : ",")
                    .append("{\"uuid\": \"00000000-0000-4000-8000-%012d\", \"name\": \"guest-%d\",".formatted(i, i))
                    .append("\"observedAt\": \"" + now + "\", \"accelerator\": \"kvm\", \"nesting\": true,")
                    .append("\"l2\": {\"live\": " + i % 2 + "}, \"startedBy\": \"cold\", \"movedWithLiveL2\": false}");
        }
        try (HttpClient client = HttpClient.tcp(port)) {
            HttpClient.Reply reply = client.ask(
                    "PUT",
                    "/v1/hosts/" + host + "/facts",
                    "Content-Type: application/json\r\n" + shown(host),
                    document.append("]}").toString());
            if (reply.status() != 200) {
                throw new IllegalStateException(reply.status() + " " + reply.body());
            }
        }
    }
}
