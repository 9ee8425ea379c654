package org.nestguard.evidence.l2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.VcpuCounters;
import org.nestguard.facts.Evidence;

class LiveL2Test {
    private static final Instant START = Instant.parse("2026-11-22T13:00:00Z");
    private static final Observation YES = new Observation("true", null);
    private static final Observation NO =
            new Observation("false", new Evidence("virsh dumpxml l1", START, Evidence.Witness.HOST, null));
    private static final Observation MOVED_IN = new Observation(
            "false", new Evidence("/proc/7/cmdline", START, Evidence.Witness.HOST, "it came by a migration"));

    private static CounterSample sample(int second, long nestedRun, boolean guestMode) {
        return sample(second, List.of(vcpu(nestedRun, guestMode, 4_000)), true);
    }

    private static CounterSample sample(int second, List<VcpuCounters> vcpus, boolean whole) {
        return new CounterSample("virsh domstats --vcpu", START.plusSeconds(second), vcpus, whole);
    }

    private static VcpuCounters vcpu(long nestedRun, boolean guestMode, long exits) {
        return new VcpuCounters("0", Reading.said(nestedRun, 0), Reading.said(guestMode, 0), Reading.said(exits, 0));
    }

    private static Claim claim(@Nullable Integer domains, @Nullable Integer users, boolean underneath) {
        return new Claim("guest agent", START, Optional.ofNullable(domains), Optional.ofNullable(users), underneath);
    }

    private static Observation judged(Observation born, List<CounterSample> samples, Claim... claims) {
        return LiveL2.of(new Circumstances(YES, born, samples, "virsh is not installed", List.of(claims)));
    }

    private static void because(String words, Observation observation) {
        assertNotNull(observation.evidence());
        String why = String.valueOf(observation.evidence().why());
        assertTrue(why.contains(words), why);
    }

    @Test
    void aVcpuInGuestModeIsALiveL2() {
        Observation observation = judged(MOVED_IN, List.of(sample(0, 0, true)));
        assertEquals("1", observation.text());
        because("guest mode", observation);
    }

    @Test
    void aCounterThatRisesIsALiveL2() {
        Observation observation = judged(YES, List.of(sample(0, 10, false), sample(2, 11, false)));
        assertEquals("1", observation.text());
        because("rose from 10 to 11 in 2 s", observation);
    }

    @Test
    void theGuestsWordLosesAgainstACounterThatRisesAndBothAreShown() {
        Observation observation = judged(YES, List.of(sample(0, 10, false), sample(2, 11, false)), claim(0, 0, false));
        assertEquals("1", observation.text());
        because("not believed", observation);
    }

    @Test
    void theGuestKnowsHowManyThereAre() {
        assertEquals(
                "3",
                judged(YES, List.of(sample(0, 5, true)), claim(3, 4, false)).text());
    }

    @Test
    void aDomainThatIsNotShutOffIsALiveL2() {
        Observation observation = judged(YES, List.of(), claim(2, null, false));
        assertEquals("2", observation.text());
        assertEquals(
                Evidence.Witness.GUEST,
                Optional.ofNullable(observation.evidence()).orElseThrow().by());
    }

    @Test
    void windowsOnItsOwnHypervisorIsALiveL2ThoughNoCounterMoves() {
        assertEquals(
                "1",
                judged(YES, List.of(sample(0, 0, false)), claim(null, null, true))
                        .text());
    }

    @Test
    void zeroSinceAColdStartHereIsNone() {
        Observation observation = judged(YES, List.of(sample(0, 0, false)));
        assertEquals("0", observation.text());
        because("began cold on this host", observation);
    }

    @Test
    void zeroAfterAnIncomingMigrationProvesNothing() {
        Observation observation = judged(MOVED_IN, List.of(sample(0, 0, false), sample(5, 0, false)));
        assertEquals("unknown", observation.text());
        because("it came by a migration", observation);
    }

    @Test
    void numbersWhoseSumOverflowsAreNotZero() {
        long quarter = 1L << 62;
        List<VcpuCounters> four = List.of(
                vcpu(quarter, false, 9), vcpu(quarter, false, 9), vcpu(quarter, false, 9), vcpu(quarter, false, 9));
        assertEquals("unknown", judged(YES, List.of(sample(0, four, true))).text());
    }

