package org.nestguard.engine.text;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a stream as bytes, none kept longer than a bound. */
final class Lines {
    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int filled;
    private int number;
    private boolean tooLong;

    Lines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** The next line without its end; what is over the bound is dropped. Null at the end. */
    byte @Nullable [] next() throws IOException {
        line.reset();
        tooLong = false;
        boolean some = false;
        while (true) {
            if (at == filled) {
                filled = in.read(buffer);
                at = 0;
                if (filled < 0) {
                    filled = 0;
                    if (!some) {
                        return null;
                    }
                    break;
                }
            }
            some = true;
            int end = at;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            int length = end - at;
            if (line.size() + length > longest) {
                tooLong = true;
            } else {
                line.write(buffer, at, length);
            }
            boolean whole = end < filled;
            at = whole ? end + 1 : end;
            if (whole) {
                break;
            }
        }
        number++;
        return line.toByteArray();
    }

    /** The number of the last line, from 1. */
    int number() {
        return number;
    }

    /** Whether the last line was over the bound. */
    boolean tooLong() {
        return tooLong;
    }
}
