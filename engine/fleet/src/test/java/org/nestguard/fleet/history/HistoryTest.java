package org.nestguard.fleet.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.AuditException;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.history.Changes.Cause;
import org.nestguard.fleet.history.Changes.State;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.store.Database;
import org.nestguard.store.Place;

/** What is promised of the history on every database. */
@ParameterizedClass
@EnumSource(Database.class)
class HistoryTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");
    private static final MigrationGuard GUARD = MigrationGuard.create();
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Asked SAVED = new Asked(Operation.SAVEVM, null, null, Freshness.USUAL);
    private static final Asked ANYWHERE = new Asked(Operation.MIGRATE, To.read("any"), null, Freshness.USUAL);
    private static final int KEPT = 50;

    private final Database database;
    private Place place = new Place.OnServer("", null, null);

    @TempDir
    private Path folder = Path.of("");

    private @Nullable History opened;
    private List<String> lines = new ArrayList<>();

    HistoryTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void open() throws IOException {
        place = database.fresh(folder);
        opened = History.open(place, CLOCK);
        lines = new ArrayList<>(Files.readAllLines(RACK));
    }

    @AfterEach
    void close() {
        if (opened != null) {
            opened.close();
        }
    }

    private History history() {
        return assertNotNullOf(opened);
    }

    private static <T> T assertNotNullOf(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("nothing is there");
        }
        return value;
    }

    private PastAudit audited(Asked asked) throws IOException {
        return audited(GUARD, asked);
    }

    /** To another CPU, with a waiver for a guest that has its host's own. */
    private PastAudit waived(String expires) throws IOException {
        String waiver =
                "- {rule: passthrough-cpu-differs, scope: 'guest=web-01', reason: we know, owner: ops, expires: "
                        + expires + "}";
        Waivers waivers = Waivers.read(
                "waivers.yaml",
                new ByteArrayInputStream(waiver.getBytes(StandardCharsets.UTF_8)),
                GUARD.rules(),
                CLOCK);
        Asked asked = new Asked(Operation.MIGRATE, To.read("l0-b"), null, Freshness.USUAL);
        try (KeptAudit kept = history().keep(asked, "rack", KEPT)) {
            run(GUARD, asked, waivers, kept, Integer.MAX_VALUE);
            return history().audit(kept.number()).orElseThrow();
        }
    }

    private PastAudit audited(MigrationGuard guard, Asked asked) throws IOException {
        try (KeptAudit kept = history().keep(asked, "rack", KEPT)) {
            run(guard, asked, kept, Integer.MAX_VALUE);
            assertNull(kept.failure(), () -> String.valueOf(kept.failure()));
            return history().audit(kept.number()).orElseThrow();
        }
    }

    /** @param patience how often it is asked whether it shall stop, until it shall */
    private void run(MigrationGuard guard, Asked asked, KeptAudit kept, int patience) throws IOException {
        run(guard, asked, null, kept, patience);
    }

    private void run(MigrationGuard guard, Asked asked, @Nullable Waivers waivers, KeptAudit kept, int patience)
            throws IOException {
        Path fleet = Files.write(folder.resolve("fleet.ndjson"), lines);
        AtomicInteger left = new AtomicInteger(patience);
        try (Inventory inventory = Inventory.open(List.of(fleet.toString()), new ByteArrayInputStream(new byte[0]))) {
            new Audit(guard, asked, List.of(kept), waivers, false, CLOCK, () -> left.decrementAndGet() < 0, bytes -> {})
                    .run(inventory);
        }
    }

    private void edit(String guestOrHost, String from, String to) {
        int before = lines.hashCode();
        lines.replaceAll(line -> line.contains(guestOrHost) ? line.replace(from, to) : line);
        assertTrue(before != lines.hashCode(), () -> "nothing is " + from + " in " + guestOrHost);
    }

    /** Rules of a site beside the usual ones: no machine of a type may be saved. */
    private MigrationGuard otherRules() throws IOException {
        Path site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(site.resolve("machines.drl"), """
                package site.machines;
                import org.nestguard.facts.Question;
                import org.nestguard.findings.Effect;
                rule "old-machine"
                    @effect(Effect.FORBID)
                    @summary("Nobody moves a machine of this type.")
                    @message("{guest} has an old machine type")
                    @remedy("none")
                    @because("guest.machineType")
                    @source("site")
                    @since("1")
                when
                    Question(machineType == "pc-q35-8.2")
                then
                end
                """);
        return MigrationGuard.withSite(site);
    }

    private List<Changes.Change> changes(PastAudit before, PastAudit after) {
        List<Changes.Change> changes = new ArrayList<>();
        new Changes(before, after).tell(history(), changes::add);
        return changes;
    }

    private static Changes.Change of(List<Changes.Change> changes, String guest, String rule) {
        return changes.stream()
                .filter(change ->
                        change.guest().name().equals(guest) && change.rule().equals(rule))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing of " + guest + " and " + rule + " in " + changes));
    }

    private long rows(String table) throws SQLException {
        return number("select count(*) from " + table);
    }

    private long number(String query) throws SQLException {
        try (Connection connection = connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private Connection connection() throws SQLException {
        return place instanceof Place.OnServer on
                ? DriverManager.getConnection(on.url(), on.user(), on.password())
                : DriverManager.getConnection("jdbc:sqlite:" + place);
    }

    // ---- keeping

    @Test
    void anAuditIsThereWithItsNumbersAfterOpeningAgain() throws Exception {
        PastAudit kept = audited(SAVED);
        try (History again = History.open(place, CLOCK)) {
            assertEquals(List.of(kept), again.newest(10));
        }
        assertEquals("savevm", kept.question());
        assertEquals(5, kept.guests());
        assertEquals(4, kept.hosts());
        assertEquals(Instant.parse("2026-11-22T13:00:00Z"), kept.asOf());
        assertEquals(GUARD.version(), kept.ruleBase());
        assertEquals(Map.of(Verdict.ALLOW, 2L, Verdict.DENY, 1L, Verdict.UNDETERMINED, 2L), kept.verdicts());
        assertEquals(kept.verdicts(), kept.effective());
    }

    @Test
    void anInterruptedAuditLeavesNothing() throws Exception {
        try (KeptAudit kept = history().keep(SAVED, "rack", KEPT)) {
            run(GUARD, SAVED, kept, 4);
            assertEquals(List.of(), history().newest(10));
        }
        assertEquals(0, rows("audit"));
        assertEquals(0, rows("audited_guest"));
    }

    @Test
    void anAuditThatCannotGoOnLeavesNothing() throws Exception {
        lines.add(lines.get(lines.size() - 1)); // a guest that is there twice
        assertThrows(AuditException.class, () -> audited(SAVED));
        assertEquals(0, rows("audit"));
        assertEquals(0, rows("audited_guest"));
    }

    @Test
    void nobodySeesAnAuditBeforeItsEndAndOneThatWasKilledIsRemovedLater() throws Exception {
        KeptAudit killed = history().keep(SAVED, "rack", KEPT);
        assertTrue(history().audit(killed.number()).isEmpty());
        audited(SAVED);
        assertEquals(2, rows("audit"), "it may live");
        try (History later = History.open(place, Clock.offset(CLOCK, Duration.ofHours(7)));
                KeptAudit next = later.keep(SAVED, "rack", KEPT)) {
            run(GUARD, SAVED, next, Integer.MAX_VALUE);
        }
        assertEquals(0, number("select count(*) from audit where whole = 0"));
    }

    @Test
    void moreAuditsThanAreKeptAreRemovedTheOldestFirst() throws Exception {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            try (KeptAudit kept = history().keep(SAVED, "rack", 2)) {
                run(GUARD, SAVED, kept, Integer.MAX_VALUE);
                numbers.add(0, kept.number());
            }
        }
        assertEquals(
                numbers.subList(0, 2),
                history().newest(10).stream().map(PastAudit::number).toList());
        assertEquals(10, rows("audited_guest"));
        assertEquals(
                numbers.get(1),
                history().before(history().newest(1).get(0)).orElseThrow().number());
    }

    @Test
    void moreGuestsThanAreWrittenTogetherAreAllThere() throws Exception {
        String guest = lines.get(0);
        for (int i = 0; i < 11_000; i++) {
            lines.add(guest.replace("000000000001", String.format("1%011d", i)).replace("ci-01", "ci-" + i));
        }
        PastAudit one = audited(SAVED);
        assertEquals(11_005, one.guests());
        assertEquals(11_005, rows("audited_guest"));
        assertTrue(rows("outcome") < 10, "once for all that it came of");
        PastAudit other = audited(SAVED);
        assertTrue(changes(one, other).stream().allMatch(change -> change.state() == State.UNCHANGED));
    }

    @Test
    void namesThatNoTerminalShouldSeeAreKeptHarmless() throws Exception {
        edit("\"build-farm-07\"", "\"build-farm-07\"", "\"a\\u0000b\\u001b[2J\\ud800'; drop table audit; --\"");
        PastAudit before = audited(SAVED);
        Changes.Change change = of(
                changes(before, audited(SAVED)), "a<U+0000>b<U+001B>[2J<U+D800>'; drop table audit; --", "amd-live-l2");
        assertEquals(State.UNCHANGED, change.state());
    }

    @Test
    void aDatabaseThatFailsEndsTheKeepingNotTheAudit() throws Exception {
        try (KeptAudit kept = history().keep(SAVED, "rack", KEPT)) {
            try (Connection connection = connection();
                    Statement statement = connection.createStatement()) {
                statement.execute("alter table audited_guest rename to lost");
            }
            run(GUARD, SAVED, kept, Integer.MAX_VALUE);
            assertNotNull(kept.failure());
        }
        assertEquals(List.of(), history().newest(10));
    }

    // ---- comparing

    @Test
    void whatChangedWithTheSameRulesIsTheFleetsDoing() throws Exception {
        PastAudit before = audited(SAVED);
        edit("\"build-farm-07\"", "\"live\":2", "\"live\":0");
        edit("\"web-01\"", "\"nesting\":false", "\"nesting\":true");
        edit("\"web-01\"", "\"live\":0", "\"live\":1");
        List<Changes.Change> changes = changes(before, audited(SAVED));
        Changes.Change fixed = of(changes, "build-farm-07", "amd-live-l2");
        assertEquals(State.FIXED, fixed.state());
        assertEquals(Cause.FLEET, fixed.cause());
        assertEquals(Verdict.DENY, fixed.was());
        assertEquals(Verdict.ALLOW, fixed.is());
        Changes.Change worse = of(changes, "web-01", "amd-live-l2");
        assertEquals(State.NEW, worse.state());
        assertEquals(Cause.FLEET, worse.cause());
        assertTrue(worse.stands());
        Changes.Change same = of(changes, "lab-02", "amd-live-l2");
        assertEquals(State.UNCHANGED, same.state());
        assertNull(same.cause());
    }

    @Test
    void guestsThatCameAndWentAreToldFromThoseThatChanged() throws Exception {
        PastAudit before = audited(SAVED);
        lines.replaceAll(line -> line.contains("\"build-farm-07\"")
                ? line.replace("000000000002", "000000000009").replace("build-farm-07", "build-farm-08")
                : line);
        List<Changes.Change> changes = changes(before, audited(SAVED));
        assertEquals(Cause.GONE, of(changes, "build-farm-07", "amd-live-l2").cause());
        assertEquals(State.FIXED, of(changes, "build-farm-07", "amd-live-l2").state());
        assertEquals(Cause.CAME, of(changes, "build-farm-08", "amd-live-l2").cause());
        assertEquals(State.NEW, of(changes, "build-farm-08", "amd-live-l2").state());
    }

    @Test
    void whatChangedOfTheSameFactsIsTheDoingOfOtherRules() throws Exception {
        PastAudit before = audited(SAVED);
        // another order and other names are no other facts
        lines.add(lines.remove(0));
        edit("\"web-01\"", "\"web-01\"", "\"web-1\"");
        PastAudit after = audited(otherRules(), SAVED);
        Changes.Change change = of(changes(before, after), "web-1", "old-machine");
        assertEquals(State.NEW, change.state());
        assertEquals(Cause.RULES, change.cause());
    }

    @Test
    void whereBothChangedNobodyKnowsWhoseDoingItIs() throws Exception {
        PastAudit before = audited(SAVED);
        edit("\"web-01\"", "\"nesting\":false", "\"nesting\":true");
        edit("\"h-intel-b\"", "6.6.30", "6.6.31"); // of another guest's host
        List<Changes.Change> changes = changes(before, audited(otherRules(), SAVED));
        assertEquals(Cause.BOTH, of(changes, "web-01", "old-machine").cause());
        assertEquals(Cause.BOTH, of(changes, "ci-01", "old-machine").cause());
        assertEquals(Cause.RULES, of(changes, "build-farm-07", "old-machine").cause());
    }

    @Test
    void anotherDestinationIsAnotherFactOfEachMigration() throws Exception {
        PastAudit before = audited(ANYWHERE);
        edit("\"h-intel-b\"", "6.6.30", "6.6.31");
        List<Changes.Change> changes = changes(before, audited(otherRules(), ANYWHERE));
        assertEquals(Cause.BOTH, of(changes, "build-farm-07", "old-machine").cause());
    }

    @Test
    void onlyAuditsThatAskedTheSameOfTheSameFleetFollowEachOther() throws Exception {
        PastAudit first = audited(SAVED);
        audited(ANYWHERE);
        PastAudit last = audited(SAVED);
        assertEquals(first, history().before(last).orElseThrow());
        assertTrue(history().before(first).isEmpty());
        assertEquals(List.of(first, last), history().trend(SAVED, "rack").audits());
        assertEquals(List.of(), history().trend(SAVED, "another rack").audits());
    }

    @Test
    void whatAWaiverLetPassIsNewOnceTheWaiverIsOver() throws Exception {
        edit("\"web-01\"", "\"cpuMode\":\"custom\"", "\"cpuMode\":\"host-passthrough\"");
        edit("\"id\":\"h-amd-b\"", "EPYC 7742", "EPYC 7763");
        edit("\"id\":\"h-amd-b\"", "23-49-0", "25-1-1");
        PastAudit before = waived("2026-12-01");
        PastAudit after = waived("2026-11-01");
        Changes.Change over = of(changes(before, after), "web-01", "passthrough-cpu-differs");
        assertEquals(State.NEW, over.state());
        assertEquals(Cause.WAIVER, over.cause());
        assertTrue(over.stands());
        Changes.Change again = of(changes(after, before), "web-01", "passthrough-cpu-differs");
        assertEquals(State.UNCHANGED, again.state(), "it is said all the same");
    }

    // ---- telling

    @Test
    void changesAreToldInWordsAndInJson() throws Exception {
        PastAudit before = audited(SAVED);
        edit("\"build-farm-07\"", "\"live\":2", "\"live\":0");
        Changes changes = new Changes(before, audited(otherRules(), SAVED));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ChangesJson json = new ChangesJson(bytes, changes);
        ChangesText text = new ChangesText(changes, 80);
        changes.tell(history(), change -> {
            json.change(change);
            text.change(change);
        });
        json.end();
        JsonNode document = new ObjectMapper().readTree(bytes.toByteArray());
        assertEquals(1, document.at("/rules/amd-live-l2/fixed").asInt());
        assertEquals(5, document.at("/rules/old-machine/new").asInt());
        List<String> causes = document.at("/changes").findValuesAsText("cause");
        assertEquals(4, causes.stream().filter("rules"::equals).count(), causes::toString);
        assertEquals(2, causes.stream().filter("both"::equals).count(), causes::toString);
        StringBuilder words = new StringBuilder();
        text.writeTo(words);
        assertTrue(words.toString().contains("Fixed: 1, caused by rules and fleet 1."), words::toString);
        assertTrue(words.toString().contains("New: 5, caused by the rules 4, rules and fleet 1."), words::toString);
        assertTrue(words.toString().lines().allMatch(line -> line.length() <= 80), words::toString);
    }
}
