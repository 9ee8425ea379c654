package org.nestguard.evidence.artefact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Files of real machines with the values that are expected of them, where a corpus of them is at hand. */
final class Corpus {
    static final Path FOLDER = Path.of(System.getProperty("nestguard.corpus", "corpus"));

    /** What stands where a file says nothing. */
    static final String NOTHING = "-";

    private Corpus() {}

    /** What is expected of one file or one text. */
    record Row(String kind, Map<String, String> cells) {
        String get(String column) {
            return Objects.requireNonNull(cells.get(column), column);
        }

        /** The file that a column names. */
        String file(String column) {
            return text(FOLDER.resolve(kind).resolve(get(column)));
        }

        void says(String column, String actual) {
            assertEquals(get(column), actual, column);
        }

        void says(String column, Reading<?> actual) {
            says(column, actual.value().map(Object::toString).orElse(NOTHING));
        }
    }

    /** A test of each row, called after one of its columns. */
    static Stream<DynamicTest> tests(String kind, String name, Consumer<Row> test) {
        return rows(kind).stream().map(row -> DynamicTest.dynamicTest(row.get(name), () -> test.accept(row)));
    }

    private static List<Row> rows(String kind) {
        Path file = FOLDER.resolve(kind).resolve("expected.tsv");
        assumeTrue(Files.exists(file), "no corpus at " + FOLDER + "; real " + kind + " is not tried");
        List<String> lines = text(file).lines().toList();
        assertFalse(lines.isEmpty());
        String[] names = lines.get(0).split("\t", -1);
        List<Row> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            Map<String, String> row = new LinkedHashMap<>();
            String[] cells = line.split("\t", -1);
            for (int i = 0; i < names.length; i++) {
                row.put(names[i], i < cells.length ? cells[i] : "");
            }
            rows.add(new Row(kind, row));
        }
        return rows;
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
