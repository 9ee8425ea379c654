package org.nestguard.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The streams of the command and what is known of the terminal.
 *
 * @param out takes the answer, and nothing else; its errors are not swallowed
 * @param err takes everything else
 * @param width of the terminal, in columns
 * @param terminal whether the answer goes to a terminal
 * @param progress whether standard error goes to one, so that progress may be shown there
 */
record Console(InputStream in, OutputStream out, PrintStream err, int width, boolean terminal, boolean progress) {
    private static final int USUAL_WIDTH = 80;

    /** The console of this process; the launcher says whether it is a terminal, Java cannot tell. */
    static Console ofProcess() {
        return new Console(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                width(System.getProperty("nestguard.width", "")),
                System.getProperty("nestguard.terminal", "no").equals("yes"),
                System.getProperty("nestguard.progress", "no").equals("yes"));
    }

    private static int width(String text) {
        return text.matches("\\d{1,4}") ? Math.max(40, Integer.parseInt(text)) : USUAL_WIDTH;
    }

    boolean colour(ColorWhen when) {
        return switch (when) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> terminal && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM"));
        };
    }

    /** When to colour. */
    enum ColorWhen {
        AUTO,
        ALWAYS,
        NEVER;

        /** As it is written on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
