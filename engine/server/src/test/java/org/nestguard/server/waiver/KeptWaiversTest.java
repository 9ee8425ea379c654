package org.nestguard.server.waiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.engine.waiver.ScopePart;
import org.nestguard.engine.waiver.Waiver;
import org.nestguard.findings.Verdict;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Entry;
import org.nestguard.server.record.Fault;
import org.nestguard.server.record.Filter;
import org.nestguard.server.record.RecordException;
import org.nestguard.server.record.Recorded;
import org.nestguard.store.Database;
import org.nestguard.store.Place;
import org.nestguard.store.Store;

@ParameterizedClass
@EnumSource(Database.class)
class KeptWaiversTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T13:00:00.123456Z");
    private static final Instant LATER = BEGINNING.plus(Duration.ofDays(7));

    private final Database database;

    @TempDir
    Path folder;

    private Place place;
    private Store store;
    private DecisionRecord record;
    private KeptWaivers waivers;

    KeptWaiversTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void open() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        place = database.fresh(folder);
        reopen();
    }

    private void reopen() {
        store = ServiceStore.open(place);
        record = DecisionRecord.open(store, folder.resolve("record.key"), () -> BEGINNING, DecisionRecord.Limits.USUAL);
        waivers = new KeptWaivers(store, record);
    }

    @AfterEach
    void close() {
        record.close();
        store.close();
    }

    private static Waiver waiver(String rule) {
        return new Waiver(
                "body, line 1",
                rule,
                ScopePart.readAll("guest=g1, destination=l0-*").orElseThrow(),
                "wir wissen's besser: äöü",
                "ann",
                LATER);
    }

    @Test
    void whatWasMadeIsInForceUntilItExpiresAndOutlivesTheProcess() {
        Kept made = waivers.make(waiver("r1"), "ops", "digest");
        assertEquals(1, made.number());
        assertEquals(BEGINNING, made.madeAt());
        assertEquals("ops", made.madeBy());
        close();
        reopen();
        List<Waiver> inForce = waivers.at(LATER.minusNanos(1_000));
        assertEquals(1, inForce.size());
        assertEquals("waiver-1", inForce.get(0).place());
        assertEquals("guest=g1, destination=l0-*", inForce.get(0).scopeText());
        assertEquals("wir wissen's besser: äöü", inForce.get(0).reason());
        assertEquals(LATER, inForce.get(0).expires());
        assertEquals(List.of(), waivers.at(LATER));
        assertEquals(1, waivers.all().size(), "it stays listed");
    }

    @Test
    void whatWasEndedIsInForceNoMoreAndStaysListed() {
        Kept made = waivers.make(waiver("r1"), "ops", "digest");
        Kept ended = waivers.end(made.number(), "jd", "digest").orElseThrow();
        assertEquals("jd", ended.ended().orElseThrow().by());
        assertEquals(List.of(), waivers.at(BEGINNING));
        assertEquals(List.of(ended), waivers.all());
        assertEquals(Optional.empty(), waivers.end(made.number(), "jd", "digest"));
        assertEquals(Optional.empty(), waivers.end(99, "jd", "digest"));
    }

    @Test
    void theRecordTellsOfEachAmongTheDecisionsAndTheyAreNoDecisions() {
        waivers.make(waiver("r1"), "ops", "digest");
        waivers.end(1, "jd", "digest");
        Recorded made = record.show(1).orElseThrow();
        assertEquals("waive", made.entry().operation());
        assertEquals("ops", made.entry().caller());
        assertEquals(List.of("r1"), made.entry().rules());
        assertTrue(
                made.entry().question().contains("\"owner\":\"ann\""),
                made.entry().question());
        assertEquals("end-waiver", record.show(2).orElseThrow().entry().operation());
        assertEquals(2, waivers.all().get(0).ended().orElseThrow().entry());
        assertEquals(List.of(), record.list(Filter.newest(10)));
        assertTrue(record.verify(Optional.empty()).sound());
        store.write(handle ->
                handle.execute("update decision set question = replace(question, 'ann', 'bob') where seq = 1"));
        assertEquals(
                List.of(Fault.Kind.ALTERED),
                record.verify(Optional.empty()).faults().stream()
                        .map(Fault::kind)
                        .toList());
    }

    private void used(String... places) {
        record.record(new Entry(
                "hook",
                "migrate",
                null,
                "g1",
                "l0-a",
                "l0-b",
                Verdict.DENY,
                Verdict.ALLOW,
                List.of("r1"),
                "abc",
                "{}",
                List.of(places)));
    }

    @Test
    void theNewestUseOfEachIsKnown() {
        waivers.make(waiver("r1"), "ops", "digest"); // 1
        waivers.make(waiver("r2"), "ops", "digest"); // 2
        used("waiver-1"); // 3
        used("waiver-2", "waiver-1"); // 4
        used("waiver-2"); // 5
        used("waiver-22"); // 6
        List<Kept> all = waivers.all();
        assertEquals(List.of(2L, 1L), all.stream().map(Kept::number).toList());
        assertEquals(5, all.get(0).used().orElseThrow().decision());
        assertEquals(4, all.get(1).used().orElseThrow().decision());
        assertEquals(
                List.of("waiver-2", "waiver-1"),
                record.show(4).orElseThrow().entry().waivers());
        assertTrue(record.verify(Optional.empty()).sound());
    }

    @Test
    void thatADecisionMadeUseOfAWaiverCannotBeTakenAwayUnseen() {
        used("waiver-1");
        store.write(handle -> handle.execute("update decision set waivers = null"));
        assertEquals(1, record.verify(Optional.empty()).faultCount());
        store.write(handle -> handle.execute("update decision set waivers = 'waiver-2'"));
        assertEquals(1, record.verify(Optional.empty()).faultCount());
        store.write(handle -> handle.execute("update decision set waivers = 'waiver-1'"));
        assertTrue(record.verify(Optional.empty()).sound());
    }

    @Test
    void whatCannotBeRecordedIsNotInForceAndNotEnded() {
        waivers.make(waiver("r1"), "ops", "digest");
        record.close();
        assertThrows(RecordException.class, () -> waivers.make(waiver("r2"), "ops", "digest"));
        assertThrows(RecordException.class, () -> waivers.end(1, "ops", "digest"));
        assertEquals(1, waivers.all().size());
        assertEquals(1, waivers.at(BEGINNING).size());
    }
}
