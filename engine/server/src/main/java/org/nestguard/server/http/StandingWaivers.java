package org.nestguard.server.http;

import java.time.Instant;
import java.util.List;
import org.nestguard.engine.waiver.Waiver;

/** Where decisions find the waivers that are in force. Called by many threads. */
public interface StandingWaivers {
    /** Where nobody can waive anything. */
    StandingWaivers NONE = moment -> List.of();

    /** Those that neither have expired nor were ended. @throws RuntimeException where they cannot be read; then none is */
    List<Waiver> at(Instant moment);
}
