package org.nestguard.cli.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of the lab's hosts: namespaces of this machine with a libvirt of their own. It lives as long as the pipe to its first
 * process, which ends with this JVM, however that ends.
 */
final class LabHost implements AutoCloseable {
    private static final AtomicInteger RUNS = new AtomicInteger();

    private final String name;
    private final String address;
    private final Path folder;
    private final Process shell;
    private final long first;

    private LabHost(String name, String address, Path folder, Process shell, long first) {
        this.name = name;
        this.address = address;
        this.folder = folder;
        this.shell = shell;
        this.first = first;
    }

    /**
     * Makes a host that has no network but to the other one, and no libvirt yet.
     *
     * @param scripts where host.sh lies
     * @param lab takes the host's files and logs
     */
    static LabHost start(Path scripts, Path lab, String name, String address, String other, String beyond)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(lab.resolve(name));
        Process shell = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--uts",
                        "--ipc",
                        "--net",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        scripts.resolve("host.sh").toString(),
                        name,
                        address,
                        other,
                        beyond,
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("host.log").toFile())
                .start();
        long first = Bound.await(name + " is made; see " + folder.resolve("host.log"), Bound.OF_A_PROGRAM, () -> {
            if (!shell.isAlive()) {
                throw new AssertionError(Files.readString(folder.resolve("host.log")));
            }
            return Files.exists(folder.resolve("ready"))
                    ? shell.children().findFirst().map(ProcessHandle::pid)
                    : Optional.<Long>empty();
        });
        return new LabHost(name, address, folder, shell, first);
    }

    /** A cable between two hosts. */
    void connect(LabHost other) throws IOException, InterruptedException {
        // of this machine's process ids, and in the network of the one: so one end can be made in the network of the
        // other
        String peer = Long.toString(other.first);
        run(
                        new ProcessBuilder(
                                "nsenter",
                                "-t",
                                Long.toString(first),
                                "-n",
                                "ip",
                                "link",
                                "add",
                                "lab",
                                "type",
                                "veth",
                                "peer",
                                "name",
                                "lab",
                                "netns",
                                peer),
                        Bound.OF_A_PROGRAM)
                .well();
        for (LabHost end : List.of(this, other)) {
            end.run("ip", "address", "add", end.address + "/30", "dev", "lab").well();
            end.run("ip", "link", "set", "lab", "up").well();
        }
    }

    String name() {
        return name;
    }

    String address() {
        return address;
    }

    /** Where its files and logs are. */
    Path folder() {
        return folder;
    }

    /** Runs a program on this host. @throws AssertionError where it does not end in time */
    Ran run(String... words) throws IOException, InterruptedException {
        return run(within(words), Bound.OF_A_PROGRAM);
    }

    /** virsh, asking this host's libvirt. */
    Ran virsh(String... words) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("virsh", "-q", "-c", "qemu:///system"));
        line.addAll(List.of(words));
        return run(line.toArray(String[]::new));
    }

    /** Starts a program that goes on until it is told to end, or the host ends. */
    Process begin(String log, String... words) throws IOException {
        File file = folder.resolve(log).toFile();
        return within(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
                .start();
    }

    private ProcessBuilder within(String... words) {
        List<String> line =
                new ArrayList<>(List.of("nsenter", "-t", Long.toString(first), "-m", "-u", "-i", "-n", "-p", "--"));
        line.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private Ran run(ProcessBuilder program, Duration bound) throws IOException, InterruptedException {
        Path files = Files.createDirectories(folder.resolve("runs"));
        int number = RUNS.incrementAndGet();
        Path out = files.resolve(number + ".out");
        Path err = files.resolve(number + ".err");
        long begun = System.nanoTime();
        Process process = program.redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            boolean ended = process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS);
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (!ended) {
                throw new AssertionError(String.join(" ", program.command()) + "\ndid not end within " + bound + "\n"
                        + Files.readString(out) + Files.readString(err));
            }
            Ran ran =
                    new Ran(program.command(), process.exitValue(), Files.readString(out), Files.readString(err), took);
            Files.delete(out);
            Files.delete(err);
            return ran;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts its libvirt, and waits until it answers. */
    void startLibvirt() throws IOException, InterruptedException {
        run("libvirtd", "--listen", "--daemon", "--pid-file", "/run/libvirtd.pid")
                .well();
        Bound.await(
                "libvirt answers on " + name,
                Bound.OF_A_PROGRAM,
                () -> Optional.of(virsh("version")).filter(ran -> ran.status() == 0));
    }

    /** Ends all that runs here. */
    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
        shell.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
