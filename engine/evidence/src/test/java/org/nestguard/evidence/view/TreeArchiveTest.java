package org.nestguard.evidence.view;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class TreeArchiveTest {
    @TempDir
    private Path folder;

    private List<Path> before = List.of();

    @BeforeEach
    void whatLiesInTheTemporaryFolder() throws IOException {
        before = temporary();
    }

    @AfterEach
    void nothingStaysBehind() throws IOException {
        assertEquals(before, temporary());
    }

    private static List<Path> temporary() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(each -> Objects.requireNonNull(each.getFileName())
                            .toString()
                            .startsWith("nestguard-tree-"))
                    .sorted()
                    .toList();
        }
    }

    private interface Content {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            content.write(tar);
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, byte kind, String to) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
        entry.setLinkName(to);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private Path saved(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("it.tar"), bytes);
    }

    private String refused(Content content) throws IOException {
        return refused(tar(content));
    }

    private String refused(byte[] bytes) throws IOException {
        Path file = saved(bytes);
        String message = assertThrows(
                        UnreadableTreeException.class,
                        () -> TreeArchive.open(file).close())
                .getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        return message;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    private static byte[] xz(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new XZOutputStream(packed, new LZMA2Options(1))) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void aTreeIsReadHoweverItIsPacked() throws Exception {
        byte[] plain = tar(tar -> {
            file(tar, "./nestguard-a/usr/lib/os-release", "ID=x");
            file(tar, "nestguard-a/proc/7/cmdline", "qemu\0-cpu\0host\0");
            link(tar, "nestguard-a/etc/os-release", TarConstants.LF_SYMLINK, "../usr/lib/os-release");
            link(tar, "nestguard-a/lib", TarConstants.LF_SYMLINK, "/usr/lib");
            link(tar, "nestguard-a/proc/7/same", TarConstants.LF_LINK, "nestguard-a/proc/7/cmdline");
        });
        for (byte[] bytes : List.of(plain, gzip(plain), xz(plain))) {
            try (TreeArchive archive = TreeArchive.open(saved(bytes))) {
                CapturedTree tree = CapturedTree.open(archive.root());
                for (String path : List.of("/etc/os-release", "/lib/os-release")) {
                    assertEquals(
                            "ID=x",
                            assertInstanceOf(Artefact.Text.class, tree.file(path))
                                    .text());
                }
                assertArrayEquals(
                        "qemu\0-cpu\0host\0".getBytes(StandardCharsets.UTF_8),
                        Files.readAllBytes(archive.root().resolve("nestguard-a/proc/7/same")));
            }
        }
    }

    @Test
    void aNameThatClimbsOutIsRefused() throws Exception {
        assertTrue(refused(tar -> file(tar, "nestguard-a/../../evil", "x")).contains("its name leads out"));
        assertTrue(refused(tar -> file(tar, "..", "x")).contains("its name leads out"));
        assertFalse(Files.exists(folder.resolve("evil")));
    }

    @Test
    void anAbsoluteNameIsRefused() throws Exception {
        assertTrue(refused(tar -> file(tar, "/etc/evil", "x")).contains("an absolute name"));
    }

    @Test
    void controlCharactersInANameAreRefusedAndNotPrinted() throws Exception {
        String message = refused(tar -> file(tar, "a\u001b[2Jb", "x"));
        assertTrue(message.contains("control characters"), message);
        assertTrue(message.contains("a?[2Jb"), message);
    }

    @Test
    void aLinkThatLeadsOutIsRefused() throws Exception {
        assertTrue(refused(tar -> link(tar, "a/b", TarConstants.LF_SYMLINK, "../../x"))
                .contains("leads out"));
        assertTrue(refused(tar -> link(tar, "b", TarConstants.LF_SYMLINK, "../nestguard-tree-1/x"))
                .contains("leads out"));
        assertTrue(refused(tar -> link(tar, "b", TarConstants.LF_LINK, "/etc/passwd"))
                .contains("leads out"));
        assertTrue(refused(tar -> link(tar, "b", TarConstants.LF_LINK, "../x")).contains("leads out"));
    }

    @Test
    void nothingIsWrittenOrLinkedThroughALink() throws Exception {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "s");
        assertTrue(refused(tar -> {
                    link(tar, "proc", TarConstants.LF_SYMLINK, outside.toString());
                    file(tar, "proc/evil", "x");
                })
                .contains("a link where another entry"));
        assertTrue(refused(tar -> {
                    link(tar, "a", TarConstants.LF_SYMLINK, outside.toString());
                    link(tar, "a/evil", TarConstants.LF_SYMLINK, "x");
                })
                .contains("a link where another entry"));
        assertTrue(refused(tar -> {
                    link(tar, "a", TarConstants.LF_SYMLINK, outside.toString());
                    link(tar, "b", TarConstants.LF_LINK, "a/secret");
                })
                .contains("a hard link to nothing"));
        assertFalse(Files.exists(outside.resolve("evil")));
    }

    @Test
    void aDeviceOrPipeIsRefused() throws Exception {
        for (byte kind : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
            assertTrue(refused(tar -> link(tar, "dev/x", kind, "")).contains("a device or pipe"));
        }
    }

    @Test
    void aFileInPlaceOfAFolderIsRefused() throws Exception {
        assertTrue(refused(tar -> {
                    file(tar, "a", "x");
                    file(tar, "a/b", "x");
                })
                .contains("a file where another entry has a folder"));
        assertTrue(refused(tar -> {
                    file(tar, "a/b", "x");
                    file(tar, "a", "x");
                })
                .contains("a file where another entry has a folder"));
    }

    @Test
    void whatUnpacksToMoreThanTheBoundEnds() throws Exception {
        byte[] bomb = gzip(tar(tar -> {
            for (int i = 0; i < 8; i++) {
                file(tar, "proc/" + i, "0".repeat(1 << 20));
            }
        }));
        Path file = saved(bomb);
        String message = assertThrows(
                        UnreadableTreeException.class,
                        () -> TreeArchive.open(file, 3 << 20, 10).close())
                .getMessage();
        assertTrue(message.contains("more in all than is unpacked"), message);
    }

    @Test
    void aNameOfMegabytesEndsBeforeItIsRead() throws Exception {
        byte[] bomb = gzip(tar(tar -> {
            TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME, true);
            name.setSize(40 << 20);
            tar.putArchiveEntry(name);
            tar.write(new byte[40 << 20]);
            tar.closeArchiveEntry();
            file(tar, "x", "x");
        }));
        assertTrue(refused(bomb).contains("more in it than is unpacked"));
    }

    @Test
    void moreFoldersThanAnyTreeHasAreRefused() throws Exception {
        assertTrue(refused(tar -> file(tar, "a/".repeat(100) + "b", "x")).contains("folders deep"));
    }

    @Test
    void whatIsNoTarOrCutOffIsRefused() throws Exception {
        byte[] whole = gzip(tar(tar -> file(tar, "proc/version", "Linux".repeat(5000))));
        assertTrue(refused(java.util.Arrays.copyOf(whole, whole.length / 2)).contains("no whole tar"));
        refused("hello".repeat(1000).getBytes(StandardCharsets.UTF_8));
        refused(new byte[0]);
        assertTrue(
                refused(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0}).contains("zstd -d"));
        assertTrue(assertThrows(UnreadableTreeException.class, () -> TreeArchive.open(folder.resolve("none")))
                .getMessage()
                .contains("there is no such file"));
    }

    @Test
    void aFewNamesThatAskForFoldersWithoutEndAreRefused() throws IOException {
        byte[] bytes = tar(tar -> {
            for (int i = 0; i < 5; i++) {
                file(tar, "proc/" + (i + "/").repeat(20) + "f", "");
            }
        });
        String message = assertThrows(UnreadableTreeException.class, () -> TreeArchive.open(saved(bytes), 1 << 20, 50))
                .getMessage();
        assertTrue(String.valueOf(message).contains("more folders than a captured host has"), message);
    }
}
