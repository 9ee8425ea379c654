package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts of written-down hosts and of this one, through the real launcher, up to the question that is made of them. */
class CollectIT {
    private static final Path HOSTS = Path.of(System.getProperty("nestguard.fixtures"), "hosts");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private Launched run(String... words) throws IOException, InterruptedException {
        return Launched.run(folder, words);
    }

    private static String tree(String host) {
        return HOSTS.resolve(host).resolve("tree").toString();
    }

    private String facts(String host) throws IOException, InterruptedException {
        Path file = folder.resolve(host + ".yaml");
        run("collect", "--root", tree(host), "--sample", "5s", "--file", file.toString());
        return file.toString();
    }

    @Test
    void aTreeGivesTheFactsOfItsHost() throws Exception {
        Launched result = run("collect", "--root", tree("amd-with-a-live-l2"), "--sample", "5s");
        assertEquals(0, result.status(), result.err());
        JsonNode facts = YAML.readTree(result.out());
        assertEquals("l0-a", facts.at("/host/name").asText());
        assertEquals(1, facts.at("/guests/0/l2/live").asInt());
        assertTrue(facts.at("/evidence")
                .get("/guests/0/l2/live")
                .get("why")
                .asText()
                .contains("rose from 4711 to 4790"));
    }

    @Test
    void whatIsMissingIsUnknownAndSaid() throws Exception {
        Launched result = run("collect", "--root", tree("nothing-to-be-had"), "-o", "ndjson");
        assertEquals(1, result.status());
        assertEquals(1, result.out().lines().count());
        assertEquals("unknown", JSON.readTree(result.out()).at("/host/nested").asText());
        assertTrue(result.err().contains("the host's qemu is unknown"), result.err());
    }

    @Test
    void thisVeryHostCanBeCollected() throws Exception {
        Launched result = run("collect");
        assertTrue(result.status() == 0 || result.status() == 1, result.err());
        assertFalse(YAML.readTree(result.out()).at("/host/kernel").asText().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "build-farm-07,  amd-with-a-live-l2,     migrate, 1",
        "plain,          amd-with-a-live-l2,     savevm,  0",
        "lab,            intel-with-an-idle-l1,  savevm,  0",
        "came-in,        intel-with-an-idle-l1,  savevm,  0",
        "zl1,            s390x-lpar,             migrate, 0",
    })
    void aQuestionIsMadeOfThem(String guest, String host, String operation, int status) throws Exception {
        String facts = facts(host);
        Launched result = operation.equals("migrate")
                ? run("check", "--guest", guest, "--from", facts, "--to", facts)
                : run("check", "--guest", guest, "--from", facts, "--operation", operation);
        assertEquals(status, result.status(), result.out() + result.err());
        assertTrue(result.out().contains("as of"), result.out());
    }

    @Test
    void aFactThatIsTooOldDecidesNothing() throws Exception {
        String facts = facts("amd-with-a-live-l2");
        Launched fresh = run("check", "--guest", "build-farm-07", "--from", facts, "-o", "json");
        assertEquals(1, fresh.status(), fresh.err());
        assertEquals(
                "2026-11-22T12:00:05Z", JSON.readTree(fresh.out()).at("/asOf").asText());
        Launched stale = run("check", "--guest", "build-farm-07", "--from", facts, "--as-of", "2026-11-22T12:01:06Z");
        assertEquals(3, stale.status(), stale.out() + stale.err());
        assertTrue(stale.out().replaceAll("\\s+", " ").contains("61 s old and believed for 60 s only"), stale.out());
        Launched believed = run(
                "check",
                "--guest",
                "build-farm-07",
                "--from",
                facts,
                "--as-of",
                "2026-11-22T12:01:06Z",
                "--max-l2-age",
                "10m");
        assertEquals(1, believed.status(), believed.out() + believed.err());
    }

