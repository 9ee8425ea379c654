package org.nestguard.server.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nestguard.server.registry.Scene.GUEST;
import static org.nestguard.server.registry.Scene.OTHER;
import static org.nestguard.server.registry.Scene.at;
import static org.nestguard.server.registry.Scene.document;
import static org.nestguard.server.registry.Scene.guest;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.server.ServiceStore;
import org.nestguard.store.Database;
import org.nestguard.store.Place;
import org.nestguard.store.Store;

/** What a guest is remembered for, and what ends it. */
@ParameterizedClass
@EnumSource(Database.class)
class HarmTest {
    private static final long DAY = 86_400;

    private final Database database;

    @TempDir
    Path folder;

    private Place place;
    private Store store;
    private Scene scene;

    HarmTest(Database database) {
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

    private Scene.Guest migrated() {
        return guest().begun("incoming");
    }

    /** A waiver let a migration through at second 10; the guest then runs on l0-b. */
    private void harmed() {
        scene.stored("l0-a", 0, guest().is("l2.live", "1"));
        scene.clock(10);
        scene.registry.harm(GUEST, HarmCause.LET_THROUGH, at(10), "waived by jd");
        scene.stored("l0-a", 20);
        scene.stored("l0-b", 30, migrated());
    }

    // ---- false, and when that is known

    @Test
    void ofAGuestNeverSeenBeforeTheDocumentsWordStandsWhereItsProcessBeganCold() {
        scene.stored("l0-a", 0, guest(), new Scene.Guest(OTHER).is("movedWithLiveL2", "unknown"));
        assertEquals("false", scene.moved());
        assertEquals(
                "unknown", scene.entry(OTHER).facts().get("movedWithLiveL2").text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"incoming", "restore", "loadvm", "unknown"})
    void theMereWordOfAProcessThatDidNotBeginColdIsNoKnowledge(String begun) {
        scene.stored("l0-a", 0, guest().begun(begun).is("movedWithLiveL2", "false"));
        assertEquals("unknown", scene.moved());
        assertTrue(scene.why("movedWithLiveL2").contains("cannot know"), scene.why("movedWithLiveL2"));
        assertTrue(scene.registry.harms().isEmpty());
    }

    @Test
    void aDocumentThatSaysTrueMarksTheGuest() {
        Taken.Stored taken = scene.stored("l0-a", 0, guest().is("movedWithLiveL2", "Y"));
        assertEquals(List.of(GUEST), taken.harmed());
        scene.stored("l0-a", 30, guest());
        assertEquals("true", scene.moved(), "and a later false does not take it back");
        assertEquals(HarmCause.TOLD, scene.registry.harms().get(0).cause());
    }

    // ---- what marks

    @Test
    void aMarkHoldsOverDocumentsAgeAndOpeningAgain() {
        scene.stored("l0-a", 0, guest());
        scene.clock(10);
        scene.registry.harm(GUEST, HarmCause.LATE_ABORT, at(10), "the abort came after the switch-over");
        scene.stored("l0-a", 20, guest());
        assertEquals("true", scene.moved());
        assertTrue(scene.why("movedWithLiveL2").contains("switch-over"), scene.why("movedWithLiveL2"));
        store.close();
        store = ServiceStore.open(place);
        scene = new Scene(store);
        scene.clock(400 * DAY);
        assertEquals("true", scene.moved());
        assertEquals("unknown", scene.live());
        assertEquals(1, scene.registry.counts().harmed());
    }

    @Test
    void aGuestThatNobodyHasSeenCanBeMarked() {
        scene.clock(10);
        scene.registry.harm(GUEST, HarmCause.LET_THROUGH, at(10), "waived");
        scene.stored("l0-a", 20, guest());
        assertEquals("true", scene.moved());
    }

    @Test
    void aMarkIsNotOfATimeYetToCome() {
        scene.clock(10);
        assertEquals(
                at(10),
                scene.registry
                        .harm(GUEST, HarmCause.LET_THROUGH, at(DAY), "waived")
                        .at());
    }

    @Test
    void aMarkOutlivesHostChangeRenameAndEverythingThatIsForgotten() {
        harmed();
        assertEquals("true", scene.moved());
        scene.stored("l0-b", 40, migrated().is("name", "renamed"));
        assertEquals("true", scene.moved());
        scene.stored("l0-b", 50);
        scene.registry.forgetGuestsNotSeenSince(at(DAY));
        scene.registry.forget("l0-a");
        scene.registry.forget("l0-b");
        scene.stored("l0-c", 60, guest().is("name", "anew"));
        assertEquals("true", scene.moved());
    }

    @Test
    void aMigrationWithALiveL2IsSeenByFactsFromAnotherHost() {
        scene.stored("l0-a", 0, guest().is("l2.live", "2"));
        Taken.Stored taken = scene.stored("l0-b", 30, migrated());
        assertEquals(List.of(GUEST), taken.harmed());
        assertEquals("true", scene.moved());
        assertEquals(HarmCause.SEEN, scene.registry.harms().get(0).cause());
        scene.stored("l0-b", 60, migrated());
        assertEquals(1, scene.registry.history(GUEST).size(), "once");
    }

    @Test
    void aLiveL2ThatWasSeenLongAgoCountsAsLongAsNobodySaidOtherwise() {
        scene.stored("l0-a", 0, guest().is("l2.live", "2"));
        scene.stored("l0-b", 3_000, migrated());
        assertEquals("true", scene.moved());
    }

    @Test
    void aMigrationThatTwoHostsReportedAtATimeIsSeenWhenItIsOver() {
        scene.stored("l0-a", 0, guest().is("l2.live", "1"));
        scene.stored("l0-b", 3, migrated());
        assertEquals("unknown", scene.moved());
        scene.stored("l0-a", 20);
        scene.stored("l0-b", 30, migrated());
        assertEquals("true", scene.moved());
    }

    @Test
    void anL2ThatWasStartedDuringTheMigrationIsSeenOnTheOldHost() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-b", 10, migrated());
        assertEquals("unknown", scene.moved());
        scene.stored("l0-a", 20, guest().is("l2.live", "1"));
        scene.stored("l0-a", 40);
        Taken.Stored over = scene.stored("l0-b", 50, migrated());
        assertEquals(List.of(GUEST), over.harmed());
        assertEquals("true", scene.moved());
    }

