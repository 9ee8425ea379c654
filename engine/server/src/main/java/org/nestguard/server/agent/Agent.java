package org.nestguard.server.agent;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.text.Harmless;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads its host in turn, and anew whenever a decision wants it, and tells the registry. One thread looks in turn, with two
 * looks at the counters; another waits for what is wanted and looks once, since somebody waits for it.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final int LONGEST = 500;

    private final Supplier<FactsDocument> inTurn;
    private final Supplier<FactsDocument> wanted;
    private final RegistryLink link;
    private final Duration interval;
    private final InstantSource clock;
    private final List<Thread> threads = new ArrayList<>();
    private final Object telling = new Object();
    private long told;
    private volatile Optional<String> trouble = Optional.of("nothing was told to the registry so far");
    private volatile Instant lastTold = Instant.EPOCH;

    /**
     * An agent that does nothing until it is {@linkplain #start started}.
     *
     * @param inTurn reads the host as well as can be
     * @param wanted reads the host at once
     * @param interval how long to wait between two looks
     */
    public Agent(
            Supplier<FactsDocument> inTurn,
            Supplier<FactsDocument> wanted,
            RegistryLink link,
            Duration interval,
            InstantSource clock) {
        this.inTurn = inTurn;
        this.wanted = wanted;
        this.link = link;
        this.interval = interval;
        this.clock = clock;
    }

    /** Looks and tells from now on, until it is closed. */
    public void start() {
        threads.add(begin("nestguard-look", this::look));
        threads.add(begin("nestguard-wanted", this::waitForWanted));
    }

    private interface Turn {
        void run() throws IOException, InterruptedException;
    }

    private Thread begin(String name, Turn turn) {
        Thread thread = new Thread(() -> go(turn), name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void go(Turn turn) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    turn.run();
                } catch (IOException e) {
                    failed("the registry does not answer: " + e.getMessage());
                } catch (RuntimeException e) { // whatever it is, the next turn may fare better
                    LOG.atError().setCause(e).log("the agent could not read its host or tell of it");
                    failed(e.toString());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(String why) throws InterruptedException {
        String shown = Harmless.text(why, LONGEST);
        trouble = Optional.of(shown);
        LOG.atWarn().addKeyValue("why", shown).log("nothing was told to the registry");
        Thread.sleep(AFTER_FAILURE.toMillis());
    }

    private void look() throws IOException, InterruptedException {
        long before;
        synchronized (telling) {
            before = told;
        }
        FactsDocument facts = inTurn.get();
        synchronized (telling) {
            if (told == before) { // else what was wanted meanwhile is newer, and an older word would only raise doubts
                tell(facts, OptionalLong.empty());
            }
        }
        Thread.sleep(interval.toMillis());
    }

    private void waitForWanted() throws IOException, InterruptedException {
        OptionalLong reading = link.wanted();
        if (reading.isPresent()) {
            FactsDocument facts = wanted.get();
            synchronized (telling) {
                tell(facts, reading);
            }
        }
    }

    private void tell(FactsDocument facts, OptionalLong reading) throws IOException, InterruptedException {
        Optional<String> against = link.tell(facts, reading);
        told++;
        trouble = against.map(why -> "the registry does not take what is told: " + Harmless.text(why, LONGEST));
        lastTold = clock.instant();
        trouble.ifPresent(why -> LOG.atWarn().addKeyValue("why", why).log("not taken"));
    }

    /** What keeps the registry from knowing this host; empty where nothing does. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** When something was told last; the epoch where nothing was. */
    public Instant lastTold() {
        return lastTold;
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
