package org.nestguard.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nestguard.catalogue.BuiltTables;

/** Version strings of real machines, where a corpus of them is at hand. */
class CorpusTest {
    private static final Path CORPUS = Path.of(System.getProperty("nestguard.corpus", "corpus"));
    private static final Distributions DISTRIBUTIONS = BuiltTables.load().distributions();

    private record Row(Map<String, String> cells) {
        boolean has(String column) {
            return cells.containsKey(column);
        }

        String get(String column) {
            return Objects.requireNonNull(cells.get(column), column);
        }
    }

    @TestFactory
    Stream<DynamicTest> kernelReleases() {
        return Stream.of("kernel-release", "uname", "proc-version")
                .flatMap(kind -> rows(kind).stream())
                .map(row -> DynamicTest.dynamicTest(row.get("kernel_release"), () -> kernel(row)));
    }

    private static void kernel(Row row) {
        if (row.get("major").equals("-")) {
            return; // the line has no release in it; what it does have is tried below
        }
        KernelRelease release = KernelRelease.read(row.get("kernel_release")).orElseThrow();
        assertEquals(Integer.parseInt(row.get("major")), release.version().major());
        assertEquals(Integer.parseInt(row.get("minor")), release.version().minor());
        String micro = row.has("micro") ? row.get("micro") : row.get("micro_as_printed");
        assertEquals(Integer.parseInt(micro), release.version().micro());
        boolean comparable =
                DISTRIBUTIONS.of(release).map(Distribution::upstreamNumbers).orElse(true);
        assertEquals(row.get("comparable_to_upstream").equals("yes"), comparable, "comparable to upstream");
    }

    @TestFactory
    Stream<DynamicTest> qemuBanners() {
        return rows("qemu-version").stream()
                .filter(row -> row.get("kind_of_text").equals("--version banner"))
                .map(row -> DynamicTest.dynamicTest(row.get("text"), () -> {
                    Version version =
                            QemuVersion.read(row.get("text")).orElseThrow().version();
                    assertEquals(
                            row.get("major") + "." + row.get("minor") + "." + row.get("micro"), version.toString());
                }));
    }

    @TestFactory
    Stream<DynamicTest> whatIsNoReleaseIsRefused() {
        return Stream.of("2", "hostname")
                .map(text -> DynamicTest.dynamicTest(text, () -> {
                    assertTrue(KernelRelease.read(text).isEmpty());
                }));
    }

    private static List<Row> rows(String kind) {
        Path file = CORPUS.resolve(kind).resolve("expected.tsv");
        assumeTrue(Files.exists(file), "no corpus at " + CORPUS + "; the real version strings are not tried");
        try {
            List<String> lines = Files.readAllLines(file);
            String[] names = lines.get(0).split("\t", -1);
            return lines.stream()
                    .skip(1)
                    .map(line -> {
                        Map<String, String> row = new HashMap<>();
                        String[] cells = line.split("\t", -1);
                        for (int i = 0; i < Math.min(names.length, cells.length); i++) {
                            row.put(names[i], cells[i]);
                        }
                        return new Row(row);
                    })
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