    @ParameterizedTest
    @ValueSource(strings = {"incoming", "restore", "loadvm"})
    void anotherProcessOnTheSameHostThatTookItsStateFromElsewhereCountsToo(String begun) {
        scene.stored("l0-a", 0, guest().is("l2.live", "1"));
        scene.stored("l0-a", 30, guest().begun(begun));
        assertEquals("true", scene.moved());
    }

    @Test
    void aGuestThatWasSavedWithALiveL2IsMarkedWhenItIsBack() {
        scene.stored("l0-a", 0, guest().is("l2.live", "1"));
        scene.stored("l0-a", 30);
        scene.stored("l0-a", DAY, guest().begun("restore"));
        assertEquals("true", scene.moved());
    }

    @Test
    void aRestartWithALiveL2IsNoHarm() {
        scene.stored("l0-a", 0, guest().is("l2.live", "1"));
        scene.stored("l0-a", 30, guest().cold(20));
        assertEquals("false", scene.moved());
        scene.stored("l0-a", 40, guest().cold(20).is("l2.live", "1"));
        scene.stored("l0-b", 80, guest().cold(70));
        assertEquals("false", scene.moved(), "begun anew on another host");
        assertTrue(scene.registry.harms().isEmpty());
    }

    @Test
    void thatABeginningCouldNotBeReadIsNoSignOfAnotherProcess() {
        scene.stored("l0-a", 0, guest().is("l2.live", "1"));
        scene.stored("l0-a", 30, guest().begun("unknown"));
        scene.stored("l0-a", 60, guest().begun("incoming"));
        assertTrue(scene.registry.harms().isEmpty());
        assertEquals("unknown", scene.moved());
    }

    @Test
    void lackOfKnowledgeMarksNobodyAndClearsNobody() {
        scene.stored("l0-a", 0, guest().is("l2.live", "unknown"));
        scene.stored("l0-a", 20);
        scene.stored("l0-b", 30, migrated());
        assertEquals("unknown", scene.moved());
        assertTrue(scene.registry.harms().isEmpty());
    }

