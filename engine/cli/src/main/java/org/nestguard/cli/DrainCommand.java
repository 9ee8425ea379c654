package org.nestguard.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.text.Harmless;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.AuditException;
import org.nestguard.fleet.audit.Drain;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.audit.WhatIf;
import org.nestguard.fleet.drain.Drained;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.report.DrainJson;
import org.nestguard.fleet.report.DrainText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nestguard drain}: can a host be emptied now? */
@Command(
        name = "drain",
        description = {
            "Says whether a host can be emptied now: which of its guests can go where, which cannot, why, and what to do.",
            "",
            "FLEET is what `nestguard audit` reads. The guests are spread over the hosts that they can go to, as far as these have"
                    + " room where host.memory and guest.memory tell that. It answers for the moment of the facts: ask again when the guests move."
        },
        footer = {
            "",
            "Exit status:",
            "  0   it is answered",
            "  1   what --fail-on names is there",
            "  2   a record or a source could not be read, or the usage is wrong",
            "  70  the guard itself failed",
            "  130, 143  interrupted (SIGINT, SIGTERM); nothing is decided",
            "",
            "Examples:",
            "  nestguard drain l0-a fleet.ndjson",
            "  nestguard drain --to any --fail-on undetermined -o json l0-a facts/"
        })
final class DrainCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Mixin
    private GuardOptions rules = new GuardOptions();

    @Parameters(index = "0", paramLabel = "HOST", description = "The host to be emptied: its name or id.")
    private String host = "";

    @Parameters(index = "1..*", paramLabel = "FLEET", arity = "1..*", description = "Where the fleet is written.")
    private List<String> fleets = new ArrayList<>();

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            description =
                    "Where its guests may go: a host (name or id), pool:NAME, or any (default: the other hosts of its"
                            + " pool, or any where it is in none).")
    private @Nullable String to;

    @Option(
            names = "--as-of",
            paramLabel = "TIME",
            converter = InstantText.class,
            description =
                    "The moment from which the age of facts is measured, such as 2026-11-22T13:00:00Z (default: the"
                            + " newest observation of the fleet, never later than now).")
    private @Nullable Instant asOf;

    @Mixin
    private AgeOptions ages = new AgeOptions();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "TEXT",
            description = "text (default) or json.")
    private Format output = Format.TEXT;

    @Option(
            names = "--fail-on",
            paramLabel = "WHAT",
            defaultValue = "NEVER",
            description =
                    "Exits with 1 where a guest is denied everywhere (deny), or a guest cannot go for that or any other"
                            + " reason (undetermined); waivers count. Default: never.")
    private FailOn failOn = FailOn.NEVER;

    @Option(
            names = "--what-if",
            paramLabel = "FACT=VALUE[@WHOM]",
            description =
                    "Answers for the fleet as it would be, as `nestguard audit --help` tells; not with --fail-on.")
    private List<String> whatIf = new ArrayList<>();

    @Option(
            names = "--merge",
            description = "Makes several observations of one host or guest one, as `nestguard audit --help` tells.")
    private boolean merge;

    @Mixin
    private WaiverOption waivers = new WaiverOption();

    @Option(names = "--strict", description = "Ends at the first record or source that cannot be read.")
    private boolean strict;

    private final Console console;

    DrainCommand(Console console) {
        this.console = console;
    }

    /** How it is told. */
    enum Format {
        TEXT,
        JSON
    }

    /** What makes it fail. */
    enum FailOn {
        DENY,
        UNDETERMINED,
        NEVER;

        boolean met(Verdict verdict) {
            return switch (this) {
                case DENY -> verdict == Verdict.DENY;
                case UNDETERMINED -> verdict != Verdict.ALLOW;
                case NEVER -> false;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws IOException {
        try {
            List<WhatIf> supposed = whatIf.stream().map(WhatIf::read).toList();
            if (!supposed.isEmpty() && failOn != FailOn.NEVER) {
                throw new UsageException("--fail-on is about the fleet as it is; leave it or --what-if out");
            }
            Asked asked = new Asked(Operation.MIGRATE, To.read("any"), asOf, ages.freshness(), supposed);
            return drained(asked, to == null ? null : To.read(to));
        } catch (AuditException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private int drained(Asked asked, @Nullable To where) throws IOException {
        MigrationGuard guard = rules.guard();
        @Nullable Drained drained;
        try (Interruption interruption = new Interruption(console);
                Inventory inventory = Inventory.open(fleets, console.in());
                AuditProgress progress = AuditProgress.on(console, (merge ? 3 : 2) * inventory.size())) {
            interruption.asking();
            drained = new Drain(guard, asked, host, where, waivers.read(guard))
                    .run(
                            inventory,
                            merge,
                            new Complaints(console),
                            strict,
                            Clock.systemUTC(),
                            interruption::stopped,
                            progress);
            progress.end();
            if (drained == null) {
                console.err()
                        .println("nestguard: interrupted after " + progress.percent() + " % was read; whether "
                                + Harmless.text(host) + " can be emptied is not decided. Ask again.");
                return ExitStatus.UNREADABLE.code();
            }
        }
        OutputStream out = console.out();
        if (output == Format.JSON) {
            DrainJson.write(out, drained);
        } else {
            out.write(DrainText.of(drained, console.width()).getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
        return drained.unreadable() > 0
                ? ExitStatus.UNREADABLE.code()
                : ExitStatus.ofFindings(failOn.met(drained.effective()));
    }
}
