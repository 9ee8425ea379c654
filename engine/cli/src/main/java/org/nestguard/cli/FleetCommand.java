package org.nestguard.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nestguard.fleet.sample.SampleFleet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nestguard fleet}: what is of use around an audit. */
@Command(
        name = "fleet",
        description = {"Makes fleets to try `nestguard audit` with."},
        footer = {
            "",
            FleetCommand.STATUS,
            "",
            "Examples:",
            "  nestguard fleet sample --guests 10000 --seed 1 > fleet.ndjson",
            "  nestguard fleet sample --guests 1000000 --seed 7 | gzip > fleet.ndjson.gz"
        })
final class FleetCommand implements Runnable {
    static final String STATUS = "Exit status: 0 fine, 2 usage or a write error, 70 the guard itself failed.";

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    private final Console console;

    FleetCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(Objects.requireNonNull(spec).commandLine(), "what of a fleet? sample");
    }

    @Command(
            name = "sample",
            description = {
                "Writes a made-up fleet with plausible shares of vendors, distributions, versions and L2 states: flat NDJSON,"
                        + " a host or a guest a line.",
                "",
                "The same numbers and seed always give the same bytes."
            },
            footer = {"", STATUS})
    int sample(
            @Mixin CommonOptions options,
            @Option(names = "--guests", paramLabel = "NUMBER", required = true, description = "How many guests.")
                    int guests,
            @Option(
                            names = "--hosts",
                            paramLabel = "NUMBER",
                            description = "On how many hosts (default: one for every 50 guests).")
                    @Nullable
                    Integer hosts,
            @Option(
                            names = "--seed",
                            paramLabel = "NUMBER",
                            required = true,
                            description = "Another number, another fleet.")
                    long seed)
            throws IOException {
        SampleFleet fleet;
        try {
            fleet = hosts == null ? SampleFleet.of(guests, seed) : new SampleFleet(guests, hosts, seed);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        OutputStream out = new BufferedOutputStream(console.out(), 1 << 16);
        fleet.write(out);
        out.flush();
        return ExitStatus.ALLOWED.code();
    }
}
