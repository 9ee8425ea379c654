package org.nestguard.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A moment as the database keeps it: microseconds since 1970 in UTC. */
public final class EpochMicros {
    /** Nobody means such times; what is beyond is kept as this, so that no text of a stranger's overflows anything. */
    private static final Instant EARLIEST = Instant.parse("-9999-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private EpochMicros() {}

    /** The microsecond that the moment is in. */
    public static long of(Instant moment) {
        Instant kept = moment.isBefore(EARLIEST) ? EARLIEST : moment.isAfter(LATEST) ? LATEST : moment;
        // ChronoUnit.MICROS.between goes by way of nanoseconds, which end in 2262
        return Math.addExact(Math.multiplyExact(kept.getEpochSecond(), 1_000_000L), kept.getNano() / 1_000L);
    }

    /** The moment back again. */
    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
