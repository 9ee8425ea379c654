package org.nestguard.fleet.merge;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.text.FlatRecord;

/**
 * One observation of a host or guest.
 *
 * @param hostId the id of the host, or of the host that the guest was seen on
 * @param known what was found
 * @param pool of a host; null where it is in none
 * @param anyTime whether nobody knows when: a guest that does not say so, on a host that was observed at several moments
 * @param place where it is written
 */
record Sighting(String hostId, Known known, @Nullable String pool, boolean anyTime, String place) {
    /** @param at when, where the record does not say so itself */
    static Sighting of(FlatRecord record, Instant at, boolean anyTime, String place) {
        Known known = record.known(at);
        List<String> keys = FlatRecord.keys(record.subject());
        for (int i = 0; i < keys.size(); i++) {
            String key = keys.get(i);
            // what is said to be unknown was looked for; what is not mentioned was not
            if (Observation.UNKNOWN.equals(record.text(i)) && known.get(key).evidence() == null) {
                known = known.with(key, Observation.unknown(place, "it was not found out"));
            }
        }
        return new Sighting(record.hostId(), known, record.pool(), anyTime, place);
    }

    Instant at() {
        return known.newest();
    }
}
