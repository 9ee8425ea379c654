package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.text.Problem;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.sample.SampleFleet;

/** All pairs by groups of hosts. */
class MatrixTest {
    private static final Path RACK =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("fleets/rack/fleet.ndjson");

    @TempDir
    private Path folder = Path.of("");

    /** What one audit said. */
    private record Said(Summary summary, @Nullable Matrix matrix) {
        Matrix all() {
            assertNotNull(matrix);
            return matrix;
        }

        Map<Verdict, Long> pairs() {
            Map<Verdict, Long> pairs = new EnumMap<>(Verdict.class);
            for (Verdict verdict : Verdict.values()) {
                pairs.put(
                        verdict,
                        all().cells().stream()
                                .flatMap(List::stream)
                                .mapToLong(cell -> cell.pairs(verdict))
                                .sum());
            }
            return pairs;
        }

        List<String> labels() {
            return all().sources().stream().map(HostGroup::label).toList();
        }
    }

    private static Said said(@Nullable String to, Path fleet, boolean stopped) throws IOException {
        Asked asked = to == null ? Audited.savevm() : Audited.to(to);
        List<Matrix> made = new ArrayList<>();
        Report report = new Report() {
            @Override
            public boolean ofGuests() {
                return false;
            }

            @Override
            public boolean ofPairs() {
                return true;
            }

            @Override
            public void guest(GuestResult result) {
                throw new AssertionError("nobody asked");
            }

            @Override
            public void matrix(Matrix matrix) {
                made.add(matrix);
            }

            @Override
            public void problem(Problem problem) {
                throw new AssertionError(problem.toString());
            }

            @Override
            public void end(Summary summary) {
                // it is given back too
            }
        };
        try (Inventory inventory = Inventory.open(List.of(fleet.toString()), new ByteArrayInputStream(new byte[0]))) {
            Summary summary = new Audit(
                            Audited.GUARD,
                            asked,
                            List.of(report),
                            null,
                            false,
                            Clock.systemUTC(),
                            () -> stopped,
                            b -> {})
                    .run(inventory);
            return new Said(summary, made.isEmpty() ? null : made.get(0));
        }
    }

    private Path sample() throws IOException {
        Path file = folder.resolve("sample.ndjson");
        try (OutputStream out = Files.newOutputStream(file)) {
            new SampleFleet(300, 90, 3).write(out);
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"savevm", "all", "any", "pool:pool-001", "l0-00007"})
    void itsCellsAreTheCountsOfTheAudit(String to) throws Exception {
        Said said = said(to.equals("savevm") ? null : to, sample(), false);
        assertEquals(said.summary().pairs(), said.pairs());
        assertEquals(0, said.all().leftOut());
        Map<String, Long> against = new TreeMap<>();
        said.all().cells().stream()
                .flatMap(List::stream)
                .flatMap(cell -> cell.against().stream())
                .forEach(count -> against.merge(count.what(), count.pairs(), Long::sum));
        Map<String, Long> reasons = new TreeMap<>();
        said.summary().reasons().stream()
                .filter(reason -> reason.effect() != Effect.CAUTION)
                .forEach(reason -> reasons.put(reason.rule(), reason.pairs()));
        assertEquals(reasons, against);
    }

    @Test
    void aRowIsThePoolOfTheGuestsAndAColumnThatOfTheDestinations() throws Exception {
        Said said = said("all", RACK, false);
        assertEquals("pool", said.all().by());
        assertEquals(List.of("amd", "intel"), said.labels());
        assertEquals("amd, Linux 6.1, QEMU 8.2", said.all().sources().get(0).mostly());
        assertEquals(2, said.all().destinations().size());
        Matrix.Cell home = said.all().cells().get(0).get(0);
        assertEquals(4, home.all()); // of four guests each to the one other host
        assertEquals(1, home.pairs(Verdict.ALLOW));
        assertEquals("amd-live-l2", home.against().get(0).what());
        assertEquals("guest.l2.live", home.needs().get(0).what());
    }

    @Test
    void whereThereIsNoDestinationARowHasOneCell() throws Exception {
        Said said = said(null, RACK, false);
        assertEquals(List.of(), said.all().destinations());
        assertTrue(said.all().cells().stream().allMatch(row -> row.size() == 1));
    }

    private Path hosts(int number, String line) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            String id = "h" + i;
            lines.add("{\"kind\":\"host\",\"id\":\"" + id + "\",\"observedAt\":\"2026-11-22T13:00:00Z\","
                    + String.format(line, i) + "}");
            lines.add("{\"kind\":\"guest\",\"hostId\":\"" + id + "\",\"name\":\"g" + i + "\"}");
        }
        return Files.write(folder.resolve("made.ndjson"), lines);
    }

    @Test
    void whereThereAreManyPoolsHostsAreGroupedByWhatTheyAre() throws Exception {
        Said said = said("any", hosts(40, "\"pool\":\"p%d\",\"vendor\":\"amd\",\"kernel\":\"6.1.0-18-amd64\""), false);
        assertEquals("CPU maker, Linux and QEMU", said.all().by());
        assertEquals(List.of("amd, Linux 6.1, QEMU not known"), said.labels());
        said = said("any", hosts(40, "\"vendor\":\"intel\",\"arch\":\"x86_64\",\"qemu\":\"%d.1.0\""), false);
        assertEquals(List.of("intel, Linux not known"), said.labels());
        said = said("any", hosts(40, "\"vendor\":\"ibm\",\"arch\":\"s390x\",\"kernel\":\"6.%d.1\""), false);
        assertEquals(List.of("ibm"), said.labels());
    }

    @Test
    void ofAnInterruptedAuditThereIsNone() throws Exception {
        assertEquals(null, said("all", RACK, true).matrix());
    }
}
