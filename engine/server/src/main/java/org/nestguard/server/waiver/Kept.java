package org.nestguard.server.waiver;

import java.time.Instant;
import java.util.Optional;
import org.nestguard.engine.waiver.Waiver;

/**
 * A waiver that was made, whether or not it stands.
 *
 * @param number that of the entry in the record which says that it was made
 * @param madeAt when
 * @param madeBy by whom, as far as the service knows
 * @param ended how it was ended; empty where nobody ended it
 * @param used the newest decision in the record that made use of it; empty where none did
 */
public record Kept(
        long number, Waiver waiver, Instant madeAt, String madeBy, Optional<Ended> ended, Optional<Used> used) {
    /**
     * An end before its time.
     *
     * @param entry the number of the entry in the record that says so
     */
    public record Ended(Instant at, String by, long entry) {}

    /**
     * A use.
     *
     * @param decision its number in the record
     */
    public record Used(Instant at, long decision) {}

    /** What decisions call it. */
    static String place(long number) {
        return "waiver-" + number;
    }
}
