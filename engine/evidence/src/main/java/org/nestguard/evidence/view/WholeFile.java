package org.nestguard.evidence.view;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A whole file as text. Only regular files are opened, so that no pipe or device is waited for, and no more than a bound is
 * kept. The size a file claims is not believed: those of /proc and /sys say 0.
 */
final class WholeFile {
    /** More than any artefact has: a cpuinfo of a thousand processors is a few megabytes. */
    static final int MAX_BYTES = 16 << 20;

    private static final String DENIED = "permission denied; run this as root, or give the user the right to read it";

    private WholeFile() {}

    /**
     * Reads a file.
     *
     * @param from what to call it
     * @param at the moment to note; where null, now
     */
    static Artefact read(String from, Path path, @org.jspecify.annotations.Nullable Instant at, LinkOption... links) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class, links);
            if (attributes.isDirectory()) {
                return new Artefact.Missing(from, "a folder, not a file");
            }
            if (!attributes.isRegularFile()) {
                return new Artefact.Missing(from, "no regular file; pipes, sockets and devices are not read");
            }
            try (InputStream in = Files.newInputStream(path, links)) {
                byte[] bytes = upTo(MAX_BYTES, in);
                if (bytes.length > MAX_BYTES) {
                    return new Artefact.Missing(from, tooLarge());
                }
                return new Artefact.Text(
                        from,
                        at == null ? Instant.now().truncatedTo(ChronoUnit.MILLIS) : at,
                        new String(bytes, StandardCharsets.UTF_8));
            }
        } catch (IOException | SecurityException e) {
            return new Artefact.Missing(from, why(e));
        }
    }

    /** What a link points to, as text; for the links of /proc that stand for a binary. */
    static Artefact target(String from, Path link, @org.jspecify.annotations.Nullable Instant at) {
        try {
            String target = Files.readSymbolicLink(link).toString();
            return new Artefact.Text(from, at == null ? Instant.now().truncatedTo(ChronoUnit.MILLIS) : at, target);
        } catch (NotLinkException e) {
            return read(from, link, at, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException | SecurityException e) {
            return new Artefact.Missing(from, why(e));
        }
    }

    /** What a stream has, but never more than one byte over the bound. */
    static byte[] upTo(int bound, InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[1 << 16];
        int read;
        while (bytes.size() <= bound
                && (read = in.read(chunk, 0, Math.min(chunk.length, bound + 1 - bytes.size()))) > 0) {
            bytes.write(chunk, 0, read);
        }
        return bytes.toByteArray();
    }

    static String tooLarge() {
        return "larger than " + (MAX_BYTES >> 20) + " MiB; not read";
    }

    static String why(Exception problem) {
        if (problem instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (problem instanceof AccessDeniedException || problem instanceof SecurityException) {
            return DENIED;
        }
        if (problem instanceof ClosedByInterruptException) {
            return "interrupted";
        }
        String reason = problem instanceof FileSystemException system ? system.getReason() : problem.getMessage();
        if (reason == null) {
            return "cannot be read";
        }
        if (reason.contains("Operation not permitted")) {
            return DENIED + " (kernel lockdown forbids it to root too)";
        }
        if (reason.contains("No such process")) {
            return "the process has ended";
        }
        return "cannot be read: " + reason;
    }
}
