package org.nestguard.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.store.StoreException.Reason;

/** What is promised of every database. */
@ParameterizedClass
@EnumSource(Database.class)
class StoreTest {
    private final Database database;

    @TempDir
    Path folder;

    StoreTest(Database database) {
        this.database = database;
    }

    private static int proofs(Store store) {
        return store.read(handle -> handle.createQuery("select count(*) from proof")
                .mapTo(Integer.class)
                .one());
    }

    private static void writeProof(Store store) {
        store.write(handle -> handle.execute("insert into proof (one) values (1)"));
    }

    @Test
    void whatWasWrittenIsThereAfterOpeningAgain() {
        Place place = database.fresh(folder);
        try (Store store = Tried.open(place)) {
            writeProof(store);
        }
        try (Store store = Tried.open(place)) {
            assertEquals(1, proofs(store));
        }
    }

    @Test
    void nothingOfWorkThatThrowsIsKept() {
        try (Store store = Tried.open(database.fresh(folder))) {
            assertThrows(
                    IllegalStateException.class,
                    () -> store.write(handle -> {
                        handle.execute("insert into proof (one) values (1)");
                        throw new IllegalStateException("changed its mind");
                    }));
            assertEquals(0, proofs(store));
        }
    }

    @Test
    void aStatementThatFailsSaysSoAndLeavesTheStoreUsable() {
        try (Store store = Tried.open(database.fresh(folder))) {
            writeProof(store);
            StoreException failed = assertThrows(StoreException.class, () -> writeProof(store));
            assertEquals(Reason.FAILED, failed.reason());
            assertEquals(1, proofs(store));
        }
    }

    @Test
    void aNewerSchemaIsNotTouched() {
        Place place = database.fresh(folder);
        try (Store store = Tried.open(place)) {
            store.write(
                    handle -> handle.createUpdate("insert into schema_history (installed_rank, version, description,"
                                    + " type, script, checksum, installed_by, installed_on, execution_time, success)"
                                    + " select 99, '99', 'of tomorrow', type, 'V99__of_tomorrow.sql', 1, installed_by,"
                                    + " installed_on, 1, success from schema_history where version = '1'")
                            .execute());
        }
        StoreException newer = assertThrows(StoreException.class, () -> Tried.open(place));
        assertEquals(Reason.NEWER, newer.reason());
        assertTrue(newer.getMessage().contains("newer version"), newer.getMessage());
    }

    @Test
    void aDatabaseOfSomethingElseIsNotTouched() {
        Place place = database.fresh(folder);
        Tried.open(place).close();
        StoreException foreign = assertThrows(StoreException.class, () -> Tried.openForAnother(place));
        assertEquals(Reason.FOREIGN, foreign.reason());
        assertTrue(foreign.getMessage().contains("something else"), foreign.getMessage());
    }

    @Test
    void readingSeesOneStateWhileAnotherWrites() {
        try (Store store = Tried.open(database.fresh(folder))) {
            int after = store.read(handle -> {
                int before = handle.createQuery("select count(*) from proof")
                        .mapTo(Integer.class)
                        .one();
                writeProof(store);
                return before
                        + handle.createQuery("select count(*) from proof")
                                .mapTo(Integer.class)
                                .one();
            });
            assertEquals(0, after);
            assertEquals(1, proofs(store));
        }
    }

    @Test
    void aReaderCannotWrite() {
        try (Store store = Tried.open(database.fresh(folder))) {
            assertThrows(
                    StoreException.class,
                    () -> store.read(handle -> handle.execute("insert into proof (one) values (1)")));
            assertEquals(0, proofs(store));
        }
    }

    @Test
    void twoStoresOnOneDatabaseReadThenWriteWithoutLosingAnything() throws Exception {
        Place place = database.fresh(folder);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Store one = Tried.open(place);
                Store other = Tried.open(place)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Store store = i % 2 == 0 ? one : other;
                all.add(threads.submit(() -> store.write(handle -> {
                    long next = handle.createQuery("select coalesce(max(event_no), 0) + 1 from event")
                            .mapTo(Long.class)
                            .one();
                    return handle.execute("insert into event (event_no) values (?)", next);
                })));
            }
            for (Future<?> each : all) {
                each.get();
            }
            int last = one.read(handle -> handle.createQuery("select max(event_no) from event")
                    .mapTo(Integer.class)
                    .one());
            assertEquals(40, last);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void momentsSortAsNumbersAndComeBackToTheMicrosecond() {
        Instant moment = Instant.parse("2026-11-22T13:00:00.123456Z");
        assertEquals(moment, EpochMicros.instant(EpochMicros.of(moment)));
        assertTrue(EpochMicros.of(Instant.EPOCH.minusSeconds(1)) < EpochMicros.of(Instant.EPOCH));
        assertTrue(EpochMicros.of(Instant.MIN) < EpochMicros.of(Instant.MAX));
    }
}
