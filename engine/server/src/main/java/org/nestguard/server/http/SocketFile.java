package org.nestguard.server.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.server.http.settings.UnixListener;

/**
 * The file of the Unix socket. Whoever may open it may ask, so it lies in a directory that others cannot enter: between its
 * making and the setting of its permissions it is as open as the process makes files.
 */
final class SocketFile {
    private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rw-rw----");
    private static final Set<PosixFilePermission> FOREIGN = PosixFilePermissions.fromString("----w-rwx");
    private static final int LONGEST_PATH = 107;

    private final Path path;
    private final @Nullable GroupPrincipal group;

    private SocketFile(Path path, @Nullable GroupPrincipal group) {
        this.path = path;
        this.group = group;
    }

    /** Makes way for a socket. @throws StartRefusedException where it cannot be made there, or somebody listens already */
    static SocketFile prepare(UnixListener listener) throws StartRefusedException {
        Path path = listener.path();
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new StartRefusedException(
                    path + ": too long for a socket, which may have " + LONGEST_PATH + " bytes");
        }
        try {
            closed(path.getParent());
            GroupPrincipal group = listener.group() == null ? null : group(path, listener.group());
            removeStale(path);
            return new SocketFile(path, group);
        } catch (IOException e) {
            throw new StartRefusedException(path + ": cannot be prepared: " + e, e);
        }
    }

    private static void closed(@Nullable Path directory) throws IOException, StartRefusedException {
        if (directory == null || !Files.isDirectory(directory)) {
            throw new StartRefusedException(
                    directory + ": there is no such directory; make it with: install -d -m 0750 " + directory);
        }
        if (Files.getPosixFilePermissions(directory).stream().anyMatch(FOREIGN::contains)) {
            throw new StartRefusedException(directory
                    + ": the directory of the socket is open to others, or its group may write; close it with: chmod 750 "
                    + directory);
        }
    }

    private static GroupPrincipal group(Path path, String name) throws IOException, StartRefusedException {
        try {
            return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new StartRefusedException(
                    "there is no group " + name + " for the socket; make it with: groupadd --system " + name);
        }
    }

    /** What a process that was killed left behind; never what a living one listens on. */
    private static void removeStale(Path path) throws IOException, StartRefusedException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isOther()) {
            throw new StartRefusedException(path + ": there is something that is no socket; it is left alone");
        }
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
            throw new StartRefusedException(path + ": somebody listens there already");
        } catch (ConnectException e) {
            Files.delete(path);
        }
    }

    /** Opens the socket, which is there now, to its group. */
    void open() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (group != null) {
            view.setGroup(group);
        }
        view.setPermissions(OPEN);
    }
}