    @Test
    void anOldDocumentIsOldBesideANewOne() throws Exception {
        String recent = facts("intel-with-an-idle-l1");
        Path old = folder.resolve("old.yaml");
        Files.writeString(old, Files.readString(Path.of(recent)).replace("2026-11-22T12", "2026-11-20T12"));
        Launched together = run("check", "--guest", "lab", "--from", old.toString(), "--to", old.toString());
        assertEquals(0, together.status(), together.out() + together.err());
        Launched apart = run("check", "--guest", "lab", "--from", old.toString(), "--to", recent);
        assertEquals(3, apart.status(), apart.out() + apart.err());
    }

    @Test
    void anArchiveOfATreeServesLikeTheTree() throws Exception {
        Path archive = folder.resolve("l0-b.tar.gz");
        Process tar =
                new ProcessBuilder("tar", "czf", archive.toString(), "-C", tree("intel-with-an-idle-l1"), ".").start();
        assertEquals(0, tar.waitFor());
        Launched result = run("collect", "--root", archive.toString());
        assertTrue(result.out().contains("name: came-in"), result.out() + result.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "collect --root /nonexistent                         | there is no such",
                "collect --sample soon                               | is no duration",
                "check --to x.yaml                                   | are of a question about --guest",
                "check --guest nobody --from AMD                     | there is no running guest nobody on l0-a; there are build-farm-07, plain",
                "check --guest plain --from /nonexistent.yaml        | there is no such file",
                "check --guest plain --from AMD --operation fly      | must be one of migrate, savevm, loadvm",
                "check --guest plain --from AMD --operation loadvm   | needs --snapshot",
                "check --guest plain --from AMD --sample 5s         | look at a host",
                "check --guest plain --from AMD --as-of yesterday   | is no time such as",
                "check --guest plain --from /tmp                    | /tmp: cannot be read",
                "collect --root TREE --file /dev/null               | is no regular file",
                "check --guest plain --from AMD question.yaml        | asks its own question",
            })
    void wrongUseIsSaidWithStatusTwo(String words, String message) throws Exception {
        Launched result = run(words.replace("AMD", facts("amd-with-a-live-l2"))
                .replace("TREE", tree("s390x-lpar"))
                .trim()
                .split(" "));
        assertEquals(2, result.status(), result.out() + result.err());
        assertTrue(result.err().contains(message), result.err());
        assertEquals("", result.out());
    }

    @Test
    void aSnapshotIsWeighedByTheFactsOfItsTime() throws Exception {
        String then = facts("amd-with-a-live-l2");
        Launched result =
                run("check", "--guest", "build-farm-07", "--from", then, "--operation", "loadvm", "--snapshot", then);
        assertEquals(1, result.status(), result.out() + result.err());
    }

    @Test
    void theSnapshotOfANamesakeIsNoSnapshotOfTheGuest() throws Exception {
        String now = facts("amd-with-a-live-l2");
        Path then = folder.resolve("then.yaml");
        Files.writeString(
                then,
                Files.readString(Path.of(now))
                        .replace("0f3a52c0-0000-4000-8000-000000000001", "0f3a52c0-0000-4000-8000-000000000077"));
        Launched result = run(
                "check",
                "--guest",
                "build-farm-07",
                "--from",
                now,
                "--operation",
                "loadvm",
                "--snapshot",
                then.toString());
        assertEquals(2, result.status(), result.out() + result.err());
        assertTrue(result.err().contains("of another guest that is called build-farm-07 too"), result.err());
    }

    @Test
    void aFileIsWholeOrNotThere() throws Exception {
        Launched result = run(
                "collect",
                "--root",
                tree("s390x-lpar"),
                "--file",
                folder.resolve("none/x.yaml").toString());
        assertEquals(2, result.status(), result.err());
        run(
                "collect",
                "--root",
                tree("s390x-lpar"),
                "--file",
                folder.resolve("x.yaml").toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.toString().endsWith(".part")));
        }
    }
}
