package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What came of the real command, started as an operator starts it. No failure may show a stack trace. */
record Launched(int status, String out, String err) {
    private static final Path DIST = Path.of(System.getProperty("nestguard.dist", "target/nestguard"));
    /** Where audits are kept, for the folder of this user's own is none of a test's business. */
    static final String STATE = DIST.toAbsolutePath().resolveSibling("state").toString();

    private static final long PATIENCE_SECONDS = 120;

    /** Runs it in a folder, which takes its output too. */
    static Launched run(Path folder, String... words) throws IOException, InterruptedException {
        return run(folder, Map.of("XDG_STATE_HOME", STATE), words);
    }

    /** The same in another environment. */
    static Launched run(Path folder, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(
                List.of(DIST.resolve("bin/nestguard").toAbsolutePath().toString()));
        line.addAll(List.of(words));
        Path out = folder.resolve("stdout");
        Path err = folder.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("COLUMNS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it hangs");
        Launched launched = new Launched(process.exitValue(), Files.readString(out), Files.readString(err));
        assertFalse(launched.err().contains("\tat "), launched::err);
        return launched;
    }
}
