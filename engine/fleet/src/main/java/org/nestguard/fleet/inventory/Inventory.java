package org.nestguard.fleet.inventory;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.nestguard.engine.text.Problem;

/**
 * All hosts and guests that were named, as files of flat NDJSON. What is written otherwise is copied into such a file first,
 * so that there is one way to read a fleet; its records say where they come from.
 */
public final class Inventory implements Closeable {
    private static final Pattern FLAT = Pattern.compile("\\s*[{]\\s*\"kind\"\\s*:");
    private static final int LOOK_AHEAD = 4_096;

    private final List<FlatFile> files = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Path> copies = new ArrayList<>();

    private Inventory() {}

    /**
     * Opens what was named.
     *
     * @param named files or folders; {@code -} for standard input
     * @throws IOException where a copy cannot be written; a source that cannot be read is a problem of the inventory
     */
    public static Inventory open(List<String> named, InputStream standardInput) throws IOException {
        Inventory inventory = new Inventory();
        boolean whole = false;
        try {
            for (String name : named) {
                inventory.add(name, standardInput);
            }
            whole = true;
            return inventory;
        } finally {
            if (!whole) {
                inventory.close();
            }
        }
    }

    private void add(String name, InputStream standardInput) throws IOException {
        if (name.equals("-")) {
            Path copy = copy();
            Files.copy(standardInput, copy, StandardCopyOption.REPLACE_EXISTING);
            file(name, copy);
            return;
        }
        file(name, Path.of(name));
    }

    private void file(String name, Path path) throws IOException {
        try (InputStream in = FlatFile.unpacked(Files.newInputStream(path))) {
            String start = new String(in.readNBytes(LOOK_AHEAD), StandardCharsets.UTF_8);
            if (FLAT.matcher(start).lookingAt()) {
                files.add(new FlatFile(name, path, false));
                return;
            }
        } catch (IOException e) {
            problems.add(new Problem(name, 0, 0, null, "cannot be read: " + e.getMessage()));
            return;
        }
        problems.add(new Problem(
                name,
                0,
                0,
                null,
                "no fleet: a file of lines is expected that begin with {\"kind\": \"host\" or \"guest\""));
    }

    private Path copy() throws IOException {
        Path copy = Files.createTempFile("nestguard-fleet-", ".ndjson");
        copies.add(copy);
        return copy;
    }

    /** The files, in the order in which they were named. */
    public List<FlatFile> files() {
        return List.copyOf(files);
    }

    /** How large its files are together. */
    public long size() throws IOException {
        long size = 0;
        for (FlatFile file : files) {
            size += file.size();
        }
        return size;
    }

    /** What could not be read of what was named. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Removes the copies. */
    @Override
    public void close() throws IOException {
        for (Path copy : copies) {
            Files.deleteIfExists(copy);
        }
    }
}
