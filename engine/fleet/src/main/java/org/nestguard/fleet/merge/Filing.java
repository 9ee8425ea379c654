package org.nestguard.fleet.merge;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.nestguard.fleet.inventory.Identity;

/**
 * Sorts more lines than the memory has room for: as many as there is room for are sorted and written to a file, and in the end
 * all files are read side by side. The files belong to who runs this alone; on Linux they have no name any more once they are
 * open, so that nothing is left however the process ends.
 */
final class Filing implements Closeable {
    /** So many files are read side by side; where there are more, they become one first. */
    static final int MOST_RUNS = 128;

    private static final int BUFFER = 1 << 16;

    private final long room;
    private final List<Filed> held = new ArrayList<>();
    private final List<Run> runs = new ArrayList<>();
    private long size;
    private @Nullable PriorityQueue<Cursor> cursors;

    /** @param room how many bytes of lines are held in memory */
    Filing(long room) {
        this.room = room;
    }

    /** Takes one more; in the end lines of the same stand together in the order in which they were taken. */
    void add(Filed filed) throws IOException {
        held.add(filed);
        size += filed.size();
        if (size > room) {
            write();
        }
    }

    private void write() throws IOException {
        held.sort(Filed.ORDER);
        Run run = new Run();
        runs.add(run);
        for (Filed filed : held) {
            run.write(filed);
        }
        run.turn();
        held.clear();
        size = 0;
        if (runs.size() == MOST_RUNS) {
            Run all = new Run();
            runs.add(all);
            PriorityQueue<Cursor> merging = cursors(runs.subList(0, MOST_RUNS));
            for (Filed filed = next(merging); filed != null; filed = next(merging)) {
                all.write(filed);
            }
            all.turn();
            for (Run done : runs.subList(0, MOST_RUNS)) {
                done.close();
            }
            runs.subList(0, MOST_RUNS).clear();
        }
    }

    /** The next in order; null at the end. None is added after the first. */
    @Nullable
    Filed next() throws IOException {
        if (cursors == null) {
            if (!held.isEmpty()) {
                write();
            }
            cursors = cursors(runs);
        }
        return next(cursors);
    }

    /** A file that is read, at one of its lines. */
    private record Cursor(Filed at, int number, Run run) {}

    private static PriorityQueue<Cursor> cursors(List<Run> runs) throws IOException {
        PriorityQueue<Cursor> cursors = new PriorityQueue<>(
                Comparator.comparing(Cursor::at, Filed.ORDER).thenComparingInt(Cursor::number));
        for (int i = 0; i < runs.size(); i++) {
            advance(cursors, runs.get(i), i);
        }
        return cursors;
    }

    private static void advance(PriorityQueue<Cursor> cursors, Run run, int number) throws IOException {
        Filed filed = run.read();
        if (filed != null) {
            cursors.add(new Cursor(filed, number, run));
        }
    }

    private static @Nullable Filed next(PriorityQueue<Cursor> cursors) throws IOException {
        Cursor first = cursors.poll();
        if (first == null) {
            return null;
        }
        advance(cursors, first.run(), first.number());
        return first.at();
    }

    /** A file of sorted lines: first written, then read. */
    private static final class Run implements Closeable {
        private final FileChannel channel;
        private final DataOutputStream out;
        private @Nullable DataInputStream in;
        private long left;

        Run() throws IOException {
            Path file = Files.createTempFile("nestguard-merge-", ".run");
            channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
            out = new DataOutputStream(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER));
        }

        void write(Filed filed) throws IOException {
            out.writeBoolean(filed.guest());
            out.writeLong(filed.id().most());
            out.writeLong(filed.id().least());
            out.writeBoolean(filed.timed());
            out.writeInt(filed.file());
            out.writeLong(filed.line());
            out.writeInt(filed.bytes().length);
            out.write(filed.bytes());
            left++;
        }

        void turn() throws IOException {
            out.flush();
            channel.position(0);
            in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), BUFFER));
        }

        @Nullable
        Filed read() throws IOException {
            if (left == 0 || in == null) {
                return null;
            }
            left--;
            boolean guest = in.readBoolean();
            Identity id = new Identity(in.readLong(), in.readLong());
            boolean timed = in.readBoolean();
            int file = in.readInt();
            long line = in.readLong();
            byte[] bytes = new byte[in.readInt()];
            in.readFully(bytes);
            return new Filed(guest, id, timed, file, line, bytes);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Removes the files. */
    @Override
    public void close() throws IOException {
        for (Run run : runs) {
            run.close();
        }
    }
}
