package org.nestguard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nestguard decisions}: the record that the service keeps. */
@Command(
        name = "decisions",
        description = {
            "Shows what the service has decided, and finds out whether anybody has changed the record since.",
            "",
            "Each decision is chained to the one before with a key that lies outside of the database. The head of the chain"
                    + " also stands in the service's log: with --head, decisions that were cut off are found though database and"
                    + " key are in the same wrong hands."
        },
        footer = {
            "",
            DecisionsCommand.STATUS,
            "",
            "Examples:",
            "  nestguard decisions list --state /var/lib/nestguard --guest build-farm-07",
            "  nestguard decisions show 17 --config /etc/nestguard/serve.yaml",
            "  nestguard decisions verify --state /var/lib/nestguard"
        })
final class DecisionsCommand implements Runnable {
    static final String STATUS =
            "Exit status: 0 fine, 1 the record is not as it was written, 2 unreadable or usage, 70 the guard itself failed.";

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    private final Console console;

    DecisionsCommand(Console console) {
        this.console = console;
    }

    /** Which record. */
    static final class RecordOptions {
        @Option(names = "--state", paramLabel = "DIR", description = "The folder that serve --state was given.")
        private @Nullable Path state;

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The file of settings that serve --config was given.")
        private @Nullable Path config;

        Records open() throws IOException {
            if ((state == null) == (config == null)) {
                throw new UsageException("say whose record: either --state DIR or --config FILE");
            }
            return state != null ? Records.of(state) : Records.configured(Objects.requireNonNull(config));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "what of the decisions? list, show SEQ or verify");
    }

    @Command(
            name = "list",
            description = "Lists decisions, the newest first.",
            footer = {"", STATUS})
    int list(
            @Mixin CommonOptions options,
            @Mixin RecordOptions which,
            @Option(names = "--guest", paramLabel = "NAME", description = "Only of that guest, by UUID or name.")
                    @Nullable
                    String guest,
            @Option(
                            names = "--most",
                            paramLabel = "NUMBER",
                            defaultValue = "50",
                            description = "How many at most, up to 1000 (default: 50).")
                    int most)
            throws IOException {
        try (Records records = which.open()) {
            records.list(guest, most, console);
        }
        return ExitStatus.ofFindings(false);
    }

    @Command(
            name = "show",
            description = "Shows one decision with the question as it was asked.",
            footer = {"", STATUS})
    int show(
            @Mixin CommonOptions options,
            @Mixin RecordOptions which,
            @Parameters(paramLabel = "SEQ", description = "Its number.") long number)
            throws IOException {
        try (Records records = which.open()) {
            records.show(number, console);
        }
        return ExitStatus.ofFindings(false);
    }

    @Command(
            name = "verify",
            description = "Finds decisions that were edited, put in, moved, taken out or cut off.",
            footer = {"", STATUS})
    int verify(
            @Mixin CommonOptions options,
            @Mixin RecordOptions which,
            @Option(
                            names = "--head",
                            paramLabel = "TEXT",
                            description = "The newest line of the service's log that says seq=… mac=….")
                    @Nullable
                    String head)
            throws IOException {
        try (Records records = which.open()) {
            return ExitStatus.ofFindings(!records.verify(head, console));
        }
    }
}
