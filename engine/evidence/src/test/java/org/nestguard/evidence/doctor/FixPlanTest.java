package org.nestguard.evidence.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.evidence.view.WrittenHost;

class FixPlanTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static String script(WrittenHost host) {
        return new Doctor(BuiltTables.load()).examine(host, List.of()).fixPlan().script();
    }

    @Test
    void itWritesTheFileBeforeItLoadsTheModuleAndChecksForGuestsBetween() {
        String script = script(DoctorTest.amd("0"));
        int write = script.indexOf("\necho 'options kvm_amd nested=1' > /etc/modprobe.d/kvm-nested.conf");
        int refuse = script.indexOf("\nrefuse_while_in_use\n");
        int unload = script.indexOf("\nmodprobe -r kvm_amd\n");
        assertTrue(0 < write && write < refuse && refuse < unload, script);
        assertEquals(unload, script.lastIndexOf("\nmodprobe -r kvm_amd\n"));
        assertTrue(script.startsWith("#!/bin/sh\n"));
        assertTrue(script.contains("\nset -eu\n"));
    }

    @Test
    void everyPlanIsAShellScriptThatTheShellCanRead() throws Exception {
        List<WrittenHost> hosts = List.of(
                DoctorTest.amd("0"),
                DoctorTest.amd("1"),
                DoctorTest.intel("N", "4.18.0-553.el8.x86_64").file("/proc/cmdline", "kvm_intel.nested=0"),
                DoctorTest.intel("N", "6.1.0")
                        .file("/etc/modprobe.d/z'z $(reboot).conf", "options kvm_intel nested=0\n")
                        .file("/etc/modprobe.d/zz.conf", "options kvm_intel nested=\"0;reboot\" nested=$(reboot)\n"),
                DoctorTest.lpar("0", "1", "6.12.0"));
        for (WrittenHost host : hosts) {
            String script = script(host);
            assertEquals(0, shell("-n", script), script);
            script.lines()
                    .filter(l -> l.contains("reboot"))
                    .forEach(l -> assertTrue(l.startsWith("#"), "runs what a file of the host said: " + l));
        }
    }

    @Test
    void itRefusesToGoOnWhileTheModuleIsInUse() throws Exception {
        String script = script(DoctorTest.amd("0"));
        int from = script.indexOf("refuse_while_in_use() {");
        String function =
                script.substring(from, script.indexOf("\n}\n", from) + 3).replace("/sys/module", folder.toString());
        Path module = Files.createDirectories(folder.resolve("kvm_amd"));
        String call = "set -eu\n" + function + "refuse_while_in_use\n";
        assertEquals(1, shell("-s", call), "no use count to be read");
        for (String busy : List.of("1\n", "-1\n", "\n", "0 1\n")) {
            Files.writeString(module.resolve("refcnt"), busy);
            assertEquals(1, shell("-s", call), busy);
        }
        Files.writeString(module.resolve("refcnt"), "0\n");
        assertEquals(0, shell("-s", call));
    }

    @Test
    void whatItSaysIsWhatHappensAndTwiceDoesNoHarm() throws Exception {
        String zz = "options kvm_amd avic=1 nested=0\n";
        String script = onScratchHost(DoctorTest.amd("0").file("/etc/modprobe.d/zz.conf", zz), zz);
        for (int run = 1; run <= 2; run++) {
            assertEquals(0, shell("-s", script), "run " + run);
            assertEquals("options kvm_amd nested=1\n", Files.readString(folder.resolve("etc/kvm-nested.conf")));
            assertEquals("options kvm_amd avic=1 nested=1\n", Files.readString(folder.resolve("etc/zz.conf")));
            assertEquals("1\n", Files.readString(folder.resolve("kvm_amd/parameters/nested")));
            assertEquals("-r kvm_amd\nkvm_amd\n".repeat(run), Files.readString(folder.resolve("log")));
        }
    }

    @Test
    void whatIsRefusedTwiceOnOneLineIsChangedTwice() throws Exception {
        for (String refused : List.of("nested=y avic=1 nested=y", "nested=y avic=1 nested", "nested nested nested=n")) {
            String zz = "options kvm_amd " + refused + "\n";
            String script = onScratchHost(DoctorTest.amd("0").file("/etc/modprobe.d/zz.conf", zz), zz);
            assertEquals(0, shell("-s", script), script);
            assertEquals(
                    "options kvm_amd " + refused.replaceAll("nested(=[yn])?", "nested=1") + "\n",
                    Files.readString(folder.resolve("etc/zz.conf")));
        }
    }

    @Test
    void withAGuestRunningItConfiguresButDoesNotTouchTheModule() throws Exception {
        String script = onScratchHost(DoctorTest.amd("0"), "");
        Files.writeString(folder.resolve("kvm_amd/refcnt"), "2\n");
        assertEquals(1, shell("-s", script));
        assertTrue(Files.exists(folder.resolve("etc/kvm-nested.conf")));
        assertFalse(Files.exists(folder.resolve("log")));
    }

    /** The plan for a host, with its folders and commands put into a folder of the test. */
    private String onScratchHost(WrittenHost host, String zz) throws IOException {
        Path parameters = Files.createDirectories(folder.resolve("kvm_amd/parameters"));
        Files.writeString(parameters.resolve("nested"), "0\n");
        Files.writeString(folder.resolve("kvm_amd/refcnt"), "0\n");
        Files.writeString(Files.createDirectories(folder.resolve("etc")).resolve("zz.conf"), zz);
        String commands = """
                id() { echo 0; }
                update_initramfs() { :; }
                modprobe() {
                    case "$1" in
                    --showconfig) cat %1$s/etc/*.conf ;;
                    -r) echo "$*" >> %1$s/log ;;
                    *) echo "$*" >> %1$s/log; echo 1 > %1$s/kvm_amd/parameters/nested ;;
                    esac
                }
                """.formatted(folder);
        return commands
                + script(host)
                        .replace("/etc/modprobe.d", folder + "/etc")
                        .replace("/sys/module", folder.toString())
                        .replace("update-initramfs", "update_initramfs");
    }

    @Test
    void aHostsNameCannotBreakOutOfItsComment() {
        WrittenHost host = new WrittenHost("a\nreboot");
        assertFalse(script(host).contains("\nreboot"));
    }

    private int shell(String option, String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", option)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        shell.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();
        return shell.waitFor();
    }
}
