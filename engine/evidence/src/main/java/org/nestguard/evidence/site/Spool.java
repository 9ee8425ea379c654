package org.nestguard.evidence.site;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The folder in which the scripts of hooks leave a note, a file each, of what they let pass without an answer. Who runs such a
 * script can write there, and need not be root: notes are counted and moved, never opened, and no link is followed.
 */
public final class Spool {
    /** Where it is. */
    public static final Path USUAL = Path.of("/var/spool/nestguard");

    private static final Path COUNTED = Path.of("counted");
    private static final Pattern NOTE = Pattern.compile("passed\\.[A-Za-z0-9]{6,16}");

    private final Path folder;

    /** @param folder {@link #USUAL}, or one that a test has made */
    public Spool(Path folder) {
        this.folder = folder;
    }

    /**
     * What was found.
     *
     * @param passed how many notes there were
     * @param trouble why some of them will be counted once more; empty where none will
     */
    public record Count(int passed, Optional<String> trouble) {}

    /**
     * Counts the notes, and moves them into the folder {@code counted} beside them, so that they are counted once.
     *
     * @param now names the moved ones, so that none takes the place of another
     */
    public Count count(Instant now) {
        int passed = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            if (!(all instanceof SecureDirectoryStream<Path> spool)) {
                return new Count(0, Optional.of(folder + ": this system has no safe way to look into it"));
            }
            List<Path> notes = new ArrayList<>();
            for (Path entry : spool) {
                Path name = entry.getFileName();
                if (name != null && NOTE.matcher(name.toString()).matches() && regular(spool, name)) {
                    notes.add(name);
                }
            }
            passed = notes.size();
            if (passed > 0) {
                move(spool, notes, now);
            }
            return new Count(passed, Optional.empty());
        } catch (NoSuchFileException e) {
            return passed == 0 ? new Count(0, Optional.empty()) : trouble(passed, e);
        } catch (IOException | DirectoryIteratorException e) {
            return trouble(passed, e);
        }
    }

    private Count trouble(int passed, Exception e) {
        return new Count(passed, Optional.of("notes in " + folder + " cannot be moved to " + COUNTED + ": " + e));
    }

    private static boolean regular(SecureDirectoryStream<Path> spool, Path name) throws IOException {
        return spool.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isRegularFile();
    }

    private void move(SecureDirectoryStream<Path> spool, List<Path> notes, Instant now) throws IOException {
        try {
            Files.createDirectory(
                    folder.resolve(COUNTED),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // from the last time; if it is a link, it is not opened below
        }
        try (SecureDirectoryStream<Path> counted = spool.newDirectoryStream(COUNTED, LinkOption.NOFOLLOW_LINKS)) {
            for (Path note : notes) {
                spool.move(note, counted, Path.of(now.toEpochMilli() + "-" + note));
            }
        }
    }
}
