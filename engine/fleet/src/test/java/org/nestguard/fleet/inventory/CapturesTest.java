package org.nestguard.fleet.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.engine.secret.NotPrivateException;

class CapturesTest {
    private static final Path FIXTURE =
            Path.of(System.getProperty("nestguard.fixtures", "fixtures")).resolve("hosts/amd-with-a-live-l2/tree");

    @TempDir
    private Path folder = Path.of("");

    private Path tree = Path.of("");
    private Path kept = Path.of("");
    private final AtomicInteger met = new AtomicInteger();

    @BeforeEach
    void aCaptureOfOurOwn() throws IOException {
        tree = folder.resolve("tree");
        kept = folder.resolve("kept");
        try (Stream<Path> all = Files.walk(FIXTURE)) {
            for (Path path : all.toList()) {
                Files.copy(path, tree.resolve(FIXTURE.relativize(path).toString()));
            }
        }
    }

    private String vendor(String reader) throws Exception {
        return Captures.kept(kept, reader, met::incrementAndGet)
                .of(tree)
                .host()
                .get("vendor")
                .text();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(kept)) {
            return all.toList();
        }
    }

    /** What is kept tells another vendor, so that it shows who is believed. */
    private void another() throws IOException {
        for (Path file : files()) {
            Files.writeString(file, Files.readString(file).replace("\"vendor\":\"amd\"", "\"vendor\":\"intel\""));
        }
    }

    @Test
    void whatIsAsItWasIsNotReadAgain() throws Exception {
        assertEquals("amd", vendor("1"));
        assertEquals(1, files().size());
        another();
        assertEquals("intel", vendor("1"));
        assertEquals(2, met.get());
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)),
                "what hosts tell is for nobody else");
    }

    @Test
    void whatChangedOrAnotherReadIsReadAnew() throws Exception {
        vendor("1");
        another();
        assertEquals("amd", vendor("2"), "another reader may see more");
        another();
        Path changed = tree.resolve("nestguard-tree");
        Files.setLastModifiedTime(changed, FileTime.fromMillis(1_000));
        assertEquals("amd", vendor("1"));
    }

    @Test
    void whatBrokeOffIsReadAnew() throws Exception {
        vendor("1");
        for (Path file : files()) {
            Files.writeString(file, Files.readString(file).substring(0, 40));
        }
        assertEquals("amd", vendor("1"));
        another();
        assertEquals("intel", vendor("1"), "and kept again");
    }

    @Test
    void whatIsNotThereIsAProblemAndTheRestIsRead() throws Exception {
        String missing = folder.resolve("missing.tar.gz").toString();
        try (Inventory inventory = Inventory.open(
                List.of(missing, tree.toString()),
                InputStream.nullInputStream(),
                List.of(),
                Captures.kept(kept, "1", met::incrementAndGet))) {
            assertEquals(1, inventory.problems().size(), inventory.problems()::toString);
            assertEquals(missing, inventory.problems().get(0).file());
            assertEquals(1, met.get());
        }
    }

    @Test
    void aFolderThatOthersWriteIsNotBelieved() throws Exception {
        vendor("1");
        Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThrows(NotPrivateException.class, () -> vendor("1"));
    }

    @Test
    void whatALinkLeadsToMayChangeThoughTheLinkDoesNot() throws Exception {
        Path real = folder.resolve("real");
        Files.move(tree, real);
        Files.createSymbolicLink(tree, real);
        vendor("1");
        another();
        assertEquals("intel", vendor("1"));
        Files.setLastModifiedTime(real.resolve("nestguard-tree"), FileTime.fromMillis(1_000));
        assertEquals("amd", vendor("1"));
    }
}
