package org.nestguard.server.site;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nestguard.server.http.Decisions;
import org.nestguard.server.http.Route;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.settings.Pools;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.registry.Registry;
import org.nestguard.server.waiver.KeptWaivers;

/** All that a registry answers beside what every service does. */
public final class SiteRoutes {
    private final Registry registry;
    private final Pools pools;
    private final DecisionRecord record;
    private final KeptWaivers waivers;
    private final Readings readings;
    private final String here;
    private final Duration bound;
    private final Duration patience;
    private final InstantSource clock;

    /**
     * @param pools which hosts a guest could go to
     * @param here the name of this host
     * @param bound how long a reading that is made for a decision may take
     * @param patience how long an agent may wait to hear of one that is wanted
     */
    public SiteRoutes(
            Registry registry,
            Pools pools,
            DecisionRecord record,
            KeptWaivers waivers,
            Readings readings,
            String here,
            Duration bound,
            Duration patience,
            InstantSource clock) {
        this.here = here;
        this.patience = patience;
        this.registry = registry;
        this.pools = pools;
        this.record = record;
        this.waivers = waivers;
        this.readings = readings;
        this.bound = bound;
        this.clock = clock;
    }

    /** The routes, deciding with that. */
    public List<Route> of(Decisions decisions) {
        Answering answering = new Answering(registry, pools, readings, bound, clock);
        List<Route> routes = new ArrayList<>(new FactsRoutes(registry, readings, patience, clock).routes());
        routes.addAll(new KnownRoutes(registry, answering).routes());
        Answers answers = new Answers(answering, decisions);
        routes.addAll(new AnswerRoutes(answering, answers, decisions).routes());
        Function<Caller, Deed> deeds = caller -> new Deed(decisions, registry, caller, clock);
        routes.addAll(
                new HookRoutes(answering, decisions, deeds, new SavedMarks(registry, record, clock), here).routes());
        routes.add(new KubeVirtRoute(answering, decisions, deeds).route());
        routes.addAll(new HarmRoutes(registry, answering, clock).routes());
        routes.addAll(new WaiverRoutes(waivers, decisions, clock).routes());
        routes.addAll(new RecordRoutes(record).routes());
        routes.addAll(new PageRoutes(registry, record, answering, answers, decisions, clock).routes());
        return List.copyOf(routes);
    }
}
