package org.nestguard.engine.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.CompleteQuestions;
import org.nestguard.engine.CompleteQuestions.Case;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.text.DecisionWriter;
import org.nestguard.engine.text.Document;
import org.nestguard.engine.text.InTurn;
import org.nestguard.engine.text.QuestionReader;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.facts.Worded;

/**
 * A file of questions, one a line: read, decided and written, against the same file read and bound to plain records by
 * Jackson and nothing else. Rounds are interleaved, the first is thrown away.
 */
final class BulkBenchmark {
    private static final int QUESTIONS = 100_000;
    private static final int DISTINCT = 20_000;
    private static final int ROUNDS = 5;

    private BulkBenchmark() {}

    record Asked(
            @Nullable String id,
            @Nullable String operation,
            @Nullable GuestJson guest,
            @Nullable HostJson source,
            @Nullable HostJson destination,
            @Nullable HostJson snapshot) {}

    record LiveJson(int live) {}

    record GuestJson(
            @Nullable String name,
            @Nullable String level,
            @Nullable String accelerator,
            boolean nesting,
            @Nullable LiveJson l2,
            @Nullable String cpuMode,
            boolean movedWithLiveL2,
            boolean smm,
            boolean evmcs) {}

    record HostJson(
            @Nullable String name,
            @Nullable String level,
            @Nullable String arch,
            @Nullable String vendor,
            @Nullable String kernel,
            @Nullable String qemu,
            @Nullable String nested,
            @Nullable String hpage,
            @Nullable String cpuModel,
            @Nullable String cpuId,
            @Nullable Boolean nestedStateCapability,
            @Nullable LiveJson l2,
            boolean movedWithLiveL2) {}

    /** A part of the way, in the order in which one contains the one before it. */
    private enum Way {
        BOUND_BY_JACKSON,
        READ,
        READ_AND_DECIDED,
        READ_DECIDED_AND_WRITTEN
    }

    static void run(String[] args) throws IOException {
        int questions = args.length > 0 ? Integer.parseInt(args[0]) : QUESTIONS;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : ROUNDS;
        MigrationGuard guard = MigrationGuard.create();
        Path file = Files.createTempFile("questions", ".ndjson");
        try {
            write(file, guard, questions);
            System.out.printf(Locale.ROOT, "%,d questions, %,d bytes%n", questions, Files.size(file));
            List<Way> ways = List.of(Way.values());
            double[][] seconds = new double[ways.size()][rounds];
            for (int round = -1; round < rounds; round++) {
                for (int i = 0; i < ways.size(); i++) {
                    long start = System.nanoTime();
                    int counted = go(ways.get(i), file, guard);
                    double taken = (System.nanoTime() - start) / 1e9;
                    if (counted != questions) {
                        throw new IllegalStateException(ways.get(i) + " saw " + counted + " questions");
                    }
                    if (round >= 0) {
                        seconds[i][round] = taken;
                    }
                }
            }
            for (int i = 0; i < ways.size(); i++) {
                double[] ratios = new double[rounds];
                for (int round = 0; round < rounds; round++) {
                    ratios[round] = seconds[i][round] / seconds[0][round];
                }
                System.out.printf(
                        Locale.ROOT,
                        "%-26s median %7.3f s   %9.0f a second   %6.2f times bound by Jackson (%.2f to %.2f)%n",
                        ways.get(i).name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        median(seconds[i]),
                        questions / median(seconds[i]),
                        median(ratios),
                        Arrays.stream(ratios).min().orElseThrow(),
                        Arrays.stream(ratios).max().orElseThrow());
            }
        } finally {
            Files.delete(file);
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static int go(Way way, Path file, MigrationGuard guard) throws IOException {
        return switch (way) {
            case BOUND_BY_JACKSON -> bound(file);
            case READ, READ_AND_DECIDED, READ_DECIDED_AND_WRITTEN -> checked(way, file, guard);
        };
    }

    private static int bound(Path file) throws IOException {
        ObjectReader reader = JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build()
                .readerFor(Asked.class);
        int counted = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                MappingIterator<Asked> all = reader.readValues(in)) {
            while (all.hasNext()) {
                counted += all.next().operation() == null ? 0 : 1;
            }
        }
        return counted;
    }

    private static int checked(Way way, Path file, MigrationGuard guard) throws IOException {
        int counted = 0;
        JsonGenerator json = new JsonFactory().createGenerator(OutputStream.nullOutputStream());
        json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
        DecisionWriter writer = new DecisionWriter(json);
        // as `check -o ndjson` does: on a second thread, while the next are read
        InTurn<FutureTask<Decision>> answered = new InTurn<>(new InTurn.Work<>() {
            @Override
            public void on(FutureTask<Decision> one) throws IOException {
                one.run();
                writer.write(result(one));
                json.flush();
            }

            @Override
            public void prepare(FutureTask<Decision> one) {
                one.run();
            }
        });
        try (QuestionReader reader = new QuestionReader(file.toString(), Files.newInputStream(file), guard)) {
            for (Document document = reader.next(); document != null; document = reader.next()) {
                if (document instanceof Document.Unreadable unreadable) {
                    throw new IllegalStateException(unreadable.problem().inOneLine());
                }
                if (document instanceof Document.Asked asked) {
                    counted++;
                    switch (way) {
                        case READ_AND_DECIDED -> guard.decide(asked.question());
                        case READ_DECIDED_AND_WRITTEN ->
                            answered.add(new FutureTask<>(() -> guard.decide(asked.question())));
                        case READ, BOUND_BY_JACKSON -> {}
                    }
                }
            }
        }
        answered.end();
        return counted;
    }

    private static Decision result(FutureTask<Decision> task) {
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- the file

    private static void write(Path file, MigrationGuard guard, int questions) throws IOException {
        List<Case> cases = new CompleteQuestions(guard.tables()).drawn(3, DISTINCT, 9);
        try (JsonGenerator out = new JsonFactory().createGenerator(Files.newOutputStream(file))) {
            out.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            for (int i = 0; i < questions; i++) {
                write(out, i, cases.get(i % cases.size()).question());
            }
        }
    }

    private static void write(JsonGenerator out, int number, Question question) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", "q" + number);
        out.writeStringField("operation", question.operation().word());
        for (Party party : Party.values()) {
            List<FactName> names = new ArrayList<>();
            for (FactName name : FactName.values()) {
                if (name.party() == party
                        && name.written()
                        && question.fact(name).known()) {
                    names.add(name);
                }
            }
            if (names.isEmpty()) {
                continue;
            }
            out.writeObjectFieldStart(party.word());
            for (FactName name : names) {
                boolean nested = name.key().startsWith("l2.");
                if (nested) {
                    out.writeObjectFieldStart("l2");
                }
                value(out, nested ? "live" : name.key(), question.fact(name));
                if (nested) {
                    out.writeEndObject();
                }
            }
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void value(JsonGenerator out, String key, Fact<?> fact) throws IOException {
        if (fact.value() instanceof Boolean flag) {
            out.writeBooleanField(key, flag);
        } else if (fact.value() instanceof Integer number) {
            out.writeNumberField(key, number);
        } else {
            out.writeStringField(
                    key,
                    fact.value() instanceof Worded worded
                            ? worded.word()
                            : fact.value().toString());
        }
    }
}