    // ---- following a guest that is certainly idle

    @Test
    void aGuestThatMovedIdleIsFollowed() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 30);
        scene.stored("l0-b", 40, migrated());
        assertEquals("false", scene.moved());
        assertTrue(scene.why("movedWithLiveL2").contains("no L2 live"), scene.why("movedWithLiveL2"));
        scene.stored("l0-b", 100, migrated());
        assertEquals("false", scene.moved());
        scene.clock(161);
        assertEquals("unknown", scene.moved(), "nobody knows where it was meanwhile");
    }

    @Test
    void itIsFollowedFromHostToHost() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 30);
        scene.stored("l0-b", 40, migrated());
        scene.stored("l0-b", 60);
        scene.stored("l0-c", 70, migrated());
        assertEquals("false", scene.moved());
    }

    @Test
    void aFollowedGuestThatMovesWithALiveL2IsMarked() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 30);
        scene.stored("l0-b", 40, migrated().is("l2.live", "1"));
        assertEquals("false", scene.moved());
        scene.stored("l0-b", 60);
        scene.stored("l0-c", 70, migrated());
        assertEquals("true", scene.moved());
    }

    @Test
    void whereTheOldHostSaysAfterTheNewOneThatItIsGoneItIsFollowedToo() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-b", 10, migrated());
        assertEquals("unknown", scene.moved(), "it may still run on the old host, and start an L2");
        scene.stored("l0-a", 30);
        assertEquals("false", scene.moved());
    }

    private void onTwoHosts(Scene.Guest arriving) {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 30, guest());
        scene.stored("l0-b", 31, arriving);
        assertEquals("unknown", scene.moved(), "two hosts have it");
    }

    @Test
    void aMigrationInWhichBothHostsWereSeenToHaveItIsFollowed() {
        onTwoHosts(migrated());
        scene.stored("l0-a", 40, guest());
        scene.stored("l0-b", 41, migrated());
        assertEquals("unknown", scene.moved(), "it may still run on the old host, and start an L2");
        scene.stored("l0-a", 50);
        scene.stored("l0-b", 55, migrated());
        assertEquals("false", scene.moved());
        scene.stored("l0-c", 57, migrated());
        scene.stored("l0-b", 60);
        scene.stored("l0-c", 65, migrated());
        assertEquals("false", scene.moved(), "from host to host");
    }

    @Test
    void anL2ThatWentLiveWhileBothHostsHadItMarksIt() {
        onTwoHosts(migrated());
        scene.stored("l0-a", 40, guest().is("l2.live", "1"));
        scene.stored("l0-a", 50);
        scene.stored("l0-b", 55, migrated());
        assertEquals("true", scene.moved());
    }

    @Test
    void whereTheOldHostWasSilentWhileBothHadItNothingIsKnown() {
        onTwoHosts(migrated());
        scene.stored("l0-b", 95, migrated());
        scene.stored("l0-a", 96);
        scene.stored("l0-b", 97, migrated());
        assertEquals("unknown", scene.moved());
    }

    @ParameterizedTest
    @ValueSource(strings = {"restore", "loadvm", "unknown"})
    void onlyWhatComesInIsOnItsWay(String begun) {
        onTwoHosts(guest().begun(begun));
        scene.stored("l0-a", 40);
        scene.stored("l0-b", 45, guest().begun(begun));
        scene.stored("l0-b", 50, migrated());
        assertEquals("unknown", scene.moved());
    }

    @Test
    void ofThreeHostsThatHaveItNoneIsWhereItCameFrom() {
        onTwoHosts(migrated());
        scene.stored("l0-c", 32, migrated());
        scene.stored("l0-a", 40);
        scene.stored("l0-b", 41);
        scene.stored("l0-c", 45, migrated());
        assertEquals("unknown", scene.moved());
    }

    @Test
    void aGuestThatWasHarmedBeforeIsNotMadeWholeOnItsWay() {
        harmed();
        scene.stored("l0-c", 31, migrated());
        scene.stored("l0-b", 40);
        scene.stored("l0-c", 45, migrated());
        assertEquals("true", scene.moved());
    }

    @Test
    void whereAThirdHostHadItMeanwhileTheWordOfTheFirstIsNoKnowledge() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-b", 10, migrated().is("l2.live", "unknown"));
        scene.stored("l0-c", 20, migrated());
        scene.stored("l0-a", 30);
        assertEquals("unknown", scene.moved());
    }

    @Test
    void whereTheNewHostWasSilentTooLongTheWordOfTheOldIsNoKnowledge() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-b", 10, migrated());
        scene.stored("l0-b", 80, migrated());
        scene.registry.take(document("l0-a", 50), Pusher.forAny());
        assertEquals("unknown", scene.moved());
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 3_600})
    void anIdleStateThatWasTooOldWhenItMovedIsNoKnowledge(long gone) {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", gone);
        scene.stored("l0-b", gone + 10, migrated());
        assertEquals("unknown", scene.moved());
        scene.stored("l0-b", gone + 40, migrated());
        assertEquals("unknown", scene.moved());
    }

    @Test
    void aGuestThatWasOutOfSightTooLongIsFollowedNoMore() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 30);
        scene.stored("l0-b", 40, migrated());
        scene.stored("l0-b", 101, migrated());
        assertEquals("unknown", scene.moved());
    }

    @Test
    void aGuestInWhichNoL2CanBeIsFollowedWhateverTheTimes() {
        scene.stored("l0-a", 0, guest().is("nesting", "false"));
        scene.stored("l0-b", 7_200, migrated().is("nesting", "false"));
        assertEquals("false", scene.moved());
    }

    @ParameterizedTest
    @ValueSource(strings = {"restore", "loadvm"})
    void whatWasSavedAtSomeTimeIsNotFollowed(String begun) {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 30);
        scene.stored("l0-a", 40, guest().begun(begun));
        assertEquals("unknown", scene.moved());
        scene.stored("l0-a", 50);
        scene.stored("l0-b", 60, guest().begun(begun));
        assertEquals("unknown", scene.moved());
    }

    // ---- what ends it

    @Test
    void seenShutOffAndThenBegunColdEndsIt() {
        harmed();
        scene.stored("l0-b", 60);
        assertEquals(Optional.of(at(60)), scene.entry().harm().orElseThrow().shutOffAt());
        assertEquals("true", scene.moved());
        Taken.Stored taken = scene.stored("l0-b", 120, guest().cold(90));
        assertEquals(List.of(GUEST), taken.cleared());
        assertEquals("false", scene.moved());
        assertTrue(scene.entry().harm().isEmpty());
        assertEquals(0, scene.registry.counts().harmed());
        assertEquals(
                List.of(HarmEvent.What.MARKED, HarmEvent.What.MARKED, HarmEvent.What.CLEARED),
                scene.registry.history(GUEST).stream().map(HarmEvent::what).toList());
        assertTrue(scene.registry.history(GUEST).get(2).why().contains("seen shut off"));
        assertEquals(at(10), scene.registry.history(GUEST).get(0).happenedAt());
    }

    @Test
    void afterThatWhatTheDocumentSaysCounts() {
        harmed();
        scene.stored("l0-b", 60);
        scene.stored("l0-b", 120, guest().cold(90).is("movedWithLiveL2", "unknown"));
        assertEquals("unknown", scene.moved());
        assertTrue(scene.entry().harm().isEmpty());
    }

    @Test
    void aNewerStartAloneEndsNothing() {
        harmed();
        scene.stored("l0-b", 60, guest().cold(50));
        assertEquals("true", scene.moved(), "nobody saw it shut off");
        scene.stored("l0-c", 90, migrated());
        assertEquals("true", scene.moved(), "a migration makes a new process");
    }

    @ParameterizedTest
    @ValueSource(strings = {"incoming", "restore", "loadvm", "unknown"})
    void aProcessThatTookItsStateFromElsewhereEndsNothing(String begun) {
        harmed();
        scene.stored("l0-b", 60);
        scene.stored("l0-b", 120, guest().begun(begun));
        assertEquals("true", scene.moved());
        scene.stored("l0-b", 130, guest().cold(125));
        assertEquals("true", scene.moved(), "and what was seen before it does not count any more");
    }

    @Test
    void aColdStartBeforeItWasSeenShutOffEndsNothing() {
        harmed();
        scene.stored("l0-b", 60);
        scene.stored("l0-b", 120, guest().cold(59));
        assertEquals("true", scene.moved());
    }

    @Test
    void aColdStartBeforeTheHarmEndsNothing() {
        harmed();
        scene.stored("l0-b", 60);
        scene.clock(100);
        scene.registry.harm(GUEST, HarmCause.LATE_ABORT, at(100), "again");
        scene.stored("l0-b", 120, guest().cold(90));
        assertEquals("true", scene.moved());
    }

    @Test
    void shutOffBeforeTheHarmProvesNothing() {
        scene.stored("l0-a", 0, guest());
        scene.stored("l0-a", 10);
        scene.clock(20);
        scene.registry.harm(GUEST, HarmCause.LET_THROUGH, at(20), "waived");
        scene.stored("l0-a", 22, guest().cold(21));
        assertEquals("true", scene.moved());
        scene.stored("l0-a", 24);
        assertEquals(Optional.empty(), scene.entry().harm().orElseThrow().shutOffAt(), "within what clocks differ by");
        scene.stored("l0-a", 26);
        assertEquals(Optional.of(at(26)), scene.entry().harm().orElseThrow().shutOffAt());
    }

    @Test
    void onAnotherHostTheColdStartMustBeLaterByWhatClocksDiffer() {
        harmed();
        scene.stored("l0-b", 60);
        scene.stored("l0-c", 120, guest().cold(65));
        assertEquals("true", scene.moved());
        scene.stored("l0-c", 150);
        scene.stored("l0-c", 180, guest().cold(160));
        assertEquals("false", scene.moved());
    }

    @Test
    void aDocumentThatDoesNotKnowAllOfItsGuestsSeesNobodyShutOff() {
        harmed();
        scene.stored("l0-b", 60, new Scene.Guest(OTHER).is("uuid", "unknown"));
        assertFalse(scene.entry().running());
        assertEquals(Optional.empty(), scene.entry().harm().orElseThrow().shutOffAt());
    }

    @Test
    void leavingTheOldHostIsNotBeingShutOff() {
        scene.stored("l0-a", 0, guest().is("l2.live", "1"));
        scene.stored("l0-b", 10, migrated());
        scene.stored("l0-a", 40);
        assertEquals(Optional.empty(), scene.entry().harm().orElseThrow().shutOffAt());
        scene.stored("l0-b", 70, guest().cold(60));
        assertEquals("true", scene.moved());
    }

    @Test
    void ofTwoHostsThatHaveItNeitherEndsIt() {
        harmed();
        scene.stored("l0-b", 60);
        scene.stored("l0-b", 90, guest().begun("unknown"));
        scene.stored("l0-b", 100);
        scene.stored("l0-c", 98, guest().cold(95));
        assertEquals("true", scene.moved());
    }

    @Test
    void harmDoneOnceMoreMovesTheMarkForwardAndNeverBack() {
        scene.clock(100);
        scene.registry.harm(GUEST, HarmCause.LET_THROUGH, at(50), "first");
        assertEquals(
                at(90),
                scene.registry
                        .harm(GUEST, HarmCause.LATE_ABORT, at(90), "second")
                        .at());
        assertEquals(
                at(90),
                scene.registry
                        .harm(GUEST, HarmCause.LET_THROUGH, at(70), "late")
                        .at());
        assertEquals(3, scene.registry.history(GUEST).size());
        assertTrue(scene.registry.history(OTHER).isEmpty());
    }

    @Test
    void aRefusedOrDisbelievedDocumentMarksAndEndsNothing() {
        harmed();
        scene.clock(60);
        scene.registry.take(document("l0-b", 1_000), Pusher.forAny());
        scene.registry.take(document("l0-b", 60), Pusher.boundTo("l0-x"));
        assertEquals(Optional.empty(), scene.entry().harm().orElseThrow().shutOffAt());
    }
}
