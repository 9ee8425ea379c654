package org.nestguard.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets an audit that a signal ends (INT, TERM) say how far it came and take away what it has laid, before the process ends with
 * the signal's status.
 */
final class Interruption implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicBoolean asking = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    private final Console console;
    private final Thread atSignal = new Thread(this::stop);

    /** From now on a signal is said, but ends it at once. */
    Interruption(Console console) {
        this.console = console;
        Runtime.getRuntime().addShutdownHook(atSignal);
    }

    /** From now on there is something to be told or taken away, which a signal waits for; but not for ever. */
    void asking() {
        asking.set(true);
    }

    /** Whether a signal has come, and work shall end. */
    boolean stopped() {
        return stopped.get();
    }

    private void stop() {
        stopped.set(true);
        if (!asking.get()) {
            console.err().println("nestguard: interrupted while the fleet was being opened; nothing was asked");
            return;
        }
        try {
            if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                console.err().println("nestguard: interrupted; what was done so far could not be written in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** All is said and cleared away. */
    @Override
    public void close() {
        done.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(atSignal);
        } catch (IllegalStateException e) {
            // a signal has come, and the process ends
        }
    }
}
