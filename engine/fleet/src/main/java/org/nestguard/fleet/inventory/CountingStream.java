package org.nestguard.fleet.inventory;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells how much of a stream was read. */
final class CountingStream extends FilterInputStream {
    private final BytesRead told;

    CountingStream(InputStream in, BytesRead told) {
        super(in);
        this.told = told;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        int count = super.read(bytes, from, length);
        told.more(Math.max(count, 0));
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
