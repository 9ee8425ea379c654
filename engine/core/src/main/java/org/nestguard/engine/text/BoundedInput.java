package org.nestguard.engine.text;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream that fails where one document, or one line of it, takes more bytes than it may: parsers gather a scalar whole, and
 * YAML's reads a long line in time that grows with its square.
 */
final class BoundedInput extends FilterInputStream {
    private final long most;
    private final int longestLine;
    private int line;
    private long left;
    private boolean exceeded;

    BoundedInput(InputStream in, long most, int longestLine) {
        super(in);
        this.most = most;
        this.longestLine = longestLine;
        left = most;
    }

    /** Another document begins. */
    void nextDocument() {
        left = most;
    }

    /** Whether a document was too large, or a line too long. */
    boolean exceeded() {
        return exceeded;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left <= 0) {
            exceeded = true;
            throw new IOException("a document is too large");
        }
        int count = super.read(bytes, offset, (int) Math.min(length, left));
        left -= Math.max(count, 0);
        for (int i = offset; i < offset + count; i++) {
            line = bytes[i] == '\n' ? 0 : line + 1;
            if (line > longestLine) {
                exceeded = true;
                throw new IOException("a line is too long");
            }
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return 0; // so that nothing goes by uncounted
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
