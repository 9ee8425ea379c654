package org.nestguard.cli.hook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.site.Door;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HookProbe;
import org.nestguard.evidence.view.HostView;
import org.nestguard.evidence.view.LiveHost;

/** Laying a door's scripts, and finding each way in which they would not stop anything. */
class InstallationTest {
    private static final String PLACE = "etc/libvirt/hooks/qemu.d/50-nestguard";
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path root = Path.of("");

    private final Map<String, String> commands = new HashMap<>();
    private final List<Instant> started = new ArrayList<>();

    /** A host that answers the commands that a test gives it. */
    private final HostView host = new HostView() {
        @Override
        public String name() {
            return "a host";
        }

        @Override
        public Artefact file(String path) {
            return new Artefact.Missing(path, "no such file");
        }

        @Override
        public Reading<List<String>> entries(String path) {
            return Reading.said(List.of(), 0);
        }

        @Override
        public Artefact command(List<String> words) {
            String line = String.join(" ", words);
            return commands.entrySet().stream()
                    .filter(command -> line.contains(command.getKey()))
                    .findFirst()
                    .<Artefact>map(command -> new Artefact.Text(line, NOW, command.getValue()))
                    .orElseGet(() -> new Artefact.Missing(line, "no such command"));
        }

        @Override
        public Optional<HostView> after(Duration pause) {
            return Optional.empty();
        }
    };

    @BeforeEach
    void aHostWhereAllIsWell() throws IOException {
        commands.put("/readyz", "ready");
        commands.put(
                "systemctl show",
                "StateChangeTimestamp=@" + Instant.now().plusSeconds(60).getEpochSecond() + "\n");
        Files.createDirectories(root.resolve("etc/pve/qemu-server"));
        guest("100", "hookscript: local:snippets/nestguard-hookscript\n");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        assumeTrue(Files.getOwner(root).getName().equals("root"), "only root can lay what root must own");
    }

    private void guest(String id, String text) throws IOException {
        Files.writeString(root.resolve("etc/pve/qemu-server/" + id + ".conf"), "cores: 2\n" + text);
    }

    private List<String> install(Door door) throws IOException {
        List<String> told = new Installation(door, root, false).install(HookScript.usual(door), host);
        for (String place : Installation.places(door, host)) {
            Files.setLastModifiedTime(root.resolve(place.substring(1)), FileTime.from(NOW));
        }
        return told;
    }

    private List<String> findings(Door door) {
        return new Inspection(door, root, host, daemon -> started.stream()).findings();
    }

