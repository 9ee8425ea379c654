package org.nestguard.fleet.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.known.Freshness;
import org.nestguard.facts.Operation;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.fleet.audit.Audit;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.audit.To;
import org.nestguard.fleet.inventory.Inventory;
import org.nestguard.fleet.sample.SampleFleet;

/**
 * How long an audit of a flat file takes, as a multiple of reading the same file and binding it to objects with Jackson, one
 * after the other in one process. Arguments: how many guests, how many hosts, what is asked: {@code savevm} or {@code to=}
 * and where (default: savevm, then to=any), and how often each host and guest stands in the file; where that is said, they are
 * merged.
 */
public final class AuditBenchmark {
    private static final int ROUNDS = 4;

    private AuditBenchmark() {}

    /** A line as a program would bind it that knows all its keys. */
    @SuppressWarnings("UnusedVariable") // Jackson writes them
    static final class Line {
        public @Nullable String kind;
        public @Nullable String hostId;
        public @Nullable String uuid;
        public @Nullable String id;
        public @Nullable String name;
        public @Nullable String pool;
        public @Nullable String observedAt;
        public @Nullable String level;
        public @Nullable String arch;
        public @Nullable String vendor;
        public @Nullable String kernel;
        public @Nullable String qemu;
        public @Nullable String libvirt;
        public @Nullable String nested;
        public @Nullable String hpage;
        public @Nullable String cpuModel;
        public @Nullable String cpuId;
        public @Nullable String nestedStateCapability;
        public @Nullable String hook;
        public @Nullable String memory;
        public @Nullable String accelerator;
        public @Nullable String nesting;
        public @Nullable L2 l2;
        public @Nullable String cpuMode;
        public @Nullable String machineType;
        public @Nullable String movedWithLiveL2;
        public @Nullable String smm;
        public @Nullable String evmcs;
        public @Nullable String startedBy;
        public @Nullable String coldStartedAt;
    }

    /** Its group. */
    @SuppressWarnings("UnusedVariable") // Jackson writes it
    static final class L2 {
        public @Nullable String live;
    }

    /** Runs it. */
    public static void main(String[] args) throws IOException {
        int guests = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int hosts = args.length > 1 ? Integer.parseInt(args[1]) : Math.max(1, guests / 50);
        List<String> questions = args.length > 2 ? List.of(args[2]) : List.of("savevm", "to=any");
        int observations = args.length > 3 ? Integer.parseInt(args[3]) : 0;
        Path file = Files.createTempFile("nestguard-bench-", ".ndjson");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
                for (int i = 0; i < Math.max(1, observations); i++) {
                    new SampleFleet(guests, hosts, 7).write(out);
                }
            }
            MigrationGuard guard = MigrationGuard.create();
            System.out.printf(
                    Locale.ROOT,
                    "%,d guests on %,d hosts, %,d MB, heap %,d MB, %d processors%n",
                    guests,
                    hosts,
                    Files.size(file) >> 20,
                    Runtime.getRuntime().maxMemory() >> 20,
                    Runtime.getRuntime().availableProcessors());
            for (int round = 1; round <= ROUNDS; round++) {
                double bound = bound(file);
                for (String question : questions) {
                    audited(file, guard, question, observations > 0, round, bound);
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    /** What all threads of this process have taken of the processors, in seconds: other processes stretch a time, not this. */
    private static double processorSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    private static double bound(Path file) throws IOException {
        double processor = processorSeconds();
        long begin = System.nanoTime();
        ObjectReader reader = new ObjectMapper()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .readerFor(Line.class);
        long uuids = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                MappingIterator<Line> lines = reader.readValues(in)) {
            while (lines.hasNextValue()) {
                uuids += lines.nextValue().uuid == null ? 0 : 1;
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "Jackson read and bound %,d guests in %.2f s (processors %.2f s)%n",
                uuids,
                seconds,
                processorSeconds() - processor);
        return seconds;
    }

    private static void audited(
            Path file, MigrationGuard guard, String question, boolean merge, int round, double bound)
            throws IOException {
        To to = question.startsWith("to=") ? To.read(question.substring(3)) : null;
        Asked asked = new Asked(to == null ? Operation.SAVEVM : Operation.MIGRATE, to, null, Freshness.USUAL);
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
        double processor = processorSeconds();
        long begin = System.nanoTime();
        Summary summary;
        try (Inventory inventory = Inventory.open(List.of(file.toString()), System.in)) {
            Audit audit = new Audit(guard, asked, List.of(), null, false, Clock.systemUTC(), () -> false, bytes -> {});
            summary = merge ? audit.runMerged(inventory) : audit.run(inventory);
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        long old = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .filter(pool -> pool.getName().contains("Old") || pool.getName().contains("Tenured"))
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "round %d: %s in %.2f s (processors %.2f s), %.2f times Jackson, %s, %,d distinct questions, at most %,d MB lasting heap%n",
                round,
                question,
                seconds,
                processorSeconds() - processor,
                seconds / bound,
                summary.verdicts(),
                summary.distinct(),
                old >> 20);
    }
}
