package org.nestguard.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import picocli.AutoComplete;

/** Used by the build: writes the completion script for bash and zsh. */
public final class CompletionScript {
    private CompletionScript() {}

    /** Writes the script to the file that the one argument names. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Console nobody = new Console(
                new ByteArrayInputStream(new byte[0]), OutputStream.nullOutputStream(), System.err, 80, false);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, AutoComplete.bash("nestguard", new Commands(nobody).all()));
    }
}
