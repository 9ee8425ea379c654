package org.nestguard.server.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.nestguard.server.store.StoreException.Reason;

/** A file that only its owner may read and write, in a folder that only its owner may change. */
public final class PrivateFile {
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rw-------");

    private PrivateFile() {}

    /**
     * Makes the file, empty, where it is not there.
     *
     * @return whether it was made
     * @throws StoreException where file or folder are not so
     */
    public static boolean make(Path file) {
        boolean made = false;
        checkFolder(file);
        try {
            Files.newByteChannel(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(OWNERS))
                    .close();
            made = true;
        } catch (FileAlreadyExistsException e) {
            check(file);
        } catch (IOException e) {
            throw new StoreException(Reason.UNREADABLE, file + " cannot be made: " + said(e), e);
        }
        return made;
    }

    /**
     * Looks at a file that is there.
     *
     * @throws StoreException where anybody but its owner may read or write it, or change its folder
     */
    public static void check(Path file) {
        checkFolder(file);
        try {
            if (!Files.isRegularFile(file)) {
                throw new StoreException(Reason.UNREADABLE, file + " is not a file", null);
            }
            Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(file);
            if (!OWNERS.containsAll(allowed)) {
                throw new StoreException(
                        Reason.EXPOSED,
                        file + " may be read or written by others (" + PosixFilePermissions.toString(allowed)
                                + "): chmod 600 " + file,
                        null);
            }
        } catch (IOException e) {
            throw new StoreException(Reason.UNREADABLE, file + " cannot be looked at: " + said(e), e);
        }
    }

    /** Who may write to the folder can put another file in its place. */
    private static void checkFolder(Path file) {
        Path folder = folder(file);
        try {
            if (!Files.isDirectory(folder)) {
                throw new StoreException(
                        Reason.UNREADABLE, "there is no folder " + folder + " for " + file.getFileName(), null);
            }
            Set<PosixFilePermission> allowed = Files.getPosixFilePermissions(folder);
            if (allowed.contains(PosixFilePermission.OTHERS_WRITE)
                    || allowed.contains(PosixFilePermission.GROUP_WRITE)) {
                throw new StoreException(
                        Reason.EXPOSED,
                        "the folder " + folder + " may be written to by others ("
                                + PosixFilePermissions.toString(allowed) + "): chmod go-w " + folder,
                        null);
            }
            Object owner = Files.getAttribute(folder, "unix:uid");
            Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!owner.equals(0) && !owner.equals(self)) {
                throw new StoreException(
                        Reason.EXPOSED,
                        "the folder " + folder + " belongs to another user (" + owner + "): keep " + file.getFileName()
                                + " in one of your own",
                        null);
            }
        } catch (IOException e) {
            throw new StoreException(Reason.UNREADABLE, folder + " cannot be looked at: " + said(e), e);
        }
    }

    private static Path folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? Path.of("/") : folder;
    }

    private static String said(IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
