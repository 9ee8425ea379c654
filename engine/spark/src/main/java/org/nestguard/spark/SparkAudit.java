package org.nestguard.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.CollectionAccumulator;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.text.Problem;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.AuditException;
import org.nestguard.fleet.audit.Counts;
import org.nestguard.fleet.audit.Judge;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.report.JsonReport;

/**
 * The audit of a fleet on a cluster. The input is read twice, as on one machine: first for the hosts and the moment, then for
 * the guests. The rows are written as they are judged; whether a guest is there twice is looked for among them afterwards,
 * and only when none is, the folder gets its {@code _SUCCESS}.
 */
final class SparkAudit {
    private static final String SUMMARY = "_summary.json"; // whoever reads tables leaves out what begins like this
    private static final String WHOLE = "_SUCCESS";

    private final SparkSession spark;
    private final Asked asked;
    private final Basis basis;
    private final Clock clock;

    /**
     * An audit.
     *
     * @param basis by what all machines judge
     * @param clock tells what lies in the future
     */
    SparkAudit(SparkSession spark, Asked asked, Basis basis, Clock clock) {
        this.spark = spark;
        this.asked = asked;
        this.basis = basis;
        this.clock = clock;
    }

    /**
     * Runs it.
     *
     * @param output the folder for the results, which must not be there yet; where the audit fails it is not there afterwards
     * @throws AuditException where it cannot go on, as on one machine
     */
    Summary run(Input input, List<String> named, String output, Report report) throws IOException {
        Path out = new Path(output);
        FileSystem files = out.getFileSystem(spark.sparkContext().hadoopConfiguration());
        if (files.exists(out)) {
            throw new AuditException(output + " is there already; name another folder for the results");
        }
        JavaRDD<Piece> pieces = input.read(spark, named);
        Found found = pieces.mapPartitions(Found::in).collect().stream().reduce(new Found(), Found::and);
        Instant asOf = Judge.asOf(asked, found.newest(), clock);
        Fleet fleet = new Fleet(asked, asOf, basis, found);
        Judge judge = fleet.judge(); // before anything is written: a host that is there twice ends it here
        boolean whole = false;
        try {
            List<Judged.Part> parts = judged(pieces, fleet, output);
            Dataset<Row> rows = spark.read().schema(Rows.SCHEMA).parquet(output);
            noneTwice(rows);
            Summary summary = judge.summary(counts(parts), distinct(parts), waived(parts));
            try (OutputStream json = new BufferedOutputStream(files.create(new Path(out, SUMMARY)))) {
                tell(rows, summary, List.of(report, new JsonReport(json)));
            }
            files.create(new Path(out, WHOLE)).close();
            whole = true;
            return summary;
        } finally {
            if (!whole) {
                files.delete(out, true);
            }
        }
    }

    /** Judges all parts and writes them. Each is counted once, however often it was tried. */
    private List<Judged.Part> judged(JavaRDD<Piece> pieces, Fleet fleet, String output) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        Broadcast<Fleet> shared = context.broadcast(fleet);
        CollectionAccumulator<Judged.Part> told = spark.sparkContext().collectionAccumulator("counts");
        JavaRDD<Row> rows =
                pieces.mapPartitionsWithIndex((number, some) -> new Judged(number, some, shared.value(), told), true);
        spark.createDataFrame(rows, Rows.SCHEMA)
                .write()
                .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
                .parquet(output);
        Map<Integer, Judged.Part> parts = new HashMap<>();
        told.value().forEach(part -> parts.put(part.number(), part));
        if (parts.size() != pieces.getNumPartitions()) {
            throw new GuardFailureException("of " + pieces.getNumPartitions() + " parts of the fleet " + parts.size()
                    + " were counted; there is no answer");
        }
        return new ArrayList<>(parts.values());
    }

    private static Counts counts(List<Judged.Part> parts) {
        Counts all = new Counts();
        parts.forEach(part -> all.add(part.counts()));
        return all;
    }

    private static long distinct(List<Judged.Part> parts) {
        Map<String, Long> machines = new HashMap<>();
        parts.forEach(part -> machines.merge(part.machine(), part.distinct(), Math::max));
        return machines.values().stream().mapToLong(n -> n).sum();
    }

    private static Set<String> waived(List<Judged.Part> parts) {
        return parts.stream().flatMap(part -> part.waived().stream()).collect(Collectors.toSet());
    }

    private static void noneTwice(Dataset<Row> rows) {
        List<Row> twice = rows.where(col(Rows.IDENTITY).isNotNull())
                .groupBy(Rows.IDENTITY)
                .agg(count(lit(1)).as("times"))
                .where(col("times").gt(1))
                .orderBy(Rows.IDENTITY)
                .limit(1)
                .collectAsList();
        if (!twice.isEmpty()) {
            Row second = rows.where(col(Rows.IDENTITY).equalTo(twice.get(0).getString(0)))
                    .orderBy(Rows.PLACE)
                    .select(Rows.PLACE, Rows.UUID_OF_GUEST, Rows.GUEST)
                    .takeAsList(2)
                    .get(1);
            throw Judge.twice(second.getString(0), second.getString(1), second.getString(2));
        }
    }

    private static void tell(Dataset<Row> rows, Summary summary, List<Report> reports) throws IOException {
        Iterator<Row> problems = rows.where(col(Rows.PROBLEM).isNotNull())
                .select(Rows.PROBLEM + ".*")
                .orderBy("file", "line")
                .toLocalIterator();
        while (problems.hasNext()) {
            Problem problem = Rows.problem(problems.next());
            for (Report report : reports) {
                report.problem(problem);
            }
        }
        for (Report report : reports) {
            report.end(summary);
        }
    }
}
