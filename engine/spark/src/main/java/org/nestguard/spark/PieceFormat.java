package org.nestguard.spark;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.NullWritable;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.jspecify.annotations.Nullable;
import org.nestguard.fleet.inventory.Chunk;
import org.nestguard.fleet.inventory.Chunks;

/**
 * Files of lines in any file system of Hadoop. Its own formats leave out a line that is too long and say nothing, or read it
 * whole, and end lines where NDJSON does not. A file that is packed is one piece of work; which ones are, their names say.
 */
public final class PieceFormat extends FileInputFormat<NullWritable, Piece> {
    /** Made by Hadoop. */
    public PieceFormat() {}

    @Override
    protected boolean isSplitable(JobContext context, Path file) {
        return codec(context.getConfiguration(), file) == null;
    }

    private static @Nullable CompressionCodec codec(Configuration configuration, Path file) {
        return new CompressionCodecFactory(configuration).getCodec(file);
    }

    @Override
    public RecordReader<NullWritable, Piece> createRecordReader(InputSplit split, TaskAttemptContext context) {
        return new Reader();
    }

    private static final class Reader extends RecordReader<NullWritable, Piece> {
        private @Nullable InputStream in;
        private @Nullable Chunks chunks;
        private @Nullable Stretch stretch;
        private @Nullable Piece piece;
        private long line;
        private boolean ended;

        @Override
        public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
            FileSplit part = (FileSplit) split;
            Path file = part.getPath();
            Configuration configuration = context.getConfiguration();
            CompressionCodec codec = codec(configuration, file);
            FSDataInputStream opened = file.getFileSystem(configuration).open(file);
            in = opened;
            InputStream lines = codec == null
                    ? lines(opened, part.getStart(), part.getStart() + part.getLength())
                    : codec.createInputStream(opened);
            in = lines;
            chunks = new Chunks(lines);
            stretch = new Stretch(Stretch.name(file), part.getStart());
        }

        /** The lines that begin from one place of a file on and before another. */
        private static InputStream lines(FSDataInputStream in, long start, long end) throws IOException {
            long to = firstLine(in, end);
            long from = firstLine(in, start);
            in.seek(from);
            return new Bounded(in, to - from);
        }

        /** Where the first line begins that does not begin before a place; the end of the file where there is none. */
        private static long firstLine(FSDataInputStream in, long place) throws IOException {
            if (place == 0) {
                return 0;
            }
            long at = place - 1;
            in.seek(at);
            byte[] bytes = new byte[1 << 13];
            while (true) {
                int count = in.read(bytes, 0, bytes.length);
                if (count < 0) {
                    return at;
                }
                for (int i = 0; i < count; i++) {
                    if (bytes[i] == '\n') {
                        return at + i + 1;
                    }
                }
                at += count;
            }
        }

        @Override
        public boolean nextKeyValue() throws IOException {
            Chunk chunk = ended || chunks == null ? null : chunks.next();
            if (chunk == null || stretch == null) {
                ended = true;
                return false;
            }
            piece = new Piece(stretch, line, chunk);
            line += chunk.tooLong() ? 1 : chunk.count();
            return true;
        }

        @Override
        public NullWritable getCurrentKey() {
            return NullWritable.get();
        }

        @Override
        public @Nullable Piece getCurrentValue() {
            return piece;
        }

        @Override
        public float getProgress() {
            return ended ? 1 : 0;
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }

    /** So many bytes of a stream. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long bytes) {
            super(in);
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int count = super.read(bytes, from, (int) Math.min(left, length));
            left -= Math.max(count, 0);
            return count;
        }
    }
}
