package org.nestguard.fleet.audit;

import java.io.IOException;
import org.nestguard.engine.text.Problem;
import org.nestguard.fleet.merge.Contradiction;

/**
 * Tells what comes of an audit. It is called on one thread, in the order of the inventory, and at last with the numbers. Of a
 * million guests it must keep none.
 */
public interface Report {
    /** Whether it tells of each guest; where none does, an audit is quicker. */
    boolean ofGuests();

    /** One guest; only where it tells of guests. */
    void guest(GuestResult result) throws IOException;

    /** A record or a source could not be read. */
    void problem(Problem problem) throws IOException;

    /** Two observations that were to be made one cannot both be true; all of these come before the first guest. */
    default void contradiction(Contradiction contradiction) throws IOException {
        // the summary has how many there are of each fact
    }

    /** Whether it wants the matrix; where none does, it is not made. */
    default boolean ofPairs() {
        return false;
    }

    /** All pairs, before the end; not of an audit that was interrupted. */
    default void matrix(Matrix matrix) throws IOException {
        // most reports have no room for it
    }

    /** What is said of one host itself; all hosts come before the first guest. */
    default void host(HostResult result) throws IOException {
        // the summary has how many there are
    }

    /** The audit is over. */
    void end(Summary summary) throws IOException;
}
