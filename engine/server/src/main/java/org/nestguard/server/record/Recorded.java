package org.nestguard.server.record;

import java.time.Instant;

/**
 * A decision in the record.
 *
 * @param seq its number, counted from 1
 * @param at when it was handed in, to the microsecond
 * @param previous the MAC of the one before, which it was chained to
 * @param mac of all of this but itself
 */
public record Recorded(long seq, Instant at, Entry entry, String previous, String mac) {
    /** What names it in the log. */
    public Head head() {
        return new Head(seq, mac);
    }
}
