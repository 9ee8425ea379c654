package org.nestguard.engine.text;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails where one document takes more bytes than a document may have: parsers gather a scalar whole. */
final class BoundedInput extends FilterInputStream {
    private final long most;
    private long left;
    private boolean exceeded;

    BoundedInput(InputStream in, long most) {
        super(in);
        this.most = most;
        left = most;
    }

    /** Another document begins. */
    void nextDocument() {
        left = most;
    }

    /** Whether a document was too large. */
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
