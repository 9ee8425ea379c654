package org.nestguard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Worded;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.AuditException;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.audit.WhatIf;
import org.nestguard.fleet.history.Trend;
import org.nestguard.fleet.inventory.Captures;
import org.nestguard.fleet.inventory.Inventory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nestguard audit}: the same question of every guest of a fleet. */
@Command(
        name = "audit",
        description = {
            "Asks of every guest of a fleet whether it may be saved, or migrated to a host, to some host of a pool, or to any or"
                    + " every other host, and counts the answers and their reasons.",
            "",
            "FLEET is a file of flat NDJSON (a host or a guest a line) or of facts documents (YAML or JSON, what `nestguard"
                    + " collect` prints), packed with gzip or not, what `kubectl get nodes,vmi -A -o json` prints, a file or"
                    + " the folder of Ansible's fact cache, a captured host, or a folder of such things, of which the folders"
                    + " below it are pools (but flat lines say theirs themselves); - is standard input. Each host and each guest stands in it once, or --merge makes"
                    + " the observations of each one. A record that cannot be read is reported with its place and left out.",
            "",
            "With --registry or --socket the fleet is, or is besides, all that a service knows now.",
            "",
            "Each audit is kept: of each guest the verdict, the rules against it and a number that stands for its facts."
                    + " `nestguard audit history` lists what is kept, `nestguard audit diff` tells what changed. (A file that"
                    + " has such a name is ./diff.)"
        },
        footer = {
            "",
            "Exit status:",
            "  0   the audit is done",
            "  1   what --fail-on names is there",
            "  2   a record or a source could not be read, or the usage is wrong; or the audit could not be kept where"
                    + " --history says",
            "  70  the guard itself failed",
            "  130, 143  interrupted (SIGINT, SIGTERM); what was done until then is told",
            "",
            "Examples:",
            "  nestguard audit fleet.ndjson.gz",
            "  nestguard audit --to pool:a -o text -o csv=guests.csv fleet.ndjson",
            "  nestguard audit --to any --fail-on deny -o sarif=audit.sarif fleet.ndjson",
            "  nestguard audit --to all -o html=audit.html -o ndjson=all.ndjson fleet.ndjson",
            "  nestguard audit --to any --plan fleet.ndjson",
            "  nestguard audit --to any --registry https://registry:7420 --token ops.token",
            "  nestguard audit --to pool:a --what-if 'host.qemu>=8.2.0@pool:a' fleet.ndjson",
            "  nestguard audit diff --fail-on new"
        })
