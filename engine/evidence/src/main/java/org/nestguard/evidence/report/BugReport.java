package org.nestguard.evidence.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.evidence.view.TreeLayout;
import org.nestguard.facts.Level;

/**
 * Writes the bundle for a bug report on a nested set-up: a tar.gz with a README on top, a manifest, and a captured tree that
 * can be read as the host itself, without its secrets. The host is looked at, never changed.
 */
public final class BugReport {
    /**
     * How a bundle is to be made.
     *
     * @param level where it is made: L0 or L1
     * @param opening the first lines of the README: that this is a nested set-up, and whether it is KVM on KVM
     * @param kept what stays readable
     * @param progress told before each thing that is read
     */
    public record Options(Level level, List<String> opening, Set<Kept> kept, Progress progress) {
        public Options {
            opening = List.copyOf(opening);
            kept = Set.copyOf(kept);
        }
    }

    /**
     * What came of it.
     *
     * @param bundle the file that was written
     * @param collected how many files and commands are in it
     * @param missing what is not, and why; nothing was redacted here
     * @param redacted how many different secrets of each kind were replaced
     */
    public record Outcome(Path bundle, int collected, List<Artefact.Missing> missing, Map<String, Integer> redacted) {}

    private static final int TEXT_MODE = 0644;

    private final HostView host;
    private final Options options;
    private final Redaction redaction;
    private final Path spool;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Artefact.Missing> missing = new ArrayList<>();
    private final List<String> manifest = new ArrayList<>(List.of("kind\twhat\tstate\twhy"));
    private final Map<String, Integer> folders = new HashMap<>();
    private Instant earliest = Instant.MAX;
    private int collected;

    /** One file of the bundle, whose text waits on the disk until the README, which comes first, can be written. */
    private record Entry(String path, Path text, Instant at) {}

    private BugReport(HostView host, Options options, Redaction redaction, Path spool) {
        this.host = host;
        this.options = options;
        this.redaction = redaction;
        this.spool = spool;
    }

    /**
     * Writes a bundle; beside its place first, so that there is never half a one.
     *
     * @param out the file to write, which is replaced if it is there
     * @throws IOException where it cannot be written
     * @throws InterruptedException where the thread was interrupted; nothing is left behind, as when the JVM is ended
     */
    public static Outcome write(HostView host, Path out, Options options) throws IOException, InterruptedException {
        List<DomainNames> domains = Wanted.domains(host);
        List<String> guests =
                new ArrayList<>(domains.stream().map(DomainNames::name).toList());
        guests.addAll(Wanted.otherGuests(host));
        Redaction redaction = new Redaction(options.kept(), hostNames(host), guests);
        Path part = out.resolveSibling(
                out.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        Path spool = Files.createTempDirectory("nestguard-report-");
        Thread atEnd = new Thread(() -> leaveNothing(part, spool), "bug-report-deletion");
        Runtime.getRuntime().addShutdownHook(atEnd);
        try {
            BugReport report = new BugReport(host, options, redaction, spool);
            report.collect(Wanted.of(host, domains));
            report.pack(part);
            Files.move(part, out, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return new Outcome(out, report.collected, List.copyOf(report.missing), redaction.counts());
        } finally {
            leaveNothing(part, spool);
            try {
                Runtime.getRuntime().removeShutdownHook(atEnd);
            } catch (IllegalStateException e) {
                // the JVM is ending, and the hook finds nothing left to do
            }
        }
    }

    private static void leaveNothing(Path part, Path spool) {
        try {
            Files.deleteIfExists(part);
            if (Files.exists(spool)) {
                try (Stream<Path> texts = Files.list(spool)) {
                    for (Path text : texts.toList()) {
                        Files.deleteIfExists(text);
                    }
                }
                Files.deleteIfExists(spool);
            }
        } catch (IOException e) {
            // a disk that fails: there is nobody left to tell
        }
    }

    /** The host's own names, as far as it knows them. */
    private static List<String> hostNames(HostView host) {
        return Stream.of(
                        host.file("/proc/sys/kernel/hostname"),
                        host.file("/etc/hostname"),
                        host.command(List.of("hostname", "-f")),
                        host.command(List.of("uname", "-n")))
                .filter(Artefact.Text.class::isInstance)
                .map(artefact -> ((Artefact.Text) artefact).text().strip())
                .filter(name -> name.matches("[A-Za-z0-9._-]{1,253}") && !name.startsWith("localhost"))
                .distinct()
                .toList();
    }

    private void collect(Wanted wanted) throws IOException, InterruptedException {
        int done = 0;
        for (String file : wanted.files()) {
            begin(file, done++, wanted.size());
            Artefact artefact = host.file(file);
            Redaction.Form form = Wanted.form(file);
            String path = Wanted.isNamed(file) ? redacted(file, Redaction.Form.ANY) : file;
            if (artefact instanceof Artefact.Text text) {
                keep(path.substring(1), redacted(text.text(), form), text.at());
            }
            note("file", path, artefact);
        }
        for (Wanted.Command command : wanted.commands()) {
            String line = String.join(" ", command.words());
            begin(line, done++, wanted.size());
            Artefact artefact = command.of(host);
            List<String> words = new ArrayList<>(command.words());
            if (command.namesGuest()) {
                words.set(words.size() - 1, redacted(words.get(words.size() - 1), Redaction.Form.ANY));
            }
            if (artefact instanceof Artefact.Text text) {
                keepCommand(words, redacted(text.text(), command.form()), text.at());
            }
            note("command", String.join(" ", words), artefact);
        }
        manifest.add("command\tvirsh qemu-monitor-command GUEST query-kvm\tmissing\t"
                + "not asked: it needs a connection that may write, and libvirt marks the guest as tainted;"
                + " run it by hand if you are asked to");
    }

    private void begin(String what, int done, int ofAll) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted at " + what);
        }
        options.progress().reading(what, done, ofAll);
    }

