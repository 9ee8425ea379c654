package org.nestguard.cli;

import java.time.Duration;
import org.nestguard.engine.known.Freshness;
import picocli.CommandLine.Option;

/** How long facts are believed. */
final class AgeOptions {
    @Option(
            names = "--max-l2-age",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "60s",
            description = "How long the state of L2 guests is believed (default: 60s).")
    private Duration l2Age = Freshness.USUAL.l2();

    @Option(
            names = "--max-age",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "24h",
            description = "How long all other facts are believed (default: 24h).")
    private Duration age = Freshness.USUAL.rest();

    Freshness freshness() {
        return new Freshness(l2Age, age);
    }
}
