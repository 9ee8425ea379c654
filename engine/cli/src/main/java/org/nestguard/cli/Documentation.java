package org.nestguard.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Used by the build: writes the completion script for bash and zsh, and the source of the man pages. */
public final class Documentation {
    private Documentation() {}

    /** Writes into the folder that the one argument names. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Console nobody = new Console(
                new ByteArrayInputStream(new byte[0]), OutputStream.nullOutputStream(), System.err, 80, false, false);
        CommandLine command = new Commands(nobody).all();
        headed(command);
        Path man = Files.createDirectories(folder.resolve("man"));
        Files.writeString(folder.resolve("nestguard"), AutoComplete.bash("nestguard", command));
        int status =
                ManPageGenerator.generateManPage(man.toFile(), null, new boolean[0], false, command.getCommandSpec());
        if (status != 0) {
            throw new IOException("the man pages could not be written: " + status);
        }
    }

    /** A man page leaves out what has no heading; on a terminal it needs none. */
    private static void headed(CommandLine command) {
        command.getCommandSpec().usageMessage().footerHeading("Exit status and examples%n");
        command.getSubcommands().values().forEach(Documentation::headed);
    }
}
