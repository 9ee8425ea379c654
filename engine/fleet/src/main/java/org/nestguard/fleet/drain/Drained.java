package org.nestguard.fleet.drain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.decision.Waived;
import org.nestguard.findings.Verdict;

/**
 * Whether a host can be emptied now, as far as the rules and the memory that is known of go: which guest goes where, and which
 * cannot.
 *
 * @param verdict ALLOW where each guest has somewhere to go and all was read; DENY where one is denied everywhere
 * @param effective the same with waivers
 * @param host the host's name
 * @param hostId its id
 * @param where its guests may go: a host, {@code pool:NAME} or any
 * @param destinations how many hosts that are
 * @param asOf the moment from which the age of facts was measured
 * @param whatIf what was supposed; where there is any, this is no answer about the fleet as it is
 * @param going with the place found for each, those with fewest places first, of these the largest
 * @param staying those for which there is none
 * @param rooms what is left of each host that got any
 * @param unreadable how many records and sources could not be read; any of them may be a guest of that host
 * @param doubts why there may be guests on that host that are not among these; with any of them it is not ALLOW
 * @param ruleBase which rules decided
 */
public record Drained(
        Verdict verdict,
        Verdict effective,
        String host,
        String hostId,
        String where,
        long destinations,
        Instant asOf,
        List<String> whatIf,
        List<Going> going,
        List<Staying> staying,
        List<Room> rooms,
        long unreadable,
        List<String> doubts,
        RuleBaseVersion ruleBase) {
    /** Whether it is known that each guest that goes has room where it goes. */
    public boolean capacityKnown() {
        return rooms.stream().allMatch(room -> room.left() != null);
    }

    /**
     * A host that guests go to.
     *
     * @param guests how many
     * @param left how much memory it has left then, in MiB; null where that is not known
     * @param why it is not known; null where it is
     */
    public record Room(
            String host,
            String hostId,
            int guests,
            @Nullable Long left,
            @Nullable String why) {}

    /**
     * A guest on that host.
     *
     * @param called its name, else its UUID, else where it is written
     * @param uuid null where it has none
     * @param l2 how many L2 guests are live in it; null where nobody knows
     * @param memory how much it may take, in MiB; null where nobody knows
     * @param place where it is written
     */
    public record Guest(
            String called,
            @Nullable String uuid,
            @Nullable Integer l2,
            @Nullable Long memory,
            String place) {}

    /**
     * A guest that can go.
     *
     * @param to the host that was picked for it: of those that it can go to and that may have room, the one that got fewest so
     *     far
     * @param toId its id
     * @param places to how many hosts it can go
     * @param verdict what the rules say of it: ALLOW, unless it goes by waivers alone
     * @param waived what is waived where it goes
     * @param heed what is to be heeded when it goes there
     */
    public record Going(
            Guest guest,
            String to,
            String toId,
            long places,
            Verdict verdict,
            List<Waived> waived,
            List<String> heed) {}

    /**
     * A guest that cannot go.
     *
     * @param verdict DENY where every destination is denied; UNDETERMINED also where no room was found
     * @param nearest the destination of which least is against it, and of which the rest speaks; null where there is none
     * @param rules that speak against it
     * @param reasons what they say
     * @param needs the facts that can turn the verdict, with how to read them
     * @param remedies what would make it safe
     */
    public record Staying(
            Guest guest,
            Verdict verdict,
            @Nullable String nearest,
            List<String> rules,
            List<String> reasons,
            List<String> needs,
            List<String> remedies) {}
}
