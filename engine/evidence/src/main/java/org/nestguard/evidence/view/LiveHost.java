package org.nestguard.evidence.view;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nestguard.evidence.artefact.Reading;

/**
 * The host this runs on. Each file and each command has a bound on time and size, and what takes longer is missing. An
 * interruption ends what is under way, leaves no process behind, and keeps the thread's interrupt flag set. Safe for use by
 * several threads.
 */
public final class LiveHost implements HostView {
    /** How long one command may take where nobody says otherwise. */
    public static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(10);

    /** Where dmidecode and qemu-kvm live, and what the path of a user without root often lacks. */
    private static final String SYSTEM_FOLDERS = ":/usr/local/sbin:/usr/sbin:/sbin:/usr/libexec";

    private static final Duration FILE_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_ENTRIES = 1_000_000;
    private static final int MAX_COMPLAINT = 300;
    private static final int MAX_STDERR = 64 << 10;
    private static final Pattern BINARY_LINK = Pattern.compile("/proc/(?:[0-9]+|self)/(?:exe|ns/mnt|ns/pid)");

    private static final Set<String> OWN_LIBVIRT = Set.of("qemu:///system", "qemu:///session");

    private final Path root;
    private final Duration commandTimeout;
    private final List<Path> programFolders;
    private final AtomicInteger processesStarted = new AtomicInteger();
    private final ExecutorService readers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "host-reader");
        thread.setDaemon(true);
        return thread;
    });

    /** This host, with the usual time for a command and the path of the environment. */
    public LiveHost() {
        this(COMMAND_TIMEOUT);
    }

    /**
     * This host.
     *
     * @param commandTimeout how long one command may take
     */
    public LiveHost(Duration commandTimeout) {
        this(
                Path.of("/"),
                commandTimeout,
                Optional.ofNullable(System.getenv("PATH")).orElse("") + SYSTEM_FOLDERS);
    }

    /**
     * A host whose files are seen under a folder: from inside a container, the host's root as it is mounted there.
     *
     * @param root where the host's {@code /} is
     * @param commandTimeout how long one command may take
     * @param path the folders where commands are looked for, separated by colons; of the machine this runs on, not below
     *     the root
     */
    public LiveHost(Path root, Duration commandTimeout, String path) {
        this.root = root.toAbsolutePath();
        this.commandTimeout = commandTimeout;
        this.programFolders = Stream.of(path.split(":", -1))
                .filter(folder -> folder.startsWith("/"))
                .distinct()
                .map(Path::of)
                .toList();
    }

    /** How many processes were started for commands since this view was made. */
    public int processesStarted() {
        return processesStarted.get();
    }

    @Override
    public String name() {
        return file("/proc/sys/kernel/hostname") instanceof Artefact.Text text
                        && !text.text().isBlank()
                ? text.text().strip()
                : "this host";
    }

    @Override
    public Artefact file(String path) {
        return within(
                () -> BINARY_LINK.matcher(path).matches()
                        ? WholeFile.target(path, here(path), null)
                        : WholeFile.read(path, here(path), null),
                why -> new Artefact.Missing(path, why));
    }

    /** Looks in another thread: the kernel can keep one that reads of a stuck process or a dead server for ever. */
    private <T> T within(Callable<T> look, Function<String, T> otherwise) {
        Future<T> answer = readers.submit(look);
        try {
            return answer.get(FILE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return otherwise.apply("interrupted");
        } catch (TimeoutException e) {
            answer.cancel(true);
            return otherwise.apply("not read within " + seconds(FILE_TIMEOUT));
        } catch (ExecutionException e) {
            return otherwise.apply("cannot be read: " + e.getCause());
        }
    }

    @Override
    public Reading<List<String>> entries(String path) {
        return within(
                () -> {
                    try (Stream<Path> entries = Files.list(here(path))) {
                        return Reading.said(
                                entries.limit(MAX_ENTRIES)
                                        .map(entry -> String.valueOf(entry.getFileName()))
                                        .sorted()
                                        .toList(),
                                0);
                    } catch (NoSuchFileException e) {
                        return Reading.said(List.of(), 0);
                    } catch (IOException e) {
                        return Reading.unsaid(WholeFile.why(e));
                    }
                },
                Reading::unsaid);
    }

    /** Whether this user can run a file; not where that cannot be looked at. */
    boolean executable(String path) {
        return within(() -> Files.isExecutable(here(path)), why -> false);
    }

    private Path here(String path) {
        return root.resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    @Override
    public Artefact command(List<String> words) {
        String from = String.join(" ", words);
        if (words.isEmpty()) {
            return new Artefact.Missing(from, "no command");
        }
        Optional<Path> program = program(words.get(0));
        if (program.isEmpty()) {
            return new Artefact.Missing(from, words.get(0) + " is not installed");
        }
        List<String> line = new ArrayList<>(words);
        line.set(0, program.get().toString());
        ProcessBuilder builder = new ProcessBuilder(line).redirectInput(new File("/dev/null"));
        plain(builder.environment());
        Process process;
        try {
            process = builder.start();
        } catch (IOException | IllegalArgumentException | SecurityException e) {
            return new Artefact.Missing(from, "cannot be started: " + e.getMessage());
        }
        processesStarted.incrementAndGet();
        return answerOf(process, from);
    }

    /** In English, and of this host: a libvirt elsewhere, which somebody's shell is set up for, has other guests and versions. */
    static void plain(Map<String, String> environment) {
        environment.put("LC_ALL", "C");
        environment.remove("LANGUAGE");
        for (String connection : List.of("LIBVIRT_DEFAULT_URI", "VIRSH_DEFAULT_CONNECT_URI")) {
            String uri = environment.get(connection);
            if (uri != null && !OWN_LIBVIRT.contains(uri)) {
                environment.remove(connection);
            }
        }
    }

    private Optional<Path> program(String word) {
        try {
            if (word.startsWith("/")) {
                return Optional.of(here(word)).filter(Files::isExecutable);
            }
            return programFolders.stream()
                    .map(folder -> folder.resolve(word))
                    .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                    .findFirst();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private Artefact answerOf(Process process, String from) {
        long deadline = System.nanoTime() + commandTimeout.toNanos();
        Future<byte[]> output = readers.submit(() -> drain(process, process.getInputStream(), WholeFile.MAX_BYTES));
        Future<byte[]> complaint = readers.submit(() -> drain(process, process.getErrorStream(), MAX_STDERR));
        try {
            if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return new Artefact.Missing(from, "no answer within " + seconds(commandTimeout) + "; it was ended");
            }
            // What it left behind in the background may hold the streams open for ever: no longer than the command
            // itself.
            byte[] bytes = output.get(left(deadline), TimeUnit.NANOSECONDS);
            byte[] said = complaint.get(left(deadline), TimeUnit.NANOSECONDS);
            if (bytes.length > WholeFile.MAX_BYTES) {
                return new Artefact.Missing(
                        from, "it prints more than " + (WholeFile.MAX_BYTES >> 20) + " MiB; not read");
            }
            return CommandEnd.artefact(
                    from,
                    Instant.now().truncatedTo(ChronoUnit.MILLIS),
                    process.exitValue(),
                    utf8(bytes),
                    firstLine(utf8(said), MAX_COMPLAINT));
        } catch (TimeoutException e) {
            return new Artefact.Missing(
                    from,
                    "it ended, and left a process behind that kept its output open for " + seconds(commandTimeout));
        } catch (ExecutionException e) {
            return new Artefact.Missing(from, "its output cannot be read: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Artefact.Missing(from, "interrupted");
        } finally {
            end(process);
        }
    }

    private static long left(long deadline) {
        return Math.max(TimeUnit.MILLISECONDS.toNanos(100), deadline - System.nanoTime());
    }

    /** Reads to the end, or one byte over the bound: then nobody waits for the rest, and the process is ended. */
    private static byte[] drain(Process process, InputStream stream, int bound) throws IOException {
        try (stream) {
            byte[] bytes = WholeFile.upTo(bound, stream);
            if (bytes.length > bound) {
                end(process);
            }
            return bytes;
        }
    }

    /** Ends a process and all it started. Several rounds: one that is being ended may start another. */
    private static void end(Process process) {
        for (int round = 0; round < 3 && process.isAlive(); round++) {
            List<ProcessHandle> below = process.descendants().toList();
            process.destroyForcibly();
            for (ProcessHandle child : below) {
                child.descendants().forEach(ProcessHandle::destroyForcibly);
                child.destroyForcibly();
            }
        }
    }

    @Override
    public Optional<HostView> after(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
            return Optional.of(this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    static String firstLine(String text, int bound) {
        String line = text.lines()
                .filter(each -> !each.isBlank())
                .findFirst()
                .orElse("")
                .strip();
        return line.substring(0, Math.min(bound, line.length())).replaceAll("\\p{Cntrl}", "?");
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
