package org.nestguard.server.site;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.nestguard.engine.known.Known;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Filter;
import org.nestguard.server.registry.GuestEntry;
import org.nestguard.server.registry.Registry;
import org.nestguard.server.registry.SavedState;

/**
 * Makes marks and believes them, or not.
 *
 * <p><b>What a mark proves.</b> That this registry (whoever has the key of its record) knew this of that guest at that moment,
 * and allowed it to be saved. Whoever can write a domain's description cannot make one up, change one, or give one guest that
 * of another. It does not prove that the image which carries it is the one that was saved then: a guest that runs on with its
 * mark, since it was restored or since its saving failed and the mark could not be taken away, carries it into whatever image
 * is made next by hand. So a mark is not believed any more where the guest was seen running later than
 *
 * <ul>
 *   <li>a restore of it that was allowed since the mark was made, or
 *   <li>the longest that a saving may take after it;
 * </ul>
 *
 * nor where an L2 was live in it at the last look, and that was after the mark: a guest that is being saved starts none.
 *
 * What is left: who restores a guest and saves it by hand, past {@code nestguard run}, before the agent of its host has looked
 * once; who copies an old mark of the same guest on purpose within the same bounds, and so may write its description and start
 * it as they please anyway; and an L2 that starts between the decision and the moment at which the guest is paused.
 */
final class SavedMarks {
    private static final Duration LONGEST_SAVING = Duration.ofHours(1);
    /** Clocks of two hosts are never quite the same. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    private final Registry registry;
    private final DecisionRecord record;
    private final InstantSource clock;

    SavedMarks(Registry registry, DecisionRecord record, InstantSource clock) {
        this.registry = registry;
        this.record = record;
        this.clock = clock;
    }

    /** A mark for a guest that is about to be saved. */
    SavedMark of(GuestEntry guest, Known host) {
        SavedState state = SavedState.of(guest, host, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        return new SavedMark(state, record.seal(SavedMark.sealed(state)));
    }

    /** What a mark says, where it is that of this guest and of its last saving; empty where it is not. */
    Optional<SavedState> believed(SavedMark mark, GuestEntry guest) {
        SavedState state = mark.state();
        boolean genuine = record.sealedSo(SavedMark.sealed(state), mark.seal())
                && state.guest().equals(guest.uuid())
                && !state.at().isAfter(clock.instant().plus(CLOCKS_DIFFER));
        boolean ranOn = guest.lastSeen().isAfter(state.at().plus(LONGEST_SAVING));
        return genuine
                        && !ranOn
                        && !restoredSince(state.at(), guest)
                        && !registry.seenLiveSince(guest.uuid(), state.at())
                ? Optional.of(state)
                : Optional.empty();
    }

    private boolean restoredSince(Instant at, GuestEntry guest) {
        Filter restores = new Filter(
                Optional.of(guest.uuid().toString()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Operation.LOADVM),
                Optional.of(Verdict.ALLOW),
                Optional.of(at),
                Optional.of(guest.lastSeen().minus(CLOCKS_DIFFER)),
                Optional.empty(),
                1);
        return !record.list(restores).isEmpty();
    }
}
