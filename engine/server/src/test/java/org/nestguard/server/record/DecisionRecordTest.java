package org.nestguard.server.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.record.RecordException.Reason;
import org.nestguard.store.Database;
import org.nestguard.store.Place;
import org.nestguard.store.Store;

/** Decisions are kept as they were made, and it shows where they were not. */
@ParameterizedClass
@EnumSource(Database.class)
@Tag("any-jvm") // long, and the same on each; see .ci/run
class DecisionRecordTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T13:00:00.123456Z");

    private final Database database;

    @TempDir
    Path folder;

    private Place place;
    private Store store;
    private DecisionRecord record;
    private volatile Instant now = BEGINNING;

    DecisionRecordTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void open() {
        place = database.fresh(folder);
        store = ServiceStore.open(place);
        record = opened();
    }

    @AfterEach
    void close() {
        record.close();
        store.close();
    }

    private Path key() {
        return folder.resolve("record.key");
    }

    private Path head() {
        return folder.resolve("record.key.head");
    }

    private DecisionRecord opened() {
        return DecisionRecord.open(store, key(), () -> now, DecisionRecord.Limits.USUAL);
    }

    private void reopen() {
        record.close();
        record = opened();
    }

    static Entry entry(String guest) {
        return new Entry(
                "hook@l0-a",
                "migrate",
                null,
                guest,
                "l0-a",
                "l0-b",
                Verdict.DENY,
                Verdict.DENY,
                List.of("amd-live-l2", "cpu-differs"),
                "abc123",
                "{\"operation\": \"migrate\", \"guest\": {\"name\": \"" + guest + "\"}}",
                List.of());
    }

    private void record(int count) {
        for (int i = 0; i < count; i++) {
            record.record(entry("guest-" + i));
        }
    }

    private void sql(String statement) {
        store.write(handle -> handle.execute(statement));
    }

    private List<Fault.Kind> faults() {
        return record.verify(Optional.empty()).faults().stream()
                .map(Fault::kind)
                .toList();
    }

    private void sound(long count) {
        Verification found = record.verify(Optional.empty());
        assertEquals(List.of(), found.faults());
        assertEquals(count, found.count());
    }

    // ---- what is kept

    @Test
    void aDecisionIsReadBackAsItWasRecorded() {
        Recorded written = record.record(entry("build-farm-07"));
        assertEquals(1, written.seq());
        assertEquals(BEGINNING, written.at());
        assertEquals(Optional.of(written), record.show(1));
        assertEquals(Optional.empty(), record.show(2));
        reopen();
        assertEquals(2, record.record(entry("next")).seq());
        assertEquals(Optional.of(written), record.show(1));
        sound(2);
    }

    @Test
    void anEmptyRecordIsSound() {
        Verification found = record.verify(Optional.empty());
        assertTrue(found.sound());
        assertEquals(0, found.count());
        assertEquals(0, record.removeBefore(Instant.MAX));
    }

    @Test
    void manyCallersAreServedTogetherAndEachGetsItsOwn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<Callable<Recorded>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                Entry entry = entry("guest-" + i);
                all.add(() -> {
                    Recorded written = record.record(entry);
                    assertEquals(entry, written.entry());
                    return written;
                });
            }
            List<Long> numbers = new ArrayList<>();
            for (Future<Recorded> each : threads.invokeAll(all)) {
                numbers.add(each.get().seq());
            }
            assertEquals(
                    LongStream.rangeClosed(1, 400).boxed().toList(),
                    numbers.stream().sorted().toList());
            sound(400);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void twoServicesOnOneDatabaseMakeOneChain() {
        try (DecisionRecord other = opened()) {
            for (int i = 0; i < 20; i++) {
                (i % 2 == 0 ? record : other).record(entry("guest-" + i));
            }
        }
        sound(20);
    }

    @Test
    void theNewestAreListedFirstAndFiltersSift() {
        record(5);
        now = BEGINNING.plusSeconds(100);
        record.record(new Entry(
                "jd",
                "savevm",
                "u-1",
                "guest-1",
                "l0-c",
                null,
                Verdict.ALLOW,
                Verdict.ALLOW,
                List.of(),
                "abc",
                "{}",
                List.of()));
        assertEquals(List.of(6L, 5L), numbers(Filter.newest(2)));
        assertEquals(List.of(6L, 2L), numbers(Filter.newest(10).ofGuest("guest-1")));
        assertEquals(List.of(6L), numbers(Filter.newest(10).ofGuest("u-1")));
        Optional<String> any = Optional.empty();
        assertEquals(
                List.of(6L),
                numbers(new Filter(
                        any,
                        Optional.of("l0-c"),
                        Optional.of("jd"),
                        Optional.of(Operation.SAVEVM),
                        Optional.of(Verdict.ALLOW),
                        Optional.of(BEGINNING.plusSeconds(100)),
                        Optional.empty(),
                        Optional.empty(),
                        10)));
        assertEquals(
                List.of(2L, 1L),
                numbers(new Filter(
                        any,
                        Optional.of("l0-b"),
                        any,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(BEGINNING.plusSeconds(100)),
                        Optional.of(3L),
                        10)));
    }

    private List<Long> numbers(Filter filter) {
        return record.list(filter).stream().map(Recorded::seq).toList();
    }

    @Test
    void whatNoDatabaseKeepsIsNotTaken() {
        assertThrows(IllegalArgumentException.class, () -> entry("nul \0"));
        assertThrows(IllegalArgumentException.class, () -> entry("half \ud800"));
        assertThrows(IllegalArgumentException.class, () -> entry("x".repeat(Entry.LONGEST_QUESTION)));
        record.record(entry("\u202e😀"));
        sound(1);
    }

    // ---- when it cannot be kept

    @Test
    void whereTheDatabaseFailsTheCallerHearsOfItAndTheNextOneFaresBetter() {
        sql("alter table decision rename to elsewhere");
        RecordException failed = assertThrows(RecordException.class, () -> record.record(entry("a")));
        assertEquals(Reason.FAILED, failed.reason());
        sql("alter table elsewhere rename to decision");
        assertEquals(1, record.record(entry("b")).seq());
        sound(1);
    }

    @Test
    void whereTheHeadCannotBeWrittenNothingIsAcknowledged() throws IOException {
        record(1);
        Files.delete(head());
        Files.createDirectories(head().resolve("in-the-way"));
        assertEquals(
                Reason.FAILED,
                assertThrows(RecordException.class, () -> record.record(entry("a")))
                        .reason());
        Files.delete(head().resolve("in-the-way"));
        Files.delete(head());
        record.record(entry("b"));
        sound(3);
    }

    @Test
    void moreThanMayWaitAreNotTaken() throws Exception {
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(12);
        try (DecisionRecord small =
                DecisionRecord.open(store, key(), () -> now, new DecisionRecord.Limits(2, 1, Duration.ofSeconds(30)))) {
            Future<Object> holder = threads.submit(() -> store.write(handle -> {
                held.countDown();
                try {
                    assertTrue(holds.await(30, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return "";
            }));
            assertTrue(held.await(30, TimeUnit.SECONDS));
            AtomicInteger full = new AtomicInteger();
            List<Future<Boolean>> callers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                callers.add(threads.submit(() -> {
                    try {
                        small.record(entry("waits"));
                        return true;
                    } catch (RecordException e) {
                        assertEquals(Reason.FULL, e.reason());
                        full.incrementAndGet();
                        return false;
                    }
                }));
            }
            // one is in the writer's hand, two wait
            until(() -> full.get() >= 7);
            holds.countDown();
            holder.get();
            int recorded = 0;
            for (Future<Boolean> caller : callers) {
                recorded += caller.get() ? 1 : 0;
            }
            assertEquals(10 - full.get(), recorded);
            sound(recorded);
        } finally {
            holds.countDown();
            threads.shutdownNow();
        }
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < 3_000 && !condition.call(); i++) {
            Thread.sleep(10);
        }
        assertTrue(condition.call());
    }

    @Test
    void oneWhoseTimeIsUpHearsSo() throws Exception {
        CountDownLatch holds = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (DecisionRecord hasty = DecisionRecord.open(
                store, key(), () -> now, new DecisionRecord.Limits(10, 10, Duration.ofMillis(20)))) {
            Future<Object> holder = threads.submit(() -> store.write(handle -> {
                held.countDown();
                try {
                    assertTrue(holds.await(30, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return "";
            }));
            assertTrue(held.await(30, TimeUnit.SECONDS));
            assertEquals(
                    Reason.LATE,
                    assertThrows(RecordException.class, () -> hasty.record(entry("a")))
                            .reason());
            holds.countDown();
            holder.get();
        } finally {
            holds.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void aClosedRecordTakesNothing() {
        record.close();
        assertEquals(
                Reason.CLOSED,
                assertThrows(RecordException.class, () -> record.record(entry("a")))
                        .reason());
    }

    // ---- the key

    @Test
    void theKeyIsMadeOnceAndIsItsOwnersAlone() throws IOException {
        assertEquals(32, Files.size(key()));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key())));
        byte[] before = Files.readAllBytes(key());
        record(1);
        reopen();
        assertEquals(-1, Files.mismatch(key(), Files.write(folder.resolve("before"), before)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(head())));
    }

    @Test
    void withoutItsKeyARecordIsNotOpened() throws IOException {
        record(1);
        record.close();
        Files.move(key(), folder.resolve("away"));
        RecordException missing = assertThrows(RecordException.class, this::opened);
        assertEquals(Reason.KEY, missing.reason());
        assertTrue(missing.getMessage().contains("bring it back"), missing.getMessage());
        assertTrue(Files.notExists(key()), "and no new one is made");
        Files.move(folder.resolve("away"), key());
        record = opened();
        sound(1);
    }

    @Test
    void anotherKeyIsNotTaken() throws IOException {
        record(1);
        record.close();
        byte[] right = Files.readAllBytes(key());
        Files.write(key(), new byte[32]);
        assertEquals(
                Reason.KEY, assertThrows(RecordException.class, this::opened).reason());
        Files.write(key(), new byte[31]);
        assertEquals(
                Reason.KEY, assertThrows(RecordException.class, this::opened).reason());
        Files.write(key(), right);
        record = opened();
    }

    @Test
    void aKeyThatOthersMayReadIsNotTaken() throws IOException {
        record.close();
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r-----"));
        RecordException exposed = assertThrows(RecordException.class, this::opened);
        assertEquals(Reason.KEY, exposed.reason());
        assertTrue(String.valueOf(exposed.getMessage()).contains("chmod 600"), exposed.getMessage());
        Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-------"));
        record = opened();
    }

    // ---- tampering

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "decided_at, decided_at + 1",
                "caller, 'somebody else'",
                "operation, 'savevm'",
                "guest_uuid, 'u'",
                "guest_name, 'other'",
                "guest_name, null",
                "source, 'l0-x'",
                "destination, 'l0-x'",
                "verdict, 'ALLOW'",
                "verdict, 'PERHAPS'",
                "effective, 'ALLOW'",
                "rules, 'amd-live-l2'",
                "rule_base, 'def'",
                "question, '{}'"
            })
    void anEditedDecisionIsFound(String column, String value) {
        record(3);
        sql("update decision set " + column + " = " + value + " where seq = 2");
        Verification found = record.verify(Optional.empty());
        assertEquals(List.of(Fault.Kind.ALTERED), faults());
        assertEquals(2, found.faults().get(0).seq());
    }

    @Test
    void textThatSlidesFromOneFieldToTheNextIsFound() {
        record(2);
        sql("update decision set source = 'l0-al0', destination = '-b' where seq = 1");
        assertEquals(List.of(Fault.Kind.ALTERED), faults());
    }

    @Test
    void anEditedMacIsFound() {
        record(3);
        sql("update decision set mac = '" + "0".repeat(64) + "' where seq = 2");
        assertEquals(List.of(Fault.Kind.ALTERED, Fault.Kind.UNCHAINED), faults());
    }

    @Test
    void aMissingDecisionIsFound() {
        record(5);
        sql("delete from decision where seq in (2, 3)");
        Verification found = record.verify(Optional.empty());
        assertEquals(List.of(Fault.Kind.MISSING), faults());
        assertEquals("decisions 2 to 3 are missing", found.faults().get(0).why());
    }

    @Test
    void aMissingDecisionWhoseGapWasClosedIsFound() {
        record(4);
        sql("delete from decision where seq = 2");
        sql("update decision set seq = 2 where seq = 3");
        sql("update decision set seq = 3 where seq = 4");
        assertTrue(faults().containsAll(List.of(Fault.Kind.ALTERED, Fault.Kind.CUT_OFF)), faults()::toString);
    }

    @Test
    void decisionsInAnotherOrderAreFound() {
        record(4);
        sql("update decision set seq = 99 where seq = 2");
        sql("update decision set seq = 2 where seq = 3");
        sql("update decision set seq = 3 where seq = 99");
        assertTrue(faults().contains(Fault.Kind.ALTERED), faults()::toString);
        assertTrue(faults().contains(Fault.Kind.UNCHAINED), faults()::toString);
    }

    @Test
    void aDecisionThatWasPutInIsFound() {
        record(2);
        sql("insert into decision select 3, decided_at, caller, operation, guest_uuid, guest_name, source, destination,"
                + " 'ALLOW', 'ALLOW', rules, rule_base, question, mac, mac, waivers from decision where seq = 2");
        assertEquals(List.of(Fault.Kind.ALTERED), faults());
    }

    @Test
    void aGenuineDecisionThatStandsAfterAnotherOneIsFound() {
        record(2);
        store.write(handle -> handle.execute("create table kept as select * from decision where seq = 2"));
        sql("delete from decision where seq = 2");
        record.close();
        // whoever has the head file too makes the service write another second decision
        record = withHead("");
        record(2);
        sql("delete from decision where seq = 2");
        sql("insert into decision select * from kept");
        assertTrue(faults().contains(Fault.Kind.UNCHAINED), faults()::toString);
    }

    private DecisionRecord withHead(String text) {
        try {
            Files.writeString(head(), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        now = now.plusSeconds(1);
        return opened();
    }

    @Test
    void decisionsThatWereCutOffAreFound() {
        record(5);
        sql("delete from decision where seq > 3");
        Verification found = record.verify(Optional.empty());
        assertEquals(List.of(Fault.Kind.CUT_OFF), faults());
        assertEquals("decisions 4 to 5 were cut off", found.faults().get(0).why());
        sql("delete from decision");
        assertEquals(List.of(Fault.Kind.CUT_OFF), faults());
    }

    @Test
    void whatWasCutOffStaysFoundWhenTheServiceGoesOn() {
        record(5);
        sql("delete from decision where seq > 3");
        reopen();
        assertEquals(6, record.record(entry("next")).seq());
        Verification found = record.verify(Optional.empty());
        assertEquals(List.of(Fault.Kind.MISSING), faults());
        assertEquals("decisions 4 to 5 are missing", found.faults().get(0).why());
        assertEquals(4, record.removeBefore(BEGINNING.plusSeconds(60)), "and does not keep the rest for ever");
        sound(0);
    }

    @Test
    void whereTheHeadFileWasChangedTooTheLogTells() {
        record(3);
        Head newest = record.show(3).orElseThrow().head();
        Head older = record.show(2).orElseThrow().head();
        sql("delete from decision where seq = 3");
        record.close();
        record = withHead(older + "\n");
        assertEquals(List.of(), faults());
        Optional<Head> logged = Head.in("13:00:01 INFO decisions recorded up to " + newest + " ok");
        assertEquals(Optional.of(newest), logged);
        assertEquals(
                List.of(Fault.Kind.CUT_OFF),
                record.verify(logged).faults().stream().map(Fault::kind).toList());
        assertEquals(Optional.empty(), Head.in("nothing of that kind"));
    }

    @Test
    void aRecordThatBranchedOffIsFoundByTheHead() {
        record(2);
        Head branch = new Head(2, "1".repeat(64));
        assertEquals(
                List.of(Fault.Kind.HEAD),
                record.verify(Optional.of(branch)).faults().stream()
                        .map(Fault::kind)
                        .toList());
    }

    @Test
    void aHeadThatIsGoneIsSaid() throws IOException {
        record(2);
        Files.delete(head());
        assertEquals(List.of(Fault.Kind.HEAD), faults());
    }

    @Test
    void aHeadThatIsOlderThanTheRecordIsNoFault() throws IOException {
        record(2);
        String older = Files.readString(head());
        record(3);
        record.close();
        record = withHead(older);
        sound(5);
        assertEquals(6, record.record(entry("next")).seq());
        sound(6);
    }

    @Test
    void ofManyFaultsTheFirstAreListedAndAllAreCounted() {
        record(150);
        sql("update decision set caller = 'x'");
        Verification found = record.verify(Optional.empty());
        assertEquals(Verification.MOST_FAULTS, found.faults().size());
        assertEquals(150, found.faultCount());
    }

    // ---- removing what is old

    @Test
    void aWholePrefixIsRemovedAndTheRestVerifiesFromTheCheckpoint() {
        record(3);
        now = BEGINNING.plusSeconds(3_600);
        record(2);
        assertEquals(3, record.removeBefore(BEGINNING.plusSeconds(60)));
        Verification found = record.verify(Optional.empty());
        assertEquals(List.of(), found.faults());
        assertEquals(3, found.removed());
        assertEquals(2, found.count());
        assertEquals(0, record.removeBefore(BEGINNING.plusSeconds(60)));
        reopen();
        assertEquals(6, record.record(entry("next")).seq());
        sound(3);
    }

    @Test
    void whereAllIsRemovedTheChainGoesOn() {
        record(3);
        assertEquals(3, record.removeBefore(BEGINNING.plusSeconds(60)));
        sound(0);
        reopen();
        assertEquals(4, record.record(entry("next")).seq());
        sound(1);
    }

    @Test
    void onlyAPrefixIsRemoved() {
        record(1);
        now = BEGINNING.plusSeconds(3_600);
        record(1);
        now = BEGINNING; // the clock was set back
        record(1);
        assertEquals(1, record.removeBefore(BEGINNING.plusSeconds(60)));
        sound(2);
    }

    @Test
    void aPrefixThatSomebodyElseRemovedIsFound() {
        record(4);
        sql("delete from decision where seq <= 2");
        assertEquals(List.of(Fault.Kind.MISSING), faults());
    }

    @Test
    void aForgedCheckpointIsFound() {
        record(4);
        assertEquals(4, record.removeBefore(BEGINNING.plusSeconds(60)));
        now = BEGINNING.plusSeconds(60);
        record(4);
        String mac = record.show(6).orElseThrow().mac();
        sql("delete from decision where seq <= 6");
        sql("update decision_checkpoint set seq = 6, mac = '" + mac + "'");
        assertEquals(List.of(Fault.Kind.CHECKPOINT), faults());
    }

    @Test
    void aCheckpointThatWasTakenAwayIsFound() {
        record(2);
        record.removeBefore(BEGINNING.plusSeconds(60));
        now = BEGINNING.plusSeconds(60);
        record(2);
        sql("delete from decision_checkpoint");
        assertEquals(List.of(Fault.Kind.MISSING), faults());
    }

    @Test
    void aRemovedDecisionThatIsBackIsFound() {
        record(2);
        sql("create table kept as select * from decision where seq = 1");
        record.removeBefore(BEGINNING.plusSeconds(60));
        sql("insert into decision select * from kept");
        assertEquals(List.of(Fault.Kind.RETURNED), faults());
    }

    @Test
    void evidenceOfTamperingIsNotRemoved() {
        record(3);
        sql("update decision set caller = 'x' where seq = 2");
        assertEquals(
                Reason.TAMPERED,
                assertThrows(RecordException.class, () -> record.removeBefore(BEGINNING.plusSeconds(60)))
                        .reason());
        assertEquals(3, record.verify(Optional.empty()).count());
    }

    @Test
    void moreThanOneTransactionsWorthIsRemoved() {
        // signed rows in bulk: the way of the service would take minutes on a slow disk
        record(1);
        record.close();
        ChainKey chain = ChainKey.read(key());
        store.write(handle -> {
            Rows rows = new Rows(handle);
            List<Rows.Row> all = new ArrayList<>();
            Head last = rows.newest();
            for (int i = 0; i < 11_000; i++) {
                Rows.Row row = Rows.Row.of(last.seq() + 1, BEGINNING, entry("bulk"), last.mac())
                        .signed(chain);
                all.add(row);
                last = row.head();
            }
            rows.insert(all);
            return 0;
        });
        record = opened();
        sound(11_001);
        assertEquals(11_001, record.removeBefore(BEGINNING.plusSeconds(60)));
        sound(0);
        assertNotEquals(0, record.record(entry("next")).seq());
    }
}
