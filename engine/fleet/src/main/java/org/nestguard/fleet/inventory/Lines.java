package org.nestguard.fleet.inventory;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.FlatReader;
import org.nestguard.engine.text.Problem;

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

    /**
     * Reads a file to its end, or until it is told to stop.
     *
     * @return what is wrong where it cannot be unpacked to its end; what stands before that was taken
     */
    public <T> @Nullable Problem read(
            FlatFile file, Making<T> making, Taking<T> taking, BytesRead read, BooleanSupplier stopped)
            throws IOException {
        Deque<Made<T>> made = new ArrayDeque<>();
        ThreadLocal<FlatReader> readers = ThreadLocal.withInitial(() -> new FlatReader(file.name(), file.copy()));
        long line = 1;
        try (InputStream in = file.open(read)) {
            Chunks chunks = new Chunks(in);
            Problem brokenOff = null;
            Chunk next = chunks.next();
            while ((next != null || !made.isEmpty()) && !stopped.getAsBoolean()) {
                if (next != null && made.size() <= 2 * threads) {
                    Chunk chunk = next;
                    made.add(new Made<>(chunk, pool.submit(() -> making.of(chunk, readers.get()))));
                    try {
                        next = chunks.next();
                    } catch (EOFException | ZipException e) {
                        next = null; // what was made until then is taken yet
                        brokenOff = brokenOff(file, e);
                    }
                } else {
                    Made<T> first = made.remove();
                    line += taking.take(result(first.future()), line);
                    chunks.done(first.chunk());
                }
            }
            return brokenOff;
        } catch (EOFException | ZipException e) {
            return brokenOff(file, e);
        }
    }

    private static Problem brokenOff(FlatFile file, IOException e) {
        return new Problem(file.name(), 0, 0, null, "cannot be unpacked to its end: " + e.getMessage());
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
