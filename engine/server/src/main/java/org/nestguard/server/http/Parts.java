package org.nestguard.server.http;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nestguard.server.http.metrics.FactFigures;

/**
 * What the service is made of beside what it brings itself.
 *
 * @param recorder keeps decisions
 * @param waivers the waivers that are in force
 * @param figures what is known, in figures
 * @param routes what else is answered, deciding with what it is given; a route of the same method and path takes the place of
 *     the usual one
 * @param checks what else must be well for the service to be ready; each says what is not, or nothing
 * @param clock tells the time of decisions
 */
public record Parts(
        Recorder recorder,
        StandingWaivers waivers,
        FactFigures figures,
        Function<Decisions, List<Route>> routes,
        List<Supplier<Optional<String>>> checks,
        InstantSource clock) {
    /** Decides, and keeps nothing. */
    public static final Parts NONE =
            new Parts(Recorder.NONE, Map::of, decisions -> List.of(), List.of(), InstantSource.system());

    public Parts {
        checks = List.copyOf(checks);
    }

    /** The same where nobody can waive anything. */
    public Parts(
            Recorder recorder,
            FactFigures figures,
            Function<Decisions, List<Route>> routes,
            List<Supplier<Optional<String>>> checks,
            InstantSource clock) {
        this(recorder, StandingWaivers.NONE, figures, routes, checks, clock);
    }
}
