package org.nestguard.fleet.inventory;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.FlatReader;

/** Cuts a stream into whole lines, some hundred at a time. */
public final class Chunks {
    private static final int USUAL = 1 << 18;

    private final InputStream in;
    private final Deque<byte[]> used = new ArrayDeque<>();
    private byte[] rest = {};
    private boolean ended;
    private @Nullable IOException brokenOff;

    /** Of a stream, which stays open. */
    public Chunks(InputStream in) {
        this.in = in;
    }

    /**
     * The next lines; null at the end.
     *
     * @throws EOFException or {@link ZipException} where what is packed breaks off, once the whole lines before that were taken
     */
    public @Nullable Chunk next() throws IOException {
        byte[] bytes =
                used.isEmpty() || rest.length > USUAL / 2 ? new byte[Math.max(USUAL, 2 * rest.length)] : used.pop();
        int filled = rest.length;
        System.arraycopy(rest, 0, bytes, 0, filled);
        int lines = 0;
        rest = new byte[0];
        while (lines == 0 && !ended) {
            if (filled == bytes.length) {
                if (filled > FlatReader.LONGEST_LINE) {
                    skipLine();
                    return new Chunk(bytes, filled, true);
                }
                bytes = Arrays.copyOf(bytes, 2 * filled);
            }
            filled = fill(bytes, filled);
            ended = filled < bytes.length;
            lines = wholeLines(bytes, filled);
        }
        if (ended && brokenOff == null) {
            lines = filled; // the last has perhaps no end
        }
        if (lines == 0) {
            if (brokenOff != null) {
                throw brokenOff;
            }
            return null;
        }
        if (brokenOff == null) {
            rest = Arrays.copyOfRange(bytes, lines, filled);
        }
        return new Chunk(bytes, lines, false);
    }

    private int fill(byte[] bytes, int filled) throws IOException {
        int to = filled;
        try {
            for (int count = 0; count >= 0 && to < bytes.length; to += Math.max(0, count)) {
                count = in.read(bytes, to, bytes.length - to);
            }
        } catch (EOFException | ZipException e) {
            brokenOff = e;
        }
        return to;
    }

    /** Takes back the bytes of lines that nobody needs any more. */
    void done(Chunk chunk) {
        if (chunk.bytes().length == USUAL) {
            used.push(chunk.bytes());
        }
    }

    private static int wholeLines(byte[] bytes, int filled) {
        int end = filled;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private void skipLine() throws IOException {
        byte[] bytes = new byte[USUAL];
        while (true) {
            int count = in.readNBytes(bytes, 0, bytes.length);
            for (int i = 0; i < count; i++) {
                if (bytes[i] == '\n') {
                    rest = Arrays.copyOfRange(bytes, i + 1, count);
                    ended = count < bytes.length;
                    return;
                }
            }
            if (count < bytes.length) {
                ended = true;
                return;
            }
        }
    }
}
