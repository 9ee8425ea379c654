package org.nestguard.server;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.evidence.collect.Collector;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.evidence.site.Spool;
import org.nestguard.evidence.view.HostView;
import org.nestguard.server.agent.Agent;
import org.nestguard.server.agent.Forwarding;
import org.nestguard.server.agent.RegistryLink;
import org.nestguard.server.agent.RegistryWithin;
import org.nestguard.server.agent.RemoteRegistry;
import org.nestguard.server.agent.TokenFile;
import org.nestguard.server.http.Lenience;
import org.nestguard.server.http.Parts;
import org.nestguard.server.http.Service;
import org.nestguard.server.http.StartRefusedException;
import org.nestguard.server.http.Tls;
import org.nestguard.server.http.access.CredentialsException;
import org.nestguard.server.http.settings.AgentSettings;
import org.nestguard.server.http.settings.ServiceSettings;
import org.nestguard.server.http.settings.SiteSettings;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.RecordException;
import org.nestguard.server.registry.Registry;
import org.nestguard.server.site.Readings;
import org.nestguard.server.site.RecordedDecisions;
import org.nestguard.server.site.SiteRoutes;
import org.nestguard.server.waiver.KeptWaivers;
import org.nestguard.store.Store;
import org.nestguard.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service with all that its settings ask for: a registry where there is a database, an agent where this host is to be
 * read, and one that hands questions on where the registry is elsewhere.
 */
