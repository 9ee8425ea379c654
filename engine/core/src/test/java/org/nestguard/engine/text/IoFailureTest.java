package org.nestguard.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoFailureTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void whatTheFileSystemSaysIsSaidInWords() throws Exception {
        Path none = folder.resolve("none");
        IOException missing = assertThrows(IOException.class, () -> Files.readString(none));
        assertEquals(none + ": there is no such file or folder", IoFailure.inWords(missing));
        assertEquals("/x: this user may not", IoFailure.inWords(new AccessDeniedException("/x")));
        Path file = Files.writeString(folder.resolve("file"), "");
        IOException taken = assertThrows(IOException.class, () -> Files.createDirectories(file));
        assertEquals(file + ": something else is there already", IoFailure.inWords(taken));
        IOException below = assertThrows(IOException.class, () -> Files.writeString(file.resolve("a"), ""));
        assertEquals(file.resolve("a") + ": Not a directory", IoFailure.inWords(below));
        assertEquals("Not a directory", IoFailure.why(below));
        assertEquals("no room", IoFailure.inWords(new IOException("no room")));
        assertEquals("it failed (IOException)", IoFailure.inWords(new IOException()));
    }
}
