package org.nestguard.fleet.foreign;

import java.io.IOException;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.Problem;

/** Hears of the hosts and guests that are met, and of what cannot be read. */
public interface Met {
    /**
     * A host.
     *
     * @param id by which its guests name it
     */
    void host(Known host, String id, String place) throws IOException;

    /** A guest on that host, which may come later. */
    void guest(Known guest, String hostId, String place) throws IOException;

    /** Something is left out. */
    void problem(Problem problem) throws IOException;
}