public final class NestGuardService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NestGuardService.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final ServiceSettings settings;
    private final SiteSettings site;
    private final HostView host;
    private final InstantSource clock;
    private final SiteFile file;
    private final Spool spool;

    private NestGuardService(ServiceSettings settings, HostView host, InstantSource clock, SiteFile file, Spool spool) {
        this.settings = settings;
        this.site = settings.site();
        this.host = host;
        this.clock = clock;
        this.file = file;
        this.spool = spool;
    }

    /**
     * Opens, reads and listens.
     *
     * @param host this host
     * @throws StartRefusedException saying why it does not, and what to do; then nothing stays open
     */
    public static NestGuardService start(ServiceSettings settings, HostView host, InstantSource clock)
            throws StartRefusedException {
        return start(settings, host, clock, new SiteFile(SiteFile.USUAL), new Spool(Spool.USUAL));
    }

    /** The same with other places for what a site lets pass. @throws StartRefusedException as for the usual ones */
    static NestGuardService start(
            ServiceSettings settings, HostView host, InstantSource clock, SiteFile file, Spool spool)
            throws StartRefusedException {
        NestGuardService service = new NestGuardService(settings, host, clock, file, spool);
        boolean started = false;
        try {
            service.open();
            started = true;
            return service;
        } catch (StoreException | RecordException | CredentialsException | IOException | GeneralSecurityException e) {
            throw new StartRefusedException(String.valueOf(e.getMessage()), e);
        } finally {
            if (!started) {
                service.close();
            }
        }
    }

    private <C extends AutoCloseable> C kept(C part) {
        opened.push(part);
        return part;
    }

    private void open() throws StartRefusedException, CredentialsException, IOException, GeneralSecurityException {
        AgentSettings agent = site.agent();
        if (agent != null && agent.registry() != null) {
            forward(agent);
        } else if (site.database() != null) {
            keep(agent);
        } else {
            kept(Service.start(settings, Parts.NONE, lenience()));
        }
    }

    /** The registry is elsewhere. */
    private void forward(AgentSettings agent)
            throws StartRefusedException, CredentialsException, IOException, GeneralSecurityException {
        TokenFile token = TokenFile.read(Objects.requireNonNull(agent.token()));
        Path authorities = agent.authorities();
        SSLContext trust = authorities == null ? null : Tls.trusting(authorities);
        RemoteRegistry registry =
                new RemoteRegistry(Objects.requireNonNull(agent.registry()), hostName(), token::text, trust);
        Agent reading = kept(agent(agent, registry));
        Forwarding forwarding = new Forwarding(registry, hostName(), agent.patience());
        kept(Service.start(
                settings,
                new Parts(
                        Parts.NONE.recorder(),
                        Map::of,
                        decisions -> forwarding.routes(),
                        List.of(reading::trouble),
                        clock),
                lenience()));
        reading.start();
    }

    /** The registry is here. */
    private void keep(@Nullable AgentSettings agent) throws StartRefusedException {
        Store store = kept(ServiceStore.open(Objects.requireNonNull(site.database())));
        DecisionRecord record = kept(DecisionRecord.open(
                store, Objects.requireNonNull(site.recordKey()), clock, DecisionRecord.Limits.USUAL));
        Registry registry = new Registry(store, site.freshness(), clock);
        KeptWaivers waivers = new KeptWaivers(store, record);
        Readings readings = new Readings();
        List<Supplier<Optional<String>>> checks = new ArrayList<>();
        checks.add(() -> trouble(store));
        Agent reading = agent == null ? null : kept(agent(agent, new RegistryWithin(registry, readings, hostName())));
        if (reading != null) {
            checks.add(reading::trouble);
        }
        SiteRoutes routes = new SiteRoutes(
                registry,
                site.pools(),
                record,
                waivers,
                readings,
                hostName(),
                site.reading(),
                settings.limits().idle().dividedBy(2),
                clock);
        kept(Service.start(
                settings,
                new Parts(
                        new RecordedDecisions(record),
                        waivers,
                        new RegistryFigures(registry),
                        routes::of,
                        checks,
                        clock),
                lenience()));
        Duration keep = site.kept();
        if (keep != null) {
            ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor(task -> {
                Thread thread = new Thread(task, "nestguard-retention");
                thread.setDaemon(true);
                return thread;
            });
            kept((AutoCloseable) chores::shutdownNow);
            Future<?> unused =
                    chores.scheduleWithFixedDelay(() -> retire(record, registry, keep), 1, 60, TimeUnit.MINUTES);
        }
        kept(readings); // closed first: nobody has to wait for those who wait
        if (reading != null) {
            reading.start();
        }
    }

    /** What hooks of this host let pass is counted by the agent that they did not hear of. */
    private Lenience lenience() {
        if (site.agent() == null) {
            return new Lenience(file, 0);
        }
        Spool.Count count = spool.count(clock.instant());
        if (count.passed() > 0) {
            LOG.atWarn()
                    .addKeyValue("passed", count.passed())
                    .log("hooks let pass without an answer, as the site says");
        }
        count.trouble().ifPresent(why -> LOG.atWarn().addKeyValue("why", why).log("this will be counted once more"));
        return new Lenience(file, count.passed());
    }

    /** For everybody to see: what is wrong with it is for the log. */
    private static Optional<String> trouble(Store store) {
        try {
            ServiceStore.check(store);
            return Optional.empty();
        } catch (StoreException e) {
            LOG.atError().setCause(e).log("the database cannot be read");
            return Optional.of("the database cannot be read; every answer made of it is a refusal");
        }
    }

    /** Decisions, and guests that no host has reported for as long; marks of harm stay. */
    private void retire(DecisionRecord record, Registry registry, Duration keep) {
        try {
            long removed = record.removeBefore(clock.instant().minus(keep));
            if (removed > 0) {
                LOG.atInfo()
                        .addKeyValue("decisions", removed)
                        .log("removed, for they are older than decisions are kept");
            }
            int forgotten = registry.forgetGuestsNotSeenSince(clock.instant().minus(keep));
            if (forgotten > 0) {
                LOG.atInfo().addKeyValue("guests", forgotten).log("forgotten, for nobody has seen them for as long");
            }
        } catch (RuntimeException e) { // or it would never be tried again
            LOG.atError().setCause(e).log("decisions and guests could not be removed");
        }
    }

    private String hostName() {
        return Optional.ofNullable(settings.host()).orElseGet(host::name);
    }

    private Agent agent(AgentSettings agent, RegistryLink link) {
        return new Agent(
                () -> read(agent, Optional.of(agent.sample())),
                () -> read(agent, Optional.empty()),
                link,
                agent.interval(),
                clock);
    }

    private FactsDocument read(AgentSettings agent, Optional<Duration> sample) {
        return new Collector(Clock.systemUTC(), sample, agent.asks(), (done, all) -> {})
                .collect(host)
                .document();
    }

    /** The part that listens. */
    public Service service() {
        return opened.stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Listens until the process is told to end, then ends what has begun and closes all. */
    public void serveUntilSignalled() throws InterruptedException {
        service().awaitSignal();
        close();
    }

    /** Ends what has begun, the newest first. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.atError().setCause(e).log("a part could not be closed");
            }
        }
    }
}
