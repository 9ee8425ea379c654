package org.nestguard.fleet.inventory;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.nestguard.engine.text.FlatReader;

/**
 * Reads a file of lines with several threads: each makes something of a piece of it, which is taken in the order of the
 * file. A handful of pieces is held at a time, however long the file is.
 */
public final class Lines implements AutoCloseable {
    private final int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
    private final ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
        Thread thread = new Thread(task, "nestguard-fleet");
        thread.setDaemon(true);
        return thread;
    });

    /** Makes something of a piece; for many threads. */
    public interface Making<T> {
        /**
         * What is made of it.
         *
         * @param reader of this thread alone for that while
         */
        T of(Chunk chunk, FlatReader reader);
    }

    /** Takes what was made, in order. */
    public interface Taking<T> {
        /** Takes one and says of how many lines it was made. */
        int take(T made, long firstLine) throws IOException;
    }

    private record Made<T>(Chunk chunk, Future<T> future) {}

    /** Reads a file to its end, or until it is told to stop. */
    public <T> void read(FlatFile file, Making<T> making, Taking<T> taking, BytesRead read, BooleanSupplier stopped)
            throws IOException {
        Deque<Made<T>> made = new ArrayDeque<>();
        ThreadLocal<FlatReader> readers = ThreadLocal.withInitial(() -> new FlatReader(file.name(), file.copy()));
        long line = 1;
        try (InputStream in = file.open(read)) {
            Chunks chunks = new Chunks(in);
            Chunk next = chunks.next();
            while ((next != null || !made.isEmpty()) && !stopped.getAsBoolean()) {
                if (next != null && made.size() <= 2 * threads) {
                    Chunk chunk = next;
                    made.add(new Made<>(chunk, pool.submit(() -> making.of(chunk, readers.get()))));
                    next = chunks.next();
                } else {
                    Made<T> first = made.remove();
                    line += taking.take(result(first.future()), line);
                    chunks.done(first.chunk());
                }
            }
        }
    }

    private static <T> T result(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
