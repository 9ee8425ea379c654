package org.nestguard.fleet.audit;

import java.util.HashMap;
import java.util.Map;
import org.nestguard.engine.text.Problem;
import org.nestguard.fleet.merge.Contradiction;

/** Notes of how many guests it is not known whether they are on a host: they count as guests of the one that saw them last. */
final class Whereabouts implements Report {
    private final Map<String, Long> guests = new HashMap<>();

    /** How many may be on that host, but count as guests of another. */
    long guestsOf(String hostId) {
        return guests.getOrDefault(hostId, 0L);
    }

    @Override
    public void contradiction(Contradiction contradiction) {
        if (contradiction.key().equals(Contradiction.HOST_ID)) {
            guests.merge(contradiction.other().value(), 1L, Long::sum);
        }
    }

    @Override
    public boolean ofGuests() {
        return false;
    }

    @Override
    public void guest(GuestResult result) {
        throw new IllegalStateException("nobody asked for guests");
    }

    @Override
    public void problem(Problem problem) {
        // the summary counts them
    }

    @Override
    public void end(Summary summary) {
        // what is noted is asked for then
    }
}
