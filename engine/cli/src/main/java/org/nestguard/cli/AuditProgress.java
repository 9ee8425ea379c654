package org.nestguard.cli;

import java.time.Duration;
import java.util.Locale;
import org.nestguard.fleet.inventory.BytesRead;

/** Shows how much of a fleet is read: a bar with the time that is left on a terminal, else a line every ten seconds. */
final class AuditProgress implements BytesRead, AutoCloseable {
    private static final long BETWEEN_LINES = Duration.ofSeconds(10).toNanos();
    private static final int UNIT = 10; // KiB: a bar counts in ints

    private final Console console;
    private final Progress bar;
    private final long all;
    private final long begin = System.nanoTime();
    private long lastLine = begin;
    private long read;

    private AuditProgress(Console console, long all) {
        this.console = console;
        this.all = all;
        bar = Progress.on(console, "auditing");
    }

    /** @param all how many bytes there are to be read */
    static AuditProgress on(Console console, long all) {
        return new AuditProgress(console, all);
    }

    @Override
    public void more(long bytes) {
        read += bytes;
        bar.of((int) (read >> UNIT), (int) Math.max(1, all >> UNIT));
        long now = System.nanoTime();
        if (!console.progress() && now - lastLine > BETWEEN_LINES) {
            lastLine = now;
            console.err().println(line(read, all, (now - begin) / 1e9));
        }
    }

    /** How far it has come, how quickly, and how long it will take still, in a line without its end. */
    static String line(long read, long all, double seconds) {
        double left = read == 0 ? 0 : seconds * Math.max(0, all - read) / read;
        return String.format(
                Locale.ROOT,
                "nestguard: %d %% read, %s, about %.0f s left",
                percent(read, all),
                rate(read / seconds),
                left);
    }

    private static String rate(double bytes) {
        return bytes >= 1e6
                ? String.format(Locale.ROOT, "%.1f MB/s", bytes / 1e6)
                : String.format(Locale.ROOT, "%.1f kB/s", bytes / 1e3);
    }

    private static long percent(long read, long all) {
        return all == 0 ? 100 : Math.min(100, 100 * read / all);
    }

    /** How much of it is read. */
    long percent() {
        return percent(read, all);
    }

    /** Takes the bar away, so that something else can be said. */
    void end() {
        bar.close();
    }

    @Override
    public void close() {
        end();
    }
}
