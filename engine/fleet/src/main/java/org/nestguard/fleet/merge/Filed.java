package org.nestguard.fleet.merge;

import java.util.Comparator;
import org.nestguard.fleet.inventory.Identity;

/**
 * A line of the fleet on its way to the others of the same host or guest; hosts come first.
 *
 * @param guest whether it is of a guest
 * @param id of which host or guest
 * @param timed whether it says when that was observed
 * @param file the number of the file that it stands in
 * @param line its number there, from 1
 * @param bytes the line
 */
@SuppressWarnings("ArrayRecordComponent") // compared by what comes before it alone
record Filed(boolean guest, Identity id, boolean timed, int file, long line, byte[] bytes) {
    static final Comparator<Filed> ORDER = Comparator.comparing(Filed::guest)
            .thenComparingLong(filed -> filed.id().most())
            .thenComparingLong(filed -> filed.id().least());

    /** What it takes in memory beside its bytes, about. */
    private static final long OVERHEAD = 120;

    boolean ofTheSame(Filed other) {
        return ORDER.compare(this, other) == 0;
    }

    long size() {
        return OVERHEAD + bytes.length;
    }
}
