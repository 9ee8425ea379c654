package org.nestguard.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.AuditException;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.merge.Contradiction;
import org.nestguard.fleet.report.JsonReport;
import org.nestguard.fleet.sample.SampleFleet;

/** The cluster is two threads here; that it says what one machine says is what counts. */
class SparkAuditTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures"), "fleets", "rack", "fleet.ndjson");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC);
    private static final Asked SAVEVM = new Asked(Operation.SAVEVM, null, null, Freshness.USUAL);

    private static SparkSession spark;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        System.setProperty("spark.master", "local[2]");
        System.setProperty("spark.ui.enabled", "false");
        System.setProperty("spark.sql.shuffle.partitions", "2");
        System.setProperty("spark.driver.bindAddress", "127.0.0.1");
        System.setProperty("spark.driver.host", "127.0.0.1");
        // whoever sets this wants to lose guests; the job does not let him
        System.setProperty("spark.files.ignoreCorruptFiles", "true");
        // a piece of the input is so small that even a little fleet has many
        System.setProperty("spark.hadoop." + FileInputFormat.SPLIT_MAXSIZE, "40000");
        spark = FleetAudit.session();
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    /** What an audit has said, however it was made. */
    private record Said(Map<String, String> guests, List<Problem> problems, String json) {}

    private static Asked to(String where) {
        return new Asked(Operation.MIGRATE, To.read(where), null, Freshness.USUAL);
    }

    private static Basis builtIn() {
        return new Basis(Rules.guard().version(), null, null);
    }

    private static Said onOneMachine(Asked asked, Path... files) throws IOException {
        return onOneMachine(Rules.guard(), null, asked, files);
    }

    private static Said onOneMachine(MigrationGuard guard, @Nullable Waivers waivers, Asked asked, Path... files)
            throws IOException {
        Map<String, String> guests = new TreeMap<>();
        List<Problem> problems = new ArrayList<>();
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        Report told = new Report() {
            @Override
            public boolean ofGuests() {
                return true;
            }

            @Override
            public void guest(GuestResult guest) {
                List<Object> said = new ArrayList<>(Arrays.asList(
                        guest.guest(),
                        guest.uuid(),
                        guest.host(),
                        guest.hostId(),
                        guest.pool(),
                        guest.answer().verdict().name(),
                        guest.effective().name()));
                for (Verdict verdict : List.of(Verdict.ALLOW, Verdict.DENY, Verdict.UNDETERMINED)) {
                    said.add(guest.answer().hosts(verdict));
                }
                said.add(guest.answer().against());
                said.add(guest.answer().needs());
                said.add(guest.waived().stream().map(Waived::rule).distinct().toList());
                guests.put(guest.place(), said.toString());
            }

            @Override
            public void problem(Problem problem) {
                problems.add(problem);
            }

            @Override
            public void contradiction(Contradiction contradiction) {
                throw new AssertionError("nothing is merged here");
            }

            @Override
            public void end(Summary summary) {
                // in the JSON
            }
        };
        List<String> names = Arrays.stream(files).map(Path::toString).toList();
        try (Inventory inventory = Inventory.open(names, new ByteArrayInputStream(new byte[0]))) {
            new Audit(
                            guard,
                            asked,
                            List.of(told, new JsonReport(json)),
                            waivers,
                            false,
                            CLOCK,
                            () -> false,
                            bytes -> {})
                    .run(inventory);
        }
        return new Said(guests, problems, json.toString(StandardCharsets.UTF_8));
    }

    private Said onSpark(Input input, Asked asked, Path... files) throws IOException {
        return onSpark(builtIn(), input, asked, files);
    }

    private Said onSpark(Basis basis, Input input, Asked asked, Path... files) throws IOException {
        Path out = Files.createTempDirectory(folder, "out").resolve("results");
        List<Problem> problems = new ArrayList<>();
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        JsonReport numbers = new JsonReport(json);
        Report told = new Report() {
            @Override
            public boolean ofGuests() {
                return false;
            }

            @Override
            public void guest(GuestResult guest) {
                throw new AssertionError();
            }

            @Override
            public void problem(Problem problem) throws IOException {
                problems.add(problem);
                numbers.problem(problem);
            }

            @Override
            public void contradiction(Contradiction contradiction) {
                throw new AssertionError("nothing is merged here");
            }

            @Override
            public void end(Summary summary) throws IOException {
                numbers.end(summary);
            }
        };
        List<String> names = Arrays.stream(files).map(Path::toString).toList();
        new SparkAudit(spark, asked, basis, CLOCK).run(input, names, out.toString(), told);
        assertTrue(Files.exists(out.resolve("_SUCCESS")));
        assertEquals(json.toString(StandardCharsets.UTF_8), Files.readString(out.resolve("_summary.json")));
        Map<String, String> guests = new TreeMap<>();
        for (Row row :
                spark.read().parquet(out.toString()).where("problem is null").collectAsList()) {
            List<Object> said = new ArrayList<>();
            for (int i = 2; i < 12; i++) {
                said.add(row.get(i));
            }
            said.add(row.getList(12));
            said.add(row.getList(13));
            said.add(row.getList(14));
            guests.put(row.getString(0), said.toString());
        }
        return new Said(guests, problems, json.toString(StandardCharsets.UTF_8));
    }

    private Path sample(int guests, int hosts) throws IOException {
        Path file = folder.resolve("sample.ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SampleFleet(guests, hosts, 11).write(out);
        }
        return file;
    }

    private Path written(String name, List<String> lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private static List<String> rack() throws IOException {
        return new ArrayList<>(Files.readAllLines(RACK));
    }

    /** Hosts and guests in folders of their own, each with no columns but its own. */
    private Path asParquet(Path ndjson) throws IOException {
        Path parquet = folder.resolve("a fleet");
        for (String kind : List.of("host", "guest")) {
            List<String> lines = Files.readAllLines(ndjson);
            lines.removeIf(line -> !line.startsWith("{\"kind\":\"" + kind + "\""));
            spark.read()
                    .option("primitivesAsString", true)
                    .json(written(kind + ".ndjson", lines).toString())
                    .write()
                    .parquet(parquet.resolve(kind).toString());
        }
        return parquet;
    }

    @Test
    void everyVerdictEveryReasonAndEveryNumberIsThatOfOneMachine() throws Exception {
        Path file = sample(500, 30);
        assertTrue(Files.size(file) > 4 * 40_000L, "several pieces are wanted");
        for (Asked asked : List.of(SAVEVM, to("all"))) {
            Said one = onOneMachine(asked, file);
            Said many = onSpark(Input.NDJSON, asked, file);
            assertEquals(500, one.guests().size());
            assertEquals(one, many);
        }
    }

    private Path site() throws IOException {
        Path site = Files.createDirectories(folder.resolve("site"));
        Files.writeString(site.resolve("README"), "for people");
        Files.writeString(site.resolve("models.drl"), """
                package site.models;
                import org.nestguard.facts.Question;
                import org.nestguard.findings.Effect;
                rule "site-named-model"
                    @effect(Effect.FORBID)
                    @summary("Nobody moves a guest here whose CPU is another than the host's.")
                    @message("{guest} has not the CPU of the host")
                    @remedy("none")
                    @because("guest.cpuMode")
                    @source("site")
                    @waivable(true)
                    @since("1")
                when
                    Question(!guest.passthrough)
                then
                end
                """);
        return site;
    }

    @Test
    void aSitesRulesAndWaiversCountAsOnOneMachine() throws Exception {
        Path file = sample(500, 30);
        Path site = site();
        MigrationGuard guard = MigrationGuard.withSite(site);
        String name = Files.readString(file).replaceAll("(?s).*\"kind\":\"guest\"[^\\n]*?\"name\":\"([^\"]*).*", "$1");
        String waiver = "- {rule: RULE, scope: 'guest=NAME', reason: we know, owner: ops, expires: WHEN}\n";
        WaiverList waivers = new WaiverList(
                "waivers.yaml",
                waiver.replace("RULE", "site-named-model")
                                .replace("NAME", name.substring(0, name.indexOf('-')) + "-*")
                                .replace("WHEN", "2026-12-01")
                        + waiver.replace("RULE", "passthrough-cpu-differs").replace("WHEN", "2026-12-01")
                        + waiver.replace("RULE", "site-named-model").replace("WHEN", "2026-11-01"),
                CLOCK.instant());
        Basis basis = new Basis(guard.version(), Site.read(site), waivers);
        for (Asked asked : List.of(SAVEVM, to("any"))) {
            Said one = onOneMachine(guard, waivers.read(guard), asked, file);
            assertNotEquals(onOneMachine(asked, file).guests(), one.guests());
            assertTrue(one.json().contains("\"finding\" : \"unused\""), one::json);
            assertTrue(one.json().contains("\"finding\" : \"expired\""), one::json);
            assertTrue(
                    one.guests().values().stream().anyMatch(said -> said.endsWith("[site-named-model]]")), one::json);
            assertEquals(one, onSpark(basis, Input.NDJSON, asked, file));
        }
    }

    @Test
    void rulesOrWaiversThatCannotBeReadEndItBeforeItBegins() throws Exception {
        Path wrong = Files.writeString(folder.resolve("waivers.yaml"), "- {rule: amd-live-l2}\n");
        Path nowhere = folder.resolve("nowhere");
        for (List<String> option : List.of(
                List.of("--rules", nowhere.toString()),
                List.of("--waivers", nowhere.toString()),
                List.of("--waivers", wrong.toString()))) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int status = FleetAudit.run(
                    new PrintStream(new ByteArrayOutputStream()),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    "--input",
                    RACK.toString(),
                    "--output",
                    nowhere.toString(),
                    option.get(0),
                    option.get(1));
            assertEquals(2, status, () -> err.toString(StandardCharsets.UTF_8));
            assertTrue(err.toString(StandardCharsets.UTF_8).contains(option.get(1)), err::toString);
            assertFalse(Files.exists(nowhere));
        }
    }

    @Test
    void whoseRulesOfTheSiteAreOthersGivesNoAnswer() throws Exception {
        Site one = Site.read(site());
        Site other = new Site(Map.of("models.drl", "// nothing\n".getBytes(StandardCharsets.UTF_8)));
        RuleBaseVersion wanted = MigrationGuard.withSite(site()).version();
        assertEquals(wanted, Rules.guard(wanted, one).version());
        assertThrows(
                GuardFailureException.class, () -> Rules.guard(Rules.guard().version(), one));
        assertThrows(RuntimeException.class, () -> Rules.guard(new RuleBaseVersion("0", "0"), other));
    }

    @Test
    void rowsOfParquetAreReadAsLinesAre() throws Exception {
        Path file = sample(300, 20);
        Said one = onOneMachine(to("any"), file);
        Said many = onSpark(Input.PARQUET, to("any"), asParquet(file));
        assertEquals(one.json(), many.json());
        assertEquals(
                one.guests().values().stream().sorted().toList(),
                many.guests().values().stream().sorted().toList());
        String places = folder.resolve("a fleet") + "/guest/part-.*parquet:\\d+";
        assertTrue(many.guests().keySet().stream().allMatch(place -> place.matches(places)), many.toString());
    }

    @Test
    void timesOfParquetAreTimes() throws Exception {
        Path ndjson = sample(50, 8);
        String parquet = folder.resolve("timed").toString();
        spark.read()
                .option("primitivesAsString", true)
                .json(ndjson.toString())
                .withColumn("observedAt", org.apache.spark.sql.functions.expr("cast(observedAt as timestamp)"))
                .write()
                .parquet(parquet);
        assertEquals(
                onOneMachine(SAVEVM, ndjson).json(),
                onSpark(Input.PARQUET, SAVEVM, Path.of(parquet)).json());
    }

    @Test
    void whatCannotBeReadIsSaidWithFileAndLineAndTheRestIsAudited() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(sample(400, 20)));
        lines.add(7, "no JSON at all");
        lines.add(200, "");
        lines.add(300, "{\"kind\":\"guest\",\"name\":\"" + "x".repeat(3 << 20) + "\"}");
        lines.add(310, "{\"kind\":\"guest\",\"hostId\":\"elsewhere\",\"name\":\"lost\"}");
        lines.add(410, "{\"kind\":\"guest\",\"hostId\":\"elsewhere\",\"nestng\":true}");
        Path file = written("bad.ndjson", lines);
        Said one = onOneMachine(SAVEVM, file);
        Said many = onSpark(Input.NDJSON, SAVEVM, file);
        assertEquals(
                List.of(8, 301, 311, 411),
                many.problems().stream().map(Problem::line).toList());
        assertEquals(one, many);
    }

    @Test
    void aPackedFileIsUnpackedAndOneThatIsCutOffEndsTheJob() throws Exception {
        Path file = sample(200, 10);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(Files.readAllBytes(file));
        }
        Path gz = Files.write(folder.resolve("packed.ndjson.gz"), packed.toByteArray());
        assertEquals(onOneMachine(SAVEVM, gz), onSpark(Input.NDJSON, SAVEVM, gz));
        Path cut = Files.write(
                folder.resolve("cut.ndjson.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() * 2 / 3));
        assertThrows(Exception.class, () -> onSpark(Input.NDJSON, SAVEVM, cut));
    }

    private AuditException refused(Path out, Input input, Asked asked, Path... files) {
        List<String> names = Arrays.stream(files).map(Path::toString).toList();
        return assertThrows(
                AuditException.class,
                () -> new SparkAudit(spark, asked, builtIn(), CLOCK)
                        .run(input, names, out.toString(), new JsonReport(new ByteArrayOutputStream())));
    }

    @Test
    void aGuestThatIsThereTwiceIsRefusedAndLeavesNoResults() throws Exception {
        Path first = written("first.ndjson", rack());
        Path second = written("second.ndjson", List.of(rack().get(0).replace("6d1c3a52", "6D1C3A52")));
        Path out = folder.resolve("out");
        AuditException e = refused(out, Input.NDJSON, SAVEVM, first, second);
        assertTrue(
                String.valueOf(e.getMessage())
                        .contains("second.ndjson:1: the guest 6D1C3A52-0000-4000-8000-000000000001"),
                e.getMessage());
        assertFalse(Files.exists(out));
    }

    @Test
    void aHostThatIsThereTwiceIsRefused() throws Exception {
        List<String> lines = rack();
        lines.add(lines.get(1));
        Path out = folder.resolve("out");
        AuditException e = refused(out, Input.NDJSON, SAVEVM, written("twice.ndjson", lines));
        assertTrue(
                String.valueOf(e.getMessage()).contains("twice.ndjson:10: the host h-amd-a stands at"), e.getMessage());
        assertFalse(Files.exists(out));
    }

    @Test
    void resultsThatAreThereAreNotReplaced() throws Exception {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path kept = Files.writeString(out.resolve("kept"), "of an audit before");
        assertTrue(String.valueOf(refused(out, Input.NDJSON, SAVEVM, RACK).getMessage())
                .contains("is there already"));
        assertEquals("of an audit before", Files.readString(kept));
    }

    @Test
    void factsInTheNamesOfFoldersAreNotLostWithoutAWord() throws Exception {
        String parquet = folder.resolve("parts").toString();
        spark.read().json(RACK.toString()).write().partitionBy("vendor").parquet(parquet);
        AuditException e = refused(folder.resolve("out"), Input.PARQUET, SAVEVM, Path.of(parquet));
        assertTrue(String.valueOf(e.getMessage()).contains(": the folder vendor="), e.getMessage());
    }

    @Test
    void aVersionThatIsANumberIsNotTakenForOne() throws Exception {
        String parquet = folder.resolve("numbers").toString();
        spark.sql("select 'host' as kind, 'h' as id, 5.10D as qemu, '2026-11-22T13:00:00Z' as observedAt")
                .write()
                .parquet(parquet);
        AuditException e = refused(folder.resolve("out"), Input.PARQUET, SAVEVM, Path.of(parquet));
        assertTrue(String.valueOf(e.getMessage()).startsWith("the column qemu has numbers"), e.getMessage());
    }

    @Test
    void aMachineWithOtherRulesGivesNoAnswer() {
        RuleBaseVersion other = new RuleBaseVersion("0.0.9", "0");
        Path out = folder.resolve("out");
        Exception e = assertThrows(
                Exception.class,
                () -> new SparkAudit(spark, SAVEVM, new Basis(other, null, null), CLOCK)
                        .run(
                                Input.NDJSON,
                                List.of(RACK.toString()),
                                out.toString(),
                                new JsonReport(new ByteArrayOutputStream())));
        assertTrue(String.valueOf(e.getMessage()).contains("has other rules"), e.getMessage());
        assertFalse(Files.exists(out));
    }
}
