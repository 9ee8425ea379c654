package org.nestguard.server.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nestguard.server.registry.Scene.GUEST;
import static org.nestguard.server.registry.Scene.OTHER;
import static org.nestguard.server.registry.Scene.at;
import static org.nestguard.server.registry.Scene.document;
import static org.nestguard.server.registry.Scene.guest;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;
import org.nestguard.server.ServiceStore;
import org.nestguard.store.Database;
import org.nestguard.store.Place;
import org.nestguard.store.Store;

/** Which facts are taken, from whom, and what they are worth. */
@ParameterizedClass
@EnumSource(Database.class)
class RegistryTest {
    private final Database database;

    @TempDir
    Path folder;

    private Place place;
    private Store store;
    private Scene scene;

    RegistryTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void open() {
        place = database.fresh(folder);
        store = ServiceStore.open(place);
        scene = new Scene(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Taken.Refused refused(Taken taken, Taken.Refusal refusal) {
        Taken.Refused refused = assertInstanceOf(Taken.Refused.class, taken);
        assertEquals(refusal, refused.refusal());
        return refused;
    }

    // ---- what is read back

    @Test
    void whatWasTakenIsReadBackWithItsTimesAfterOpeningAgain() {
        scene.stored("l0-a", 0, guest().is("machineType", "pc-q35-8.2", -500));
        store.close();
        store = ServiceStore.open(place);
        Scene later = new Scene(store);
        later.clock(10);
        Known facts = later.registry.host("l0-a").orElseThrow().guests().get(0);
        assertEquals("0", facts.get("l2.live").text());
        assertEquals(at(0), facts.observedAt());
        assertEquals("pc-q35-8.2", facts.get("machineType").text());
        assertTrue(String.valueOf(facts.get("machineType").evidence()).contains(at(-500).toString()));
        assertEquals(
                "amd",
                later.registry.hostFacts("l0-a").orElseThrow().get("vendor").text());
        assertTrue(later.registry.host("l0-z").isEmpty());
    }

    @Test
    void aStatePastItsBoundIsUnknownAndSaysWhy() {
        scene.stored("l0-a", 0, guest());
        scene.clock(60);
        assertEquals("0", scene.live());
        scene.clock(61);
        assertEquals("unknown", scene.live());
        assertTrue(scene.why("l2.live").contains("61 s old"), scene.why("l2.live"));
        assertEquals("true", scene.entry().facts().get("nesting").text());
        scene.clock(90_000);
        assertEquals("unknown", scene.entry().facts().get("nesting").text());
        assertEquals(
                "unknown",
                scene.registry.hostFacts("l0-a").orElseThrow().get("vendor").text());
    }

    @Test
    void hostsAreListedWithTheirAges() {
        scene.stored("l0-b", 0);
        scene.stored("l0-a", 10, guest());
        scene.clock(40);
        List<HostEntry> hosts = scene.registry.hosts();
        assertEquals(
                List.of("l0-a", "l0-b"), hosts.stream().map(HostEntry::name).toList());
        assertEquals(30, hosts.get(0).age().toSeconds());
        assertEquals(1, hosts.get(0).guests());
        assertEquals(Optional.of("id-of-l0-a"), hosts.get(0).id());
        assertEquals(40, hosts.get(1).age().toSeconds());
    }

    @Test
    void aGuestWithoutUuidIsCountedAndNotRegistered() {
        Taken.Stored taken = scene.stored(
                "l0-a",
                0,
                guest(),
                new Scene.Guest(OTHER).is("uuid", "unknown"),
                new Scene.Guest(OTHER).is("uuid", "seven"),
                new Scene.Guest(OTHER).is("uuid", "00000000-0000-0000-0000-000000000000"));
        assertEquals(1, taken.guests());
        assertEquals(3, taken.withoutUuid());
        assertEquals(3, scene.registry.counts().withoutUuid());
        assertEquals(1, scene.registry.counts().running());
        assertEquals(3, scene.registry.hosts().get(0).withoutUuid());
    }

    @Test
    void aUuidIsTheSameInAnyCase() {
        scene.stored("l0-a", 0, guest().is("uuid", GUEST.toString().toUpperCase(Locale.ROOT)));
        assertEquals(GUEST, scene.entry().uuid());
        assertInstanceOf(Found.One.class, scene.registry.guest(GUEST.toString().toUpperCase(Locale.ROOT)));
    }

    @Test
    void severalOfOneNameAreListedAndTheOneThatRunsIsMeantBeforeThoseThatDoNot() {
        scene.stored("l0-a", 0, guest(), new Scene.Guest(OTHER));
        Found.Several several = assertInstanceOf(Found.Several.class, scene.registry.guest("build-farm-07"));
        assertEquals(
                List.of(GUEST, OTHER),
                several.guests().stream().map(GuestEntry::uuid).toList());
        scene.stored("l0-a", 30, new Scene.Guest(OTHER));
        assertEquals(
                OTHER,
                assertInstanceOf(Found.One.class, scene.registry.guest("build-farm-07"))
                        .guest()
                        .uuid());
        assertInstanceOf(Found.None.class, scene.registry.guest("build-farm-08"));
    }

    @Test
    void aGuestThatIsCalledAsTheUuidOfAnotherDoesNotAnswerForIt() {
        scene.stored("l0-a", 0, guest().is("name", OTHER.toString()));
        assertInstanceOf(Found.None.class, scene.registry.guest(OTHER.toString()));
        assertInstanceOf(Found.One.class, scene.registry.guest(GUEST.toString()));
    }

    @Test
    void aRenamedGuestIsTheSameGuest() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 30, guest().is("name", "farm \u001b[2J"));
        assertEquals("farm <U+001B>[2J", scene.entry().name());
        assertInstanceOf(Found.None.class, scene.registry.guest("build-farm-07"));
        assertInstanceOf(Found.One.class, scene.registry.guest("farm \u001b[2J"));
    }

