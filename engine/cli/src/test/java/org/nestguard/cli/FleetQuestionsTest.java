package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What if, what first, and can this host be emptied: as an operator asks it. */
class FleetQuestionsTest {
    private static final String RACK = Path.of(System.getProperty("nestguard.fixtures"), "fleets/rack/fleet.ndjson")
            .toString();

    @TempDir
    private Path folder = Path.of("");

    private record Ran(int status, String out, String err) {}

    private static Ran run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8),
                80,
                false,
                false);
        int status = new Commands(console).run(words);
        return new Ran(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatIfIsAnsweredAndSaysThatItIsNoAnswer() {
        Ran ran = run("audit", "--what-if", "guest.l2.live=0@guest:build-farm-07", RACK);
        assertEquals(0, ran.status(), ran.err());
        assertTrue(ran.out().startsWith("WHAT IF: "), ran.out());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--what-if=host.nestd=true | host has no fact nestd",
                "--what-if=host.nested=true@pool:x | there is no host in the pool x; there are amd, intel",
                "--what-if=guest.smm=false --fail-on=deny | --fail-on is about the fleet as it is",
                "--what-if=guest.smm=false -o=junit | -o junit is read by programs",
                "--what-if=guest.smm=false -o=sarif | -o sarif is read by programs"
            })
    void whatCannotBeSupposedOrIsNoAnswerForPrograms(String words, String why) {
        List<String> line = new ArrayList<>(List.of("audit"));
        line.addAll(List.of(words.split(" ")));
        line.add(RACK);
        Ran ran = run(line.toArray(new String[0]));
        assertEquals(2, ran.status(), ran.out());
        assertTrue(ran.err().contains(why), ran.err());
        assertEquals("", ran.out());
    }

    @Test
    void aPlanIsTold() {
        Ran ran = run("audit", "--plan", RACK);
        assertEquals(0, ran.status(), ran.err());
        assertTrue(ran.out().contains("What to do first"), ran.out());
        assertTrue(ran.out().contains("--what-if 'guest.l2.live=0@pool:amd'"), ran.out());
    }

    @ParameterizedTest
    @CsvSource({"never, 0", "deny, 1", "undetermined, 1"})
    void aHostThatCannotBeEmptiedIsAFailureWhereThatIsAsked(String failOn, int status) throws Exception {
        Ran ran = run("drain", "--fail-on", failOn, "-o", "json", "l0-a", RACK);
        assertEquals(status, ran.status(), ran.err());
        assertEquals(
                "DENY", new ObjectMapper().readTree(ran.out()).get("verdict").asText());
    }

    @ParameterizedTest
    @CsvSource({"l0-b, undetermined, 1", "l0-b, deny, 0", "l0-d, undetermined, 0"})
    void whatIsNotKnownFailsOnlyWhereThatIsAsked(String host, String failOn, int status) {
        Ran ran = run("drain", "--fail-on", failOn, host, RACK);
        assertEquals(status, ran.status(), ran.out());
    }

    @Test
    void aRecordThatCannotBeReadIsSaidAndMakesTheStatus() throws Exception {
        Path fleet = folder.resolve("fleet.ndjson");
        Files.writeString(fleet, Files.readString(Path.of(RACK)) + "no JSON at all\n");
        Ran ran = run("drain", "l0-d", fleet.toString());
        assertEquals(2, ran.status(), ran.out());
        assertTrue(ran.err().contains("fleet.ndjson:10:"), ran.err());
        assertTrue(ran.out().startsWith("UNDETERMINED"), ran.out());
    }

    @Test
    void aHostThatNobodyKnowsIsAnErrorThatMovesNoCursor() {
        Ran ran = run("drain", "no\u001b[2Jwhere", RACK);
        assertEquals(2, ran.status(), ran.out());
        assertTrue(ran.err().contains("there is no host no<U+001B>[2Jwhere in the fleet"), ran.err());
        assertEquals(2, run("drain", "l0-a").status(), "no fleet");
    }
}
