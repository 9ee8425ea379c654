package org.nestguard.fleet.inventory;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.engine.text.FactsReader;
import org.nestguard.engine.text.FactsWriter;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.collect.Collector;
import org.nestguard.evidence.view.CapturedTree;
import org.nestguard.evidence.view.TreeArchive;
import org.nestguard.evidence.view.UnreadableTreeException;

/**
 * Reads captured hosts, bundles and sos reports, of which each takes a while. Where a folder keeps what came of them, those that
 * are as they were are not read again: neither after an audit that was interrupted, nor for the next one.
 */
public final class Captures {
    private final @Nullable Path folder;
    private final String reader;
    private final Runnable met;

    private Captures(@Nullable Path folder, String reader, Runnable met) {
        this.folder = folder;
        this.reader = reader;
        this.met = met;
    }

    /**
     * Captures that are read anew each time.
     *
     * @param met is told of each that was read
     */
    public static Captures read(Runnable met) {
        return new Captures(null, "", met);
    }

    /**
     * Captures of which is kept what they come to.
     *
     * @param folder of nobody else; made where it is not there
     * @param reader who reads; what another one kept does not count
     * @param met is told of each, read or kept
     * @throws IOException where there can be no such folder, or others may write to it, who could say anything of any host
     */
    public static Captures kept(Path folder, String reader, Runnable met) throws IOException {
        if (Files.notExists(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        PrivateFile.checkFolder(folder);
        return new Captures(folder, reader, met);
    }

    /**
     * What a captured host tells.
     *
     * @throws UnreadableTreeException where it is none
     * @throws IOException where it cannot be read, or its facts not be kept
     */
    FactsDocument of(Path capture) throws IOException, UnreadableTreeException {
        FactsDocument document = folder == null ? readAnew(capture) : of(capture, folder);
        met.run();
        return document;
    }

    private FactsDocument of(Path capture, Path folder) throws IOException, UnreadableTreeException {
        String state = state(capture);
        if (state == null) {
            return readAnew(capture);
        }
        Path kept = folder.resolve(state + ".json");
        try (InputStream in = new BufferedInputStream(Files.newInputStream(kept))) {
            return FactsReader.read(kept.toString(), in, 1);
        } catch (NoSuchFileException | UnreadableException e) {
            FactsDocument document = readAnew(capture);
            // whole or not there, whenever this ends
            Path written = Files.createTempFile(folder, ".", ".new");
            try {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(written))) {
                    FactsWriter.json(document, true, out);
                }
                Files.move(written, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(written);
            }
            return document;
        }
    }

    private static FactsDocument readAnew(Path capture) throws IOException, UnreadableTreeException {
        if (Files.isDirectory(capture)) {
            return collected(CapturedTree.open(capture));
        }
        try (TreeArchive archive = TreeArchive.open(capture)) {
            return collected(CapturedTree.open(archive.root()));
        }
    }

    private static FactsDocument collected(CapturedTree tree) {
        return new Collector(Clock.systemUTC(), Optional.empty(), Set.of(), (done, all) -> {})
                .collect(tree)
                .document();
    }

    /**
     * Where it lies, and how large and old all that is in it is: another state is read anew. Null where that cannot be looked at;
     * whoever reads it finds out what is wrong with it.
     */
    private @Nullable String state(Path capture) {
        MessageDigest digest = sha256();
        try {
            Path there = capture.toRealPath(); // a link stays as it is, whatever becomes of what it leads to
            digest.update((reader + "\n" + there + "\n").getBytes(StandardCharsets.UTF_8));
            all(there, digest);
        } catch (IOException | UncheckedIOException e) {
            return null;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void all(Path capture, MessageDigest digest) throws IOException {
        try (Stream<Path> all = Files.walk(capture)) {
            for (Path path : (Iterable<Path>) all.sorted()::iterator) {
                BasicFileAttributes file =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                String line = capture.relativize(path) + "\0" + file.size() + "\0" + file.lastModifiedTime() + "\n";
                digest.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
