package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An audit through the real launcher. */
class AuditIT {
    private static final Path DIST = Path.of(System.getProperty("nestguard.dist", "target/nestguard"));
    private static final Path RACK = Path.of(System.getProperty("nestguard.fixtures"), "fleets/rack/fleet.ndjson");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int GUESTS = 4_000;
    private static final int BLANK = 1 << 24;
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    private Path folder = Path.of("");

    private Launched audit(Path fleet, String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("audit", "-o", "json=audit.json", "-o", "sarif=audit.sarif"));
        line.addAll(List.of(words));
        line.add(fleet.toAbsolutePath().toString());
        return Launched.run(folder, line.toArray(String[]::new));
    }

    private JsonNode json(String name) throws IOException {
        return MAPPER.readTree(folder.resolve(name).toFile());
    }

    private Path rackWithABadRecord() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(RACK));
        lines.add(3, "{\"kind\":\"guest\",\"hostId\":\"h-amd-a\",\"nestng\":true}");
        return Files.write(folder.resolve("fleet.ndjson"), lines);
    }

    @Test
    void anAuditIsToldInSeveralFilesAtOnce() throws Exception {
        Launched done = audit(RACK);
        assertEquals(0, done.status(), done::toString);
        assertEquals("", done.out() + done.err());
        assertEquals(5, json("audit.json").get("guests").asInt());
        assertTrue(json("audit.json").get("whole").asBoolean());
        JsonNode run = json("audit.sarif").at("/runs/0");
        assertTrue(run.at("/invocations/0/executionSuccessful").asBoolean());
        JsonNode denied = run.at("/results/0");
        assertEquals("amd-live-l2", denied.get("ruleId").asText());
        assertEquals(
                6, denied.at("/locations/0/physicalLocation/region/startLine").asInt());
    }

    @Test
    void aPageForABrowserLeadsToTheFileThatHasEachGuest() throws Exception {
        Launched done = audit(RACK, "--to", "all", "-o", "html=audit.html", "-o", "ndjson=all guests.ndjson");
        assertEquals(0, done.status(), done::toString);
        String page = Files.readString(folder.resolve("audit.html"));
        assertTrue(page.contains("<a href=\"./all%20guests.ndjson\">"), page);
        assertTrue(page.contains("build-farm-07"), page);
        assertTrue(page.endsWith("</html>\n"), page);
    }

    @ParameterizedTest
    @CsvSource({"deny, 1", "undetermined, 1", "never, 0"})
    void theStatusIsOfWhatItIsToldToFailOn(String what, int status) throws Exception {
        Launched done = audit(RACK, "--fail-on", what);
        assertEquals(status, done.status(), done::toString);
        assertEquals(5, json("audit.json").get("guests").asInt());
    }

    @Test
    void aBadRecordIsSaidWithItsPlaceAndTheOthersAreAudited() throws Exception {
        Launched done = audit(rackWithABadRecord(), "--fail-on", "deny");
        assertEquals(2, done.status(), done::toString);
        assertTrue(done.err().contains("fleet.ndjson:4:"), done::err);
        assertEquals(5, json("audit.json").get("guests").asInt());
        assertFalse(json("audit.sarif")
                .at("/runs/0/invocations/0/executionSuccessful")
                .asBoolean());
    }

    @Test
    void aStrictAuditEndsAtABadRecordAndWritesNothing() throws Exception {
        Launched done = audit(rackWithABadRecord(), "--strict");
        assertEquals(2, done.status(), done::toString);
        assertTrue(done.err().contains("fleet.ndjson:4:"), done::err);
        assertEquals(List.of("fleet.ndjson", "stderr", "stdout"), inFolder());
    }

    private Launched launched(String... words) throws IOException, InterruptedException {
        return Launched.run(folder, words);
    }

    private Path history() throws IOException {
        return Files.createDirectories(folder.resolve("kept")).resolve("history.db");
    }

    @Test
    void whatChangedSinceTheLastAuditIsTold() throws Exception {
        String history = history().toString();
        Path fleet = Files.copy(RACK, folder.resolve("fleet.ndjson"));
        assertEquals(0, audit(fleet, "--history", history).status());
        Launched first = launched("audit", "diff", "--history", history);
        assertEquals(2, first.status(), first::toString);
        assertTrue(first.err().contains("is the first of its kind"), first::err);
        Files.writeString(
                fleet,
                Files.readString(fleet)
                        .replace("\"live\":1", "\"live\":0")
                        .replace("\"nesting\":false,\"l2\":{\"live\":0}", "\"nesting\":true,\"l2\":{\"live\":3}"));
        assertEquals(0, audit(fleet, "--history", history).status());
        Launched diff = launched("audit", "diff", "--history", history, "--fail-on", "new");
        assertEquals(1, diff.status(), diff::toString);
        assertEquals("", diff.err());
        assertTrue(diff.out().contains("New: 1, caused by the fleet 1."), diff::out);
        assertTrue(diff.out().contains("web-01 on l0-a: amd-live-l2 (ALLOW, now DENY; the fleet)"), diff::out);
        Launched none = launched("audit", "diff", "--history", history, "--fail-on", "new", "2", "2");
        assertEquals(0, none.status(), none::toString);
        Launched backwards = launched("audit", "diff", "--history", history, "--fail-on", "new", "2", "1");
        assertEquals(2, backwards.status(), "what is new would count as fixed");
        assertTrue(backwards.err().contains("name the older one first"), backwards::err);
        assertEquals(0, audit(fleet, "--history", history, "--to", "any").status());
        Launched other = launched("audit", "diff", "--history", history, "2", "3");
        assertEquals(2, other.status(), other::toString);
        assertTrue(other.err().contains("there is nothing to compare"), other::err);
        Launched json = launched("audit", "diff", "--history", history, "-o", "json", "2");
        assertEquals(1, MAPPER.readTree(json.out()).at("/rules/amd-live-l2/new").asInt());
        Launched list = launched("audit", "history", "--history", history);
        assertEquals(0, list.status(), list::toString);
        assertEquals(8, list.out().lines().count(), list::out);
        assertTrue(list.out().contains("savevm of " + fleet), list::out);
    }

    @Test
    void anAuditThatCannotBeKeptIsDoneAllTheSame() throws Exception {
        Path closed = Files.createDirectories(folder.resolve("kept"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxrwxrwx"));
        Launched unnamed = Launched.run(folder, Map.of("XDG_STATE_HOME", "/proc/nowhere"), "audit", RACK.toString());
        assertEquals(0, unnamed.status(), unnamed::toString);
        assertTrue(unnamed.out().contains("5 guests"), unnamed::out);
        assertTrue(unnamed.err().startsWith("nestguard: this audit is not kept: "), unnamed::err);
        Launched named = audit(RACK, "--history", closed.resolve("history.db").toString());
        assertEquals(2, named.status(), named::toString);
        assertTrue(named.err().contains("others may write to this folder"), named::err);
        Launched neither = Launched.run(
                folder, Map.of("XDG_STATE_HOME", "/proc/nowhere"), "audit", "--no-history", RACK.toString());
        assertEquals("", neither.err());
        Launched nothing =
                launched("audit", "diff", "--history", folder.resolve("none.db").toString());
        assertEquals(2, nothing.status(), nothing::toString);
        assertFalse(Files.exists(folder.resolve("none.db")), "who looks makes nothing");
    }

    @Test
    void twoOutputsDoNotGoToOneFile() throws Exception {
        Launched audit = launched(
                "audit",
                "-o",
                "json=a.json",
                "-o",
                "csv=./a.json",
                RACK.resolve("fleet.ndjson").toString());
        assertEquals(2, audit.status(), audit::toString);
        assertTrue(audit.err().contains("two of -o go to one file"), audit.err());
        assertEquals(List.of("stderr", "stdout"), inFolder());
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void anInterruptedAuditTellsWhatWasDoneUntilThen(String signal, int status) throws Exception {
        Path fleet = guestsAndThenNothingForLong();
        Files.writeString(folder.resolve("audit.json"), "yesterday's");
        Process audit = started("audit", "-o", "json=audit.json", "-o", "ndjson=guests.ndjson", fleet.toString());
        awaitThe(audit, this::firstGuests);
        interrupt(audit, signal);
        String err = Files.readString(folder.resolve("stderr"));
        assertEquals(status, audit.exitValue(), err);
        assertEquals("yesterday's", Files.readString(folder.resolve("audit.json")), "a part replaces no whole");
        JsonNode numbers = json("audit.json.interrupted");
        assertFalse(numbers.get("whole").asBoolean());
        int guests = numbers.get("guests").asInt();
        assertTrue(guests > 0, numbers::toString);
        assertEquals(
                guests,
                Files.readAllLines(folder.resolve("guests.ndjson.interrupted")).stream()
                        .filter(line -> line.startsWith("{\"guest\""))
                        .count());
        assertEquals(
                String.format(
                        "nestguard: interrupted; %,d guests were asked about, and the outputs are of these;"
                                + " files have names that end in .interrupted%n",
                        guests),
                err);
        assertEquals(
                List.of(
                        "audit.json",
                        "audit.json.interrupted",
                        "fleet.ndjson.gz",
                        "guests.ndjson.interrupted",
                        "stderr",
                        "stdout"),
                inFolder());
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void anInterruptedDrainSaysThatNothingIsDecided(String signal, int status) throws Exception {
        Path fleet = guestsAndThenNothingForLong();
        Process drain = started("drain", "l0-a", fleet.toString());
        awaitThe(drain, () -> reads(drain, fleet));
        interrupt(drain, signal);
        String err = Files.readString(folder.resolve("stderr"));
        assertEquals(status, drain.exitValue(), err);
        assertEquals("", Files.readString(folder.resolve("stdout")));
        assertTrue(
                err.matches(
                        "nestguard: interrupted (after \\d+ % was read; whether l0-a can be emptied is not decided\\."
                                + " Ask again\\.|while the fleet was being opened; nothing was asked)\n"),
                err);
    }

    private static boolean reads(Process process, Path file) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.anyMatch(link -> {
                try {
                    return Files.readSymbolicLink(link).equals(file);
                } catch (IOException e) {
                    return false; // closed meanwhile
                }
            });
        } catch (IOException e) {
            return false;
        }
    }

    private Process started(String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT", // ignored by all that a shell began in the background
                "XDG_STATE_HOME=" + Launched.STATE,
                DIST.resolve("bin/nestguard").toAbsolutePath().toString()));
        line.addAll(List.of(words));
        return new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("stdout").toFile())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }

    private static void interrupt(Process process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertTrue(ended, "it hangs");
    }

    /** Many copies of a guest, and then some GB of blank lines, which take their time and no room on the disk. */
    private Path guestsAndThenNothingForLong() throws IOException {
        List<String> rack = Files.readAllLines(RACK);
        StringBuilder text = new StringBuilder();
        rack.stream()
                .filter(line -> line.startsWith("{\"kind\":\"host\""))
                .forEach(line -> text.append(line).append('\n'));
        for (int i = 0; i < GUESTS; i++) {
            text.append(rack.get(0).replace("000000000001", String.format("%012d", i)))
                    .append('\n');
        }
        Path fleet = folder.resolve("fleet.ndjson.gz");
        byte[] blank = new byte[BLANK];
        Arrays.fill(blank, (byte) '\n');
        byte[] packed = packed(blank);
        try (OutputStream out = Files.newOutputStream(fleet)) {
            out.write(packed(text.toString().getBytes(StandardCharsets.UTF_8)));
            for (int i = 0; i < 128; i++) {
                out.write(packed);
            }
        }
        return fleet;
    }

    private static byte[] packed(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static void awaitThe(Process process, BooleanSupplier moment) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!moment.getAsBoolean()) {
            assertTrue(process.isAlive(), "it was done before it could be interrupted");
            if (System.nanoTime() > end) {
                process.destroyForcibly();
                throw new AssertionError("it never began");
            }
            Thread.sleep(20);
        }
    }

    private boolean firstGuests() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.getFileName().toString().startsWith(".guests.ndjson.")
                    && file.toFile().length() > 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> inFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
