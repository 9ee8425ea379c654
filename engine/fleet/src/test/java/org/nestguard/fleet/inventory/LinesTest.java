package org.nestguard.fleet.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.text.UnreadableException;

class LinesTest {
    private static final int GUESTS = 20_000; // some thirty pieces, of which a handful is held at a time

    @TempDir
    Path folder;

    /** The bytes of a piece are used again for a later one. */
    @Test
    void eachLineIsReadOnceAndInOrderHoweverManyPiecesThereAre() throws IOException {
        Path file = folder.resolve("fleet.ndjson");
        List<String> written = new ArrayList<>();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < GUESTS; i++) {
                // of different lengths, some with an escape: these are read by themselves
                String name = "web-" + i + "-" + "x".repeat(i % 400) + (i % 7 == 0 ? "\\u0041" : "");
                written.add(name.replace("\\u0041", "A"));
                out.write(("{\"kind\":\"guest\",\"hostId\":\"h\",\"name\":\"" + name + "\"}\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
        List<String> read = new ArrayList<>();
        try (Lines lines = new Lines()) {
            lines.read(
                    new FlatFile("fleet", file, false),
                    (chunk, reader) -> {
                        List<String> names = new ArrayList<>();
                        Chunk.Line line = chunk.lines();
                        while (line.next()) {
                            try {
                                names.add(reader.read(chunk.bytes(), line.from(), line.length(), line.number())
                                        .known(Instant.MIN)
                                        .name());
                            } catch (UnreadableException e) {
                                names.add(e.problem().inOneLine());
                            }
                        }
                        return names;
                    },
                    (names, firstLine) -> {
                        assertEquals(read.size() + 1, firstLine);
                        read.addAll(names);
                        return names.size();
                    },
                    bytes -> {},
                    () -> false);
        }
        assertEquals(written, read);
    }
}
