package org.nestguard.cli.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** How long something may take on a machine that emulates, and has other things to do. */
final class Bound {
    /** For one program. */
    static final Duration OF_A_PROGRAM = Duration.ofMinutes(3);

    /** For what has to boot first. */
    static final Duration OF_A_BOOT = Duration.ofMinutes(5);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private Bound() {}

    /** Something to look for; empty as long as it is not there. */
    interface Look<T> {
        Optional<T> now() throws IOException, InterruptedException;
    }

    /** Looks until it is there. @throws AssertionError where it does not come in that time */
    static <T> T await(String what, Duration bound, Look<T> look) throws IOException, InterruptedException {
        long end = System.nanoTime() + bound.toNanos();
        while (true) {
            Optional<T> found = look.now();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come within " + bound + ": " + what);
            }
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        }
    }
}
