package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a text that somebody else wrote. Where it is out of all proportion to what the format holds there are no
 * lines but a reason, so that nobody reads half of it.
 *
 * @param lines in order, without their ends; empty where there is trouble
 * @param trouble why the text is not read at all
 */
record PlainLines(List<Line> lines, Optional<String> trouble) {
    private static final int LONGEST = 1 << 16;
    private static final int MOST = 500_000;

    /**
     * One line.
     *
     * @param number from 1
     * @param text without the line's end
     */
    record Line(int number, String text) {
        /** What stands before the first colon, without the blanks around it; empty where there is no colon. */
        Optional<String> key() {
            int colon = text.indexOf(':');
            return colon < 0
                    ? Optional.empty()
                    : Optional.of(text.substring(0, colon).strip());
        }

        /** What stands behind the first colon, without the blanks around it. */
        String value() {
            return text.substring(text.indexOf(':') + 1).strip();
        }
    }

    static PlainLines of(String text) {
        if (text.indexOf('\0') >= 0) {
            return refused("it holds NUL bytes, so it is no text");
        }
        List<Line> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int end = text.indexOf('\n', from);
            int to = end < 0 ? text.length() : end;
            if (to - from > LONGEST) {
                return refused("line " + (lines.size() + 1) + " is longer than 64 KiB");
            }
            if (lines.size() == MOST) {
                return refused("it has more than " + MOST + " lines");
            }
            boolean carriageReturn = to > from && text.charAt(to - 1) == '\r';
            lines.add(new Line(lines.size() + 1, text.substring(from, carriageReturn ? to - 1 : to)));
            from = to + 1;
        }
        return new PlainLines(List.copyOf(lines), Optional.empty());
    }

    private static PlainLines refused(String why) {
        return new PlainLines(List.of(), Optional.of(why));
    }

    /** Unsaid: because the text was not read, or else for the reason given. */
    <T> Reading<T> unsaid(String why) {
        return Reading.unsaid(trouble.orElse(why));
    }
}
