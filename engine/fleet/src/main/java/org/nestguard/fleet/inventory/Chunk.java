package org.nestguard.fleet.inventory;

import org.nestguard.engine.text.EightBytes;

/**
 * Some whole lines of a file, so that several threads can read one file.
 *
 * @param bytes the lines, each with its end but perhaps the last of the file
 * @param length how many of the bytes count
 * @param tooLong whether this is the beginning of one line that is too long to be read whole
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Chunk(byte[] bytes, int length, boolean tooLong) {
    /** Takes lines. */
    public interface Line {
        /**
         * One that is not blank.
         *
         * @param number among the lines of the chunk, from 0
         */
        void line(byte[] bytes, int from, int length, int number);
    }

    /** Hands out its lines. @return how many lines there are, blank ones counted */
    public int lines(Line line) {
        int number = 0;
        for (int from = 0; from < length; number++) {
            int to = EightBytes.find((byte) '\n', bytes, from, length);
            int text = from;
            while (text < to && (bytes[text] == ' ' || bytes[text] == '\t' || bytes[text] == '\r')) {
                text++;
            }
            if (text < to) {
                line.line(bytes, from, to - from, number);
            }
            from = to + 1;
        }
        return number;
    }
}