    @Test
    void aVcpuThatEnteredAnL2BeforeTheOthersToldMakesZeroProveNothing() {
        VcpuCounters silent =
                new VcpuCounters("1", Reading.unsaid("none"), Reading.said(false, 0), Reading.said(9L, 0));
        assertEquals(
                "unknown",
                judged(
                                YES,
                                List.of(
                                        sample(0, List.of(vcpu(3, false, 9), silent), true),
                                        sample(2, List.of(vcpu(0, false, 9)), true)))
                        .text());
    }

    @Test
    void exitsThatFellShowThatTheCountersWereSetBack() {
        assertEquals(
                "unknown",
                judged(
                                YES,
                                List.of(
                                        sample(0, List.of(vcpu(0, false, 900_000)), true),
                                        sample(2, List.of(vcpu(0, false, 12)), true)))
                        .text());
    }

    @Test
    void aVcpuWhoseCounterRoseIsSeenThoughAnotherWasTakenAway() {
        VcpuCounters gone = new VcpuCounters("1", Reading.said(5L, 0), Reading.said(false, 0), Reading.said(9L, 0));
        assertEquals(
                "1",
                judged(
                                YES,
                                List.of(
                                        sample(0, List.of(vcpu(0, false, 9), gone), true),
                                        sample(2, List.of(vcpu(5, false, 9)), true)))
                        .text());
    }

    @Test
    void zeroOnSomeVcpusProvesNothing() {
        Observation observation = judged(YES, List.of(sample(0, List.of(vcpu(0, false, 9)), false)));
        assertEquals("unknown", observation.text());
        because("not every vCPU", observation);
    }

    @Test
    void zeroAfterTheCountersWereSetBackProvesNothing() {
        assertEquals(
                "unknown",
                judged(YES, List.of(sample(0, List.of(vcpu(0, false, 0)), true)))
                        .text());
        assertEquals(
                "unknown",
                judged(YES, List.of(sample(0, 5, false), sample(2, 0, false))).text());
    }

    @Test
    void aGuestThatOnceRanAnL2MayHaveOneThatIdles() {
        Observation observation = judged(YES, List.of(sample(0, 7, false), sample(5, 7, false)));
        assertEquals("unknown", observation.text());
        because("may idle", observation);
    }

    @Test
    void aGuestThatOnceRanAnL2IsBelievedThatItIsGoneAfterASecondLook() {
        assertEquals(
                "0",
                judged(YES, List.of(sample(0, 7, false), sample(5, 7, false)), claim(0, 0, false))
                        .text());
        assertEquals(
                "unknown",
                judged(YES, List.of(sample(0, 7, false)), claim(0, 0, false)).text());
    }

    @Test
    void noDomainInItsLibvirtProvesNothing() {
        Observation observation = judged(MOVED_IN, List.of(sample(0, 0, false)), claim(0, null, false));
        assertEquals("unknown", observation.text());
        because("does not settle it", observation);
    }

    @Test
    void usersOfTheModuleProveNothing() {
        assertEquals(
                "unknown",
                judged(MOVED_IN, List.of(sample(0, 0, false)), claim(0, 1, false))
                        .text());
    }

    @Test
    void aGuestThatCannotNestHasNone() {
        Observation observation =
                LiveL2.of(new Circumstances(NO, MOVED_IN, List.of(), "virsh is not installed", List.of()));
        assertEquals("0", observation.text());
        because("no virtualization extension", observation);
    }

    @Test
    void withoutCountersItIsNotKnownAndSaysWhy() {
        Observation observation = judged(YES, List.of());
        assertEquals("unknown", observation.text());
        because("virsh is not installed", observation);
    }

    @Test
    void aKernelWithoutTheCountersProvesNothing() {
        CounterSample old = sample(
                0,
                List.of(new VcpuCounters("0", Reading.unsaid("none"), Reading.unsaid("none"), Reading.said(7L, 0))),
                true);
        Observation observation = LiveL2.of(new Circumstances(YES, YES, List.of(old), "", List.of()));
        assertEquals("unknown", observation.text());
        because("no nested_run", observation);
    }
}
