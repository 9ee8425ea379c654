package org.nestguard.server.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.findings.Verdict;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Entry;
import org.nestguard.store.Database;
import org.nestguard.store.Store;
import org.nestguard.store.StoreException;

/** A host with many thousand guests, true or made up, keeps nobody's decision waiting. */
@Tag("any-jvm") // long, and the same on each; see .ci/run
class LargeFactsTest {
    private static final int GUESTS = Integer.getInteger("nestguard.guests", 6_000);
    private static final int ODD = 300;

    @TempDir
    Path folder;

    private static Observation said(String text) {
        return new Observation(text, null);
    }

    private static FactsDocument document(Instant at, int guests) {
        return document(at, guests, "0", "cold");
    }

    /** One of them, the last but few, may be otherwise than the rest. */
    private static FactsDocument document(Instant at, int guests, String live, String startedBy) {
        List<Known> all = new ArrayList<>();
        for (int i = 0; i < guests; i++) {
            boolean odd = i == ODD;
            all.add(new Known(
                    Subject.GUEST,
                    at,
                    Map.of(
                            "uuid", said(new UUID(7, i).toString()),
                            "name", said("guest-" + i),
                            "l2.live", said(odd ? live : "0"),
                            "startedBy", said(odd ? startedBy : "cold"))));
        }
        return new FactsDocument(new Known(Subject.HOST, at, Map.of("name", said("l0-a"))), all);
    }

    private static long millis(long since) {
        return Duration.ofNanos(System.nanoTime() - since).toMillis();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasTakenInPartIsTakenWholeWhenItComesAgainAndNoMarkIsLost(Database database) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        UUID moved = new UUID(7, ODD);
        try (Store store = ServiceStore.open(database.fresh(folder))) {
            Registry registry = new Registry(store, Freshness.USUAL, () -> now);
            FactsDocument live = document(now.minusSeconds(50), ODD + 9, "2", "cold");
            assertInstanceOf(Taken.Stored.class, registry.take(live, Pusher.forAny()));
            // the rest of it never comes: the process is gone, or the database is
            store.write(handle -> handle.execute("alter table harm_history rename to harm_history_lost"));
            FactsDocument moves = document(now.minusSeconds(40), ODD + 5, "0", "incoming");
            assertThrows(StoreException.class, () -> registry.take(moves, Pusher.forAny()));
            store.write(handle -> handle.execute("alter table harm_history_lost rename to harm_history"));
            assertEquals(ODD + 9, registry.counts().running(), "nobody is gone before all are there");
            assertEquals(List.of(), registry.harms());
            assertEquals(
                    "2",
                    assertInstanceOf(Found.One.class, registry.guest(moved.toString()))
                            .guest()
                            .facts()
                            .get("l2.live")
                            .text(),
                    "of a guest all is taken or nothing");
            assertEquals(
                    now.minusSeconds(40).minus(1, ChronoUnit.MICROS),
                    registry.hosts().get(0).observedAt(),
                    "nothing older is taken any more");
            Taken.Stored taken = assertInstanceOf(Taken.Stored.class, registry.take(moves, Pusher.forAny()));
            assertEquals(false, taken.repeated());
            assertEquals(4, taken.left());
            assertEquals(List.of(moved), taken.harmed());
            assertEquals(
                    List.of(moved), registry.harms().stream().map(Harm::guest).toList());
            assertEquals(ODD + 5, registry.counts().running());
            assertEquals(
                    true,
                    assertInstanceOf(Taken.Stored.class, registry.take(moves, Pusher.forAny()))
                            .repeated());
        }
    }

    @Test
    void moreGuestsThanAnyHostHasAreRefused() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        try (Store store = ServiceStore.open(Database.SQLITE.fresh(folder))) {
            Registry registry = new Registry(store, Freshness.USUAL, Instant::now);
            Taken taken = registry.take(document(now, 10_001), Pusher.forAny());
            assertEquals(
                    Taken.Refusal.TOO_MANY,
                    assertInstanceOf(Taken.Refused.class, taken).refusal());
            assertEquals(0, registry.counts().hosts());
        }
    }

    @ParameterizedTest
    @EnumSource
    void decisionsAreRecordedWhileItIsTaken(Database database) throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong longest = new AtomicLong();
        AtomicLong count = new AtomicLong();
        try (Store store = ServiceStore.open(database.fresh(folder));
                DecisionRecord record = DecisionRecord.open(
                        store, folder.resolve("record.key"), Instant::now, DecisionRecord.Limits.USUAL)) {
            Registry registry = new Registry(store, Freshness.USUAL, Instant::now);
            Thread caller = new Thread(() -> {
                while (!done.get()) {
                    long begin = System.nanoTime();
                    record.record(new Entry(
                            "hook",
                            "migrate",
                            null,
                            "guest-1",
                            "l0-a",
                            "l0-b",
                            Verdict.DENY,
                            Verdict.DENY,
                            List.of("amd-live-l2"),
                            "abc",
                            "{\"operation\": \"migrate\"}",
                            List.of()));
                    longest.accumulateAndGet(millis(begin), Math::max);
                    count.incrementAndGet();
                }
            });
            caller.start();
            StringBuilder told = new StringBuilder();
            for (String what : List.of("all new", "all known", "all gone", "none believed")) {
                FactsDocument document = switch (what) {
                    case "all new" -> document(now.minusSeconds(3), GUESTS);
                    case "all known" -> document(now.minusSeconds(2), GUESTS);
                    case "all gone" -> document(now.minusSeconds(1), 0);
                    default -> document(now.minusSeconds(9), GUESTS);
                };
                longest.set(0);
                count.set(0);
                long begin = System.nanoTime();
                Taken taken = registry.take(document, Pusher.forAny());
                long took = millis(begin);
                told.append(what + ": " + took + " ms, " + count.get() + " decisions meanwhile, the longest took "
                        + longest.get() + " ms\n");
                if (what.equals("none believed")) {
                    assertEquals(
                            GUESTS,
                            assertInstanceOf(Taken.Disbelieved.class, taken)
                                    .distrusted()
                                    .size());
                } else {
                    assertInstanceOf(Taken.Stored.class, taken);
                }
                assertTrue(longest.get() < 250 + took / 10, told.toString());
            }
            System.out.println(database + "\n" + told);
            done.set(true);
            caller.join();
        }
    }
}
