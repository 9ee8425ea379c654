package org.nestguard.fleet.inventory;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.text.FactsReader;
import org.nestguard.engine.text.FlatWriter;
import org.nestguard.engine.text.IoFailure;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.UnreadableException;
import org.nestguard.evidence.view.UnreadableTreeException;
import org.nestguard.facts.FactName;
import org.nestguard.fleet.foreign.AnsibleFile;
import org.nestguard.fleet.foreign.KubernetesList;
import org.nestguard.fleet.foreign.Met;

/**
 * All hosts and guests that were named, as files of flat NDJSON. What is written otherwise is copied into such a file first,
 * so that there is one way to read a fleet; its records say where they come from.
 */
public final class Inventory implements Closeable {
    /** Its first line may be a bad one. */
    private static final Pattern FLAT =
            Pattern.compile("\\A\\s*[{]\\s*\"kind\"\\s*:|(?m:^)[{] ?\"kind\" ?: ?\"(host|guest)\"");

    private static final Pattern FACTS = Pattern.compile(".*[.](ya?ml|json|ndjson|jsonl)([.]gz)?");
    private static final Pattern ARCHIVE = Pattern.compile(".*[.](tgz|tar|tar[.](gz|xz))");
    private static final List<String> TREE_MARKS = List.of("nestguard-tree", "sos_commands");
    private static final int LOOK_AHEAD = 4_096;
    private static final int MOST_PROBLEMS = 100_000;

    private static final Foreign KUBERNETES = KubernetesList::read;
    private static final Foreign ANSIBLE = (name, opening, met) -> {
        try (InputStream in = opening.open()) {
            AnsibleFile.read(name, in, met);
        }
    };

    private final Captures captures;
    private final List<FlatFile> files = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Path> copies = new ArrayList<>();
    private @Nullable FlatWriter copied;
    private int met; // files and captured hosts, whatever came of them

    /** A way to read what another program wrote. */
    private interface Foreign {
        void read(String name, KubernetesList.Opening opening, Met met) throws IOException;
    }

    private Inventory(Captures captures) {
        this.captures = captures;
    }

    /**
     * Opens what was named: files of flat NDJSON or of facts documents, packed with gzip or not, captured hosts, what kubectl
     * prints of nodes and guests, Ansible's facts, and folders with such things in them. A host in a folder below a
     * named one is in the pool of that folder's name; a flat line says itself in which its host is.
     *
     * @param named files or folders; {@code -} for standard input
     * @throws IOException where a copy cannot be written; a source that cannot be read is a problem of the inventory
     */
    public static Inventory open(List<String> named, InputStream standardInput) throws IOException {
        return open(named, standardInput, List.of(), Captures.read(() -> {}));
    }

    /** A fleet that stands in no file, but where somebody can be asked. */
    public interface Elsewhere {
        /** What it is called in messages. */
        String name();

        /**
         * Writes its facts documents, each but the last followed by a line of {@code ---}.
         *
         * @return what of it cannot be had
         */
        List<Problem> write(OutputStream out) throws IOException;
    }

    /** The same, with fleets that are asked for, and another way to read captured hosts. */
    public static Inventory open(
            List<String> named, InputStream standardInput, List<? extends Elsewhere> asked, Captures captures)
            throws IOException {
        Inventory inventory = new Inventory(captures);
        boolean whole = false;
        try {
            for (String name : named) {
                inventory.named(name, standardInput);
            }
            for (Elsewhere elsewhere : asked) {
                inventory.ask(elsewhere);
            }
            if (inventory.copied != null) {
                inventory.copied.close();
            }
            whole = true;
            return inventory;
        } finally {
            if (!whole) {
                inventory.close();
            }
        }
    }

