package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code nestguard run} as an operator types it, with a real service and a virsh that is a script on the PATH. */
class RunIT {
    private static final Path DIST = Path.of(System.getProperty("nestguard.dist", "target/nestguard"));
    private static final String UUID = "11111111-2222-4333-8444-555555555555";

    @TempDir
    private Path folder = Path.of("");

    private @Nullable Process service;

    @BeforeEach
    void files() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(folder.resolve("virsh"), """
                #!/bin/sh
                cd FOLDER
                (IFS='|'; printf '%s\\n' "$*") >>calls
                case $1 in
                domuuid) echo UUID ;;
                metadata)
                    case "$*" in
                    *--set*) touch marked ;;
                    *) rm marked ;;
                    esac
                    ;;
                save)
                    read -r word && echo "saved $word"
                    [ ! -e hang ] || trap 'exit 5' TERM
                    while [ -e hang ]; do sleep 0.1; done
                    echo words >&2
                    exit 3
                    ;;
                esac
                """.replace("FOLDER", folder.toString())
                .replace("UUID", UUID));
        Files.setPosixFilePermissions(folder.resolve("virsh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void end() {
        if (service != null) {
            service.destroyForcibly();
        }
    }

    private void serve() throws IOException, InterruptedException {
        Path out = folder.resolve("serve.out");
        Process started = new ProcessBuilder(
                        DIST.resolve("bin/nestguard").toAbsolutePath().toString(),
                        "serve",
                        "--socket",
                        folder.resolve("socket").toString(),
                        "--state",
                        folder.toString(),
                        "--host",
                        "here")
                .redirectOutput(out.toFile())
                .redirectError(folder.resolve("serve.log").toFile())
                .start();
        service = started;
        for (int i = 0; i < 1_200 && started.isAlive() && !Files.readString(out).contains("listening"); i++) {
            Thread.sleep(50);
        }
    }

    private void tell(String vendor, int live) throws IOException, InterruptedException {
        Path facts = Files.writeString(
                folder.resolve("facts.yaml"), """
                facts: 1
                host: {name: here, observedAt: NOW, level: L0, arch: x86_64, vendor: VENDOR, kernel: 6.8.0, qemu: 8.2.2,
                       nested: true, nestedStateCapability: true}
                guests: [{uuid: UUID, name: ALLOW, observedAt: NOW, level: L1, accelerator: kvm, nesting: true,
                          l2: {live: LIVE}, cpuMode: custom, qemu: 8.2.2, startedBy: cold, movedWithLiveL2: false}]
                """.replace("NOW", Instant.now().toString())
                        .replace("VENDOR", vendor)
                        .replace("UUID", UUID)
                        .replace("LIVE", Integer.toString(live)));
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sf",
                        "--unix-socket",
                        folder.resolve("socket").toString(),
                        "-T",
                        facts.toString(),
                        "-H",
                        "Content-Type: application/yaml",
                        "http://localhost/v1/hosts/here/facts")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, curl.waitFor());
    }

    private Process start(String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                DIST.resolve("bin/nestguard").toAbsolutePath().toString(),
                "run",
                "--socket",
                folder.resolve("socket").toString(),
                "--wait",
                "30s"));
        line.addAll(List.of(words));
        Files.writeString(folder.resolve("in"), "input\n");
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(folder.resolve("in").toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        return builder.start();
    }

    private int run(String... words) throws IOException, InterruptedException {
        Process process = start(words);
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), "it hangs");
        assertFalse(err().contains("\tat "), err());
        return process.exitValue();
    }

    private String err() throws IOException {
        return Files.readString(folder.resolve("err"));
    }

    private String calls() throws IOException {
        Path calls = folder.resolve("calls");
        return Files.exists(calls) ? Files.readString(calls) : "";
    }

    @Test
    void onlyWhatTheServiceAllowsIsRun() throws Exception {
        serve();
        tell("amd", 2);
        assertEquals(101, run("--", "virsh", "save", "ALLOW", "file"));
        assertTrue(err().startsWith("nestguard: not run: DENY: ") && err().contains("(amd-live-l2)"), err());
        assertEquals("", Files.readString(folder.resolve("out")));
        assertEquals(103, run("--operation", "savevm", "--guest", "nobody", "--", "touch", folder + "/flag"));
        assertFalse(calls().contains("\nsave|") || Files.exists(folder.resolve("flag")));
        tell("intel", 0);
        assertEquals(3, run("--", "virsh", "save", "--domain", "--help", "--verbose", "a 'b' $c"), err());
        assertTrue(calls().contains("\nsave|--domain|--help|--verbose|a 'b' $c\n"), calls());
        assertTrue(calls().contains("|--set=<saved at=") && !Files.exists(folder.resolve("marked")), calls());
        assertEquals("saved input\n", Files.readString(folder.resolve("out")), "its streams are ours");
        assertTrue(err().endsWith("words\n"), err());
    }

    @Test
    void aSignalEndsTheCommandAndThenTheMarkIsTakenAway() throws Exception {
        serve();
        tell("intel", 0);
        Files.writeString(folder.resolve("hang"), "");
        Process process = start("--", "virsh", "save", "ALLOW", "file");
        for (int i = 0; i < 600 && !calls().contains("\nsave|"); i++) {
            Thread.sleep(50);
        }
        assertTrue(Files.exists(folder.resolve("marked")));
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertFalse(process.waitFor(1, TimeUnit.SECONDS), "a terminal tells the command itself");
        process.destroy();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(5, process.exitValue(), err());
        assertFalse(Files.exists(folder.resolve("marked")));
    }

    @Test
    void whatIsWronglyWrittenIsNotRun() throws Exception {
        String flag = folder + "/flag";
        for (String[] wrong : new String[][] {
            {},
            {"--"},
            {"touch", flag},
            {"touch", "--", flag},
            {"--", "touch", flag},
            {"--unheard-of", "--", "touch", flag},
            {"--operation", "fly", "--guest", "a", "--", "touch", flag},
            {"--wait", "soon", "--", "touch", flag},
            {"--registry", "https://r:1", "--", "touch", flag},
            {"--registry", "http://elsewhere:1", "--token", "/nowhere", "--", "touch", flag},
            {"--watch", "--operation", "savevm", "--guest", "a", "--", "touch", flag},
        }) {
            assertEquals(102, run(wrong), () -> String.join(" ", wrong));
            assertTrue(err().startsWith("nestguard: "), err());
        }
        assertEquals(170, run("--operation", "savevm", "--guest", "a", "--", "touch", flag), "nobody answers");
        assertFalse(Files.exists(folder.resolve("flag")));
        assertEquals(0, run("--help"));
        String help = Files.readString(folder.resolve("out"));
        assertTrue(help.contains("101  DENY") && help.lines().allMatch(line -> line.length() <= 80), help);
    }
}