    @Test
    void textThatNoDatabaseLikesIsKeptAllTheSame() {
        scene.stored("l0-a", 0, guest().is("name", "nul \0").is("machineType", "nul \0"));
        assertEquals("nul \0", scene.entry().facts().get("machineType").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"half \ud800", "half \ud800 way", "half \udc00 way", "\ud800\ud800"})
    void halfACharacterBreaksNothing(String half) {
        scene.clock(0);
        Taken taken = scene.registry.take(document("l0-a", 0, guest().is("machineType", half)), Pusher.forAny());
        if (taken instanceof Taken.Refused refused) {
            assertEquals(Taken.Refusal.NO_TEXT, refused.refusal());
        } else {
            assertTrue(scene.entry().facts().get("machineType").known());
        }
    }

    @Test
    void aGuestThatTheNewestDocumentHasNotIsRememberedAsNotRunning() {
        scene.stored("l0-a", 0, guest());
        Taken.Stored taken = scene.stored("l0-a", 30);
        assertEquals(1, taken.left());
        GuestEntry entry = scene.entry();
        assertFalse(entry.running());
        assertEquals(at(0), entry.lastSeen());
        assertEquals(Optional.of(at(30)), entry.leftAt());
        assertEquals(Optional.of("l0-a"), entry.host());
        assertEquals("unknown", scene.live());
        assertEquals("unknown", scene.moved());
        assertTrue(scene.why("l2.live").contains("does not run on l0-a"), scene.why("l2.live"));
        assertTrue(scene.registry.host("l0-a").orElseThrow().guests().isEmpty());
        assertEquals(0, scene.registry.counts().running());
    }

    // ---- who may say what

