package org.nestguard.server.http.bench;

import io.javalin.http.HandlerType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.http.Parts;
import org.nestguard.server.http.Recorder;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.Service;
import org.nestguard.server.http.access.Role;
import org.nestguard.server.http.settings.SettingsReader;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.site.RecordedDecisions;
import org.nestguard.store.Durability;
import org.nestguard.store.Place;
import org.nestguard.store.Store;

/**
 * {@code POST /v1/decisions} over the Unix socket, connections kept, against a route of the same service that answers with
 * the same bytes and decides nothing, and against the same with the record (SQLite, NORMAL); in turns, so that all see the
 * same machine. Client and service are one process and share its processors: compare these, not with other programs.
 */
public final class DecisionsOverSockets {
    private static final String QUESTION =
            "{\"id\":\"q\",\"operation\":\"migrate\",\"guest\":{\"name\":\"build-farm-07\",\"nesting\":true,"
                    + "\"l2\":{\"live\":2},\"cpuMode\":\"custom\"},\"source\":{\"name\":\"l0-a\",\"vendor\":\"intel\","
                    + "\"kernel\":\"6.8.0\",\"qemu\":\"8.2.2\",\"nested\":true},\"destination\":{\"name\":\"l0-b\","
                    + "\"vendor\":\"intel\",\"kernel\":\"6.8.0\",\"qemu\":\"8.2.2\",\"nested\":true}}";
    private static final int ROUNDS = 7;
    private static final int REQUESTS = 6_000;
    private static final String DECISIONS = "/v1/decisions";
    private static final int[] CONNECTIONS = {1, 16, 64};

    private final Path socket;

    private DecisionsOverSockets(Path socket) {
        this.socket = socket;
    }

    /** Prints a line for each number of connections. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory(
                "nestguard-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        byte[][] constant = new byte[1][];
        Route same = new Route(HandlerType.POST, "/constant", Role.ASK, ctx -> {
            ctx.bodyInputStream().readAllBytes();
            ctx.contentType("application/json").result(constant[0]);
        });
        Place place = new Place.InFile(folder.resolve("record.db"), Durability.NORMAL);
        try (Service service = service(folder.resolve("socket"), Recorder.NONE, List.of(same));
                Store store = ServiceStore.open(place);
                DecisionRecord record = DecisionRecord.open(
                        store, folder.resolve("record.key"), InstantSource.system(), DecisionRecord.Limits.USUAL);
                Service recording = service(folder.resolve("recording"), new RecordedDecisions(record), List.of())) {
            DecisionsOverSockets bench =
                    new DecisionsOverSockets(service.socket().orElseThrow());
            DecisionsOverSockets recorded =
                    new DecisionsOverSockets(recording.socket().orElseThrow());
            constant[0] = bench.answer();
            for (int i = 0; i < 3; i++) { // warm
                bench.round("/constant", 16);
                bench.round(DECISIONS, 16);
                recorded.round(DECISIONS, 16);
            }
            System.out.println("connections    constant: p50 p99 us, 1/s     decided: ratio p50 p99, 1/s    "
                    + "and recorded: ratio p50 p99, 1/s");
            for (int connections : CONNECTIONS) {
                long[][] plain = new long[ROUNDS][];
                long[][] decided = new long[ROUNDS][];
                long[][] kept = new long[ROUNDS][];
                for (int i = 0; i < ROUNDS; i++) {
                    plain[i] = bench.round("/constant", connections);
                    decided[i] = bench.round(DECISIONS, connections);
                    kept[i] = recorded.round(DECISIONS, connections);
                }
                double[] p = medians(plain);
                double[] d = medians(decided);
                double[] k = medians(kept);
                System.out.printf(
                        "%11d    %8.0f %8.0f %8.0f     %5.2f %5.2f %8.0f    %5.2f %5.2f %8.0f%n",
                        connections, p[0], p[1], p[2], d[0] / p[0], d[1] / p[1], d[2], k[0] / p[0], k[1] / p[1], k[2]);
            }
        }
    }

    private static Service service(Path socket, Recorder recorder, List<Route> routes) throws Exception {
        String settings = "unix: {path: " + socket + "}\nlimits: {concurrent: 128}\n";
        return Service.start(
                SettingsReader.read("bench", new ByteArrayInputStream(settings.getBytes(StandardCharsets.UTF_8))),
                new Parts(recorder, Map::of, decisions -> routes, List.of(), InstantSource.system()));
    }

    /** Of the rounds the median of p50 and p99 in microseconds and of the requests a second. */
    private static double[] medians(long[][] rounds) {
        double[] medians = new double[3];
        for (int i = 0; i < medians.length; i++) {
            int column = i;
            double[] sorted =
                    Arrays.stream(rounds).mapToDouble(r -> r[column]).sorted().toArray();
            medians[i] = column < 2 ? sorted[sorted.length / 2] / 1e3 : sorted[sorted.length / 2];
        }
        return medians;
    }

    /** p50 and p99 in nanoseconds, and requests a second. */
    private long[] round(String path, int connections) throws InterruptedException {
        int each = REQUESTS / connections;
        long[][] times = new long[connections][each];
        CountDownLatch ready = new CountDownLatch(connections);
        CountDownLatch go = new CountDownLatch(1);
        Thread[] threads = new Thread[connections];
        for (int c = 0; c < connections; c++) {
            long[] mine = times[c];
            threads[c] = new Thread(() -> {
                try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                    byte[] request = request(path);
                    byte[] buffer = new byte[1 << 16];
                    ready.countDown();
                    go.await();
                    for (int i = 0; i < mine.length; i++) {
                        long begin = System.nanoTime();
                        ask(channel, request, buffer);
                        mine[i] = System.nanoTime() - begin;
                    }
                } catch (IOException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            threads[c].start();
        }
        ready.await();
        long begin = System.nanoTime();
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        long took = System.nanoTime() - begin;
        long[] all = Arrays.stream(times).flatMapToLong(Arrays::stream).sorted().toArray();
        return new long[] {all[all.length / 2], all[all.length * 99 / 100], all.length * 1_000_000_000L / took};
    }

    private byte[] answer() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return ask(channel, request(DECISIONS), new byte[1 << 16]);
        }
    }

    private static byte[] request(String path) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + QUESTION.length() + "\r\n\r\n" + QUESTION)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Sends a request and takes its whole answer, which says its length. */
    private static byte[] ask(SocketChannel channel, byte[] request, byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(request);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int head = -1;
        int length = 0;
        while (head < 0 || buffer.position() < head + length) {
            if (channel.read(buffer) < 0) {
                throw new IOException("closed");
            }
            if (head < 0) {
                String text = new String(bytes, 0, buffer.position(), StandardCharsets.US_ASCII);
                int end = text.indexOf("\r\n\r\n");
                if (end >= 0) {
                    if (!text.startsWith("HTTP/1.1 200")) {
                        throw new IOException(text);
                    }
                    head = end + 4;
                    int at = text.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ") + 16;
                    length = Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
                }
            }
        }
        return Arrays.copyOfRange(bytes, head, head + length);
    }
}
