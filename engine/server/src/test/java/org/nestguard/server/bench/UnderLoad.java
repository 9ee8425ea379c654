package org.nestguard.server.bench;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.findings.Verdict;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Entry;
import org.nestguard.server.record.Recorded;
import org.nestguard.server.registry.HarmCause;
import org.nestguard.server.registry.Pusher;
import org.nestguard.server.registry.Registry;
import org.nestguard.server.registry.Taken;
import org.nestguard.store.Durability;
import org.nestguard.store.Place;
import org.nestguard.store.Store;

/** Takes facts and records decisions until it is killed, and writes down what was acknowledged after it was. */
final class UnderLoad {
    private static final int HOSTS = 2;
    private static final int CALLERS = 4;
    private static final int GUESTS = 8;

    private UnderLoad() {}

    /** Starts as {@code FOLDER ROUND [URL USER]}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Path.of(args[0]);
        int round = Integer.parseInt(args[1]);
        Store store = ServiceStore.open(place(folder, List.of(args).subList(2, args.length)));
        InstantSource clock = InstantSource.system();
        Registry registry = new Registry(store, Freshness.USUAL, clock);
        DecisionRecord record = DecisionRecord.open(
                store, folder.resolve("record.key"), clock, new DecisionRecord.Limits(100, 50, Duration.ofSeconds(60)));
        FileOutputStream acknowledged =
                new FileOutputStream(folder.resolve("acknowledged").toFile(), true);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            String host = "l0-" + i;
            threads.add(new Thread(() -> pushes(registry, host, acknowledged)));
        }
        for (int i = 0; i < CALLERS; i++) {
            String caller = "caller-" + i;
            threads.add(new Thread(() -> decides(record, caller, acknowledged)));
        }
        UUID harmed = harmed(round);
        threads.add(new Thread(() -> harms(registry, harmed, acknowledged)));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    static Place place(Path folder, List<String> server) {
        return server.isEmpty()
                ? new Place.InFile(folder.resolve("nestguard.db"), Durability.NORMAL)
                : new Place.OnServer(server.get(0), server.get(1), server.size() > 2 ? server.get(2) : null);
    }

    static UUID harmed(int round) {
        return new UUID(7, round + 1);
    }

    private static void acknowledge(FileOutputStream acknowledged, String line) {
        try {
            acknowledged.write((line + "\n").getBytes(StandardCharsets.UTF_8)); // one call of the system each
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pushes(Registry registry, String host, FileOutputStream acknowledged) {
        while (true) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
            List<Known> guests = new ArrayList<>();
            for (int i = 0; i < GUESTS; i++) {
                guests.add(new Known(
                        Subject.GUEST,
                        now,
                        Map.of(
                                "uuid", said(new UUID(host.hashCode(), i + 1).toString()),
                                "name", said("guest-" + i),
                                "l2.live", said("0"))));
            }
            Known facts = new Known(Subject.HOST, now, Map.of("name", said(host)));
            Taken taken = registry.take(new FactsDocument(facts, guests), Pusher.boundTo(host));
            if (!(taken instanceof Taken.Stored)) {
                throw new IllegalStateException(taken.toString());
            }
            acknowledge(acknowledged, "facts " + host + " " + now);
        }
    }

    private static Observation said(String text) {
        return new Observation(text, null);
    }

    private static void harms(Registry registry, UUID guest, FileOutputStream acknowledged) {
        for (int count = 1; ; count++) {
            registry.harm(guest, HarmCause.LET_THROUGH, Instant.now(), "waived");
            acknowledge(acknowledged, "harm " + guest + " " + count);
        }
    }

    private static void decides(DecisionRecord record, String caller, FileOutputStream acknowledged) {
        while (true) {
            Recorded recorded = record.record(new Entry(
                    caller,
                    "migrate",
                    null,
                    "guest-" + ThreadLocalRandom.current().nextInt(GUESTS),
                    "l0-0",
                    "l0-1",
                    Verdict.DENY,
                    Verdict.DENY,
                    List.of("amd-live-l2"),
                    "abc",
                    "{\"operation\": \"migrate\"}",
                    List.of()));
            acknowledge(acknowledged, "decision " + recorded.seq() + " " + recorded.mac());
        }
    }
}
