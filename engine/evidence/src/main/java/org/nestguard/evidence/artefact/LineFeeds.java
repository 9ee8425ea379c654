package org.nestguard.evidence.artefact;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The lines of what libvirt prints or logs. A line ends at a line feed and nowhere else: libvirt forbids that in a domain's
 * name, but not a carriage return, behind which {@link String#lines()} would begin a line that a tenant has written.
 */
final class LineFeeds {
    private LineFeeds() {}

    /** The lines in order, without their ends; a carriage return before the end of a line belongs to that end. */
    static Iterable<String> lines(String text) {
        return () -> new Iterator<>() {
            private int from;

            @Override
            public boolean hasNext() {
                return from < text.length();
            }

            @Override
            public String next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int feed = text.indexOf('\n', from);
                int end = feed < 0 ? text.length() : feed;
                int to = end > from && text.charAt(end - 1) == '\r' ? end - 1 : end;
                String line = text.substring(from, to);
                from = end + 1;
                return line;
            }
        };
    }
}
