package org.nestguard.server.site;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Readings of a host that are made for one decision. A host's agent asks what is wanted and is told as soon as something is; so
 * nobody has to reach into a hypervisor. A reading is known by the number it was asked for with, not by a clock: it was begun
 * after somebody wanted it.
 */
public final class Readings implements AutoCloseable {
    private final AtomicLong numbers = new AtomicLong();
    private final Map<String, Desk> desks = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** What waits for one host. */
    private static final class Desk {
        private final Map<Long, CompletableFuture<Optional<Long>>> agents = new ConcurrentHashMap<>();
        private final Map<Long, CompletableFuture<Boolean>> askers = new ConcurrentHashMap<>();
        private long wanted;

        /** A reading is wanted no more, nor are those that were wanted before it. */
        synchronized void over(long number) {
            if (wanted <= number) {
                wanted = 0;
            }
        }
    }

    /**
     * For the agent of a host: what reading is wanted, as soon as one is; empty where none is for that long.
     *
     * @param patience how long to wait
     */
    public CompletableFuture<Optional<Long>> wanted(String host, Duration patience) {
        Desk desk = desks.computeIfAbsent(host, name -> new Desk());
        synchronized (desk) {
            if (closed) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            if (desk.wanted > 0) {
                return CompletableFuture.completedFuture(Optional.of(desk.wanted));
            }
            CompletableFuture<Optional<Long>> told = new CompletableFuture<>();
            long call = numbers.incrementAndGet();
            desk.agents.put(call, told);
            return told.completeOnTimeout(Optional.empty(), patience.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((number, failure) -> desk.agents.remove(call));
        }
    }

    /**
     * Waits until the agent of a host has told what it read after this call.
     *
     * @return whether it did within that time
     */
    public boolean made(String host, Duration bound) throws InterruptedException {
        Desk desk = desks.computeIfAbsent(host, name -> new Desk());
        long number = numbers.incrementAndGet();
        CompletableFuture<Boolean> made = new CompletableFuture<>();
        List<CompletableFuture<Optional<Long>>> agents;
        synchronized (desk) {
            desk.askers.put(number, made);
            agents = List.copyOf(desk.agents.values());
            desk.wanted = Math.max(
                    desk.wanted,
                    number); // also where one is told now: it may have gone, and come back on another connection
        }
        agents.forEach(agent -> agent.complete(Optional.of(number)));
        try {
            return made.get(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nobody completes it so
        } finally {
            desk.askers.remove(number);
            desk.over(number);
        }
    }

    /** Lets every agent go that waits, or would wait from now on. */
    @Override
    public void close() {
        closed = true;
        desks.values().forEach(desk -> desk.agents.values().forEach(agent -> agent.complete(Optional.empty())));
    }

    /** The facts of a host have come that were read for that number, and with that for all that were wanted before. */
    public void came(String host, long number) {
        Desk desk = desks.get(host);
        if (desk != null) {
            desk.over(number);
            desk.askers.forEach((wanted, made) -> {
                if (wanted <= number) {
                    made.complete(true);
                }
            });
        }
    }
}
