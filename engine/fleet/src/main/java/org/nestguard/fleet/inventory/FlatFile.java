package org.nestguard.fleet.inventory;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file of flat NDJSON that can be read more than once.
 *
 * @param name as whoever named it calls it
 * @param path where it lies
 * @param copy whether it was made here, of another form; then its lines say where they come from
 */
public record FlatFile(String name, Path path, boolean copy) {
    /** Its bytes, unpacked where they are packed with gzip. {@code read} is told of each byte of the file. */
    InputStream open(BytesRead read) throws IOException {
        InputStream file = Files.newInputStream(path);
        try {
            return unpacked(new CountingStream(file, read));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** How large the file is, packed as it may be. */
    public long size() throws IOException {
        return Files.size(path);
    }

    /** The stream itself, or what is packed in it. */
    static InputStream unpacked(InputStream in) throws IOException {
        BufferedInputStream start = new BufferedInputStream(in, 1 << 16);
        start.mark(2);
        boolean gzip = start.read() == 0x1f && start.read() == 0x8b;
        start.reset();
        return gzip ? new GZIPInputStream(start, 1 << 16) : start;
    }
}
