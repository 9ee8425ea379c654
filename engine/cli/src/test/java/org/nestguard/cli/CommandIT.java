package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real launcher, as a hook or an operator starts it. */
class CommandIT {
    private static final Path DIST = Path.of(System.getProperty("nestguard.dist", "target/nestguard"));
    private static final String HOST = "level: L0, arch: x86_64, vendor: amd, kernel: 6.1.0, qemu: 8.2.0, nested: true";
    private static final String QUESTION = """
            operation: migrate
            guest: {name: g1, nesting: true, l2: {live: LIVE}, cpuMode: custom}
            source: {name: l0-a, HOST}
            destination: {name: l0-b, HOST}
            """.replace("HOST", HOST);
    private static final String CARD = """
            package site
            import org.nestguard.facts.Question
            rule "site-rule"
                @effect(org.nestguard.findings.Effect.FORBID)
                @summary("SUMMARY") @message("m") @remedy("r") @because("guest.name") @source("site") @since("1")
            when
                Question(guestName == "NAME")
            then
            end
            """;

    @TempDir
    private Path folder = Path.of("");

    private record Result(int status, String out, String err) {}

    @BeforeEach
    void questions() throws IOException {
        write("allow.yaml", QUESTION.replace("LIVE", "0"));
        write("deny.yaml", QUESTION.replace("LIVE", "2"));
        write("unsure.yaml", QUESTION.replace("LIVE", "unknown"));
        write("bad.yaml", "operation: fly\nsource: {}\n");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private ProcessBuilder process(Path dist, Map<String, String> environment, List<String> words) {
        List<String> command =
                new ArrayList<>(List.of(dist.resolve("bin/nestguard").toString()));
        command.addAll(words);
        ProcessBuilder process = new ProcessBuilder(command).directory(folder.toFile());
        for (String name : List.of("COLUMNS", "NO_COLOR", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
            process.environment().remove(name);
        }
        process.environment().putAll(environment);
        return process;
    }

    private Result run(Path dist, Map<String, String> environment, String input, String... words) {
        try {
            Path in = write("stdin", input);
            Path out = folder.resolve("stdout");
            Path err = folder.resolve("stderr");
            Process process = process(dist, environment, List.of(words))
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            int status = status(process);
            Result result = new Result(status, Files.readString(out), Files.readString(err));
            assertFalse(result.err().contains("\tat "), result::err);
            assertFalse(result.err().contains("Exception in thread"), result::err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int status(Process process) {
        try {
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            process.destroyForcibly();
            assertTrue(ended, "it does not come to an end");
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Result run(String... words) {
        return run(DIST, Map.of(), "", words);
    }

    private static void refused(Result result, int status, String message) {
        assertEquals(status, result.status(), result::toString);
        assertEquals("", result.out());
        assertTrue(result.err().contains(message), result::err);
    }

    // ---- statuses

    @ParameterizedTest
    @CsvSource({
        "allow.yaml, 0",
        "deny.yaml, 1",
        "unsure.yaml, 3",
        "bad.yaml, 2",
        "allow.yaml allow.yaml, 0",
        "allow.yaml unsure.yaml, 3",
        "unsure.yaml allow.yaml, 3",
        "unsure.yaml deny.yaml allow.yaml, 1",
        "deny.yaml bad.yaml unsure.yaml, 2",
        "bad.yaml allow.yaml, 2",
        "allow.yaml gone.yaml, 2",
        "gone.yaml deny.yaml, 2"
    })
    void ofSeveralAnswersTheWorstCounts(String files, int status) {
        List<String> words = new ArrayList<>(List.of("check"));
        words.addAll(List.of(files.split(" ", -1)));
        assertEquals(status, run(words.toArray(String[]::new)).status());
    }

    @Test
    void aGuardThatFailsIsWorstAndLeavesAnAnswerInItsPlace() throws IOException {
        write("site/distributions.yaml", """
                - {id: own, name: own, pattern: '%s!!', nestedState: never, upstreamNumbers: false, sure: true, source: x}
                """.formatted(".*a".repeat(12)));
        String hostile = "5.0.0-" + "a".repeat(100);
        write(
                "fails.yaml",
                QUESTION.replace("LIVE", "1").replace("amd", "intel").replace("6.1.0", hostile));
        Result result = run("check", "-o", "ndjson", "--rules", "site", "bad.yaml", "fails.yaml", "allow.yaml");
        assertEquals(70, result.status(), result::toString);
        List<String> lines = result.out().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(0).contains("\"error\""));
        assertTrue(lines.get(1).contains("the guard failed, which is a refusal"), lines.get(1));
        assertTrue(lines.get(2).contains("\"verdict\":\"ALLOW\""));
        assertEquals(70, run("check", "--rules", "site", "fails.yaml").status());
    }

    // ---- what is asked

    @Test
    void whatCannotBeReadIsStatusTwo() throws IOException {
        Files.createDirectory(folder.resolve("dir"));
        refused(run("check", "dir"), 2, "dir: is a directory");
        refused(run("check", "gone.yaml"), 2, "gone.yaml: cannot be read: No such file or directory");
        refused(run("check", "bad.yaml"), 2, "bad.yaml:1:12: operation: must be one of migrate, savevm, loadvm");
        write("empty.yaml", "");
        refused(run("check", "empty.yaml"), 2, "empty.yaml: there is no question in it; an empty input allows nothing");
        Result both = run("check", "allow.yaml", "empty.yaml");
        assertEquals(2, both.status());
        refused(run("check", "/dev/zero"), 2, "/dev/zero");
        refused(run("check", "@allow.yaml"), 2, "@allow.yaml: cannot be read");
    }

    @Test
    void aFileThatMayNotBeReadIsStatusTwo() {
        assertTrue(folder.resolve("allow.yaml").toFile().setReadable(false));
        assumeFalse(Files.isReadable(folder.resolve("allow.yaml")), "this user can read everything");
        refused(run("check", "allow.yaml"), 2, "allow.yaml: cannot be read: (Permission denied)");
    }

    /** Words that need no parser of options take a way of their own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "allow.yaml",
                "deny.yaml unsure.yaml",
                "-o json deny.yaml",
                "bad.yaml -o ndjson allow.yaml",
                "-o yaml -",
                "missing.yaml",
                "-o text",
                "-o",
                "-o prose allow.yaml",
                "-o json -o json allow.yaml"
            })
    void plainWordsAreTakenAsTheParserOfOptionsTakesThem(String words) {
        List<String> plain = new ArrayList<>(List.of("check"));
        plain.addAll(List.of(words.split(" ", -1)));
        List<String> parsed = new ArrayList<>(plain);
        parsed.add(1, "--color=never");
        String input = QUESTION.replace("LIVE", "2");
        assertEquals(
                run(DIST, Map.of(), input, parsed.toArray(new String[0])),
                run(DIST, Map.of(), input, plain.toArray(new String[0])));
    }

    @Test
    void standardInputIsReadWhereNoFileIsNamed() {
        String question = QUESTION.replace("LIVE", "2");
        assertEquals(1, run(DIST, Map.of(), question, "check").status());
        assertEquals(1, run(DIST, Map.of(), question, "check", "-").status());
        refused(run(DIST, Map.of(), "", "check"), 2, "standard input: there is no question in it");
        refused(run(DIST, Map.of(), "{", "check"), 2, "standard input:");
    }

    @Test
    void anInputThatIsClosedIsNoAnswer() throws IOException {
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "exec \"$0\" check <&-",
                        DIST.resolve("bin/nestguard").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, status(process), said);
    }

    @Test
    void wrongWordsAreStatusTwo() {
        refused(run(), 2, "which command? See --help");
        refused(run("chekc"), 2, "chekc");
        refused(run("check", "--bogus"), 2, "Unknown option: '--bogus'");
        refused(run("check", "-o", "xml", "allow.yaml"), 2, "'xml'");
        refused(run("check", "-o"), 2, "-o");
        refused(run("check", "--color", "blue", "allow.yaml"), 2, "'blue'");
        refused(run("check", "--waivers", "gone", "allow.yaml"), 2, "gone: cannot be read");
        refused(run("check", "--rules", "gone", "allow.yaml"), 2, "gone: is no folder");
        refused(run("rules"), 2, "what of the rules?");
        refused(run("rules", "show"), 2, "ID");
        refused(run("rules", "show", "no-such-rule"), 2, "there is no rule no-such-rule");
        refused(
                run("rules", "list", "--effect", "bogus"),
                2,
                "--effect must be one of forbid, uncovered, permit, caution");
        refused(run("rules", "test", "gone"), 2, "gone: is no folder");
        refused(run("--version", "check", "allow.yaml"), 2, "--version stands alone");
        refused(run("-V", "check", "deny.yaml"), 2, "--version stands alone");
    }

    @ParameterizedTest
    @CsvSource({
        "guest.l2.live=0, 0",
        "guest.l2.live=unknown, 3",
        "destination.vendor=intel, 1",
        "operation=loadvm, 1",
        "guest.l2.live=two, 2",
        "guest.l2.live, 2",
        "guest.l2.live=, 2",
        "guest.l2=0, 2",
        "operation=fly, 2",
        "source.platform=x, 2",
        "=x, 2"
    })
    void aFactCanBeSupposed(String set, int status) {
        assertEquals(status, run("check", "--set", set, "deny.yaml").status());
    }

    @Test
    void whatIsSupposedWasReadNowhere() throws IOException {
        write("evidence.yaml", QUESTION.replace("LIVE", "0") + "evidence: {guest.l2.live: {from: virsh domstats}}\n");
        assertTrue(run("check", "evidence.yaml").out().contains("virsh domstats"));
        Result result = run("check", "--set", "guest.l2.live=2", "evidence.yaml");
        assertEquals(1, result.status());
        assertFalse(result.out().contains("virsh domstats)"), result::out);
    }

    // ---- the answer

    @Test
    void answersCanBeReadBack() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        for (String format : List.of("json", "ndjson", "yaml", "JSON")) {
            Result result = run("check", "-o", format, "allow.yaml", "bad.yaml", "deny.yaml");
            assertEquals(2, result.status());
            List<JsonNode> answers = (format.equals("yaml") ? yaml : json)
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(result.out())
                    .readAll();
            assertEquals(3, answers.size(), result::out);
            assertEquals("ALLOW", answers.get(0).path("verdict").asText());
            assertEquals("bad.yaml", answers.get(1).path("error").path("file").asText());
            assertEquals(1, answers.get(1).path("error").path("line").asInt());
            assertEquals("DENY", answers.get(2).path("effective").asText());
            assertTrue(result.out().endsWith("\n"));
            if (format.equals("ndjson")) {
                assertEquals(3, result.out().lines().count());
            }
        }
        Result text = run("check", "-o", "text", "allow.yaml", "bad.yaml", "deny.yaml");
        assertEquals(
                List.of("ALLOW", "DENY"),
                text.out()
                        .lines()
                        .filter(l -> !l.isEmpty() && Character.isUpperCase(l.charAt(0)) && l.contains("migrate g1"))
                        .map(l -> l.split(" ", 2)[0])
                        .toList());
    }

    @Test
    void anAnswerThatCannotBeWrittenIsNoAnswer() throws IOException {
        assumeTrue(Files.exists(Path.of("/dev/full")));
        for (String words : List.of("check allow.yaml", "check -o json allow.yaml", "rules list", "--version")) {
            Process process = process(DIST, Map.of(), List.of(words.split(" ", -1)))
                    .redirectOutput(Path.of("/dev/full").toFile())
                    .start();
            String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(2, status(process), words + ": " + said);
            assertFalse(said.contains("\tat "), said);
        }
    }

    @Test
    void aReaderThatGoesAwayIsNoAnswer() throws IOException {
        write("many.yaml", (QUESTION.replace("LIVE", "2") + "---\n").repeat(2_000));
        Process process = process(DIST, Map.of(), List.of("check", "many.yaml")).start();
        process.getInputStream().close();
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, status(process), said);
        assertTrue(said.contains("Broken pipe") && said.lines().count() == 1, said);
    }

    @Test
    void aHostileNameIsShownHarmless() throws IOException {
        String name = "g\\u001b[2J\\u202eWOLLA\\nALLOW  migrate x\\u2028\\u0007\\u009b31m\\u0000\\ud83d";
        String json = "{\"operation\":\"migrate\",\"guest\":{\"name\":\"" + name
                + "\",\"nesting\":true,\"l2\":{\"live\":2}},\"source\":{\"name\":\"" + name
                + "\",\"arch\":\"x86_64\",\"vendor\":\"amd\"},\"destination\":{\"name\":\"" + name + "\"}}";
        Result result = run(DIST, Map.of(), json, "check");
        assertEquals(1, result.status());
        result.out()
                .codePoints()
                .filter(c -> c != '\n')
                .forEach(c -> assertFalse(
                        Character.getType(c) == Character.CONTROL || Character.getType(c) == Character.FORMAT,
                        () -> String.format("U+%04X", c)));
        assertTrue(result.out().startsWith("DENY  migrate g<U+001B>[2J<U+202E>WOLLA<U+000A>ALLOW"), result::out);
        assertFalse(result.out().lines().anyMatch(l -> l.startsWith("ALLOW")));
        Result file = run("check", "a\u001b[2Jb");
        assertFalse(file.err().contains("\u001b"), file::err);
        Result key = run(DIST, Map.of(), "\"a\\e[2J\": 1", "check");
        assertFalse(key.err().contains("\u001b"), key::err);
    }

    @Test
    void aNameWithoutEndIsRefusedAndALongOneCut() {
        String question = QUESTION.replace("LIVE", "2");
        Result refused = run(DIST, Map.of(), question.replace("g1", "x".repeat(5_000)), "check");
        refused(refused, 2, "guest.name: is longer than 2048 characters");
        Result cut = run(DIST, Map.of(), question.replace("g1", "x".repeat(2_000)), "check");
        assertEquals(1, cut.status());
        assertTrue(cut.out().startsWith("DENY  migrate " + "x".repeat(80) + "...: l0-a -> l0-b\n"), cut::out);
    }

    @ParameterizedTest
    @CsvSource({"60, 60", "120, 120", "1, 40", "wide, 80", "'', 80", "99999, 80", "-5, 80"})
    void theTextKeepsToTheWidth(String columns, int width) {
        Result result = run(DIST, Map.of("COLUMNS", columns), "", "check", "deny.yaml");
        assertEquals(1, result.status());
        int longest = result.out()
                .lines()
                .filter(l -> l.startsWith("  ") && l.strip().contains(" "))
                .mapToInt(String::length)
                .max()
                .orElseThrow();
        assertTrue(longest <= width && longest > width - 15, longest + " of " + width);
    }

    @Test
    void colourIsThereOnlyWhereItIsWanted() {
        assertFalse(run("check", "deny.yaml").out().contains("\u001b"));
        assertTrue(run("check", "--color", "always", "deny.yaml").out().contains("\u001b[1;31mDENY\u001b[0m"));
        assertFalse(run("check", "--color", "never", "deny.yaml").out().contains("\u001b"));
        assertFalse(
                run("check", "--color=always", "-o", "json", "deny.yaml").out().contains("\u001b"));
        assertFalse(run(DIST, Map.of("NO_COLOR", "1"), "", "check", "deny.yaml")
                .out()
                .contains("\u001b"));
    }

    @Test
    void theVersionNamesTheDigestOfTheRules() {
        Result result = run("--version");
        assertEquals(0, result.status());
        assertTrue(result.out().matches("nestguard \\S+ \\(rules [0-9a-f]{64}\\)\n"), result::out);
        assertEquals(result.out(), run("-V").out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "doctor", "rules", "rules list", "rules show", "rules test", "rules words"})
    void theHelpOfEachCommandTellsItsStatuses(String command) {
        Result result = run((command + " --help").split(" ", -1));
        assertEquals(0, result.status());
        assertTrue(result.out().contains("Exit status"), result::out);
        assertTrue(result.out().matches("(?s).*\\b70\\b.*"), result::out);
        assertEquals("", result.err());
    }

    // ---- surroundings

    @Test
    void aJavaHomeThatIsNoneDoesNotDisturb() {
        for (String home : List.of("", "/nowhere", folder.toString())) {
            Result result = run(DIST, Map.of("JAVA_HOME", home), "", "check", "deny.yaml");
            assertEquals(1, result.status());
            assertEquals("", result.err());
        }
    }

    @Test
    void withoutJavaThereIsNoAnswer() throws IOException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String tool : List.of("dirname", "readlink", "cksum", "mkdir", "mv", "rm", "cut", "stty")) {
            Path there = Stream.of("/bin", "/usr/bin")
                    .map(p -> Path.of(p, tool))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow();
            Files.createSymbolicLink(bin.resolve(tool), there);
        }
        Map<String, String> environment = Map.of("PATH", bin.toString(), "JAVA_HOME", "");
        refused(run(DIST, environment, "", "check", "allow.yaml"), 70, "no Java found");
    }

    @Test
    void aJavaThatCannotStartIsNoAnswer() throws IOException {
        Process process = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "ulimit -v 300000; exec \"$0\" check \"$1\"",
                        DIST.resolve("bin/nestguard").toString(),
                        folder.resolve("allow.yaml").toString())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertNotEquals(0, status(process));
        assertEquals("", out);
    }

    /** libvirt starts its hooks in the C locale. */
    @Test
    void theLocaleTurnsNoAnswer() throws IOException {
        Map<String, String> c = Map.of("LC_ALL", "C");
        write("site/own.drl", CARD.replace("NAME", "b\u00fcro"));
        write("name.yaml", QUESTION.replace("LIVE", "0").replace("g1", "b\u00fcro"));
        for (Map<String, String> environment : List.of(c, Map.of("LC_ALL", "C.UTF-8"))) {
            Result result = run(DIST, environment, "", "check", "--rules", "site", "name.yaml");
            assertEquals(1, result.status(), result::toString);
            assertTrue(result.out().startsWith("DENY  migrate b\u00fcro"), result::out);
        }
        refused(run(DIST, c, "", "check", "n\u00f6pe.yaml"), 2, "cannot be read");
    }

    @Test
    void aRuleOfTheSiteCannotEndTheCommand() throws IOException {
        write("site/own.drl", CARD.replace("\"SUMMARY\"", "java.lang.System.exit(0)"));
        refused(run("check", "--rules", "site", "deny.yaml"), 2, "own.drl, line 3");
        write("site/own.drl", CARD.replace("guestName == \"NAME\"", "System.exit(0) == null"));
        refused(run("check", "--rules", "site", "deny.yaml"), 2, "own.drl, line 7");
    }

    @Test
    void aRuleOfTheSiteThatDoesNotEndHoldsNothingUp() throws IOException {
        write("site/own.drl", CARD.replace("== \"NAME\"", "matches \"" + ".*a".repeat(12) + "!!\""));
        String question = QUESTION.replace("LIVE", "0").replace("g1", "a".repeat(2_000));
        Result result = run(DIST, Map.of(), question, "check", "--rules", "site");
        assertEquals(3, result.status(), result::toString);
        assertTrue(result.out().contains("site-rules-out-of-service"), result::out);
    }

    // ---- the installation

    private Path copyOfDist() throws IOException {
        Path copy = folder.resolve("dist");
        try (Stream<Path> all = Files.walk(DIST)) {
            for (Path from : all.toList()) {
                if (!from.startsWith(DIST.resolve("lib/archive"))) {
                    Path to = copy.resolve(DIST.relativize(from).toString());
                    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        return copy;
    }

    private static Path rulesJar(Path dist) throws IOException {
        try (Stream<Path> lib = Files.list(dist.resolve("lib"))) {
            return lib.filter(p -> p.getFileName().toString().startsWith("nestguard-rules-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Every archive that the launcher has made there. */
    private static List<Path> archives(Path dist) throws IOException {
        if (!Files.isDirectory(dist.resolve("lib/archive"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(dist.resolve("lib/archive"))) {
            return files.filter(p -> p.toString().endsWith(".jsa")).toList();
        }
    }

    /** Writes a jar anew, not compressed, so that its size hangs on that of its entries alone. */
    private static void rewrite(Path jar, BinaryOperator<String> change) throws IOException {
        Path made = jar.resolveSibling("made.tmp");
        try (ZipFile from = new ZipFile(jar.toFile());
                OutputStream out = Files.newOutputStream(made);
                ZipOutputStream to = new ZipOutputStream(out)) {
            Enumeration<? extends ZipEntry> entries = from.entries();
            while (entries.hasMoreElements()) {
                ZipEntry old = entries.nextElement();
                byte[] bytes;
                try (InputStream in = from.getInputStream(old)) {
                    String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                    bytes = change.apply(old.getName(), text).getBytes(StandardCharsets.ISO_8859_1);
                }
                ZipEntry entry = new ZipEntry(old.getName());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(bytes.length);
                CRC32 crc = new CRC32();
                crc.update(bytes);
                entry.setCrc(crc.getValue());
                entry.setLastModifiedTime(FileTime.fromMillis(1_000_000_000_000L));
                to.putNextEntry(entry);
                to.write(bytes);
                to.closeEntry();
            }
        }
        Files.move(made, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static final String OLD = "nothing in QEMU refuses";
    private static final String NEW = "EVERYTHING  IS  CHANGED";

    /** What a new build of the rules brings: another sentence, and another digest in both places. */
    private static String newBuild(String digest, String name, String text) {
        String other = new StringBuilder(digest).reverse().toString();
        boolean has = name.endsWith(".class") || name.equals("org/nestguard/rules/digest");
        return has ? text.replace(OLD, NEW).replace(digest, other) : text;
    }

    private static String digest(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile());
                InputStream in = zip.getInputStream(zip.getEntry("org/nestguard/rules/digest"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    @Test
    void anArchiveThatFitsNothingDoesNotDisturb() throws IOException {
        Path dist = copyOfDist();
        String answer = run(dist, Map.of(), "", "check", "deny.yaml").out();
        assumeFalse(archives(dist).isEmpty());
        Path archive = archives(dist).get(0);
        byte[] whole = Files.readAllBytes(archive);
        byte[][] wrong = {
            {}, "not an archive".getBytes(StandardCharsets.UTF_8), java.util.Arrays.copyOf(whole, whole.length / 2)
        };
        for (byte[] bytes : wrong) {
            Files.write(archive, bytes);
            assertEquals(List.of(archive), archives(dist));
            Result result = run(dist, Map.of(), "", "check", "deny.yaml");
            assertEquals(1, result.status(), result::toString);
            assertEquals(answer, result.out());
            run(dist, Map.of(), "", "check", "deny.yaml"); // makes it anew, where it was given up
        }
        Result without = run(dist, Map.of("NESTGUARD_ARCHIVE", "no"), "", "check", "deny.yaml");
        assertEquals(answer, without.out());
    }

    @Test
    void rulesWhoseDigestIsAnotherDoNotAnswer() throws IOException {
        Path dist = copyOfDist();
        String zeros = "0".repeat(64);
        rewrite(rulesJar(dist), (name, text) -> name.equals("org/nestguard/rules/digest") ? zeros : text);
        refused(run(dist, Map.of(), "", "check", "allow.yaml"), 70, "are of different builds");
        refused(run(dist, Map.of(), "", "rules", "list"), 70, "are of different builds");
    }

    @Test
    void rulesOfWhichOneIsMissingDoNotAnswer() throws IOException {
        Path dist = copyOfDist();
        rewrite(rulesJar(dist), (name, text) -> name.equals("org/nestguard/rules/ids") ? text + "one-more\n" : text);
        refused(run(dist, Map.of(), "", "check", "allow.yaml"), 70, "missing: [one-more]");
        rewrite(
                rulesJar(dist),
                (name, text) ->
                        name.endsWith("drools-model") ? text.replace("org.nestguard.rules.amd", "org.gone") : text);
        Result result = run(dist, Map.of(), "", "check", "allow.yaml");
        refused(result, 70, "the guard failed, which is a refusal");
    }

    @Test
    void filesAreAnsweredWithoutWhatLooksAtHosts() throws IOException {
        Path dist = copyOfDist();
        List<List<String>> plain = List.of(
                List.of("check", "deny.yaml"),
                List.of("check", "-", "deny.yaml", "not-there.yaml"),
                List.of("check", "-o", "text", "deny.yaml"),
                List.of("check", "-o", "json", "deny.yaml"),
                List.of("check", "deny.yaml", "-o", "ndjson"),
                List.of("check", "-o", "yaml", "deny.yaml"));
        Path host = dist.resolve("lib/host");
        List<Result> whole = new ArrayList<>();
        for (List<String> words : plain) {
            whole.add(run(DIST, Map.of(), "operation: migrate\n", words.toArray(String[]::new)));
        }
        Files.move(host, dist.resolve("elsewhere"));
        for (int i = 0; i < plain.size(); i++) {
            assertEquals(
                    whole.get(i),
                    run(dist, Map.of(), "operation: migrate\n", plain.get(i).toArray(String[]::new)));
        }
    }

    @Test
    void wordsThatAreNotPlainBeyondDoubtAreAnsweredAsDocumented() throws IOException {
        for (List<String> words : List.of(
                List.of("check", "-o"),
                List.of("check", "-o", "bogus", "deny.yaml"),
                List.of("check", "-o", "json", "-o", "text", "deny.yaml"),
                List.of("check", "--to", "facts.yaml", "deny.yaml"),
                List.of("check", "deny.yaml", "--gues"))) {
            Result result = run(DIST, Map.of(), "", words.toArray(String[]::new));
            assertEquals(2, result.status(), result::toString);
            assertFalse(result.err().contains("NoClassDef"), result::err);
        }
        assertEquals(
                1, run(DIST, Map.of(), "", "check", "-o", "TEXT", "deny.yaml").status());
    }

    @Test
    void anInstallationWithTwoRuleBasesOrNoneDoesNotAnswer() throws IOException {
        Path dist = copyOfDist();
        Path jar = rulesJar(dist);
        Path second = jar.resolveSibling("nestguard-rules-0.0.9.jar");
        Files.copy(jar, second);
        refused(run(dist, Map.of(), "", "check", "allow.yaml"), 70, "not one nestguard-rules jar");
        Files.delete(second);
        Files.delete(jar);
        refused(run(dist, Map.of(), "", "check", "allow.yaml"), 70, "not one nestguard-rules jar");
    }

    @Test
    void afterAnUpdateTheNewRulesAnswer() throws IOException {
        Path dist = copyOfDist();
        Path jar = rulesJar(dist);
        String digest = digest(jar);
        assertTrue(flat(run(dist, Map.of(), "", "check", "deny.yaml")).contains(OLD));
        assumeFalse(archives(dist).isEmpty());
        rewrite(jar, (name, text) -> newBuild(digest, name, text));
        Result result = run(dist, Map.of(), "", "check", "deny.yaml");
        assertEquals(1, result.status(), result::toString);
        assertTrue(flat(result).contains(NEW.replaceAll(" +", " ")), result::out);
        assertFalse(flat(result).contains(OLD), result::out);
    }

    /** The worst case: packages often fix the times of files, and so the JVM takes the old archive for good. */
    @Test
    void afterAnUpdateOfTheSameSizeAndTimeTheOldRulesDoNotAnswer() throws IOException {
        Path dist = copyOfDist();
        Path jar = rulesJar(dist);
        rewrite(jar, (name, text) -> text);
        FileTime time = FileTime.fromMillis(1_700_000_000_000L);
        Files.setLastModifiedTime(jar, time);
        long size = Files.size(jar);
        String digest = digest(jar);
        assertTrue(flat(run(dist, Map.of(), "", "check", "deny.yaml")).contains(OLD));
        assumeFalse(archives(dist).isEmpty());

        rewrite(jar, (name, text) -> newBuild(digest, name, text));
        Files.setLastModifiedTime(jar, time);
        assertEquals(size, Files.size(jar));
        assertNotEquals(digest, digest(jar));
        Result result = run(dist, Map.of(), "", "check", "deny.yaml");
        assertFalse(flat(result).contains(OLD), result::out);
        assertTrue(result.status() == 70 || flat(result).contains(NEW.replaceAll(" +", " ")), result::toString);
        if (result.status() == 70) {
            refused(result, 70, "are of different builds: remove the class archive and install NestGuard again");
        }

        Result without = run(dist, Map.of("NESTGUARD_ARCHIVE", "no"), "", "check", "deny.yaml");
        assertEquals(1, without.status());
        assertFalse(flat(without).contains(OLD), without::out);
    }

    private static String flat(Result result) {
        return result.out().replaceAll("\\s+", " ");
    }
}
