package org.nestguard.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.nestguard.facts.FactName.DESTINATION_NAME;
import static org.nestguard.facts.FactName.GUEST_L2_LIVE;
import static org.nestguard.facts.FactName.GUEST_NAME;
import static org.nestguard.facts.FactName.GUEST_NESTING;
import static org.nestguard.facts.FactName.SOURCE_NAME;
import static org.nestguard.facts.FactName.SOURCE_VENDOR;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.decision.Decision;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;

/** The library as another program uses it; the README shows these lines. */
class DozenLinesTest {
    // README: begin
    static boolean mayMigrate(MigrationGuard guard, String guest, int liveL2, String from, String to) {
        Question question = guard.question(Operation.MIGRATE)
                .state(GUEST_NAME, guest)
                .state(GUEST_NESTING, "true")
                .state(GUEST_L2_LIVE, String.valueOf(liveL2))
                .state(SOURCE_NAME, from)
                .state(SOURCE_VENDOR, "amd")
                .state(DESTINATION_NAME, to)
                .build();
        Decision decision = guard.decide(question);
        decision.findings().forEach(finding -> System.out.println(finding.message()));
        return decision.effective() == Verdict.ALLOW;
    }
    // README: end

    private static final MigrationGuard GUARD = MigrationGuard.create();

    @Test
    void aDozenLinesAskTheGuard() {
        assertEquals(false, mayMigrate(GUARD, "build-farm-07", 2, "l0-a", "l0-b"));
    }

    @Test
    void theReadmeShowsTheseVeryLines() throws IOException {
        Path project = Path.of(System.getProperty("nestguard.project"));
        String source =
                Files.readString(project.resolve("engine/core/src/test/java/org/nestguard/engine/DozenLinesTest.java"));
        String shown = source.substring(
                        source.indexOf("// README: begin\n") + "// README: begin\n".length(),
                        source.indexOf("    // README: end\n"))
                .replaceAll("(?m)^    ", "")
                .strip();
        assertEquals(true, Files.readString(project.resolve("README.md")).contains(shown));
    }

    @Test
    void manyThreadsGetTheSameAnswer() throws Exception {
        Question question = GUARD.question(Operation.MIGRATE)
                .state(GUEST_NAME, "db")
                .state(SOURCE_VENDOR, "amd")
                .state(GUEST_L2_LIVE, "0")
                .build();
        Decision alone = GUARD.decide(question);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Decision>> asked = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                asked.add(() -> GUARD.decide(question));
            }
            for (Future<Decision> answer : threads.invokeAll(asked)) {
                assertEquals(alone, answer.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
