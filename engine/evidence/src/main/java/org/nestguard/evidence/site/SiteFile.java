package org.nestguard.evidence.site;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * The one file in which a site can turn a refusal for want of something into a pass: {@code no-answer: allow} where a hook gets
 * no answer, {@code no-record: allow} where ALLOW cannot be recorded. It is heeded only where it and its folder are root's and
 * nobody else can write there; a link is none. Of a key that stands there twice the last counts, as in the hooks' scripts.
 *
 * <p>It is read anew each time it is asked, so what it says is what it says now.
 */
public final class SiteFile {
    /** Where it is. No option and no variable of the environment says otherwise. */
    public static final Path USUAL = Path.of("/etc/nestguard/site");

    private static final int LARGEST = 1 << 16;
    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path file;

    /** @param file {@link #USUAL}, or one that a test has laid */
    public SiteFile(Path file) {
        this.file = file;
    }

    /**
     * What it says.
     *
     * @param noAnswer whether a hook that gets no answer lets pass
     * @param noRecord whether ALLOW that cannot be recorded is given
     * @param unheeded why a file that is there is not heeded, with what to do; empty where it is, or there is none
     */
    public record Word(boolean noAnswer, boolean noRecord, Optional<String> unheeded) {
        private static final Word NOTHING = new Word(false, false, Optional.empty());
    }

    /** What it says now; nothing passes by a file that is not heeded. */
    public Word read() {
        try {
            Optional<String> against = against();
            if (against.isPresent()) {
                return new Word(false, false, against);
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST) {
                    return unheeded("it is larger than " + LARGEST + " bytes");
                }
                String text = new String(bytes, StandardCharsets.UTF_8);
                return new Word(allows(text, "no-answer"), allows(text, "no-record"), Optional.empty());
            }
        } catch (NoSuchFileException e) {
            return Word.NOTHING;
        } catch (IOException e) {
            return unheeded("it cannot be read: " + e);
        }
    }

    private Word unheeded(String why) {
        return new Word(false, false, Optional.of(file + " is not heeded: " + why));
    }

    private Optional<String> against() throws IOException {
        PosixFileAttributes itself = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!itself.isRegularFile()) {
            return unheeded("it is no regular file; lay it there itself, not a link to it")
                    .unheeded();
        }
        Path folder = file.toAbsolutePath().getParent();
        for (Path each : folder == null ? Set.of(file) : Set.of(file, folder)) {
            PosixFileAttributes found = Files.readAttributes(each, PosixFileAttributes.class);
            boolean roots = Integer.valueOf(0).equals(Files.getAttribute(each, "unix:uid"));
            if (!roots || found.permissions().stream().anyMatch(OTHERS::contains)) {
                return unheeded("others than root may change " + each + "; chown root and chmod go-w " + each)
                        .unheeded();
            }
        }
        return Optional.empty();
    }

    private static boolean allows(String text, String key) {
        String prefix = key + ":";
        // as the shell ends a line: a carriage return is one more letter
        return Arrays.stream(text.split("\n", -1))
                .filter(line -> line.startsWith(prefix))
                .reduce((first, last) -> last)
                .filter(line -> line.substring(prefix.length()).stripLeading().equals("allow"))
                .isPresent();
    }
}
