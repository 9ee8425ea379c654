package org.nestguard.server.http.access;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** A file with a secret in it: readable by its owner alone, who is root or the one that this process runs as. */
public final class PrivateFile {
    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private PrivateFile() {}

    /** Looks at a file. @throws CredentialsException where it is none, or others may read it; it says what to do */
    public static void check(Path file) throws CredentialsException {
        PosixFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, PosixFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw new CredentialsException(file + ": there is no such file");
        } catch (IOException e) {
            throw new CredentialsException(file + ": cannot be looked at: " + e);
        }
        if (!attributes.isRegularFile()) {
            throw new CredentialsException(file + ": is no file");
        }
        if (!OWNERS.containsAll(attributes.permissions())) {
            throw new CredentialsException(file + ": others may read or write it; close it with: chmod 600 " + file);
        }
        try {
            String owner = attributes.owner().getName();
            if (!owner.equals("root") && !attributes.owner().equals(Files.getOwner(Path.of("/proc/self")))) {
                throw new CredentialsException(
                        file + ": belongs to " + owner + ", not to root or the user that the service runs as");
            }
        } catch (IOException e) {
            throw new CredentialsException(file + ": its owner cannot be told: " + e);
        }
    }
}
