package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrariesTest {
    @TempDir
    private Path folder = Path.of("");

    private void jar(String name, Map<String, String> entries) throws IOException {
        Path jars = Files.createDirectories(folder.resolve("jars"));
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jars.resolve(name)))) {
            for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
                out.closeEntry();
            }
        }
    }

    private Path merged() throws IOException {
        Path made = folder.resolve("out/libraries.jar");
        Libraries.main(new String[] {folder.resolve("jars").toString(), made.toString()});
        return made;
    }

    private static String text(ZipFile zip, String name) throws IOException {
        return new String(zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void servicesAreJoinedAndTheLicenceOfEachJarIsKept() throws IOException {
        jar("a.jar", Map.of("META-INF/services/s.S", "a.A", "META-INF/LICENSE", "licence a", "a/A.class", "A"));
        jar("b.jar", Map.of("META-INF/services/s.S", "b.B\n", "META-INF/LICENSE", "licence b", "b/B.class", "B"));
        Path made = merged();
        try (ZipFile zip = new ZipFile(made.toFile())) {
            assertEquals("a.A\nb.B\n", text(zip, "META-INF/services/s.S"));
            assertEquals("licence a", text(zip, "META-INF/legal/a.jar/LICENSE"));
            assertEquals("licence b", text(zip, "META-INF/legal/b.jar/LICENSE"));
            assertEquals("A", text(zip, "a/A.class"));
            assertEquals("B", text(zip, "b/B.class"));
            assertTrue(text(zip, "META-INF/MANIFEST.MF").contains("Multi-Release: true"));
        }
        byte[] first = Files.readAllBytes(made);
        assertArrayEquals(first, Files.readAllBytes(merged()));
    }

    @Test
    void twoClassesOfOneNameEndTheBuild() throws IOException {
        jar("a.jar", Map.of("x/X.class", "one"));
        jar("b.jar", Map.of("x/X.class", "another"));
        assertTrue(String.valueOf(assertThrows(IOException.class, this::merged).getMessage())
                .contains("x/X.class"));
    }

    @Test
    void aSignedJarEndsTheBuild() throws IOException {
        jar("a.jar", Map.of("META-INF/A.SF", "", "x/X.class", "X"));
        assertTrue(String.valueOf(assertThrows(IOException.class, this::merged).getMessage())
                .contains("signed"));
    }
}
