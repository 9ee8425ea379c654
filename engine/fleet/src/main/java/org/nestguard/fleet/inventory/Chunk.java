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
    /** Goes through its lines. Not by a callback: for each who reads them this becomes quick by itself. */
    public Line lines() {
        return new Line();
    }

    /** How many lines there are, blank ones counted. */
    public int count() {
        Line line = lines();
        while (line.next()) {
            // on to the last
        }
        return line.count();
    }

    /** The line at which somebody is, before the first to begin with. */
    public final class Line {
        private int from;
        private int to = -1;
        private int number = -1;

        /** Goes to the next that is not blank. @return false where there is none */
        public boolean next() {
            while (to + 1 < length) {
                from = to + 1;
                to = EightBytes.find((byte) '\n', bytes, from, length);
                number++;
                int text = from;
                while (text < to && (bytes[text] == ' ' || bytes[text] == '\t' || bytes[text] == '\r')) {
                    text++;
                }
                if (text < to) {
                    return true;
                }
            }
            return false;
        }

        /** Where it begins among the bytes. */
        public int from() {
            return from;
        }

        /** How long it is, without its end. */
        public int length() {
            return to - from;
        }

        /** Its number among the lines of the chunk, from 0. */
        public int number() {
            return number;
        }

        /** How many lines there were so far, blank ones counted. */
        public int count() {
            return number + 1;
        }
    }
}