    private void named(String name, InputStream standardInput) throws IOException {
        if (name.equals("-")) {
            once(name, standardInput);
            return;
        }
        Path path = Path.of(name);
        if (Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path)) {
            try (InputStream in = Files.newInputStream(path)) {
                once(name, in);
            } catch (AccessDeniedException e) {
                problem(name, "cannot be read: " + e.getMessage());
            }
        } else if (!Files.isDirectory(path)) {
            one(name, path, null);
        } else if (tree(path)) {
            captured(name, path, null);
        } else {
            int before = met + problems.size();
            folder(path, path);
            if (met + problems.size() == before) {
                problem(name, "there is nothing in it that could be read as a fleet");
            }
        }
    }

    /** What can be read but once, as a pipe can. */
    private void once(String name, InputStream in) throws IOException {
        Path copy = copy();
        Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
        file(name, copy, null);
    }

    private void ask(Elsewhere elsewhere) throws IOException {
        Path copy = copy();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16)) {
            for (Problem problem : elsewhere.write(out)) {
                problem(problem);
            }
        }
        file(elsewhere.name(), copy, null);
    }

    private static boolean tree(Path folder) {
        return TREE_MARKS.stream().anyMatch(mark -> Files.exists(folder.resolve(mark)));
    }

    /** In the order of the names, so that the same folder is the same fleet everywhere. */
    private void folder(Path folder, Path top) throws IOException {
        List<Path> inIt;
        try (Stream<Path> all = Files.list(folder)) {
            inIt = all.sorted().toList();
        } catch (IOException e) {
            problem(folder.toString(), "cannot be read: " + IoFailure.why(e));
            return;
        }
        String pool = folder.equals(top) ? null : top.relativize(folder).toString();
        for (Path path : inIt) {
            String name = path.toString();
            if (path.getFileName().toString().startsWith(".")) {
                continue;
            }
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                if (tree(path)) {
                    met++;
                    captured(name, path, pool);
                } else {
                    folder(path, top);
                }
            } else if (Files.isDirectory(path)) {
                problem(name, "leads to a folder; links to folders are not followed, name it beside this one");
            } else if (FACTS.matcher(name).matches() || ARCHIVE.matcher(name).matches()) {
                fileInFolder(name, path, pool);
            } else if (Files.isRegularFile(path) && ofAnsible(path)) {
                one(name, path, pool);
            }
        }
    }

    private void fileInFolder(String name, Path path, @Nullable String pool) throws IOException {
        if (Files.isRegularFile(path)) {
            one(name, path, pool);
        } else {
            problem(name, Files.exists(path) ? "is no regular file" : "is a link that leads nowhere");
        }
    }

    /** A fact cache calls its files as the hosts are called. */
    private static boolean ofAnsible(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return AnsibleFile.beginsWith(new String(in.readNBytes(LOOK_AHEAD), StandardCharsets.UTF_8));
        } catch (AccessDeniedException e) {
            return false; // nobody said that it is a fleet
        }
    }

    private void one(String name, Path path, @Nullable String pool) throws IOException {
        met++;
        if (ARCHIVE.matcher(name).matches()) {
            captured(name, path, pool);
        } else {
            file(name, path, pool);
        }
    }

    private void file(String name, Path path, @Nullable String pool) throws IOException {
        try (InputStream in = FlatFile.unpacked(Files.newInputStream(path))) {
            in.mark(LOOK_AHEAD);
            String start = new String(in.readNBytes(LOOK_AHEAD), StandardCharsets.UTF_8);
            if (KubernetesList.beginsWith(start)) {
                foreign(name, path, pool, KUBERNETES);
                return;
            }
            if (FLAT.matcher(start).find()) {
                files.add(new FlatFile(name, path, false));
                return;
            }
            if (AnsibleFile.beginsWith(start)) {
                foreign(name, path, pool, ANSIBLE);
                return;
            }
        } catch (IOException e) {
            problem(name, "cannot be read: " + IoFailure.why(e));
            return;
        }
        documents(name, path, pool);
    }

    // ---- what is copied

    private void foreign(String name, Path path, @Nullable String pool, Foreign foreign) throws IOException {
        try {
            foreign.read(name, () -> FlatFile.unpacked(Files.newInputStream(path)), new Met() {
                @Override
                public void host(Known host, String id, String place) throws IOException {
                    copies().host(host, id, pool, place);
                }

                @Override
                public void guest(Known guest, String hostId, String place) throws IOException {
                    copies().guest(guest, hostId, place);
                }

                @Override
                public void problem(Problem problem) throws IOException {
                    Inventory.this.problem(problem);
                }
            });
        } catch (EOFException | ZipException e) {
            problem(name, "cannot be unpacked: " + e.getMessage());
        }
    }

    private void documents(String name, Path path, @Nullable String pool) throws IOException {
        int count = 0;
        try (InputStream in = FlatFile.unpacked(Files.newInputStream(path))) {
            DocumentTexts texts = new DocumentTexts(in);
            for (DocumentTexts.Text text = texts.next(); text != null; text = texts.next()) {
                count++;
                try {
                    FactsDocument document =
                            FactsReader.read(name, new ByteArrayInputStream(text.bytes()), text.firstLine());
                    copy(document, pool, name + ":" + text.firstLine());
                } catch (UnreadableException e) {
                    problem(e.problem());
                }
            }
        } catch (EOFException | ZipException e) {
            problem(name, "cannot be unpacked: " + e.getMessage());
        }
        if (count == 0) {
            problem(name, "there is no host and no guest in it");
        }
    }

    private void captured(String name, Path path, @Nullable String pool) throws IOException {
        try {
            copy(captures.of(path), pool, name);
        } catch (UnreadableTreeException e) {
            problem(name, String.valueOf(e.getMessage()));
        }
    }

    private void copy(FactsDocument document, @Nullable String pool, String place) throws IOException {
        String id = id(document.host(), place);
        copies().host(document.host(), id, pool, place);
        for (Known guest : document.guests()) {
            copies().guest(guest, id, place);
        }
    }

    private FlatWriter copies() throws IOException {
        if (copied == null) {
            Path copy = copy();
            copied = new FlatWriter(new BufferedOutputStream(Files.newOutputStream(copy), 1 << 16));
            files.add(new FlatFile("facts", copy, true));
        }
        return copied;
    }

    /** A host that does not know its id is known by its name; one without either is none that was met before. */
    private static String id(Known host, String place) {
        for (String key : List.of(FactName.SOURCE_ID.key(), FactName.SOURCE_NAME.key())) {
            Observation said = host.get(key);
            if (said.known()) {
                return said.text();
            }
        }
        return place;
    }

    private Path copy() throws IOException {
        Path copy = Files.createTempFile("nestguard-fleet-", ".ndjson");
        copies.add(copy);
        copy.toFile().deleteOnExit(); // where the process is told to end before all is copied
        return copy;
    }

    private void problem(String name, String message) throws IOException {
        problem(new Problem(name, 0, 0, null, message));
    }

    /** Of a file that is no fleet at all nobody wants to hear of each line; and there may be any number of them. */
    private void problem(Problem problem) throws IOException {
        if (problems.size() == MOST_PROBLEMS) {
            throw new IOException(problem.inOneLine() + "; that is one of more than " + MOST_PROBLEMS
                    + " documents that cannot be read, and no fleet has so many");
        }
        problems.add(problem);
    }

    /** The files, in the order in which they were named, what was copied where its first came. */
    public List<FlatFile> files() {
        return List.copyOf(files);
    }

    /** How large its files are together. */
    public long size() throws IOException {
        long size = 0;
        for (FlatFile file : files) {
            size += file.size();
        }
        return size;
    }

    /** What could not be read of what was named. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Removes the copies. */
    @Override
    public void close() throws IOException {
        if (copied != null) {
            copied.close();
        }
        for (Path copy : copies) {
            Files.deleteIfExists(copy);
        }
    }
}
