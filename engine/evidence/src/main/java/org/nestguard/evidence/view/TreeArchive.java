package org.nestguard.evidence.view;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A tar of a captured tree, unpacked into a temporary folder that only this user can read, until it is closed or the JVM ends,
 * be it by an interruption. Plain, gzip and xz. Believes nothing the archive says: an entry that would be written elsewhere,
 * a device, or more than a bound ends the reading, and nothing stays behind.
 */
public final class TreeArchive implements AutoCloseable {
    private static final int MAX_ENTRIES = 500_000;
    /** More than any host has in what is captured of it: a few names can each ask for sixty folders. */
    private static final int MAX_FOLDERS = 100_000;

    private static final long MAX_BYTES = 4L << 30;
    private static final int MAX_NAME = 4096;
    private static final int MAX_DEPTH = 64;

    /** What stands between two contents: headers and long names; a real one has a few kilobytes. */
    private static final long MAX_HEADER_BYTES = 1 << 20;

    private static final int XZ_MEMORY_KIB = 256 << 10;
    private static final String REMEDY =
            "make it anew with nestguard-collect, or unpack it yourself and give the folder";

    private static final String ROOM =
            "let there be room for it in a temporary folder: JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=FOLDER";

    private final Path folder;
    private final Thread atEnd;

    private TreeArchive(Path folder) {
        this.folder = folder;
        this.atEnd = new Thread(this::deleteAll, "tree-archive-deletion");
        Runtime.getRuntime().addShutdownHook(atEnd);
    }

    /**
     * Unpacks an archive.
     *
     * @throws UnreadableTreeException where it cannot be read, is damaged, or holds what no captured tree holds
     */
    public static TreeArchive open(Path file) throws UnreadableTreeException {
        return open(file, MAX_BYTES, MAX_FOLDERS);
    }

