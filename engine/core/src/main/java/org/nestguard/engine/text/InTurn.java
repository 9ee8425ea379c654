package org.nestguard.engine.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does something with one thing after the other on a thread of its own, while the caller goes on: questions are answered
 * while the next are read. Not for several callers at a time. A handful needs no thread and gets none.
 *
 * @param <T> the sort of things
 */
public final class InTurn<T> {
    private static final int TOGETHER = 128;
    private static final int MOST_WAITING = 8;

    private final Work<? super T> work;
    private final BlockingQueue<List<T>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private List<T> batch = new ArrayList<>(TOGETHER);
    private @Nullable FutureTask<Void> doing;

    /**
     * What is done with each.
     *
     * @param <T> the sort of things
     */
    public interface Work<T> {
        /** With that one. */
        void on(T one) throws IOException;

        /**
         * What of it can be done beforehand, by any thread, out of order, and perhaps again; the caller does it while the
         * other thread is behind.
         */
        default void prepare(T one) {}
    }

    public InTurn(Work<? super T> work) {
        this.work = work;
    }

    /** Has it done, sooner or later. @throws IOException what the work threw for this one or an earlier one */
    public void add(T one) throws IOException {
        batch.add(one);
        if (batch.size() == TOGETHER) {
            hand(batch);
            batch = new ArrayList<>(TOGETHER);
        }
    }

    /** Comes back when all is done. @throws IOException what the work threw */
    public void end() throws IOException {
        if (doing == null) {
            for (T one : batch) {
                work.on(one);
            }
            return;
        }
        hand(batch);
        hand(List.of());
        batch = new ArrayList<>();
        result(doing);
    }

    /** An empty batch is the last one. */
    private void hand(List<T> things) throws IOException {
        FutureTask<Void> task = doing;
        if (task == null) {
            task = new FutureTask<>(this::go, null);
            doing = task;
            Thread thread = new Thread(task, "nestguard-in-turn");
            thread.setDaemon(true);
            thread.start();
        }
        try {
            while (!waiting.offer(things)) {
                if (task.isDone()) {
                    result(task);
                }
                if (!prepared() && waiting.offer(things, 50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (task.isDone()) {
            result(task);
        }
    }

    /** Prepares what waits, the last first, until there is room again. @return whether there is */
    private boolean prepared() {
        List<List<T>> batches = new ArrayList<>(waiting);
        for (int i = batches.size() - 1; i >= 0; i--) {
            for (T one : batches.get(i)) {
                work.prepare(one);
                if (waiting.remainingCapacity() > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private void go() {
        try {
            for (List<T> things = waiting.take(); !things.isEmpty(); things = waiting.take()) {
                for (T one : things) {
                    work.on(one);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private static void result(FutureTask<Void> task) throws IOException {
        try {
            task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UncheckedIOException io) {
                throw new IOException(Objects.requireNonNull(io.getCause()).getMessage(), io);
            }
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
