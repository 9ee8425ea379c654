package org.nestguard.server.record;

import java.time.Instant;
import java.util.Optional;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;

/**
 * Which decisions to list; what is empty asks for nothing.
 *
 * @param guest its UUID or name
 * @param host the name of the source or the destination
 * @param effective the verdict with waivers
 * @param from not before
 * @param until before
 * @param before those with a lower number only: to go on where a list ended
 * @param most how many at most, from 1 to {@value #LONGEST}
 */
public record Filter(
        Optional<String> guest,
        Optional<String> host,
        Optional<String> caller,
        Optional<Operation> operation,
        Optional<Verdict> effective,
        Optional<Instant> from,
        Optional<Instant> until,
        Optional<Long> before,
        int most) {
    /** The longest list. */
    public static final int LONGEST = 1_000;

    /** A bound outside of its range is an error. @throws IllegalArgumentException then */
    public Filter {
        if (most < 1 || most > LONGEST) {
            throw new IllegalArgumentException("a list has from 1 to " + LONGEST + " decisions");
        }
    }

    /** The newest ones. */
    public static Filter newest(int most) {
        return new Filter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                most);
    }

    /** The same of one guest, by UUID or name. */
    public Filter ofGuest(String uuidOrName) {
        return new Filter(Optional.of(uuidOrName), host, caller, operation, effective, from, until, before, most);
    }
}
