package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle for a bug report, through the real launcher. */
class ReportIT {
    private static final String TREE = Path.of(System.getProperty("nestguard.fixtures"))
            .resolve("hosts/amd-with-a-live-l2/tree")
            .toAbsolutePath()
            .toString();

    @TempDir
    private Path folder = Path.of("");

    private Launched run(String... words) throws IOException, InterruptedException {
        return Launched.run(folder, words);
    }

    private String unpacked(String file) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(file)))) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void theBundleSaysFirstThatTheSetUpIsNestedAndKeepsNoNames() throws Exception {
        Launched result = run("report", "--root", TREE, "--file", "bug.tar.gz");
        assertTrue(result.status() <= 1, result.err());
        assertTrue(result.out().endsWith("/bug.tar.gz\n"), result.out());
        String bundle = unpacked("bug.tar.gz");
        assertTrue(bundle.contains("This is a nested set-up"), "README");
        assertTrue(bundle.contains("KVM runs 2 of 2 guests, QEMU emulates 0, and 1 can run KVM themselves"), "README");
        for (String secret : List.of("build-farm-07", "0f3a52c0", "l0-a", "aaaaaaaaaaaaaaaa")) {
            assertFalse(bundle.contains(secret), secret);
        }
    }

    @Test
    void collectAndCheckReadTheBundle() throws Exception {
        run("report", "--root", TREE, "--file", "bug.tar.gz", "--keep", "guest-names");
        Launched facts = run("collect", "--root", "bug.tar.gz");
        assertTrue(facts.out().contains("name: build-farm-07"), facts.out() + facts.err());
        Launched answer = run("check", "--root", "bug.tar.gz", "--guest", "plain");
        assertEquals(0, answer.status(), answer.out() + answer.err());
    }

    @Test
    void whatCannotBeWrittenLeavesNothingBehind() throws Exception {
        Launched result = run("report", "--root", TREE, "--file", "nowhere/bug.tar.gz");
        assertEquals(2, result.status(), result.err());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(), files.filter(f -> f.toString().contains("bug")).toList());
        }
    }

    @Test
    void whatToKeepMustBeKnown() throws Exception {
        Launched result = run("report", "--keep", "passwords");
        assertEquals(2, result.status());
        assertTrue(result.err().contains("must be among serials, uuids"), result.err());
    }
}
