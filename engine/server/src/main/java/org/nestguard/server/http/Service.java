package org.nestguard.server.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.signal.Signals;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.server.http.access.CredentialsException;
import org.nestguard.server.http.access.Gate;
import org.nestguard.server.http.metrics.Meters;
import org.nestguard.server.http.settings.Limits;
import org.nestguard.server.http.settings.ServiceSettings;
import org.nestguard.server.http.settings.TcpListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service, listening. */
public final class Service implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Service.class);
    private static final int SPARE_THREADS = 16;

    private final ServiceSettings settings;
    private final Lenience lenience;
    private final Gate gate;
    private final Tls tls;
    private final RuleBases rules;
    private final Reloading reloading;
    private final Reception reception;
    private final List<Route> routes;
    private final Meters meters = new Meters();
    private final ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "nestguard-chores");
        thread.setDaemon(true);
        return thread;
    });
    private final Javalin app;
    private @Nullable ServerConnector tcp;
    private boolean closed;

    private Service(ServiceSettings settings, Parts parts, Lenience lenience)
            throws StartRefusedException, CredentialsException, IOException, GeneralSecurityException {
        this.settings = settings;
        this.lenience = lenience;
        gate = new Gate(settings.credentials(), settings.host());
        tls = Tls.of(settings.tcp() == null ? null : settings.tcp().tls());
        InetAddress address =
                settings.tcp() == null ? null : Connectors.address(settings, settings.tcp(), gate.credentials());
        Path folder = settings.rules() == null ? null : settings.rules().folder();
        rules = new RuleBases(folder, meters, parts.clock());
        reloading = new Reloading(rules, gate, tls, meters, parts.clock());
        reception = new Reception(gate, settings.limits(), meters);

        Decisions decisions =
                new Decisions(rules, parts.recorder(), parts.waivers(), lenience.file(), meters, parts.clock());
        HealthRoutes health = new HealthRoutes(rules, reloading, reception, parts.checks(), lenience, meters);
        List<Route> all = new ArrayList<>(new DecisionRoutes(decisions, meters).routes());
        all.add(new BatchRoute(decisions, meters, settings.limits()).route());
        all.addAll(new RuleRoutes(decisions).routes());
        all.addAll(OpenApi.routes());
        all.addAll(health.routes());
        for (Route more : parts.routes().apply(decisions)) {
            all.removeIf(usual ->
                    usual.method().equals(more.method()) && usual.path().equals(more.path()));
            all.add(more);
        }
        routes = List.copyOf(all);
        meters.watch(
                () -> rules.standing().map(StandingRules::version).orElse(null),
                health::isReady,
                reception::inProgress,
                parts.figures(),
                lenience.passed());
        app = Javalin.create(config -> configure(config, address));
    }

    /**
     * Reads and tests the rules, and listens. Without rules that pass their test it listens all the same, is not ready and
     * decides nothing: rules that are mended are taken without a new start.
     *
     * @throws StartRefusedException saying why it does not, and what to do
     */
    public static Service start(ServiceSettings settings, Parts parts) throws StartRefusedException {
        return start(settings, parts, Lenience.USUAL);
    }

    /** The same with what the site lets pass. @throws StartRefusedException saying why it does not, and what to do */
    public static Service start(ServiceSettings settings, Parts parts, Lenience lenience) throws StartRefusedException {
        Service service;
        SocketFile socket;
        try {
            socket = settings.unix() == null ? null : SocketFile.prepare(settings.unix());
            service = new Service(settings, parts, lenience);
        } catch (CredentialsException | IOException | GeneralSecurityException e) {
            throw new StartRefusedException(String.valueOf(e.getMessage()), e);
        }
        service.listen(socket);
        return service;
    }

    private void listen(@Nullable SocketFile socket) throws StartRefusedException {
        rules.reload();
        if (settings.rules() != null) {
            long poll = settings.rules().poll().toMillis();
            Future<?> unused = chores.scheduleWithFixedDelay(this::look, poll, poll, TimeUnit.MILLISECONDS);
        }
        try {
            app.start();
            if (socket != null) {
                socket.open();
            }
        } catch (JavalinException | IOException e) {
            close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartRefusedException("it cannot listen: " + cause.getMessage(), e);
        }
        SiteFile.Word said = lenience.file().read();
        LOG.atInfo()
                .addKeyValue("tcp", tcp == null ? "none" : tcp.getHost() + ":" + tcp.getLocalPort())
                .addKeyValue("tls", tls.factory() != null)
                .addKeyValue(
                        "unix",
                        settings.unix() == null ? "none" : settings.unix().path())
                .addKeyValue("credentials", gate.credentials())
                .addKeyValue("answersWithoutRecord", said.noRecord())
                .log("listening");
        said.unheeded().ifPresent(why -> LOG.atWarn().addKeyValue("why", why).log("what the site lets pass"));
    }

    private void look() {
        try {
            rules.look();
        } catch (RuntimeException e) { // or it would never look again
            LOG.atError().setCause(e).log("the folder of rules cannot be looked at");
        }
    }

    private void configure(JavalinConfig config, @Nullable InetAddress address) {
        Limits limits = settings.limits();
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.maxRequestSize = limits.body();
        config.http.prefer405over404 = true;
        config.jetty.threadPool = threads(limits);
        config.jetty.modifyHttpConfiguration(http -> Connectors.configure(http, limits));
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(settings.drain().toMillis());
            server.insertHandler(reception);
            server.setErrorHandler(new ProblemErrors());
        });
        TcpListener listener = settings.tcp();
        if (listener != null && address != null) {
            config.jetty.addConnector((server, http) -> tcp(server, http, listener, address));
        }
        if (settings.unix() != null) {
            Path path = settings.unix().path();
            config.jetty.addConnector((server, http) -> Connectors.unix(server, http, path, limits));
        }
        for (Route route : routes) {
            config.routes.addHttpHandler(route.method(), route.path(), ctx -> {
                if (route.role() != null) {
                    Asked.must(ctx, route.role());
                }
                route.handler().handle(ctx);
            });
        }
        ProblemAnswers.tell(config.routes);
        config.router.javaLangErrorHandler((response, error) -> {
            LOG.atError().setCause(error).log("a request failed");
            response.setStatus(500);
        });
    }

    private ServerConnector tcp(Server server, HttpConfiguration http, TcpListener listener, InetAddress address) {
        SslContextFactory.Server secure = tls.factory();
        ServerConnector made = secure == null
                ? Connectors.tcp(server, http, address, listener.port(), settings.limits())
                : Connectors.tcp(server, http, address, listener.port(), secure, settings.limits());
        tcp = made;
        return made;
    }

    private static QueuedThreadPool threads(Limits limits) {
        QueuedThreadPool threads = new QueuedThreadPool(limits.concurrent() + SPARE_THREADS);
        threads.setName("nestguard-http");
        return threads;
    }

    /** The TCP port that it listens on; empty for none. */
    public OptionalInt port() {
        return tcp == null ? OptionalInt.empty() : OptionalInt.of(tcp.getLocalPort());
    }

    /** The Unix socket that it listens on. */
    public Optional<Path> socket() {
        return Optional.ofNullable(settings.unix()).map(u -> u.path());
    }

    /** All that is answered. */
    public List<Route> routes() {
        return routes;
    }

    /** Reads rules, credentials and certificates again; what cannot be taken leaves the old in force. */
    public void reload() {
        reloading.reload();
    }

    /**
     * Waits until the process is sent TERM or INT; whoever waited then closes it. At HUP it reads again what an operator may
     * have changed. These signals belong to it from then on.
     */
    public void awaitSignal() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        Signals.at("TERM", told::countDown);
        Signals.at("INT", told::countDown);
        Signals.at("HUP", () -> chores.execute(this::reload));
        told.await();
    }

    /** Ends what has begun, refuses the rest, and listens no more. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LOG.info("stopping: what has begun is ended, the rest refused");
        reception.beginStopping();
        chores.shutdownNow();
        try {
            app.stop();
        } catch (JavalinException e) {
            LOG.atWarn().addKeyValue("why", String.valueOf(e.getMessage())).log("what had begun did not end in time");
        }
        LOG.info("stopped");
    }
}