    @Test
    void aPusherSpeaksForItsOwnHostOnly() {
        scene.clock(0);
        refused(scene.registry.take(document("l0-a", 0, guest()), Pusher.boundTo("l0-b")), Taken.Refusal.ANOTHER_HOST);
        assertTrue(scene.registry.hosts().isEmpty());
        assertInstanceOf(Taken.Stored.class, scene.registry.take(document("l0-a", 0, guest()), Pusher.boundTo("l0-a")));
    }

    @Test
    void aPusherCannotTakeTheNameOrTheIdOfAnotherHost() {
        scene.stored("l0-a", 0, guest());
        scene.clock(30);
        refused(
                scene.registry.take(document("l0-b", "id-of-l0-a", 30), Pusher.boundTo("l0-b")),
                Taken.Refusal.NAME_AND_ID);
        refused(
                scene.registry.take(document("l0-a", "id-of-l0-b", 30), Pusher.boundTo("l0-a")),
                Taken.Refusal.NAME_AND_ID);
        assertTrue(scene.entry().running());
        assertTrue(scene.registry.forget("l0-a"));
        assertInstanceOf(
                Taken.Stored.class,
                scene.registry.take(document("l0-b", "id-of-l0-a", 31, guest()), Pusher.boundTo("l0-b")));
        assertFalse(scene.registry.forget("l0-a"));
    }

