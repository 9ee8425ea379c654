package org.nestguard.spark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.SiteRulesException;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Worded;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.AuditException;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.merge.Contradiction;
import org.nestguard.fleet.report.JsonReport;
import org.nestguard.fleet.report.TextReport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The main class of the job: {@code spark-submit --class org.nestguard.spark.FleetAudit nestguard-spark-VERSION-submit.jar}. */
@Command(
        name = "FleetAudit",
        sortOptions = false,
        description = {
            "Asks of every guest of a fleet what `nestguard audit` asks, on a cluster.",
            "",
            "The results are Parquet, a row a guest; a record that could not be read is a row with a problem and without a"
                    + " verdict. The numbers go to standard output and to _summary.json beside the results. The folder has a"
                    + " file _SUCCESS when all of it is there."
        },
        footer = {
            "",
            "Exit status:",
            "  0   the audit is done",
            "  2   a record could not be read, the audit cannot be made, or the usage is",
            "      wrong",
            "  70  the guard or the cluster failed",
            "",
            "Example:",
            "  spark-submit --class org.nestguard.spark.FleetAudit nestguard-spark.jar \\",
            "      --input hdfs:///facts/fleet --to any --output hdfs:///audits/1"
        })
public final class FleetAudit implements Callable<Integer> {
    private static final int UNREADABLE = 2;
    private static final int FAILED = 70;
    private static final int WIDTH = 80;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "PATH",
            description =
                    "A file, a folder with all that is in it, or a pattern, in any file system of Hadoop; may be given"
                            + " several times.")
    private List<String> inputs = new ArrayList<>();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "ndjson",
            description =
                    "ndjson (default; flat, a host or a guest a line; .gz is unpacked) or parquet (the same keys as"
                            + " columns, groups such as l2 as structs).")
    private String format = "ndjson";

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
            description =
                    "The moment from which the age of facts is measured, such as 2026-11-22T13:00:00Z (default: the"
                            + " newest observation of the fleet, never later than now).")
    private @Nullable Instant asOf;

    @Option(
            names = "--max-l2-age",
            paramLabel = "DURATION",
            converter = Age.class,
            defaultValue = "60s",
            description = "How long the state of L2 guests is believed (default: 60s).")
    private Duration l2Age = Freshness.USUAL.l2();

    @Option(
            names = "--max-age",
            paramLabel = "DURATION",
            converter = Age.class,
            defaultValue = "24h",
            description = "How long all other facts are believed (default: 24h).")
    private Duration age = Freshness.USUAL.rest();

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description =
                    "A folder, where the driver runs, with rules of your own (*.drl) and rows of your own for the table of"
                            + " distribution kernels (distributions.yaml); all machines are given them.")
    private @Nullable Path site;

    @Option(
            names = "--waivers",
            paramLabel = "FILE",
            description = "A YAML list of waivers, where the driver runs, to weigh refusals with.")
    private @Nullable Path waivers;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FOLDER",
            description = "Where the results go; it must not be there yet.")
    private String output = "";

    @Option(
            names = "--summary",
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text (default) or json, on standard output.")
    private String summary = "text";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help.")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;

    private final PrintStream out;
    private final PrintStream err;

    FleetAudit(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the job in the Spark session of this JVM, or in one that it makes. */
    public static void main(String[] args) {
        int status = run(System.out, System.err, args);
        if (status != 0) {
            System.exit(status); // where all is well Spark ends the application in its own way
        }
    }

    static int run(PrintStream out, PrintStream err, String... args) {
        return new CommandLine(new FleetAudit(out, err))
                .setUsageHelpAutoWidth(false)
                .setExecutionExceptionHandler((e, line, parsed) -> failed(e, err))
                .execute(args);
    }

    private static int failed(Exception e, PrintStream err) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuditException
                    || cause instanceof SiteRulesException
                    || cause instanceof TableException
                    || cause instanceof NoSuchFileException) {
                err.println("nestguard: " + Harmless.text(String.valueOf(cause.getMessage())));
                return UNREADABLE;
            }
        }
        err.println("nestguard: the audit failed and there is no answer: " + e);
        e.printStackTrace(err);
        return FAILED;
    }

    /** A duration as people write it: {@code 90s}, {@code 10m}, {@code 24h}, {@code 7d}. */
    static final class Age implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                if (text.matches("\\d{1,7}[smhd]")) {
                    return Duration.parse((text.endsWith("d") ? "P" : "PT") + text);
                }
            } catch (DateTimeParseException e) {
                throw new IllegalStateException(e);
            }
            throw new TypeConversionException("\"" + text + "\" is no duration such as 90s, 10m, 24h or 7d");
        }
    }

    @Override
    public Integer call() throws IOException {
        Asked asked = new Asked(operation(), to == null ? null : To.read(to), asOf, new Freshness(l2Age, age));
        Input input = choice(Input.class, "--format", format);
        Form form = choice(Form.class, "--summary", summary);
        MigrationGuard guard = site == null ? Rules.guard() : MigrationGuard.withSite(site);
        Basis basis = new Basis(
                guard.version(),
                site == null ? null : Site.read(site),
                waivers == null ? null : new WaiverList(waivers.toString(), Files.readString(waivers), Instant.now()));
        basis.read(guard); // before anything is begun: one that cannot be read ends it here
        try (SparkSession spark = session()) {
            Report report =
                    new Told(form == Form.JSON ? new JsonReport(out) : new TextReport(out, WIDTH, guard.rules()));
            Summary done = new SparkAudit(spark, asked, basis, Clock.systemUTC()).run(input, inputs, output, report);
            return done.unreadable() > 0 ? UNREADABLE : 0;
        }
    }

    /** The session, in which what cannot be read is never passed over without a word. */
    static SparkSession session() {
        return SparkSession.builder()
                .appName("nestguard audit")
                .config("spark.files.ignoreCorruptFiles", false)
                .config("spark.files.ignoreMissingFiles", false)
                .config("spark.sql.files.ignoreCorruptFiles", false)
                .config("spark.sql.files.ignoreMissingFiles", false)
                .config("spark.serializer", "org.apache.spark.serializer.JavaSerializer") // Kryo cannot do records
                .getOrCreate();
    }

    /** In what form the numbers are told. */
    enum Form {
        TEXT,
        JSON
    }

    private Operation operation() {
        if (operation == null) {
            return to == null ? Operation.SAVEVM : Operation.MIGRATE;
        }
        return Worded.read(Operation.class, operation)
                .orElseThrow(() -> new AuditException("--operation must be migrate or savevm"));
    }

    private static <E extends Enum<E>> E choice(Class<E> of, String option, String said) {
        List<String> words = new ArrayList<>();
        for (E one : of.getEnumConstants()) {
            words.add(one.name().toLowerCase(Locale.ROOT));
            if (one.name().toLowerCase(Locale.ROOT).equals(said)) {
                return one;
            }
        }
        throw new AuditException(option + " must be " + String.join(" or ", words));
    }

    /** Says on standard error what cannot be read, and leaves the rest to another one. */
    private final class Told implements Report {
        private final Report numbers;

        Told(Report numbers) {
            this.numbers = numbers;
        }

        @Override
        public boolean ofGuests() {
            return false;
        }

        @Override
        public void guest(GuestResult result) {
            throw new IllegalStateException("nobody complains of a guest");
        }

        @Override
        public void problem(Problem problem) throws IOException {
            err.println("nestguard: " + Harmless.text(problem.inOneLine()));
            numbers.problem(problem);
        }

        @Override
        public void contradiction(Contradiction contradiction) {
            throw new IllegalStateException("nothing is merged here");
        }

        @Override
        public void end(Summary summary) throws IOException {
            numbers.end(summary);
        }
    }
}
