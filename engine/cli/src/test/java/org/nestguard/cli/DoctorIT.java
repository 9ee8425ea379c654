package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor through the real launcher: of hosts written down, of one that we make ill, and of this one. */
class DoctorIT {
    private static final Path DIST = Path.of(System.getProperty("nestguard.dist", "target/nestguard"));
    private static final Path HOSTS = Path.of(System.getProperty("nestguard.fixtures"), "hosts");

    @TempDir
    private Path folder = Path.of("");

    private record Result(int status, String out, String err) {
        String flat() {
            return out.replaceAll("\\s+", " ");
        }
    }

    private Result run(String... words) throws IOException, InterruptedException {
        List<String> line =
                new ArrayList<>(List.of(DIST.resolve("bin/nestguard").toString(), "doctor"));
        line.addAll(List.of(words));
        return ended(line);
    }

    private Result ended(List<String> line) throws IOException, InterruptedException {
        Path out = folder.resolve("stdout");
        Path err = folder.resolve("stderr");
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().remove("COLUMNS");
        Process process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it hangs");
        Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        assertFalse(result.err().contains("\tat "), result::err);
        return result;
    }

    private static String tree(String host) {
        return HOSTS.resolve(host).resolve("tree").toString();
    }

    /** A copy of the AMD host that a test may change. */
    private Path copy() throws IOException {
        Path from = HOSTS.resolve("amd-with-a-live-l2/tree");
        Path copy = folder.resolve("nestguard-l0-a");
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, copy.resolve(from.relativize(path).toString()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy;
    }

    /** The same with nesting switched off by a line that the module refuses the next time. */
    private Path ill() throws IOException {
        Path copy = copy();
        Files.writeString(copy.resolve("sys/module/kvm_amd/parameters/nested"), "0\n");
        Files.createDirectories(copy.resolve("etc/modprobe.d"));
        Files.writeString(copy.resolve("etc/modprobe.d/kvm.conf"), "options kvm-amd nested=y\n");
        return copy;
    }

    private static JsonNode diagnosis(JsonNode examination, String id) {
        for (JsonNode one : examination.get("diagnoses")) {
            if (one.get("id").asText().equals(id)) {
                return one;
            }
        }
        throw new AssertionError("no " + id + " in " + examination);
    }

    @ParameterizedTest
    @CsvSource({
        "amd-with-a-live-l2,    0, host l0-a: all in order",
        "intel-with-an-idle-l1, 0, host l0-b: all in order",
        "nothing-to-be-had,     1, unknown",
    })
    void theStatusAndTheFirstLineTellTheResult(String host, int status, String first) throws Exception {
        Result result = run("--root", tree(host));
        assertEquals(status, result.status(), result.out() + result.err());
        assertTrue(result.out().lines().findFirst().orElse("").contains(first), result.out());
    }

    @Test
    void whatIsWrongComesFirstWithTheCommandsThatHelp() throws Exception {
        Result result = run("--root", ill().toString());
        assertEquals(1, result.status(), result.err());
        assertTrue(result.out().startsWith("host l0-a: 4 findings\n\n  finding   nesting now\n"), result.out());
        assertTrue(result.out().contains("\n                modprobe -r kvm_amd\n"), result.out());
        assertTrue(result.flat().contains("Guests run on this host"), result.out());
        assertTrue(
                result.flat()
                        .contains(
                                "build-farm-07 is to see svm, but nesting is off on this host, so it does not get it."),
                result.out());
        result.out().lines().filter(l -> !l.startsWith(" ".repeat(16))).forEach(l -> assertTrue(l.length() <= 80, l));
    }

    @Test
    void aGuestWithTheHostsCpuIsARemarkAndChangesNoStatus() throws Exception {
        Result result = run("--root", tree("intel-with-an-idle-l1"));
        assertEquals(0, result.status());
        assertTrue(result.flat().contains("its CPU is the host's own (-cpu host)"), result.out());
    }

    @Test
    void anArchiveServesLikeTheTree() throws Exception {
        String tree = ill().toString();
        Path archive = folder.resolve("l0-a.tar.gz");
        assertEquals(
                0,
                ended(List.of("tar", "czf", archive.toString(), "-C", folder.toString(), "nestguard-l0-a"))
                        .status());
        Result result = run("--root", archive.toString());
        assertEquals(1, result.status(), result.err());
        assertEquals(run("--root", tree).out(), result.out());
    }

    @Test
    void theFixPlanIsAScriptThatTheShellReads() throws Exception {
        Result plan = run("--fix-plan", "--root", ill().toString());
        assertEquals(1, plan.status(), plan.err());
        assertTrue(plan.out().startsWith("#!/bin/sh\n"), plan.out());
        assertTrue(plan.out().contains("\nrefuse_while_in_use\nmodprobe -r kvm_amd\n"), plan.out());
        Path script = Files.writeString(folder.resolve("fix.sh"), plan.out());
        assertEquals(0, ended(List.of("sh", "-n", script.toString())).status());
        Result nothing = run("--fix-plan", "--root", tree("amd-with-a-live-l2"));
        assertEquals(0, nothing.status());
        assertTrue(nothing.out().contains("There is nothing to run."), nothing.out());
    }

    @Test
    void programsReadTheSameAsJson() throws Exception {
        Result result = run("-o", "json", "--root", ill().toString());
        assertEquals(1, result.status(), result.err());
        JsonNode examination = new ObjectMapper().readTree(result.out());
        assertEquals("l0-a", examination.get("host").asText());
        assertEquals("kvm_amd", examination.get("module").asText());
        assertFalse(examination.get("fine").asBoolean());
        JsonNode now = diagnosis(examination, "nesting-now");
        assertEquals("finding", now.get("state").asText());
        assertEquals(
                "/sys/module/kvm_amd/parameters/nested",
                now.at("/evidence/0/from").asText());
        assertEquals("any-time", now.at("/doNext/0/when").asText());
        assertTrue(now.at("/doNext/0/commands/0").asText().startsWith("sed -i"), now::toString);
    }

    @Test
    void namesOfOthersMoveNoCursorAndBreakOutOfNothing() throws Exception {
        Path tree = ill();
        String bad = "x\u001b[2J\u202e';reboot;'\nreboot #";
        Path guest = Files.createDirectories(tree.resolve("proc/4400"));
        Files.writeString(
                guest.resolve("cmdline"),
                String.join("\0", "/usr/bin/qemu-system-x86_64", "-name", bad, "-accel", "kvm", "-cpu", "host"));
        Files.writeString(tree.resolve("proc/sys/kernel/hostname"), "a\u001b[31m$(reboot)\n");
        Files.writeString(tree.resolve("etc/modprobe.d/z;reboot\u001b[2J.conf"), "options kvm_amd nested=0\n");
        for (String format : List.of("text", "json")) {
            Result result = run("-o", format, "--root", tree.toString());
            assertEquals(1, result.status(), result.err());
            assertFalse((result.out() + result.err()).contains("\u001b"), result.out());
        }
        Result text = run("--root", tree.toString());
        assertFalse(text.out().contains("\u202e"), text.out());
        assertTrue(text.out().startsWith("host a<U+001B>[31m$(reboot): "), text.out());
        Result plan = run("--fix-plan", "--root", tree.toString());
        assertEquals(
                0,
                ended(List.of(
                                "sh",
                                "-n",
                                Files.writeString(folder.resolve("p.sh"), plan.out())
                                        .toString()))
                        .status());
        plan.out().lines().filter(l -> l.contains("reboot")).forEach(l -> assertTrue(l.startsWith("#"), l));
    }

    @Test
    void thisVeryHostCanBeExamined() throws Exception {
        Result result = run();
        assertTrue(result.status() == 0 || result.status() == 1, result.err());
        assertTrue(result.out().startsWith("host "), result.out());
        assertTrue(result.out().contains("what is below this host"), result.out());
    }

    @Test
    void colourIsThereOnlyWhereItIsWanted() throws Exception {
        String tree = tree("amd-with-a-live-l2");
        assertTrue(run("--color", "always", "--root", tree).out().contains("\u001b[1;32mok\u001b[0m"));
        assertFalse(run("--root", tree).out().contains("\u001b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--root /nonexistent     | there is no such",
                "--fix-plan -o json      | --fix-plan is a shell script",
                "-o xml                  | 'xml'",
                "--bogus                 | Unknown option",
                "l0-a                    | l0-a",
                "--timeout soon          | is no duration",
            })
    void wrongUseIsSaidWithStatusTwo(String words, String message) throws Exception {
        Result result = run(words.trim().split(" "));
        assertEquals(2, result.status(), result.out() + result.err());
        assertTrue(result.err().contains(message), result.err());
        assertEquals("", result.out());
    }

    @Test
    void anArchiveWithoutAHostIsCalledByItsOwnName() throws Exception {
        Files.writeString(folder.resolve("letter"), "x");
        Path archive = folder.resolve("letters.tar");
        ended(List.of("tar", "cf", archive.toString(), "-C", folder.toString(), "letter"));
        Result result = run("--root", archive.toString());
        assertEquals(2, result.status());
        assertTrue(result.err().contains("letters.tar: nothing of a host in it"), result.err());
    }
}