    @Test
    void aHostWhoseIdIsNotKnownIsTheOneOfItsName() {
        scene.clock(0);
        scene.registry.take(document("l0-a", "unknown", 0, guest()), Pusher.forAny());
        assertEquals(Optional.empty(), scene.registry.hosts().get(0).id());
        scene.stored("l0-a", 10, guest());
        assertEquals(Optional.of("id-of-l0-a"), scene.registry.hosts().get(0).id());
        scene.clock(20);
        assertInstanceOf(
                Taken.Stored.class, scene.registry.take(document("l0-a", "unknown", 20, guest()), Pusher.forAny()));
        assertEquals(Optional.of("id-of-l0-a"), scene.registry.hosts().get(0).id());
        assertEquals(1, scene.registry.counts().hosts());
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", " ", "l0-a\u202e", "l0-a\0"})
    void aHostNeedsAName(String name) {
        refused(scene.registry.take(document(name, 0), Pusher.forAny()), Taken.Refusal.NO_NAME);
    }

    // ---- what cannot be

    @ParameterizedTest
    @ValueSource(strings = {"observedAt", "l2.live", "coldStartedAt"})
    void aTimeYetToComeMakesTheStateUnknownUntilANewerDocument(String where) {
        scene.stored("l0-a", 0, guest());
        scene.clock(10);
        Scene.Guest ahead = guest();
        if (where.equals("l2.live")) {
            ahead.is("l2.live", "0", 16);
        } else if (where.equals("coldStartedAt")) {
            ahead.cold(16);
        }
        Taken taken =
                scene.registry.take(document("l0-a", where.equals("observedAt") ? 16 : 9, ahead), Pusher.forAny());
        assertEquals(
                List.of(GUEST), assertInstanceOf(Taken.Disbelieved.class, taken).distrusted());
        assertEquals("unknown", scene.live());
        assertEquals("unknown", scene.moved());
        assertTrue(scene.why("l2.live").contains("yet to come"), scene.why("l2.live"));
        assertTrue(scene.entry().distrusted().isPresent());
        assertTrue(scene.registry.hosts().get(0).disbelieved().isPresent());
        assertEquals(new Counts(1, 1, 1, 0, 1, 0), scene.registry.counts());
        scene.stored("l0-a", 20, guest());
        assertEquals("0", scene.live());
        assertEquals(new Counts(1, 0, 1, 0, 0, 0), scene.registry.counts());
    }

    @Test
    void whatWasSeenBeforeADocumentWasDisbelievedClearsNothing() {
        scene.stored("l0-a", 0, guest());
        scene.clock(10);
        scene.registry.take(document("l0-a", 1_000, guest()), Pusher.forAny());
        scene.registry.take(document("l0-a", 9, guest()), Pusher.forAny());
        assertEquals("unknown", scene.live());
        scene.stored("l0-a", 11, guest());
        assertEquals("0", scene.live());
    }

    @Test
    void clocksMayDifferByFiveSeconds() {
        scene.clock(10);
        assertInstanceOf(Taken.Stored.class, scene.registry.take(document("l0-a", 15, guest()), Pusher.forAny()));
        assertEquals("0", scene.live());
    }

    @Test
    void aDocumentOlderThanTheStoredMakesTheStateUnknownUntilANewerOne() {
        scene.stored("l0-a", 20, guest());
        scene.clock(21);
        Taken taken = scene.registry.take(document("l0-a", 19, guest().is("l2.live", "3")), Pusher.forAny());
        assertInstanceOf(Taken.Disbelieved.class, taken);
        assertEquals("unknown", scene.live());
        assertTrue(scene.why("l2.live").contains("was there already"), scene.why("l2.live"));
        scene.stored("l0-a", 22, guest());
        assertEquals("0", scene.live());
    }

    @Test
    void anotherDocumentOfTheSameMomentIsNotBelievedAndTheSameOneIsNoNews() {
        scene.stored("l0-a", 20, guest());
        assertTrue(scene.stored("l0-a", 20, guest()).repeated());
        assertEquals("0", scene.live());
        assertInstanceOf(
                Taken.Disbelieved.class,
                scene.registry.take(document("l0-a", 20, guest().is("l2.live", "1")), Pusher.forAny()));
        assertEquals("unknown", scene.live());
        assertTrue(scene.stored("l0-a", 20, guest()).repeated());
        assertEquals("unknown", scene.live(), "what was there before clears nothing");
    }

    @Test
    void aGuestWhoseFactsAreOlderThanTheStoredIsUnknownUntilNewerOnes() {
        scene.stored("l0-a", 20, guest());
        scene.clock(30);
        Taken.Stored taken = assertInstanceOf(
                Taken.Stored.class,
                scene.registry.take(
                        new FactsDocument(
                                document("l0-a", 30).host(),
                                document("l0-a", 15, guest().is("l2.live", "2")).guests()),
                        Pusher.forAny()));
        assertEquals(GUEST, taken.distrusted().get(0).guest());
        assertEquals("unknown", scene.live());
        scene.stored("l0-a", 31, guest());
        assertEquals("0", scene.live());
    }

    @Test
    void aGuestOnTwoHostsAtATimeIsUnknownUntilOneHasItNoMore() {
        scene.stored("l0-a", 0, guest());
        Taken.Stored second = scene.stored("l0-b", 3, guest());
        assertEquals(GUEST, second.distrusted().get(0).guest());
        assertEquals("unknown", scene.live());
        assertEquals("unknown", scene.moved());
        assertTrue(scene.why("l2.live").contains("l0-b"), scene.why("l2.live"));
        assertTrue(scene.why("l2.live").contains("l0-a"), scene.why("l2.live"));
        assertEquals(1, scene.registry.counts().distrusted());
        scene.stored("l0-b", 20, guest());
        assertEquals("unknown", scene.live(), "both have it still");
        scene.stored("l0-a", 30);
        assertEquals("unknown", scene.live(), "the one that has it has said nothing new");
        scene.stored("l0-b", 40, guest());
        assertEquals("0", scene.live());
        assertEquals(Optional.of("l0-b"), scene.entry().host());
        assertEquals(0, scene.registry.counts().distrusted());
    }

    @Test
    void aHostThatStillHasAGuestAfterAnotherTookItIsInTheWay() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-b", 20, guest());
        assertEquals(Optional.of("l0-b"), scene.entry().host());
        assertEquals("0", scene.live());
        scene.stored("l0-a", 40, guest());
        assertEquals("unknown", scene.live());
    }

