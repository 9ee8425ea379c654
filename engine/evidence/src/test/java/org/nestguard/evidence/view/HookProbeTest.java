package org.nestguard.evidence.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is seen of files that lie on a host. */
class HookProbeTest {
    private static final String IN_FOLDER = "/etc/libvirt/hooks/qemu.d/50-nestguard";

    @TempDir
    private Path root;

    private void lay(String path, String rights, String text) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }

    private String seen() {
        return assertInstanceOf(
                        Artefact.Text.class,
                        HookProbe.artefact(new LiveHost(root, LiveHost.COMMAND_TIMEOUT, "/nowhere")))
                .text();
    }

    private static String libvirt(String inFolder, String old) {
        return "libvirt " + inFolder + " " + IN_FOLDER + "\nlibvirt " + old + " /etc/libvirt/hooks/qemu\nthat is all\n";
    }

    @Test
    void aSystemThatIsNotOnTheHostIsNotSpokenOf() throws Exception {
        lay("/etc/libvirt/libvirt.conf", "rw-r--r--", "of the client");
        assertEquals("that is all\n", seen());
        lay("/etc/libvirt/qemu.conf", "rw-------", "");
        assertEquals(libvirt("absent", "absent"), seen());
    }

    @Test
    void aScriptIsOursByItsMarkAndOfUseWhereItIsExecutable() throws Exception {
        lay(IN_FOLDER, "rwxr-xr-x", "#!/bin/sh\nexit 0\n");
        assertEquals(libvirt("other", "absent"), seen());
        lay(IN_FOLDER, "rwxr-xr-x", "#!/bin/sh\n# Written by `nestguard hook install libvirt`; and so on\n");
        assertEquals(libvirt("ours", "absent"), seen());
        lay(IN_FOLDER, "rw-r--r--", "#!/bin/sh\n# Written by `nestguard hook install libvirt`; and so on\n");
        assertEquals(libvirt("dead", "absent"), seen());
    }

    @Test
    void whatCannotBeLookedAtIsNotAbsent() throws Exception {
        lay("/etc/libvirt/hooks", "rw-r--r--", "a file where a folder is expected");
        assertEquals(libvirt("closed", "closed"), seen());
        Files.delete(root.resolve("etc/libvirt/hooks"));
        Files.createDirectories(root.resolve(IN_FOLDER.substring(1)));
        assertEquals(libvirt("closed", "absent"), seen(), "a folder, not a script");
    }
}
