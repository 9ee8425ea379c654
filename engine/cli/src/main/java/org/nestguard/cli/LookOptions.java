package org.nestguard.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.collect.Collector;
import picocli.CommandLine.Option;

/** How closely guests are looked at. */
final class LookOptions {
    @Option(
            names = "--sample",
            paramLabel = "DURATION",
            converter = DurationText.class,
            description =
                    "Looks at the counters of nested guests a second time after that pause, such as 5s: one that rises is"
                            + " a live L2.")
    private @Nullable Duration sample;

    @Option(
            names = "--ask-guests",
            description =
                    "Where the counters do not decide, asks the guest agent in the L1 whether its KVM has users. This"
                            + " needs a connection to libvirt that may write.")
    private boolean askGuests;

    /** Whether more than one plain look is asked for. */
    boolean closer() {
        return sample != null || askGuests;
    }

    Collector collector(Clock clock, Progress progress) {
        return new Collector(clock, Optional.ofNullable(sample), askGuests, progress::of);
    }
}
