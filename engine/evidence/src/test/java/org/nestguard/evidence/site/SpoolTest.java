package org.nestguard.evidence.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hooks let pass is counted once, whatever lies beside it. */
class SpoolTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path folder = Path.of("");

    private Path spool = Path.of("");

    @BeforeEach
    void aSpool() throws IOException {
        spool = Files.createDirectory(folder.resolve("spool"));
    }

    private Spool.Count count() {
        return new Spool(spool).count(NOW);
    }

    private static List<String> names(Path in) throws IOException {
        try (Stream<Path> all = Files.list(in)) {
            return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
        }
    }

    private void note(String name, String text) throws IOException {
        Files.writeString(spool.resolve(name), text);
    }

    @Test
    void notesAreCountedOnceAndKept() throws IOException {
        note("passed.aaaaaaaa", "at: now\n");
        note("passed.bbbbbbbb", "");
        assertEquals(new Spool.Count(2, Optional.empty()), count());
        assertEquals(new Spool.Count(0, Optional.empty()), count());
        note("passed.aaaaaaaa", "another of that name\n");
        assertEquals(1, new Spool(spool).count(NOW.plusSeconds(1)).passed());
        assertEquals(3, names(spool.resolve("counted")).size(), "none takes the place of another");
    }

    @Test
    void withoutASpoolNothingWasLetPass() throws IOException {
        Files.delete(spool);
        assertEquals(new Spool.Count(0, Optional.empty()), count());
        assertFalse(Files.exists(spool));
    }

    @Test
    void whatIsNoNoteIsLeftAlone() throws IOException, InterruptedException {
        note(".new.aaaaaaaa", "half of one");
        note("passed.", "");
        note("passed.$(reboot)", "");
        note("other", "");
        Files.createDirectory(spool.resolve("passed.dddddddd"));
        Path secret = Files.writeString(folder.resolve("secret"), "");
        Files.createSymbolicLink(spool.resolve("passed.llllllll"), secret);
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", spool.resolve("passed.ffffffff").toString())
                        .start()
                        .waitFor());
        List<String> before = names(spool);
        assertEquals(new Spool.Count(0, Optional.empty()), count());
        assertEquals(before, names(spool));
        assertTrue(Files.exists(secret));
    }

    @Test
    void whatANoteSaysIsNotRead() throws IOException {
        note("passed.aaaaaaaa", "\u001b[2J\u0000at: never\n".repeat(100_000));
        assertEquals(1, count().passed());
    }

    @Test
    void nothingIsMovedThroughALink() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(spool.resolve("counted"), elsewhere);
        note("passed.aaaaaaaa", "");
        Spool.Count count = count();
        assertEquals(1, count.passed(), "it was let pass all the same");
        assertTrue(count.trouble().orElse("").contains("cannot be moved"), count::toString);
        assertEquals(List.of(), names(elsewhere));
    }

    @Test
    void aSpoolThatIsNoFolderIsTold() throws IOException {
        Files.delete(spool);
        Files.writeString(spool, "");
        assertTrue(count().trouble().isPresent());
    }
}
