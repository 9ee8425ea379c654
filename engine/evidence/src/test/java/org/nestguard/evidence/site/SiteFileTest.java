package org.nestguard.evidence.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but root can say that something passes. */
class SiteFileTest {
    private static final String BOTH = "no-answer: allow\nno-record: allow\n";

    @TempDir
    private Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void aFolderOfRoots() throws IOException {
        rights(folder, "rwxr-xr-x");
        file = folder.resolve("site");
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid")), "only root can write such a file");
    }

    private static void rights(Path path, String rights) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(rights));
    }

    private SiteFile.Word says(String text) throws IOException {
        Files.writeString(file, text);
        rights(file, "rw-r--r--");
        return new SiteFile(file).read();
    }

    private void isNotHeeded(String because) {
        SiteFile.Word word = new SiteFile(file).read();
        assertFalse(word.noAnswer() || word.noRecord(), word::toString);
        assertTrue(word.unheeded().orElse("").contains(because), word::toString);
    }

    @Test
    void eachSettingIsOnItsOwn() throws IOException {
        assertEquals(new SiteFile.Word(true, true, Optional.empty()), says(BOTH));
        assertEquals(new SiteFile.Word(true, false, Optional.empty()), says("no-answer: allow\n"));
        assertEquals(new SiteFile.Word(false, true, Optional.empty()), says("# why\nno-record:allow"));
    }

    @Test
    void whatIsNotThereOrSaysOtherwiseAllowsNothing() throws IOException {
        assertEquals(new SiteFile.Word(false, false, Optional.empty()), new SiteFile(file).read());
        for (String text : new String[] {
            "no-record: allow\r\n",
            "",
            "no-record: deny\n",
            "# no-record: allow\n",
            " no-record: allow\n",
            "no-record: allow # why\n",
            "no-record: allow\nno-record: deny\n",
            "no-record: ALLOW\n",
            "no-records: allow\n",
            "no-record: allow \n"
        }) {
            assertFalse(says(text).noRecord(), text);
        }
    }

    @Test
    void whatOthersCanWriteIsNotHeeded() throws IOException {
        for (String rights : new String[] {"rw-rw-r--", "rw-r--rw-", "-w--w----"}) {
            says(BOTH);
            rights(file, rights);
            isNotHeeded("others than root may change " + file);
        }
        says(BOTH);
        rights(folder, "rwxrwxr-x");
        isNotHeeded("others than root may change " + folder);
    }

    @Test
    void whatIsNotRootsIsNotHeeded() throws IOException {
        says(BOTH);
        Files.setAttribute(file, "unix:uid", 65_534);
        isNotHeeded("others than root may change " + file);
        Files.setAttribute(file, "unix:uid", 0);
        Files.setAttribute(folder, "unix:uid", 65_534);
        isNotHeeded("others than root may change " + folder);
    }

    @Test
    void aLinkOrAFolderIsNoFile() throws IOException {
        Path elsewhere = folder.resolve("other");
        Files.writeString(elsewhere, BOTH);
        rights(elsewhere, "rw-r--r--");
        Files.createSymbolicLink(file, elsewhere);
        isNotHeeded("no regular file");
        Files.delete(file);
        Files.createDirectory(file);
        isNotHeeded("no regular file");
    }

    @Test
    void aFileOfAnySizeIsNotSwallowed() throws IOException {
        says(BOTH + "#".repeat(1 << 17));
        isNotHeeded("larger");
    }
}
