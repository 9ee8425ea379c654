package org.nestguard.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.nestguard.engine.secret.PrivateFile;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The part of SQLite that is not Java. Its driver unpacks that into the folder for temporary files, anew for each process, and
 * there it stays where the process is killed; so it is unpacked beside the database instead, once.
 */
final class NativeLibrary {
    private static final String FOLDER = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private NativeLibrary() {}

    /** Before the driver is first used; later, or where an operator has said where to find it, nothing is done. */
    static synchronized void beside(Path database) throws IOException {
        if (System.getProperty(FOLDER) != null) {
            return;
        }
        Path file = database.toAbsolutePath().resolveSibling("sqlite-" + SQLiteJDBCLoader.getVersion() + ".so");
        byte[] library = library();
        if (!PrivateFile.make(file) && Arrays.equals(library, Files.readAllBytes(file))) {
            use(file);
            return;
        }
        Path draft = Files.createTempFile(file.getParent(), "sqlite-", ".new"); // of the owner alone, as all such
        try {
            Files.write(draft, library);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        use(file);
    }

    private static byte[] library() throws IOException {
        String name = "/" + LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(name.replace("//", "/"))) {
            if (in == null) {
                throw new FileNotFoundException("SQLite has nothing for this kind of machine: " + name);
            }
            return in.readAllBytes();
        }
    }

    private static void use(Path file) {
        System.setProperty(FOLDER, String.valueOf(file.getParent()));
        System.setProperty(NAME, String.valueOf(file.getFileName()));
    }
}
