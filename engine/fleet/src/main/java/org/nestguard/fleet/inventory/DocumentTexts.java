package org.nestguard.fleet.inventory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.FactsReader;

/**
 * The documents of a file one after the other, as bytes: YAML between lines of {@code ---}, or JSON on a line of its own or on
 * several. One that is too large is given as far as it may be read, and refused by who reads it.
 */
final class DocumentTexts {
    private static final int BEGINNING = "---".length();
    private static final int MOST = FactsReader.LARGEST_DOCUMENT + 1;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int filled;
    private int line = 1;
    private byte @Nullable [] begun;

    /**
     * One document.
     *
     * @param firstLine the line of the file at which it begins
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Text(byte[] bytes, int firstLine) {}

    DocumentTexts(InputStream in) {
        this.in = in;
    }

    /** The next one; null at the end. */
    @Nullable
    Text next() throws IOException {
        ByteArrayOutputStream document = new ByteArrayOutputStream();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        int first = line;
        boolean json = false;
        while (begun != null || readLine(read)) {
            byte[] bytes = begun == null ? read.toByteArray() : begun;
            begun = null;
            boolean empty = document.size() == 0;
            if (begins(bytes)) {
                Arrays.fill(bytes, 0, BEGINNING, (byte) ' '); // a document may stand behind it
                if (!empty) {
                    begun = bytes;
                    return new Text(document.toByteArray(), first);
                }
            }
            String start = start(bytes);
            line++;
            if (empty && (start.isEmpty() || start.startsWith("#"))) {
                first = line;
                continue;
            }
            json |= empty && start.startsWith("{\"");
            if (document.size() < MOST) {
                document.write(bytes, 0, Math.min(bytes.length, MOST - document.size()));
            }
            boolean wholeOnOneLine = json
                    && empty
                    && new String(bytes, StandardCharsets.UTF_8).stripTrailing().endsWith("}");
            if (wholeOnOneLine) {
                return new Text(document.toByteArray(), first);
            }
        }
        return document.size() == 0 ? null : new Text(document.toByteArray(), first);
    }

    /** At the margin: indented it is part of a text. */
    private static boolean begins(byte[] line) {
        String start = new String(line, 0, Math.min(line.length, BEGINNING + 1), StandardCharsets.UTF_8);
        return start.startsWith("---") && start.strip().length() == BEGINNING;
    }

    private static String start(byte[] line) {
        return new String(line, 0, Math.min(line.length, 8), StandardCharsets.UTF_8).strip();
    }

    /** Reads a line with its end, the rest of one that is too long dropped. @return whether there was one */
    private boolean readLine(ByteArrayOutputStream line) throws IOException {
        line.reset();
        boolean some = false;
        while (true) {
            if (at == filled) {
                filled = Math.max(0, in.read(buffer));
                at = 0;
                if (filled == 0) {
                    return some;
                }
            }
            some = true;
            int end = at;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            int to = Math.min(filled, end + 1);
            if (line.size() < MOST) {
                line.write(buffer, at, to - at);
            }
            at = to;
            if (end < filled) {
                return true;
            }
        }
    }
}
