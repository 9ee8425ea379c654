package org.nestguard.evidence.view;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.artefact.Reading;

/**
 * A host as a folder holds it: captured by {@code nestguard-collect} or {@code nestguard report}, an unpacked sos report, or
 * just some of a host's {@code /proc}, {@code /sys} and {@code /etc}. Nothing outside the folder is ever read: a link counts as
 * it would on that host, and one that leads out is missing.
 */
public final class CapturedTree implements HostView {
    private static final int MAX_LINKS = 40;
    private static final int MAX_DEPTH = 256;
    private static final int MAX_ENTRIES = 1_000_000;
    private static final int MAX_ROWS = 100_000;
    private static final int MAX_SAME_NAMES = 1000;
    private static final int MAX_COMPLAINT = 300;
    private static final Pattern BINARY_LINK = Pattern.compile("/proc/(?:[0-9]+|self)/(?:exe|ns/mnt|ns/pid)");
    private static final List<String> TOPS = List.of("nestguard-", "sosreport-");
    private static final List<String> SIGNS = List.of(
            TreeLayout.MARKER, TreeLayout.COMMANDS, "sos_commands", "proc", "sys", "etc", "var", "run", "usr", "lib");

    private final Path root;
    private final @Nullable Instant collectedAt;
    private final Map<String, String> reasons;
    private final @Nullable SosManifest sos;

    private CapturedTree(Path root) {
        this.root = root;
        this.reasons = reasons();
        Optional<Instant> marked = marked();
        this.sos = marked.isPresent() ? null : SosManifest.in(root).orElse(null);
        this.collectedAt = marked.orElse(sos == null ? null : sos.at());
    }

