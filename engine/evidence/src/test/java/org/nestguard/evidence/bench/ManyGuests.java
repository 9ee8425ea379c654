package org.nestguard.evidence.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.nestguard.evidence.collect.Collection;
import org.nestguard.evidence.collect.Collector;
import org.nestguard.evidence.view.LiveHost;

/**
 * Collects from a made-up host with 200 guests whose virsh takes 20 ms a call: how long it takes, how many processes it
 * starts, and how long those alone would take.
 */
public final class ManyGuests {
    private static final int GUESTS = 200;
    private static final int OTHERS = 300;
    private static final int ROUNDS = 5;

    private ManyGuests() {}

    /** Runs it, after the parsers alone over a corpus, where there is one: its folder is the argument. */
    public static void main(String[] args) throws IOException, InterruptedException {
        CorpusParsing.run(Path.of(args[0]));
        Path root = Files.createTempDirectory("nestguard-many-guests-");
        try {
            makeUp(root);
            for (int round = 0; round < ROUNDS; round++) {
                LiveHost host = new LiveHost(root, Duration.ofSeconds(10), root.resolve("bin") + ":/usr/bin:/bin");
                long start = System.nanoTime();
                Collection collection =
                        new Collector(Clock.systemUTC(), Optional.empty(), Set.of(), (done, all) -> {}).collect(host);
                long took = System.nanoTime() - start;
                long known = collection.document().guests().stream()
                        .filter(guest -> guest.get("l2.live").known())
                        .count();
                System.out.printf(
                        "%d guests, %d with a known L2 state: %d ms, %d processes started%n",
                        collection.document().guests().size(), known, took / 1_000_000, host.processesStarted());
            }
            long start = System.nanoTime();
            for (int call = 0; call < 10; call++) {
                new ProcessBuilder(root.resolve("bin/virsh").toString(), "-r", "version")
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            }
            System.out.printf("one virsh alone: %d ms%n", (System.nanoTime() - start) / 10_000_000);
        } finally {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private static void makeUp(Path root) throws IOException {
        write(root, "proc/cpuinfo", """
                processor\t: 0
                vendor_id\t: AuthenticAMD
                cpu family\t: 25
                model\t\t: 1
                model name\t: AMD EPYC 7763
                stepping\t: 1
                flags\t\t: fpu svm lm

                """);
        write(root, "proc/stat", "btime 1795255200\n");
        // as root, who sees from its folders which guests have snapshots
        write(root, "proc/self/status", "Name:\tnestguard\nUid:\t0\t0\t0\t0\n");
        write(root, "proc/sys/kernel/hostname", "l0-a\n");
        write(root, "sys/module/kvm_amd/parameters/nested", "1\n");
        write(root, "var/lib/libvirt/qemu/snapshot/.keep", "");
        StringBuilder list = new StringBuilder(" Id   Name   State\n---------------------\n");
        StringBuilder names = new StringBuilder();
        StringBuilder statistics = new StringBuilder();
        for (int i = 0; i < GUESTS; i++) {
            String name = "guest-" + i;
            list.append(" %d   %s   running%n".formatted(i + 1, name));
            statistics.append("Domain: '%s'%n  state.state=1%n  vcpu.current=4%n  vcpu.maximum=4%n".formatted(name));
            for (int vcpu = 0; vcpu < 4; vcpu++) {
                statistics.append("  vcpu.%d.nested_run.sum=%d%n  vcpu.%d.guest_mode.cur=no%n  vcpu.%d.exits.sum=5%n"
                        .formatted(vcpu, i % 2, vcpu, vcpu));
                for (int other = 0; other < 40; other++) {
                    statistics.append("  vcpu.%d.counter_%d.sum=%d%n".formatted(vcpu, other, other));
                }
            }
            String uuid = "0f3a52c0-0000-4000-8000-%012d".formatted(i);
            names.append("%s %s%n".formatted(uuid, name));
            String line = "/usr/bin/qemu-system-x86_64 -name guest=" + name
                    + " -machine pc-q35-8.2 -accel kvm -cpu EPYC-Milan,svm=on -uuid " + uuid + " -nodefaults";
            write(root, "proc/" + (10_000 + i) + "/cmdline", line.replace(' ', '\0') + "\0");
            write(root, "proc/" + (10_000 + i) + "/stat", "1 (q) S 1 1 1 0 -1 1 1 2 3 4 5 6 7 8 20 0 5 0 9000 1\n");
            write(
                    root,
                    "var/log/libvirt/qemu/" + name + ".log",
                    "2026-11-22 10:25:00.000+0000: starting up libvirt version: 10.0.0, qemu version: 8.2.2, kernel: 6.8.0,"
                            + " hostname: l0-a\n" + line + "\n");
        }
        for (int i = 0; i < OTHERS; i++) {
            write(root, "proc/" + (20_000 + i) + "/cmdline", "/usr/sbin/daemon\0--number\0" + i + "\0");
        }
        write(root, "list", list.toString());
        write(root, "names", names.toString());
        write(root, "statistics", statistics.toString());
        write(root, "bin/virsh", """
                #!/bin/sh
                sleep 0.02
                case "$*" in
                *version) echo 'Using library: libvirt 10.0.0'; echo 'Running hypervisor: QEMU 8.2.2' ;;
                *list*--all) cat ROOT/list ;;
                *list*--uuid*--name) cat ROOT/names ;;
                *domstats*) cat ROOT/statistics ;;
                esac
                """.replace("ROOT", root.toString()));
        Files.setPosixFilePermissions(root.resolve("bin/virsh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path root, String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
