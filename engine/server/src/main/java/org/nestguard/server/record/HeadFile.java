package org.nestguard.server.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.nestguard.engine.secret.PrivateFile;

/**
 * The head, beside the key: by it one sees that the newest decisions are gone. It is written after the commit and before the
 * callers hear of it: one that is killed in between leaves a head that is older than the database, never a newer one.
 */
final class HeadFile {
    private final Path file;
    private final boolean outlivesPower;

    /** @param outlivesPower whether it waits for the disk, as the database then does */
    HeadFile(Path key, boolean outlivesPower) {
        file = key.resolveSibling(key.getFileName() + ".head");
        this.outlivesPower = outlivesPower;
    }

    /** Empty where there is none, or what is there is none. */
    Optional<Head> read() {
        try {
            return Head.in(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RecordException(RecordException.Reason.FAILED, "the head " + file + " cannot be read: " + e, e);
        }
    }

    void write(Head head) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        PrivateFile.make(draft);
        try (FileChannel channel =
                FileChannel.open(draft, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap((head + "\n").getBytes(StandardCharsets.UTF_8)));
            if (outlivesPower) {
                channel.force(true);
            }
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
