package org.nestguard.server.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nestguard.store.Database;

/** Nothing that was acknowledged is lost when the service is killed. */
@Tag("any-jvm") // long, and the same on each; see .ci/run
class KillTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"SQLITE, 5", "POSTGRESQL, 2"})
    void whatWasAcknowledgedIsThereAfterEachKill(Database database, int rounds) throws Exception {
        KillRounds.Outcome outcome = new KillRounds(folder, database.fresh(folder)).run(rounds);
        assertEquals(List.of(), outcome.lost());
        assertTrue(outcome.decisions() > 0 && outcome.facts() > 0 && outcome.harms() > 0, outcome::toString);
        try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
            assertEquals(
                    List.of(),
                    left.filter(file -> file.toString().contains("sqlite")).toList());
        }
    }
}
