package org.nestguard.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows on a terminal how far long work has come; elsewhere nothing. */
final class Progress implements AutoCloseable {
    private static final int UPDATE_MILLIS = 500;

    private final @Nullable ProgressBar bar;

    private Progress(@Nullable ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Begins.
     *
     * @param task what is done, such as "collecting"
     */
    static Progress on(Console console, String task) {
        if (!console.progress()) {
            return new Progress(null);
        }
        return new Progress(new ProgressBarBuilder()
                .setTaskName(task)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(
                        Charset.defaultCharset().equals(StandardCharsets.UTF_8)
                                ? ProgressBarStyle.COLORFUL_UNICODE_BAR
                                : ProgressBarStyle.ASCII)
                .setMaxRenderedLength(console.width())
                .clearDisplayOnFinish()
                .build());
    }

    /** So many of so many are done. */
    void of(int done, int all) {
        if (bar != null) {
            bar.maxHint(all);
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
