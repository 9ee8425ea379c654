package org.nestguard.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file that is whole or not there: beside its place first, then moved. */
final class WholeOutput {
    private WholeOutput() {}

    static void write(Path file, byte[] content) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UsageException(file + " is no regular file; it is not replaced");
        }
        Path folder = file.toAbsolutePath().getParent();
        Path beside = Files.createTempFile(folder, "." + file.getFileName() + ".", ".part");
        try {
            Files.write(beside, content);
            if (Files.exists(file)) { // who could read the old one can read the new one
                Files.setPosixFilePermissions(beside, Files.getPosixFilePermissions(file));
            }
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(beside);
        }
    }
}
