package org.nestguard.evidence.view;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.evidence.artefact.Reading;

/** A host that is written down in a test: its files and what its commands print. All else is missing. */
public final class WrittenHost implements HostView {
    /** When everything on it was read. */
    public static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

    private static final String UNREADABLE = "\0unreadable";

    private final String name;
    private final TreeMap<String, String> files = new TreeMap<>();
    private final Map<String, String> commands = new HashMap<>();
    private final Map<String, String> complaints = new HashMap<>();
    private final Set<String> closed = new HashSet<>();
    private @Nullable WrittenHost later;
    private Instant at = AT;

    public WrittenHost(String name) {
        this.name = name;
    }

    /** Puts a file there, and with it all folders above. */
    public WrittenHost file(String path, String text) {
        files.put(path, text);
        return this;
    }

    /** Puts something there that is listed and cannot be read as a file: a link to a device, say. */
    public WrittenHost unreadable(String path) {
        files.put(path, UNREADABLE);
        return this;
    }

    /** Makes it impossible to look into a folder. */
    public WrittenHost closed(String path) {
        closed.add(path);
        return this;
    }

    /** Takes a file away. */
    public WrittenHost without(String path) {
        files.remove(path);
        return this;
    }

    /**
     * Lets a command print something.
     *
     * @param command its words with a blank between
     */
    public WrittenHost command(String command, String output) {
        commands.put(command, output);
        return this;
    }

    /**
     * Lets a command fail.
     *
     * @param command its words with a blank between
     */
    public WrittenHost failing(String command, String complaint) {
        complaints.put(command, complaint);
        return this;
    }

    /** When it is looked at; otherwise {@link #AT}. */
    public WrittenHost at(Instant then) {
        at = then;
        return this;
    }

    /** What the host is after a pause. */
    public WrittenHost later(WrittenHost then) {
        later = then;
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Artefact file(String path) {
        String text = files.get(path);
        return text == null || text.equals(UNREADABLE)
                ? new Artefact.Missing(path, "no such file")
                : new Artefact.Text(path, at, text);
    }

    @Override
    public Reading<List<String>> entries(String path) {
        if (closed.contains(path)) {
            return Reading.unsaid("not read within 5 s");
        }
        String folder = path.endsWith("/") ? path : path + "/";
        List<String> names = files.tailMap(folder, true).keySet().stream()
                .takeWhile(f -> f.startsWith(folder))
                .map(f -> f.substring(folder.length()).split("/", 2)[0])
                .distinct()
                .sorted()
                .toList();
        return Reading.said(names, 0);
    }

    @Override
    public Artefact command(List<String> words) {
        String command = String.join(" ", words);
        String output = commands.get(command);
        return output == null
                ? new Artefact.Missing(command, complaints.getOrDefault(command, words.get(0) + ": command not found"))
                : new Artefact.Text(command, at, output);
    }

    @Override
    public Optional<HostView> after(Duration pause) {
        return Optional.ofNullable(later);
    }
}
