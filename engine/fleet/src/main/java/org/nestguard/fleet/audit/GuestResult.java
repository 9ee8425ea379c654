package org.nestguard.fleet.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Waived;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.inventory.Identity;

/**
 * What comes of the audit for one guest.
 *
 * @param place where it is written, as {@code file:line}
 * @param id what tells it from all others, wherever it is written; made of the place where it has neither UUID nor name
 * @param guest its name; null where it has none
 * @param uuid null where it has none
 * @param hostId the id of the host that it is on
 * @param host the name of that host
 * @param pool the pool of that host; null where it is in none
 * @param answer what the rules say
 * @param effective the verdict with waivers
 * @param waived what was waived for it
 * @param staleL2 whether the state of its L2 guests was too old to be believed
 * @param grounds what the answer stands on
 */
public record GuestResult(
        String place,
        Identity id,
        @Nullable String guest,
        @Nullable String uuid,
        String hostId,
        String host,
        @Nullable String pool,
        Answer answer,
        Verdict effective,
        List<Waived> waived,
        boolean staleL2,
        Grounds grounds) {
    /** How it is called: its name, else its UUID, else where it is written. */
    public String called() {
        return guest != null ? guest : uuid != null ? uuid : place;
    }
}