    @Test
    void aDocumentOfAnotherHostThatComesLateTakesNoGuestAway() {
        scene.stored("l0-a", 20, guest());
        scene.clock(21);
        scene.registry.take(document("l0-b", 10, guest().is("l2.live", "1")), Pusher.forAny());
        assertEquals(Optional.of("l0-a"), scene.entry().host());
        assertEquals("unknown", scene.live());
    }

    @Test
    void twoGuestsOfOneUuidInOneDocumentAreNotBelieved() {
        Taken.Stored taken = scene.stored("l0-a", 0, guest(), guest().is("l2.live", "2"));
        assertEquals(1, taken.distrusted().size());
        assertEquals("unknown", scene.live());
        scene.stored("l0-a", 10, guest());
        assertEquals("0", scene.live());
    }

    @Test
    void onlyTheFactsOfTheHostWhereItRunsAreShown() {
        scene.stored("l0-a", 0, guest().is("machineType", "of-a"));
        scene.stored("l0-b", 3, guest().is("machineType", "of-b"));
        assertEquals("of-a", scene.entry().facts().get("machineType").text());
    }

    @Test
    void aHostThatWasDisbelievedDoesNotSpoilTheGuestsOfOthers() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-b", 1, new Scene.Guest(OTHER));
        scene.clock(2);
        scene.registry.take(document("l0-b", 1_000, new Scene.Guest(OTHER)), Pusher.forAny());
        assertEquals("0", scene.live());
        assertEquals("unknown", scene.entry(OTHER).facts().get("l2.live").text());
    }

    // ---- questions

    @Test
    void questionsAreMadeOfWhatIsKnown() {
        scene.stored("l0-a", 0, guest().is("qemu", "8.2.0"));
        scene.stored("l0-b", 1);
        scene.stored("l0-c", 2);
        Questions questions = new Questions(scene.registry, MigrationGuard.create(), scene);
        List<Known> destinations = scene.registry.destinations(scene.entry());
        assertEquals(
                List.of("l0-b", "l0-c"), destinations.stream().map(Known::name).toList());
        Question migrate = questions.migrate(scene.entry(), destinations.get(0));
        assertEquals(0, migrate.fact(FactName.GUEST_L2_LIVE).value());
        assertEquals("l0-a", migrate.fact(FactName.SOURCE_NAME).value());
        assertEquals("l0-b", migrate.fact(FactName.DESTINATION_NAME).value());
        assertTrue(questions.savevm(scene.entry()).fact(FactName.SOURCE_QEMU).known());
        Question loadvm = questions.loadvm(scene.entry(), destinations.get(1));
        assertFalse(loadvm.fact(FactName.SNAPSHOT_L2_LIVE).known());
        assertFalse(loadvm.fact(FactName.SNAPSHOT_L2_LIVE).absent());
        assertFalse(loadvm.fact(FactName.SNAPSHOT_MOVED).absent());
        assertEquals("l0-c", loadvm.fact(FactName.DESTINATION_NAME).value());
    }

    @Test
    void ofAGuestThatRunsNowhereTheSourceIsNotKnown() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 10);
        Questions questions = new Questions(scene.registry, MigrationGuard.create(), scene);
        Question savevm = questions.savevm(scene.entry());
        assertFalse(savevm.fact(FactName.SOURCE_NAME).known());
        assertFalse(savevm.fact(FactName.GUEST_L2_LIVE).known());
    }

    @Test
    void guestsThatNobodyReportsAnyMoreAreForgottenOnRequest() {
        scene.stored("l0-a", 0, guest(), new Scene.Guest(OTHER));
        scene.stored("l0-a", 1_000, new Scene.Guest(OTHER));
        assertEquals(0, scene.registry.forgetGuestsNotSeenSince(at(0)));
        assertEquals(1, scene.registry.forgetGuestsNotSeenSince(at(500)));
        assertInstanceOf(Found.None.class, scene.registry.guest(GUEST.toString()));
        assertTrue(scene.entry(OTHER).running());
    }
}
