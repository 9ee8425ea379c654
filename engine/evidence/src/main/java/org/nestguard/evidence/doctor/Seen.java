package org.nestguard.evidence.doctor;

/**
 * Where something was read.
 *
 * @param from a file or a command
 * @param line from 1; 0 where the whole of it says so, or where it could not be read
 */
public record Seen(String from, int line) {
    @Override
    public String toString() {
        return line == 0 ? from : from + ":" + line;
    }
}
