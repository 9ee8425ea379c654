package org.nestguard.engine.secret;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * A file that nobody reads or writes but its owner, who is root or the one that this process runs as. The messages of what is
 * thrown name the file and say what to do.
 */
public final class PrivateFile {
    private static final Set<PosixFilePermission> OWNERS = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OTHERS_WRITE = PosixFilePermissions.fromString("----w--w-");
    private static final Set<PosixFilePermission> MADE = PosixFilePermissions.fromString("rw-------");

    private PrivateFile() {}

    /**
     * Looks at a file that somebody has laid there.
     *
     * @throws NotPrivateException where others may read or write it, or it is another's
     * @throws IOException where there is none, or it cannot be looked at
     */
    public static void check(Path file) throws IOException {
        PosixFileAttributes attributes = ours(file);
        if (!OWNERS.containsAll(attributes.permissions())) {
            throw new NotPrivateException(file + ": others may read or write it; close it with: chmod 600 " + file);
        }
    }

    /**
     * Looks at a file that is gone by, with no secret in it.
     *
     * @throws NotPrivateException where others may write it, or it is another's
     * @throws IOException where there is none, or it cannot be looked at
     */
    public static void checkUnwritable(Path file) throws IOException {
        PosixFileAttributes attributes = ours(file);
        if (attributes.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
            throw new NotPrivateException(file + ": others may write it; close it with: chmod go-w " + file);
        }
    }

    private static PosixFileAttributes ours(Path file) throws IOException {
        PosixFileAttributes attributes = attributes(file);
        if (!attributes.isRegularFile()) {
            throw new IOException(file + ": is no file");
        }
        if (!ours(attributes.owner())) {
            throw new NotPrivateException(file + ": belongs to "
                    + attributes.owner().getName() + ", not to root or the user that this runs as");
        }
        return attributes;
    }

    /**
     * Looks at a file that the service itself keeps, and at its folder: whoever may write to that can put another file in its
     * place, or one beside it.
     *
     * @throws NotPrivateException where others may read or write the file, or change its folder
     * @throws IOException where there is none, or it cannot be looked at
     */
    public static void checkKept(Path file) throws IOException {
        checkFolder(folder(file));
        check(file);
    }

    /**
     * Makes a file that the service keeps, empty, where it is not there.
     *
     * @return whether it was made
     * @throws IOException as {@link #checkKept}
     */
    public static boolean make(Path file) throws IOException {
        checkFolder(folder(file));
        try {
            Files.newByteChannel(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(MADE))
                    .close();
            return true;
        } catch (FileAlreadyExistsException e) {
            check(file);
            return false;
        } catch (IOException e) {
            throw new IOException(file + ": cannot be made: " + e, e);
        }
    }

    private static Path folder(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /**
     * Looks at a folder in which something is kept.
     *
     * @throws NotPrivateException where others may write to it, or it is another's
     * @throws IOException where there is none, or it cannot be looked at
     */
    public static void checkFolder(Path folder) throws IOException {
        PosixFileAttributes attributes = attributes(folder);
        if (!attributes.isDirectory()) {
            throw new IOException(folder + ": is no folder");
        }
        if (attributes.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
            throw new NotPrivateException(
                    folder + ": others may write to this folder; close it with: chmod go-w " + folder);
        }
        if (!ours(attributes.owner())) {
            throw new NotPrivateException(
                    folder + ": this folder belongs to " + attributes.owner().getName() + "; take one of your own");
        }
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        try {
            return Files.readAttributes(path, PosixFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new IOException(path + ": there is no such file", e);
        } catch (IOException e) {
            throw new IOException(path + ": cannot be looked at: " + e, e);
        }
    }

    private static boolean ours(UserPrincipal owner) throws IOException {
        return owner.getName().equals("root") || owner.equals(Files.getOwner(Path.of("/proc/self")));
    }
}
