package org.nestguard.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.collect.Ask;
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

    @Option(
            names = "--ask-qemu",
            description =
                    "Where nothing else tells, asks the monitor of the guest's QEMU: for its counters (QEMU 7.1), its version"
                            + " and its accelerator. This needs a connection to libvirt that may write; libvirt notes it in"
                            + " its log and marks the guest as tainted (custom-monitor). A command may have loaded a"
                            + " snapshot, so afterwards counters at zero prove nothing any more until the guest is started"
                            + " anew.")
    private boolean askQemu;

    /** Whether more than one plain look is asked for. */
    boolean closer() {
        return sample != null || askGuests || askQemu;
    }

    Collector collector(Clock clock, Progress progress) {
        Set<Ask> asks = EnumSet.noneOf(Ask.class);
        if (askGuests) {
            asks.add(Ask.GUESTS);
        }
        if (askQemu) {
            asks.add(Ask.MONITORS);
        }
        return new Collector(clock, Optional.ofNullable(sample), asks, progress::of);
    }
}
