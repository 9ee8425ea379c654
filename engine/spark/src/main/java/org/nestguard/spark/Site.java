package org.nestguard.spark;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a site has beside the built-in rules, on its way to other machines.
 *
 * @param files by name: rules, and the table of distribution kernels
 */
record Site(Map<String, byte[]> files) implements Serializable {
    private static final String TABLE = "distributions.yaml";

    /** What is in a folder of which the rules were taken already. */
    static Site read(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".drl") || name.equals(TABLE)) {
                    files.put(name, Files.readAllBytes(file));
                }
            }
        }
        return new Site(files);
    }

    void write(Path folder) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Files.write(folder.resolve(file.getKey()), file.getValue());
        }
    }

    /** Removes what was written, and the folder. */
    void remove(Path folder) throws IOException {
        for (String name : files.keySet()) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }
}
