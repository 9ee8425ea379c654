package org.nestguard.server.record;

import java.util.List;

/**
 * What came of verifying the record.
 *
 * @param removed the number of the last decision that was removed; 0 where none was
 * @param newest the newest that is there
 * @param count how many are there
 * @param faults what was found, in order; the first {@value #MOST_FAULTS}
 * @param faultCount how many there are in all
 */
public record Verification(long removed, Head newest, long count, List<Fault> faults, long faultCount) {
    /** How many faults are listed. */
    public static final int MOST_FAULTS = 100;

    public Verification {
        faults = List.copyOf(faults);
    }

    /** Whether nothing was found. */
    public boolean sound() {
        return faultCount == 0;
    }
}
