package org.nestguard.cli;

import java.time.Duration;
import java.util.Locale;

/** Says now and then how many captured hosts were read: how many there are nobody knows before. */
final class CapturesRead implements Runnable {
    private static final long BETWEEN_LINES = Duration.ofSeconds(10).toNanos();

    private final Console console;
    private long lastLine = System.nanoTime();
    private int count;

    CapturesRead(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        count++;
        long now = System.nanoTime();
        if (now - lastLine > BETWEEN_LINES) {
            lastLine = now;
            console.err().printf(Locale.ROOT, "nestguard: %,d captured hosts read so far%n", count);
        }
    }
}