    private void finds(String part) {
        List<String> findings = findings(Door.LIBVIRT);
        assertEquals(1, findings.size(), findings::toString);
        assertTrue(findings.get(0).contains(part), findings::toString);
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void whatIsLaidIsFoundInOrderAndCanBeTakenAway(Door door) throws IOException {
        assertEquals(door.places().size(), findings(door).size(), "nothing is there yet");
        List<String> told = install(door);
        assertEquals(List.of(), findings(door));
        for (String place : door.places()) {
            Path file = root.resolve(place.substring(1));
            assertTrue(told.contains("wrote " + place + ", mode 0755"), told::toString);
            assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            assertEquals(HookScript.usual(door).text(), Files.readString(file));
        }
        HostView installed = new LiveHost(root, LiveHost.COMMAND_TIMEOUT, "/nowhere");
        assertEquals(
                door.places(),
                HookProbe.read(HookProbe.artefact(installed).content().orElse("")).value().stream()
                        .flatMap(List::stream)
                        .filter(found -> found.door() == door && found.state() == HookProbe.State.OURS)
                        .map(HookProbe.Found::path)
                        .toList(),
                "the facts of the host tell of what is laid");
        new Installation(door, root, false).uninstall();
        assertEquals(door.places().size(), findings(door).size());
    }

    @Test
    void aRehearsalWritesNothing() throws IOException {
        List<String> told = new Installation(Door.LIBVIRT, root, true).install(HookScript.usual(Door.LIBVIRT), host);
        assertTrue(told.get(0).startsWith("would write /etc/libvirt/hooks/qemu.d/50-nestguard"), told::toString);
        assertFalse(Files.exists(root.resolve("etc/libvirt")));
        install(Door.LIBVIRT);
        new Installation(Door.LIBVIRT, root, true).uninstall();
        assertTrue(Files.exists(root.resolve(PLACE)));
    }

    @Test
    void whatIsNotOursIsLeftAsItIs() throws IOException {
        Path file = root.resolve(PLACE);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\nexit 0\n");
        assertThrows(HookException.class, () -> install(Door.LIBVIRT));
        assertThrows(HookException.class, () -> new Installation(Door.LIBVIRT, root, false).uninstall());
        assertEquals("#!/bin/sh\nexit 0\n", Files.readString(file));
    }

    @Test
    void libvirtBefore65KnowsOneScriptOnly() throws IOException {
        commands.put("virsh -r version", "Using library: libvirt 6.0.0\n");
        install(Door.LIBVIRT);
        assertTrue(Files.exists(root.resolve("etc/libvirt/hooks/qemu")));
        assertFalse(Files.exists(root.resolve(PLACE)));
        assertEquals(List.of(), findings(Door.LIBVIRT));
        Files.writeString(root.resolve("etc/libvirt/hooks/qemu"), "#!/bin/sh\n");
        HookException refused = assertThrows(HookException.class, () -> install(Door.LIBVIRT));
        assertTrue(String.valueOf(refused.getMessage()).contains("no qemu.d"));
    }

    @Test
    void aScriptThatIsNotRunIsFound() throws IOException {
        install(Door.LIBVIRT);
        Files.setPosixFilePermissions(root.resolve(PLACE), PosixFilePermissions.fromString("rw-r--r--"));
        finds("not executable");
        Files.delete(root.resolve(PLACE));
        finds("is not there");
    }

    @Test
    void aScriptThatOthersMayChangeIsFound() throws IOException {
        install(Door.LIBVIRT);
        Files.setPosixFilePermissions(root.resolve(PLACE), PosixFilePermissions.fromString("rwxrwxr-x"));
        finds("others than root may change /" + PLACE);
        Files.setPosixFilePermissions(root.resolve(PLACE), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(
                root.resolve("etc/libvirt/hooks/qemu.d"), PosixFilePermissions.fromString("rwxrwxrwx"));
        finds("others than root may change /etc/libvirt/hooks/qemu.d;");
    }

    @Test
    void anEditedOrForeignScriptIsFound() throws IOException {
        install(Door.LIBVIRT);
        Path file = root.resolve(PLACE);
        String text = Files.readString(file);
        Files.writeString(file, text.replace("set -u\n", "set -u\nexit 0\n"));
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        finds("was edited");
        Files.writeString(file, "#!/bin/sh\n");
        finds("is not ours");
        Files.writeString(file, text.replace("/run/nestguard/agent.sock", "/run/elsewhere.sock"));
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        assertEquals(List.of(), findings(Door.LIBVIRT), "where the agent listens is the site's choice");
    }

    @Test
    void aDaemonThatDoesNotKnowTheHookIsFound() throws IOException {
        install(Door.LIBVIRT);
        commands.put(
                "systemctl show", "StateChangeTimestamp=@" + NOW.minusSeconds(5).getEpochSecond() + "\n");
        Files.setLastModifiedTime(
                root.resolve(PLACE), FileTime.from(Instant.now().plusSeconds(3600)));
        finds("has not looked for hooks since");
    }

    @Test
    void anAgentThatDoesNotAnswerIsFound() throws IOException {
        install(Door.LIBVIRT);
        commands.remove("/readyz");
        finds("the agent does not answer at /run/nestguard/agent.sock");
    }

    @Test
    void vdsmsHookIsTriedAsItsOwnUser() throws IOException {
        install(Door.VDSM);
        commands.remove("/readyz");
        commands.put("runuser -u vdsm -- curl", "ready");
        assertEquals(List.of(), findings(Door.VDSM));
    }

    /** Where it was looked for hooks when none could be run, it is not run, whatever was made executable since. */
    @Test
    void aHookThatWasMadeExecutableLaterIsFound() throws IOException {
        install(Door.LIBVIRT);
        commands.put(
                "systemctl show",
                "StateChangeTimestamp=@" + Instant.now().minusSeconds(60).getEpochSecond() + "\n");
        finds("has not looked for hooks since");
    }

    @Test
    void aDaemonThatIsOlderThanTheHookIsFound() throws IOException {
        install(Door.LIBVIRT);
        commands.remove("systemctl show");
        started.add(Instant.now().minusSeconds(60));
        finds("has not looked for hooks since");
        started.add(Instant.now().plusSeconds(60));
        assertEquals(List.of(), findings(Door.LIBVIRT), "the youngest counts");
    }

    @Test
    void whereNoDaemonIsSeenThatIsFound() throws IOException {
        install(Door.LIBVIRT);
        commands.remove("systemctl show");
        finds("whether it knows");
    }

    @Test
    void aScriptWhoseSettingsLieElsewhereWasEdited() throws IOException {
        install(Door.LIBVIRT);
        Path file = root.resolve(PLACE);
        for (String place : List.of(HookScript.SETTINGS, HookScript.SPOOL)) {
            String text = Files.readString(file);
            Files.writeString(file, text.replace("'" + place + "'", "'/tmp/evil'"));
            finds("was edited");
            Files.writeString(file, text);
        }
        String whole = Files.readString(file);
        Files.writeString(file, whole.replaceFirst("(?m)^(bound=[0-9.]+)", "$1;exit"));
        finds("was edited");
        Files.writeString(file, whole.replaceFirst("(?m)^(socket='[^']*')", "$1;exit"));
        finds("is not ours");
        Files.writeString(file, whole);
        assertEquals(List.of(), findings(Door.LIBVIRT));
    }

    @Test
    void aGuestOfProxmoxThatDoesNotNameTheHookscriptIsFound() throws IOException {
        install(Door.PROXMOX);
        assertEquals(List.of(), findings(Door.PROXMOX));
        guest("101", "");
        guest("102", "hookscript: local:snippets/other\n");
        guest("103", "[before]\nhookscript: local:snippets/nestguard-hookscript\n");
        List<String> findings = findings(Door.PROXMOX);
        assertEquals(1, findings.size(), findings::toString);
        assertTrue(findings.get(0).contains(": 101, 102, 103; qm set"), findings::toString);
    }

    private void siteSays(String text) throws IOException {
        Files.createDirectories(root.resolve("etc/nestguard"));
        Files.writeString(root.resolve("etc/nestguard/site"), text);
        Files.setPosixFilePermissions(root.resolve("etc/nestguard/site"), PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void aSettingThatAllowsIsFound() throws IOException {
        install(Door.LIBVIRT);
        Files.createDirectories(root.resolve("var/spool/nestguard"));
        siteSays("no-answer: allow\n");
        finds("lets pass what gets no answer");
        siteSays("no-record: allow\n");
        finds("lets pass what cannot be recorded");
        siteSays("no-answer: deny\n");
        assertEquals(List.of(), findings(Door.LIBVIRT));
    }

    @Test
    void aSettingThatIsNotHeededIsFound() throws IOException {
        install(Door.LIBVIRT);
        siteSays("no-answer: allow\n");
        Files.setPosixFilePermissions(root.resolve("etc/nestguard/site"), PosixFilePermissions.fromString("rw-rw-r--"));
        finds("is not heeded: others than root may change");
    }

    @Test
    void aSettingWithoutASpoolIsFound() throws IOException {
        install(Door.LIBVIRT);
        siteSays("no-answer: allow\n");
        List<String> findings = findings(Door.LIBVIRT);
        assertEquals(2, findings.size(), findings::toString);
        assertTrue(findings.get(1).contains("/var/spool/nestguard is not there"), findings::toString);
    }
}
