package org.nestguard.cli.lab;

import java.time.Duration;
import java.util.List;

/**
 * What came of a program.
 *
 * @param command its words
 * @param took from its start to its end
 */
record Ran(List<String> command, int status, String out, String err, Duration took) {
    /** This, which went well. @throws AssertionError with all that it said, where it did not */
    Ran well() {
        if (status != 0) {
            throw new AssertionError(toString());
        }
        return this;
    }

    @Override
    public String toString() {
        return String.join(" ", command) + "\nended with " + status + " after " + took.toMillis() + " ms\n" + out + err;
    }
}