    static TreeArchive open(Path file, long maxBytes, int maxFolders) throws UnreadableTreeException {
        TreeArchive archive;
        try {
            archive = new TreeArchive(Files.createTempDirectory("nestguard-tree-"));
        } catch (IOException e) {
            throw new UnreadableTreeException(
                    file.toString(), "no temporary folder can be made: " + e.getMessage(), ROOM);
        }
        boolean whole = false;
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            new Unpacking(file, archive.folder, maxBytes, maxFolders).run(raw);
            whole = true;
            return archive;
        } catch (NoSuchFileException e) {
            throw new UnreadableTreeException(file.toString(), "there is no such file", "look at its name");
        } catch (AccessDeniedException e) {
            throw new UnreadableTreeException(
                    file.toString(), "permission denied", "give the user the right to read it");
        } catch (FileSystemException e) {
            throw new UnreadableTreeException(file.toString(), "cannot be unpacked: " + e.getMessage(), ROOM);
        } catch (IOException | RuntimeException e) { // a damaged header can surprise the library in many ways
            throw new UnreadableTreeException(file.toString(), "no whole tar: " + e.getMessage(), REMEDY);
        } finally {
            if (!whole) {
                archive.close();
            }
        }
    }

    /** The folder it was unpacked to, for {@link CapturedTree#open}. */
    public Path root() {
        return folder;
    }

    @Override
    public void close() {
        deleteAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException e) {
            // the JVM is ending, and the hook finds nothing left to do
        }
    }

    private void deleteAll() {
        try {
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                CapturedTree.delete(folder);
            }
        } catch (IOException e) {
            // Somebody else's hand in our folder, or a disk that fails: there is nobody left to tell.
        }
    }

    /** One archive on its way to the disk. */
    private static final class Unpacking {
        private final Path file;
        private final Path folder;
        private long bytesLeft;
        private int foldersLeft;

        /** Made last, when all folders are there and nothing is written any more: nothing goes through a link. */
        private final Map<Path, TarArchiveEntry> links = new LinkedHashMap<>();

        Unpacking(Path file, Path folder, long bytesLeft, int foldersLeft) {
            this.file = file;
            this.folder = folder;
            this.bytesLeft = bytesLeft;
            this.foldersLeft = foldersLeft;
        }

        void run(InputStream raw) throws IOException, UnreadableTreeException {
            Budget budget = new Budget(plain(raw));
            try (TarArchiveInputStream tar = new TarArchiveInputStream(budget, StandardCharsets.UTF_8.name())) {
                int entries = 0;
                while (true) {
                    budget.left = MAX_HEADER_BYTES;
                    TarArchiveEntry entry = tar.getNextEntry();
                    if (entry == null) {
                        break;
                    }
                    if (++entries > MAX_ENTRIES) {
                        throw refused(file.toString(), "more than " + MAX_ENTRIES + " entries");
                    }
                    budget.left = bytesLeft + MAX_HEADER_BYTES;
                    unpack(entry, tar);
                    if (Thread.currentThread().isInterrupted()) {
                        throw new UnreadableTreeException(file.toString(), "interrupted", "start again");
                    }
                }
                if (entries == 0) {
                    throw refused(file.toString(), "nothing in it");
                }
            }
            // Hard links first: while there is no other link, none can reach through one.
            for (boolean hard : List.of(true, false)) {
                for (Map.Entry<Path, TarArchiveEntry> link : links.entrySet()) {
                    if (link.getValue().isLink() == hard) {
                        make(link.getKey(), link.getValue());
                    }
                }
            }
        }

        private InputStream plain(InputStream raw) throws IOException, UnreadableTreeException {
            raw.mark(8);
            byte[] magic = raw.readNBytes(6);
            raw.reset();
            if (starts(magic, 0x1f, 0x8b)) {
                return new GZIPInputStream(raw, 1 << 16);
            }
            if (starts(magic, 0xfd, '7', 'z', 'X', 'Z', 0)) {
                return new XZInputStream(raw, XZ_MEMORY_KIB);
            }
            if (starts(magic, 0x28, 0xb5, 0x2f, 0xfd)) {
                throw new UnreadableTreeException(
                        file.toString(), "packed with zstd", "unpack it first: zstd -d " + file);
            }
            if (starts(magic, 'B', 'Z', 'h')) {
                throw new UnreadableTreeException(
                        file.toString(), "packed with bzip2", "unpack it first: bunzip2 " + file);
            }
            return raw;
        }

        private static boolean starts(byte[] magic, int... with) {
            for (int i = 0; i < with.length; i++) {
                if (i >= magic.length || (magic[i] & 0xff) != with[i]) {
                    return false;
                }
            }
            return true;
        }

        private void unpack(TarArchiveEntry entry, TarArchiveInputStream tar)
                throws IOException, UnreadableTreeException {
            List<String> names = names(entry);
            Path target = folder;
            for (String name : names) {
                target = target.resolve(name);
            }
            if (entry.isSymbolicLink() || entry.isLink()) {
                if (!names.isEmpty()) {
                    makeFolder(target.resolveSibling(""), entry);
                    links.put(target, entry);
                }
            } else if (entry.isDirectory()) {
                makeFolder(target, entry);
            } else if (entry.isFile() && !entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO()) {
                if (names.isEmpty()) {
                    throw refused(shown(entry), "a file without a name");
                }
                makeFolder(target.resolveSibling(""), entry);
                links.remove(target);
                write(tar, target, entry);
            } else {
                throw refused(shown(entry), "a device or pipe");
            }
        }

        private List<String> names(TarArchiveEntry entry) throws UnreadableTreeException {
            String name = entry.getName();
            if (name.length() > MAX_NAME) {
                throw refused(shown(entry), "a name of " + name.length() + " characters");
            }
            if (name.chars().anyMatch(Character::isISOControl)) {
                throw refused(shown(entry), "control characters in its name");
            }
            if (name.startsWith("/")) {
                throw refused(shown(entry), "an absolute name");
            }
            List<String> names = new ArrayList<>(Arrays.asList(name.split("/", -1)));
            names.removeIf(each -> each.isEmpty() || each.equals("."));
            if (names.contains("..")) {
                throw refused(shown(entry), "its name leads out of the archive");
            }
            if (names.size() > MAX_DEPTH) {
                throw refused(shown(entry), "more than " + MAX_DEPTH + " folders deep");
            }
            return names;
        }

        private void makeFolder(Path target, TarArchiveEntry entry) throws IOException, UnreadableTreeException {
            for (Path each = target;
                    each.startsWith(folder) && !Files.exists(each, LinkOption.NOFOLLOW_LINKS);
                    each = each.resolveSibling("")) {
                foldersLeft--;
            }
            if (foldersLeft < 0) {
                throw refused(shown(entry), "more folders than a captured host has");
            }
            try {
                Files.createDirectories(target);
            } catch (FileAlreadyExistsException | NotDirectoryException e) {
                throw refused(shown(entry), "a file where another entry has a folder");
            }
        }

        private void write(TarArchiveInputStream tar, Path target, TarArchiveEntry entry)
                throws IOException, UnreadableTreeException {
            if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(shown(entry), "a file where another entry has a folder");
            }
            byte[] chunk = new byte[1 << 16];
            try (OutputStream out = Files.newOutputStream(
                    target,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                int read;
                while ((read = tar.read(chunk)) > 0) {
                    bytesLeft -= read;
                    if (bytesLeft < 0) {
                        throw refused(shown(entry), "more in all than is unpacked");
                    }
                    out.write(chunk, 0, read);
                }
            }
            Files.setLastModifiedTime(target, entry.getLastModifiedTime());
        }

        private void make(Path link, TarArchiveEntry entry) throws IOException, UnreadableTreeException {
            String to = entry.getLinkName();
            if (to.isEmpty() || to.length() > MAX_NAME || to.chars().anyMatch(Character::isISOControl)) {
                throw refused(shown(entry), "a link to a name that no file has");
            }
            if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(shown(entry), "a link where another entry has a file or folder");
            }
            // An absolute one is of the captured host, and is looked up below the tree's top when it is read.
            if (entry.isSymbolicLink() && to.startsWith("/")) {
                Files.createSymbolicLink(link, Path.of(to));
                return;
            }
            Path base = entry.isLink() ? folder : link.resolveSibling("");
            Path reached = base.resolve(to).normalize();
            if (to.startsWith("/") || climbsOut(base, to) || !reached.startsWith(folder)) {
                throw refused(shown(entry), "a link that leads out of the archive");
            }
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(link, Path.of(to));
            } else if (Files.isRegularFile(reached, LinkOption.NOFOLLOW_LINKS)) {
                Files.createLink(link, reached);
            } else {
                throw refused(shown(entry), "a hard link to nothing");
            }
        }

        /** Does it go out on the way, though it may come back in? */
        private boolean climbsOut(Path base, String to) {
            int depth = base.getNameCount() - folder.getNameCount();
            for (String name : to.split("/", -1)) {
                if (name.equals("..")) {
                    depth--;
                } else if (!name.isEmpty() && !name.equals(".")) {
                    depth++;
                }
                if (depth < 0) {
                    return true;
                }
            }
            return false;
        }

        private String shown(TarArchiveEntry entry) {
            String name = entry.getName();
            String cut = name.length() > 200 ? name.substring(0, 200) + "…" : name;
            return file + ", entry " + cut.replaceAll("\\p{Cntrl}", "?");
        }

        private static UnreadableTreeException refused(String where, String what) {
            return new UnreadableTreeException(where, what, REMEDY);
        }
    }

    /** Ends a stream that gives more than it may: a long name or header of a gigabyte packs into a megabyte. */
    private static final class Budget extends FilterInputStream {
        private long left = MAX_HEADER_BYTES;

        Budget(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            spend(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            spend(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(count);
            spend(skipped);
            return skipped;
        }

        private void spend(long bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("more in it than is unpacked");
            }
        }
    }
}
