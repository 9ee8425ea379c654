package org.nestguard.cli.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two hosts and the image of a guest. It wants root and Debian's packages, and leaves nothing behind but logs in its folder;
 * what it needs of the machine is told by {@link #missing}.
 */
final class Lab implements AutoCloseable {
    private static final int LAST_LINES = 15;
    private static final Path SCRIPTS = Path.of("src/test/lab").toAbsolutePath();

    /** Programs, and Debian's packages that bring them. */
    private static final Map<String, String> PROGRAMS = programs();

    private final Path folder;
    private final LabHost a;
    private final LabHost b;

    private Lab(Path folder, LabHost a, LabHost b) {
        this.folder = folder;
        this.a = a;
        this.b = b;
    }

    private static Map<String, String> programs() {
        Map<String, String> programs = new LinkedHashMap<>();
        programs.put("libvirtd", "libvirt-daemon-system");
        programs.put("virsh", "libvirt-clients");
        programs.put("qemu-system-x86_64", "qemu-system-x86");
        programs.put("busybox", "busybox-static");
        programs.put("ip", "iproute2");
        programs.put("openssl", "openssl");
        programs.put("curl", "curl");
        programs.put("bash", "bash");
        programs.put("unshare", "util-linux");
        programs.put("nsenter", "util-linux");
        programs.put("apt-get", "apt");
        programs.put("dpkg-deb", "dpkg");
        return programs;
    }

    /** What the lab needs and this machine lacks, a sentence each; empty where it can be brought up. */
    static List<String> missing() throws IOException, InterruptedException {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
            boolean there = Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin")
                    .anyMatch(bin -> Files.isExecutable(Path.of(bin, program.getKey())));
            if (!there) {
                missing.add("the program " + program.getKey() + " (Debian package " + program.getValue() + ")");
            }
        }
        if (!Files.exists(Path.of("/etc/machine-id"))) {
            missing.add("the file /etc/machine-id (systemd-machine-id-setup makes it)");
        }
        if (!System.getProperty("os.arch").equals("amd64")) {
            missing.add("an x86_64 machine");
        }
        if (!System.getProperty("user.name").equals("root")) {
            missing.add("root's rights");
        } else if (missing.isEmpty() && !namespaces()) {
            missing.add("the right to make namespaces, which this container's host withholds");
        }
        return missing;
    }

    private static boolean namespaces() throws IOException, InterruptedException {
        Process tried = new ProcessBuilder(
                        "unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--mount-proc", "true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return tried.waitFor(30, TimeUnit.SECONDS) && tried.exitValue() == 0;
    }

    /**
     * Makes the hosts; their libvirt does not run yet.
     *
     * @param folder takes files and logs
     */
    static Lab up(Path folder) throws IOException, InterruptedException {
        LabHost a = LabHost.start(SCRIPTS, folder, "lab-a", "192.0.2.1", "lab-b", "192.0.2.2");
        LabHost b = LabHost.start(SCRIPTS, folder, "lab-b", "192.0.2.2", "lab-a", "192.0.2.1");
        a.connect(b);
        return new Lab(folder, a, b);
    }

    /**
     * Makes the guest's kernel and initramfs of Debian's packages.
     *
     * @return the folder where they are
     */
    static Path image(Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("image.log");
        Process script = new ProcessBuilder(
                        SCRIPTS.resolve("l1-image.sh").toString(),
                        folder.resolve("image").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!script.waitFor(Bound.OF_A_BOOT.toSeconds(), TimeUnit.SECONDS) || script.exitValue() != 0) {
                throw new AssertionError("the guest's image could not be made:\n" + Files.readString(log));
            }
            return folder.resolve("image");
        } finally {
            script.destroyForcibly();
        }
    }

    Path folder() {
        return folder;
    }

    LabHost a() {
        return a;
    }

    LabHost b() {
        return b;
    }

    /** Shows how its logs end, for whoever cannot look at the folder any more. */
    void showLogs() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                System.out.println("---- " + log);
                lines.stream().skip(Math.max(0, lines.size() - LAST_LINES)).forEach(System.out::println);
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            a.close();
        } finally {
            b.close();
        }
    }
}