    private String redacted(String text, Redaction.Form form) {
        return redaction.text(text, form);
    }

    private void note(String kind, String what, Artefact artefact) {
        if (artefact instanceof Artefact.Missing absent) {
            missing.add(absent);
            String why = redacted(absent.why(), Redaction.Form.ANY).replaceAll("\\s", " ");
            manifest.add(kind + "\t" + what.replaceAll("\\s", " ") + "\tmissing\t" + why);
        } else {
            collected++;
            manifest.add(kind + "\t" + what.replaceAll("\\s", " ") + "\tcollected\t");
        }
    }

    private void keepCommand(List<String> words, String output, Instant at) throws IOException {
        String name = TreeLayout.folder(words);
        int same = folders.merge(name, 1, Integer::sum);
        String folder = TreeLayout.COMMANDS + "/" + (same == 1 ? name : name + "~" + same) + "/";
        keep(folder + "words", String.join("\n", words) + "\n", at);
        keep(folder + "stdout", output, at);
        keep(folder + "stderr", "", at);
        keep(folder + "status", "0\n", at);
        keep(folder + "at", at.truncatedTo(ChronoUnit.SECONDS) + "\n", at);
    }

    private void keep(String path, String text, Instant at) throws IOException {
        Path file = spool.resolve(String.valueOf(entries.size()));
        Files.writeString(file, text);
        entries.add(new Entry(path, file, at));
        earliest = at.isBefore(earliest) ? at : earliest;
    }

    private void pack(Path part) throws IOException, InterruptedException {
        Instant now = Instant.now();
        // Of a tree that was captured before, the bundle is no fresher than that.
        Instant collectedAt = (earliest.isBefore(now) ? earliest : now).truncatedTo(ChronoUnit.SECONDS);
        String top = "nestguard-report-" + options.level().word() + "/";
        try (OutputStream file = Files.newOutputStream(part);
                OutputStream packed = new GZIPOutputStream(file, 1 << 16);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(packed, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            add(tar, top + "README.txt", readme(collectedAt), now);
            add(tar, top + TreeLayout.MANIFEST, String.join("\n", manifest) + "\n", now);
            add(
                    tar,
                    top + TreeLayout.MARKER,
                    "nestguard-tree: 1\n" + TreeLayout.COLLECTED_AT + collectedAt + "\nby: nestguard report\nlevel: "
                            + options.level().word() + "\n",
                    now);
            Set<String> written = new HashSet<>();
            for (Entry entry : entries) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while packing");
                }
                if (written.add(entry.path())) {
                    add(tar, top + entry.path(), Files.readString(entry.text()), entry.at());
                }
            }
        }
    }

    private void add(TarArchiveOutputStream tar, String path, String text, Instant at) throws IOException {
        byte[] bytes = redaction.again(text).getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(redaction.again(path), true);
        entry.setSize(bytes.length);
        entry.setMode(TEXT_MODE);
        entry.setLastModifiedTime(FileTime.from(at.truncatedTo(ChronoUnit.SECONDS)));
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private String readme(Instant collectedAt) {
        StringBuilder text = new StringBuilder();
        options.opening()
                .forEach(line -> text.append(redacted(line, Redaction.Form.ANY)).append('\n'));
        text.append("\nThis bundle was made at ")
                .append(
                        options.level() == Level.L0
                                ? "L0, the bare-metal host"
                                : options.level().word() + ", inside a guest")
                .append(". What it holds was read at ")
                .append(collectedAt)
                .append(" or later.\n")
                .append("The developers need both sides: make one bundle at L0 and one inside L1, and attach both.\n")
                .append("Unpacked side by side they stand in nestguard-report-L0 and nestguard-report-L1.\n\n")
                .append(
                        "Files stand under their own paths, outputs of commands below commands/, each with its words, status\n")
                .append("and time. \"nestguard collect --root FILE\" reads the bundle as if it were the host.\n\n")
                .append("Collected: ")
                .append(collected)
                .append(". Missing: ")
                .append(missing.size())
                .append("; MANIFEST.tsv tells each and why. The reasons in short:\n");
        Map<String, Integer> reasons = new TreeMap<>();
        missing.forEach(each -> reasons.merge(redacted(each.why(), Redaction.Form.ANY), 1, Integer::sum));
        reasons.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(20)
                .forEach(each -> text.append("  ")
                        .append(each.getValue())
                        .append(" x ")
                        .append(each.getKey().replaceAll("\\s", " "))
                        .append('\n'));
        text.append("\nReplaced by stand-ins, the same thing by the same one everywhere in this bundle:\n");
        redaction
                .counts()
                .forEach((kind, count) -> text.append("  ")
                        .append(kind)
                        .append(": ")
                        .append(
                                options.kept().stream()
                                                .anyMatch(kept -> kept.word().equals(kind))
                                        ? "kept as they are"
                                        : count)
                        .append('\n'));
        text.append("Look through it before you send it: what nobody can recognise as a secret is still there.\n");
        return text.toString();
    }
}
