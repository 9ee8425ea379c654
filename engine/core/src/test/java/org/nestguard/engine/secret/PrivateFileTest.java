package org.nestguard.engine.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a secret's is its owner's alone. */
class PrivateFileTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void make() throws IOException {
        mode(folder, "rwx------");
        file = folder.resolve("secret");
        assertTrue(PrivateFile.make(file));
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static String refused(Executed executed) {
        return String.valueOf(
                assertThrows(NotPrivateException.class, executed::run).getMessage());
    }

    private interface Executed {
        void run() throws IOException;
    }

    @Test
    void whatIsMadeIsPrivate() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        PrivateFile.check(file);
        PrivateFile.checkKept(file);
        assertFalse(PrivateFile.make(file), "it is there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw---x---"})
    void whatOthersMayTouchIsNot(String mode) throws IOException {
        mode(file, mode);
        assertTrue(refused(() -> PrivateFile.check(file)).contains("chmod 600 " + file));
        refused(() -> PrivateFile.checkKept(file));
        refused(() -> PrivateFile.make(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwx-w----", "rwx----w-", "rwxrwxrwx"})
    void whatLiesWhereOthersMayWriteIsReadAndNotKept(String mode) throws IOException {
        mode(folder, mode);
        PrivateFile.check(file);
        assertTrue(refused(() -> PrivateFile.checkKept(file)).contains("chmod go-w " + folder));
        refused(() -> PrivateFile.make(folder.resolve("other")));
        assertFalse(Files.exists(folder.resolve("other")));
    }

    @Test
    void whatIsAnothersIsNot() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a file away");
        UserPrincipal nobody =
                folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setOwner(file, nobody);
        assertTrue(refused(() -> PrivateFile.check(file)).contains("belongs to nobody"));
        Files.setOwner(file, Files.getOwner(folder));
        Files.setOwner(folder, nobody);
        assertTrue(refused(() -> PrivateFile.checkKept(file)).contains("belongs to nobody"));
    }

    @Test
    void whatIsNoFileIsSaid() throws IOException {
        Path none = folder.resolve("none");
        assertTrue(String.valueOf(assertThrows(IOException.class, () -> PrivateFile.check(none))
                        .getMessage())
                .contains("there is no such file"));
        Files.createDirectory(none);
        mode(none, "rwx------");
        assertThrows(IOException.class, () -> PrivateFile.check(none));
    }
}
