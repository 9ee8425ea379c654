package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.server.NestGuardService;
import org.nestguard.server.http.settings.SettingsReader;

class WaiveCommandTest {
    private static final String RULE = "passthrough-cpu-differs";
    private static final String FORBIDDEN = """
            operation: migrate
            guest: {name: g1, nesting: true, l2: {live: 0}, cpuMode: host-passthrough}
            source: {name: l0-a, vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true, cpuModel: Xeon 6148}
            destination: {name: l0-b, vendor: intel, kernel: 6.8.0, qemu: 8.2.2, nested: true, cpuModel: Xeon 6348}
            """;

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void close() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

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

    /** A whole waiver but for the options that are given otherwise, and those. */
    private static Ran waive(String... more) {
        List<String> words = new ArrayList<>(List.of("waive"));
        Stream.of("--rule=" + RULE, "--guest=g1", "--reason=it's tested", "--owner=ann")
                .filter(usual ->
                        Stream.of(more).noneMatch(other -> option(other).equals(option(usual))))
                .forEach(words::add);
        words.addAll(List.of(more));
        return run(words.toArray(new String[0]));
    }

    private static String option(String word) {
        return word.replaceFirst("=.*", "");
    }

    private static void refused(Ran ran, String why) {
        assertEquals(2, ran.status(), ran.err());
        assertTrue(ran.err().contains(why), ran.err());
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void whatIsWrittenIntoAFileIsWhatCheckReads() throws Exception {
        String question = file("question.yaml", FORBIDDEN).toString();
        String list = folder.resolve("waivers.yaml").toString();
        assertEquals(1, run("check", question).status());
        Ran made = waive("--expires=7d", "--file", list);
        assertEquals(0, made.status(), made.err());
        assertEquals("", made.err());
        Ran checked = run("check", "--waivers", list, question);
        assertEquals(0, checked.status(), checked.err());
        assertTrue(checked.out().contains("by ann until"), checked.out());
        assertTrue(checked.out().contains("waivers.yaml, line 1)"), checked.out());
    }

    @Test
    void whatStandsInTheFileStays() throws Exception {
        String before =
                "# ours\n- {rule: " + RULE + ", scope: guest=g2, reason: r, owner: o, expires: 2999-01-01} # old";
        Path list = file("waivers.yaml", before);
        Files.setPosixFilePermissions(list, PosixFilePermissions.fromString("rw-r--r--"));
        Ran made = waive("--scope=destination=l0-b", "--expires=2999-12-31", "--file", list.toString());
        assertEquals(0, made.status(), made.err());
        assertTrue(made.err().contains("too wide: it holds for more than 90 days"), made.err());
        String after = Files.readString(list);
        assertTrue(after.startsWith(before + "\n- rule: "), after);
        assertTrue(after.contains("scope: \"guest=g1, destination=l0-b\""), after);
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(list)));
        assertEquals(0, waive("--expires=1h", "--file", list.toString()).status());
        assertTrue(Files.readString(list).startsWith(after));
    }

    @Test
    void nothingIsWrittenThatCouldNotBeReadOrWouldWaiveNothing() throws Exception {
        Path list = file("waivers.yaml", "");
        String to = "--file=" + list;
        refused(waive("--expires=soon", to), "expires must be a date");
        refused(waive("--expires=2020-01-01", to), "it would waive nothing: it expired");
        refused(waive("--expires=7d", to, "--reason= "), "reason must be said in words");
        refused(waive("--expires=7d", to, "--owner="), "owner must be said in words");
        refused(waive("--expires=7d", to, "--rule=amd-live-l2"), "that rule cannot be waived");
        refused(waive("--expires=7d", to, "--rule=none"), "there is no such rule");
        refused(waive("--expires=7d", to, "--scope=moon=full"), "scope must be parts such as");
        refused(waive("--expires=7d", to, "--guest=a,guest=b"), "cannot stand in a scope");
        refused(waive(to), "--expires is missing");
        refused(run("waive", "--rule=" + RULE, to), "--guest or --scope is missing");
        refused(waive("--expires=7d", to, "--socket=x"), "not both");
        refused(waive("--expires=7d", "--file=" + folder.resolve("none/w.yaml")), "no such folder");
        assertEquals("", Files.readString(list));
    }

    @Test
    void aFileThatIsNoListIsLeftAsItIs() throws Exception {
        for (String text : List.of(
                "rule: x\n",
                "- {rule: x}\n",
                "[]\n",
                "  - {rule: " + RULE + ", scope: guest=g2, reason: r, owner: o, expires: 2999-01-01}\n")) {
            Path list = file("waivers.yaml", text);
            Ran ran = waive("--expires=7d", "--file", list.toString());
            assertEquals(2, ran.status(), text);
            assertEquals(text, Files.readString(list));
        }
    }

    @Test
    void atAServiceOneIsMadeListedAndEnded() throws Exception {
        secret("credentials.yaml", """
                - {name: ops, token: ops--0123456789abcdef0123, roles: [ask, administer]}
                - {name: hook, token: hook-0123456789abcdef0123, roles: [ask]}
                """);
        Path ops = secret("ops.token", "ops--0123456789abcdef0123\n");
        Path hook = secret("hook.token", "hook-0123456789abcdef0123\n");
        String socket = "--socket=" + folder.resolve("s.sock");
        try (NestGuardService service = NestGuardService.start(
                SettingsReader.read("serve.yaml", new ByteArrayInputStream("""
                                unix: {path: FOLDER/s.sock}
                                tcp: {port: 0}
                                credentials: FOLDER/credentials.yaml
                                database: {file: FOLDER/registry.db}
                                record: {key: FOLDER/record.key}
                                """.replace("FOLDER", folder.toString())
                        .getBytes(StandardCharsets.UTF_8))),
                new LiveHost(),
                InstantSource.system())) {
            String token = "--token=" + ops;
            String url =
                    "--registry=http://127.0.0.1:" + service.service().port().orElseThrow();
            assertEquals("there are no waivers\n", run("waive", "list", socket).out());
            refused(waive("--expires=7d", socket), "this needs the role administer");
            refused(waive("--expires=7d", url, "--token=" + hook), "this needs the role administer");
            refused(waive("--expires=7d", url, token, "--rule=amd-live-l2"), "that rule cannot be waived");
            refused(waive("--expires=soon", url, token), "expires must be a date");
            refused(waive("--expires=7d", url), "--token FILE belong together");
            Ran made = waive("--expires=7d", url, token);
            assertEquals(0, made.status(), made.err());
            assertTrue(made.out().matches("waiver 1 stands until .*Z\n"), made.out());
            assertEquals(0, waive("--expires=2999-01-01", socket, token).status(), "over the socket too");
            Ran listed = run("waive", "list", url, token);
            assertEquals(1, listed.status(), "one is too wide");
            assertTrue(listed.out().contains("1  standing  " + RULE + " for guest=g1"), listed.out());
            assertTrue(listed.out().contains("! it is too wide: it holds for more than 90 days"), listed.out());
            assertEquals(
                    "waiver 1 has ended\n", run("waive", "end", "1", url, token).out());
            refused(run("waive", "end", "1", url, token), "no waiver of that number to end");
            refused(run("waive", "end", "2", socket), "this needs the role administer");
            assertTrue(run("waive", "list", socket).out().contains("1  ended  "));
        }
        refused(run("waive", "list", socket), "does not answer");
        assertFalse(Files.exists(folder.resolve("s.sock")));
    }

    private Path secret(String name, String text) throws Exception {
        Path file = file(name, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }
}
