package org.nestguard.server.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.nestguard.engine.known.Freshness;
import org.nestguard.server.ServiceStore;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Recorded;
import org.nestguard.server.record.Verification;
import org.nestguard.server.registry.HostEntry;
import org.nestguard.server.registry.Registry;
import org.nestguard.store.Place;
import org.nestguard.store.Store;

/** Kills a service under load, again and again, and counts what is not there of what it had acknowledged. */
final class KillRounds {
    private static final int PATIENCE_SECONDS = 120;

    private final Path folder;
    private final List<String> server;
    /** The moments of the kills differ, and not from one run to the next. */
    private final Random random = new Random(20261122);

    private int read;
    private int decisions;
    private int facts;
    private int harms;
    private final TreeSet<String> lost = new TreeSet<>();

    KillRounds(Path folder, Place place) {
        this.folder = folder;
        this.server = place instanceof Place.OnServer on
                ? on.password() == null
                        ? List.of(on.url(), Objects.requireNonNull(on.user()))
                        : List.of(on.url(), Objects.requireNonNull(on.user()), on.password())
                : List.of();
    }

    /**
     * What came of it.
     *
     * @param lost what had been acknowledged and is not there, or the faults of the record
     */
    record Outcome(int rounds, int decisions, int facts, int harms, List<String> lost) {
        @Override
        public String toString() {
            return rounds + " times killed; acknowledged " + decisions + " decisions, " + facts + " documents and "
                    + harms + " marks; lost: " + (lost.isEmpty() ? "none" : String.join(", ", lost));
        }
    }

    Outcome run(int rounds) throws IOException, InterruptedException {
        for (int round = 0; round < rounds; round++) {
            kill(round);
            check();
        }
        return new Outcome(rounds, decisions, facts, harms, List.copyOf(lost));
    }

    private void kill(int round) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                UnderLoad.class.getName(),
                folder.toString(),
                Integer.toString(round)));
        command.addAll(server);
        File output = folder.resolve("output").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            int enough = read + 50 + random.nextInt(500);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (acknowledged().size() < enough) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "the service does not do what it should:\n" + Files.readString(output.toPath()));
                }
                Thread.sleep(5);
            }
        } finally {
            process.destroyForcibly().waitFor(); // SIGKILL
        }
    }

    /** Whole lines only: it may have been killed while it wrote one. */
    private List<String> acknowledged() throws IOException {
        Path file = folder.resolve("acknowledged");
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private void check() throws IOException {
        List<String> all = acknowledged();
        try (Store store = ServiceStore.open(UnderLoad.place(folder, server));
                DecisionRecord record = DecisionRecord.open(
                        store, folder.resolve("record.key"), InstantSource.system(), DecisionRecord.Limits.USUAL)) {
            Registry registry = new Registry(store, Freshness.USUAL, InstantSource.system());
            List<HostEntry> hosts = registry.hosts();
            for (String line : all.subList(read, all.size())) {
                String[] words = line.split(" ", -1);
                boolean there = switch (words[0]) {
                    case "decision" -> {
                        decisions++;
                        Optional<Recorded> found = record.show(Long.parseLong(words[1]));
                        yield found.filter(decision -> decision.mac().equals(words[2]))
                                .isPresent();
                    }
                    case "facts" -> {
                        facts++;
                        yield hosts.stream()
                                .anyMatch(host -> host.name().equals(words[1])
                                        && !host.observedAt().isBefore(Instant.parse(words[2]))
                                        && host.guests() > 0);
                    }
                    case "harm" -> {
                        harms++;
                        yield registry.history(UUID.fromString(words[1])).size() >= Integer.parseInt(words[2]);
                    }
                    default -> throw new IllegalStateException(line);
                };
                if (!there) {
                    lost.add(line);
                }
            }
            read = all.size();
            Verification found = record.verify(Optional.empty());
            found.faults().forEach(fault -> lost.add(fault.toString()));
        }
    }
}