    /**
     * Opens a tree. A folder that holds nothing but one tree, as an unpacked archive does, stands for that tree.
     *
     * @throws UnreadableTreeException where the folder cannot be read or holds nothing of a host
     */
    public static CapturedTree open(Path folder) throws UnreadableTreeException {
        try {
            Path real = folder.toRealPath();
            if (!Files.isDirectory(real)) {
                throw new UnreadableTreeException(
                        folder.toString(), "no folder", "give the folder, or the tar that was made of it");
            }
            List<String> names = names(real);
            if (names.stream().noneMatch(SIGNS::contains)) {
                List<String> tops = names.stream()
                        .filter(name -> TOPS.stream().anyMatch(name::startsWith))
                        .filter(name -> Files.isDirectory(real.resolve(name), LinkOption.NOFOLLOW_LINKS))
                        .toList();
                if (tops.size() != 1) {
                    throw new UnreadableTreeException(
                            folder.toString(),
                            tops.isEmpty()
                                    ? "nothing of a host in it: no proc, sys, etc or commands"
                                    : "several trees in it: " + String.join(", ", tops),
                            "give the folder that holds proc and sys");
                }
                return new CapturedTree(real.resolve(tops.get(0)));
            }
            return new CapturedTree(real);
        } catch (NoSuchFileException e) {
            throw new UnreadableTreeException(folder.toString(), "there is no such folder", "look at its name");
        } catch (IOException e) {
            throw new UnreadableTreeException(
                    folder.toString(), "cannot be read: " + e.getMessage(), "give the user the right to read it");
        }
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public Artefact file(String path) {
        boolean link = BINARY_LINK.matcher(path).matches();
        Place place = find(path, !link);
        if (place instanceof Nowhere nowhere) {
            String recorded = reasons.get("file\t" + path);
            return new Artefact.Missing(path, recorded == null ? nowhere.why() : recorded + " (when it was captured)");
        }
        Path found = ((Found) place).path();
        Instant at = at(found);
        return link ? WholeFile.target(path, found, at) : WholeFile.read(path, found, at, LinkOption.NOFOLLOW_LINKS);
    }

    /** When the tree was captured; of a tree that does not say, when the file was last written. */
    private Instant at(Path file) {
        if (collectedAt != null) {
            return collectedAt;
        }
        try {
            return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        } catch (IOException e) {
            return Instant.EPOCH; // as old as can be: nothing is believed for being fresh
        }
    }

    @Override
    public Reading<List<String>> entries(String path) {
        String recorded = reasons.get("file\t" + path);
        if (recorded != null) {
            return Reading.unsaid(recorded + " (when it was captured)");
        }
        Place place = find(path, true);
        if (place instanceof Nowhere nowhere) {
            return nowhere.equals(NOT_THERE) ? Reading.said(List.of(), 0) : Reading.unsaid(nowhere.why());
        }
        try {
            return Reading.said(names(((Found) place).path()), 0);
        } catch (IOException e) {
            return Reading.unsaid(WholeFile.why(e));
        }
    }

    private static List<String> names(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.limit(MAX_ENTRIES)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (java.io.UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public Artefact command(List<String> words) {
        String from = String.join(" ", words);
        Optional<Artefact> own = ownCommand(words, from);
        if (own.isPresent()) {
            return own.get();
        }
        String recorded = reasons.get("command\t" + from);
        if (recorded != null) {
            return new Artefact.Missing(from, recorded + " (when it was captured)");
        }
        if (!list("/sos_commands").isEmpty()) {
            return sosCommand(words, from);
        }
        return new Artefact.Missing(from, "the tree holds no output of it");
    }

    private Optional<Artefact> ownCommand(List<String> words, String from) {
        String folder = "/" + TreeLayout.COMMANDS + "/" + TreeLayout.folder(words);
        for (int same = 1; same <= MAX_SAME_NAMES; same++) {
            String here = same == 1 ? folder : folder + "~" + same;
            if (!(find(here, true) instanceof Found)) {
                return Optional.empty();
            }
            if (part(here, "words")
                    .equals(Optional.of(words.stream().map(word -> word + "\n").reduce("", String::concat)))) {
                return Optional.of(ended(here, from));
            }
        }
        return Optional.empty();
    }

    private Artefact ended(String folder, String from) {
        Optional<Integer> status = part(folder, "status").map(String::strip).flatMap(CapturedTree::number);
        Artefact output = file(folder + "/stdout");
        if (status.isEmpty()) {
            return new Artefact.Missing(from, "it is not recorded how it ended");
        }
        if (output instanceof Artefact.Missing missing) {
            return new Artefact.Missing(from, "what it printed is not in the tree: " + missing.why());
        }
        Artefact.Text text = (Artefact.Text) output;
        Instant at = part(folder, "at").flatMap(CapturedTree::instant).orElse(text.at());
        String complaint = LiveHost.firstLine(part(folder, "stderr").orElse(""), MAX_COMPLAINT);
        return CommandEnd.artefact(from, at, status.get(), text.text(), complaint);
    }

    private Optional<String> part(String folder, String name) {
        return file(folder + "/" + name) instanceof Artefact.Text text ? Optional.of(text.text()) : Optional.empty();
    }

    private Artefact sosCommand(List<String> words, String from) {
        Optional<SosManifest.Run> run = sos == null ? Optional.empty() : sos.run(from);
        if (run.isPresent()) {
            Artefact output = file("/" + run.get().file());
            if (output instanceof Artefact.Text text) {
                String complaint = run.get().status() == 0 ? "" : SosManifest.complaint(text.text(), MAX_COMPLAINT);
                return believed(CommandEnd.artefact(from, text.at(), run.get().status(), text.text(), complaint));
            }
            return new Artefact.Missing(
                    from, "sos ran it with status " + run.get().status() + ", but its output is not in the report");
        }
        String name = TreeLayout.mangled(words);
        for (String plugin : list("/sos_commands")) {
            if (file("/sos_commands/" + plugin + "/" + name) instanceof Artefact.Text text) {
                return believed(new Artefact.Text(from, text.at(), text.text()));
            }
        }
        return new Artefact.Missing(from, "the sos report holds no output of it");
    }

    /** What a command printed, unless that is a complaint: sos keeps standard error in the same file. */
    private static Artefact believed(Artefact artefact) {
        if (artefact instanceof Artefact.Text text && SosManifest.isComplaint(text.text())) {
            return new Artefact.Missing(
                    text.from(),
                    "the sos report holds an error instead: " + LiveHost.firstLine(text.text(), MAX_COMPLAINT));
        }
        return artefact;
    }

    @Override
    public Optional<HostView> after(Duration pause) {
        return find("/" + TreeLayout.SAMPLE + "/" + TreeLayout.MARKER, true) instanceof Found
                ? Optional.of(new CapturedTree(root.resolve(TreeLayout.SAMPLE)))
                : Optional.empty();
    }

    private Optional<Instant> marked() {
        return file("/" + TreeLayout.MARKER) instanceof Artefact.Text text
                ? text.text()
                        .lines()
                        .filter(line -> line.startsWith(TreeLayout.COLLECTED_AT))
                        .findFirst()
                        .flatMap(line -> instant(line.substring(TreeLayout.COLLECTED_AT.length())))
                : Optional.empty();
    }

    private Map<String, String> reasons() {
        Map<String, String> why = new HashMap<>();
        if (WholeFile.read("", root.resolve(TreeLayout.MANIFEST), Instant.EPOCH, LinkOption.NOFOLLOW_LINKS)
                instanceof Artefact.Text text) {
            text.text().lines().limit(MAX_ROWS).map(line -> line.split("\t", 5)).forEach(row -> {
                if (row.length >= 4 && row[2].equals("missing")) {
                    why.put(row[0] + "\t" + row[1], row[3]);
                }
            });
        }
        return why;
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text.strip()));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> number(String text) {
        return text.matches("[0-9]{1,3}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }

    private sealed interface Place {}

    private record Found(Path path) implements Place {}

    private record Nowhere(String why) implements Place {}

    private static final Place NOT_THERE = new Nowhere("it is not in the tree");

    /**
     * Walks a path as the captured host would, the tree's top being its {@code /}, one component after the other, so that no
     * link is ever followed by the system this runs on.
     */
    private Place find(String path, boolean followLast) {
        Deque<String> ahead = new ArrayDeque<>();
        Deque<Path> behind = new ArrayDeque<>();
        push(ahead, path);
        Path here = root;
        int links = 0;
        try {
            while (!ahead.isEmpty()) {
                String name = ahead.pop();
                if (name.isEmpty() || name.equals(".")) {
                    continue;
                }
                if (name.equals("..")) {
                    if (behind.isEmpty()) {
                        return new Nowhere("it leads out of the tree; not followed");
                    }
                    here = behind.pop();
                    continue;
                }
                Path next = here.resolve(name);
                BasicFileAttributes attributes =
                        Files.readAttributes(next, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isSymbolicLink() && (followLast || !ahead.isEmpty())) {
                    if (++links > MAX_LINKS) {
                        return new Nowhere("its links go in a circle");
                    }
                    String target = Files.readSymbolicLink(next).toString();
                    if (target.startsWith("/")) {
                        here = root;
                        behind.clear();
                    }
                    push(ahead, target);
                    continue;
                }
                behind.push(here);
                here = next;
                if (behind.size() > MAX_DEPTH) {
                    return new Nowhere("it lies too deep");
                }
            }
            return new Found(here);
        } catch (InvalidPathException e) {
            return new Nowhere("no name that a file can have");
        } catch (NoSuchFileException e) {
            return NOT_THERE;
        } catch (IOException e) {
            return new Nowhere("not in the tree, or not to be read: " + e.getMessage());
        }
    }

    private static void push(Deque<String> ahead, String path) {
        List<String> names = new ArrayList<>(List.of(path.split("/", -1)));
        for (int i = names.size() - 1; i >= 0; i--) {
            ahead.push(names.get(i));
        }
    }

    /** Deletes a folder and all in it, following no link. */
    static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException problem) throws IOException {
                Files.delete(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