final class AuditCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Mixin
    private GuardOptions rules = new GuardOptions();

    @Mixin
    private HistoryOptions history = new HistoryOptions();

    @Parameters(paramLabel = "FLEET", arity = "0..*", description = "Where the fleet is written.")
    private List<String> fleets = new ArrayList<>();

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    @Option(
            names = "--operation",
            paramLabel = "OPERATION",
            description = "migrate or savevm (default: migrate with --to, else savevm).")
    private @Nullable String operation;

    @Option(
            names = "--to",
            paramLabel = "WHERE",
            description =
                    "A host (name or id), pool:NAME for some other host of that pool, any for some other host, or all"
                            + " for every other host.")
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
            paramLabel = "FORMAT[=FILE]",
            description =
                    "text (default), json (the numbers), ndjson or csv (each guest), junit or sarif (each guest for CI, up"
                            + " to a number), html (one page for a browser), on standard output or in a file; may be given"
                            + " several times.")
    private List<String> outputs = new ArrayList<>();

    @Mixin
    private WaiverOption waivers = new WaiverOption();

    @Option(
            names = "--fail-on",
            paramLabel = "WHAT",
            defaultValue = "NEVER",
            description =
                    "Exits with 1 where a guest is denied (deny), denied or undetermined (undetermined), or anything is"
                            + " to be heeded besides (caution); waivers count. Default: never.")
    private FailOn failOn = FailOn.NEVER;

    @Option(
            names = "--what-if",
            paramLabel = "FACT=VALUE[@WHOM]",
            description = {
                "Audits the fleet as it would be: host.KEY or guest.KEY, = or for a version >= (what is older or unknown"
                        + " becomes that one), and @all (default), @pool:NAME, @no-pool, @host:NAME or @guest:NAME. May be"
                        + " given several times; the later counts. host.qemu is what is installed there, guest.qemu what"
                        + " runs a guest. No answer about the fleet as it is: not with --fail-on, junit or sarif."
            })
    private List<String> whatIf = new ArrayList<>();

    @Option(
            names = "--plan",
            description =
                    "Tells too what to do first (text and json): the changes of a pool's hosts or guests that free most"
                            + " guests, each counted on the fleet as it would be. Takes longer than the audit.")
    private boolean plan;

    @Option(names = "--strict", description = "Ends at the first record or source that cannot be read.")
    private boolean strict;

    @Option(
            names = "--merge",
            description =
                    "Hosts and guests may stand in FLEET several times, as they were observed at several moments: of"
                            + " each fact the newest word counts, and two that contradict each other make it unknown. Needs room for"
                            + " two copies of the fleet where temporary files are.")
    private boolean merge;

    @Option(
            names = "--resume",
            paramLabel = "FOLDER",
            description =
                    "Keeps in FOLDER what captured hosts, bundles and sos reports come to, which take long to read: after"
                            + " an interruption, or the next time, those that are as they were are not read again.")
    private @Nullable Path resume;

    private final Console console;

    AuditCommand(Console console) {
        this.console = console;
    }

    /** What makes an audit fail. */
    enum FailOn {
        DENY,
        UNDETERMINED,
        CAUTION,
        NEVER;

        boolean met(Summary summary) {
            boolean denied = count(summary, Verdict.DENY) > 0;
            boolean refused = denied || count(summary, Verdict.UNDETERMINED) > 0;
            return switch (this) {
                case DENY -> denied;
                case UNDETERMINED -> refused;
                case CAUTION -> refused || summary.cautioned() > 0;
                case NEVER -> false;
            };
        }

        private static long count(Summary summary, Verdict verdict) {
            return summary.effective().getOrDefault(verdict, 0L);
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
            return audited(new Asked(operation(), to == null ? null : To.read(to), asOf, ages.freshness(), supposed));
        } catch (AuditException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private Operation operation() {
        if (operation == null) {
            return to == null ? Operation.SAVEVM : Operation.MIGRATE;
        }
        return Worded.read(Operation.class, operation)
                .orElseThrow(() -> new UsageException("--operation must be migrate or savevm"));
    }

    private int audited(Asked asked) throws IOException {
        if (fleets.isEmpty() && !service.given()) {
            throw new UsageException("which fleet? Name FLEET, or a service that knows it: --registry URL --token FILE,"
                    + " or --socket PATH");
        }
        MigrationGuard guard = rules.guard();
        List<AuditOutput> opened = new ArrayList<>();
        try (Interruption interruption = new Interruption(console);
                Inventory inventory = Inventory.open(fleets, console.in(), registries(), captures(guard));
                AuditProgress progress = AuditProgress.on(console, (merge ? 3 : 2) * inventory.size());
                AuditHistory kept = AuditHistory.forAudit(asked, history, console)) {
            interruption.asking();
            for (String output : outputs.isEmpty() ? List.of("text") : outputs) {
                AuditOutput one = new AuditOutput(output, console);
                boolean second = opened.stream().anyMatch(one::in);
                opened.add(one); // is closed whatever comes
                if (second) {
                    throw new UsageException(
                            one.standardOutput()
                                    ? "only one -o can go to standard output; give the others a file: -o csv=FILE"
                                    : "two of -o go to one file; give each a file of its own");
                }
            }
            List<Report> reports = new ArrayList<>(List.of(new Complaints(console)));
            List<String> named = new ArrayList<>(fleets);
            registries().forEach(registry -> named.add(registry.name()));
            Trend before = kept == null ? Trend.NONE : kept.before(asked, history, named, console);
            for (AuditOutput output : opened) {
                reports.add(output.report(guard, asked, console.width(), opened, before));
            }
            Report keeping = kept == null ? null : kept.keep(asked, history, named, console);
            if (keeping != null) {
                reports.add(keeping);
            }
            Audit audit = new Audit(
                    guard,
                    asked,
                    reports,
                    waivers.read(guard),
                    strict,
                    Clock.systemUTC(),
                    interruption::stopped,
                    progress);
            Audit asking = plan ? audit.planning() : audit;
            Summary summary = merge ? asking.runMerged(inventory) : asking.run(inventory);
            progress.end();
            for (AuditOutput output : opened) {
                output.end(summary.whole());
            }
            if (!summary.whole()) {
                console.err()
                        .printf(
                                Locale.ROOT,
                                "nestguard: interrupted; %,d guests were asked about, and the outputs are of these;"
                                        + " files have names that end in %s%n",
                                summary.guests(),
                                AuditOutput.INTERRUPTED);
            }
            boolean lost = kept != null && kept.failed(console);
            return lost ? ExitStatus.UNREADABLE.code() : status(summary);
        } finally {
            for (AuditOutput output : opened) {
                output.close();
            }
        }
    }

    @Command(
            name = "diff",
            description = {
                "Shows what became of what the rules say against each guest between two audits: what is new, what is fixed,"
                        + " and how much is unchanged; and whether the fleet caused it or other rules did.",
                "",
                "\"the rules\" stands where what was known of the guest, its host and the destinations is the same, \"the"
                        + " fleet\" where the rules are, \"rules and fleet\" where neither is. What a waiver let pass"
                        + " is new once the waiver is over. Without numbers the newest audit is compared with the one"
                        + " before it that asked the same of the same series."
            },
            footer = {
                "",
                "Exit status: 0 done, 1 with --fail-on new where something speaks against a guest that did not before and no"
                        + " waiver lets it pass, 2 unreadable or usage, 70 the guard itself failed.",
                "",
                "Examples:",
                "  nestguard audit diff",
                "  nestguard audit diff --fail-on new -o json 17 21"
            })
    int diff(
            @Mixin CommonOptions options,
            @Option(names = "--history", paramLabel = "PLACE", description = HistoryOptions.PLACE) @Nullable
                    String place,
            @Option(
                            names = {"-o", "--output"},
                            paramLabel = "FORMAT",
                            defaultValue = "text",
                            description =
                                    "text (default: numbers by rule, and the first guests) or json (every guest).")
                    String output,
            @Option(
                            names = "--fail-on",
                            paramLabel = "WHAT",
                            defaultValue = "never",
                            description = "new or never (default).")
                    String fails,
            @Parameters(
                            paramLabel = "AUDIT",
                            arity = "0..2",
                            description =
                                    "The numbers of two audits, the older first; of one, to compare it with the one"
                                            + " before it.")
                    @Nullable
                    List<Long> numbers)
            throws IOException {
        boolean json = oneOf("-o", output, "json", "text");
        boolean failing = oneOf("--fail-on", fails, "new", "never");
        boolean worse = AuditHistory.diff(place, numbers == null ? List.of() : numbers, json, console);
        return ExitStatus.ofFindings(failing && worse);
    }

    private static boolean oneOf(String option, String said, String first, String second) {
        if (!said.equals(first) && !said.equals(second)) {
            throw new UsageException(option + " takes " + first + " or " + second + ", not " + said);
        }
        return said.equals(first);
    }

    @Command(
            name = "history",
            description = "Lists the audits that are kept with their numbers over time, the newest first.",
            footer = {
                "",
                "Exit status: 0 done, 2 unreadable or usage, 70 the guard itself failed.",
            })
    int history(
            @Mixin CommonOptions options,
            @Option(names = "--history", paramLabel = "PLACE", description = HistoryOptions.PLACE) @Nullable
                    String place,
            @Option(
                            names = "--most",
                            paramLabel = "NUMBER",
                            defaultValue = "1000",
                            description = "How many at most (default: 1000).")
                    int most)
            throws IOException {
        AuditHistory.list(place, most, console);
        return ExitStatus.ofFindings(false);
    }

    private Captures captures(MigrationGuard guard) throws IOException {
        CapturesRead read = new CapturesRead(console);
        if (resume == null) {
            return Captures.read(read);
        }
        try {
            // another version may read the same capture in another way
            return Captures.kept(resume, guard.version().toString(), read);
        } catch (IOException e) {
            throw new UsageException("--resume " + resume + ": " + e.getMessage());
        }
    }

    private List<RegistryFleet> registries() {
        return service.given() ? List.of(new RegistryFleet(service)) : List.of();
    }

    private int status(Summary summary) {
        if (summary.unreadable() > 0 || !summary.whole()) {
            return ExitStatus.UNREADABLE.code();
        }
        return ExitStatus.ofFindings(failOn.met(summary));
    }
}
