package org.nestguard.engine.bench;

import java.io.IOException;
import java.util.Arrays;
import org.openjdk.jmh.runner.RunnerException;

/** Runs one group of benchmarks. */
public final class Benchmarks {
    private Benchmarks() {}

    /** Runs what the first argument names, decision or bulk; the others are that one's. */
    public static void main(String[] args) throws IOException, RunnerException {
        String[] rest = Arrays.stream(args).skip(1).toArray(String[]::new);
        switch (args.length == 0 ? "decision" : args[0]) {
            case "decision" -> DecisionBenchmark.run(rest);
            case "bulk" -> BulkBenchmark.run(rest);
            default -> throw new IllegalArgumentException("no such benchmark: " + args[0]);
        }
    }
}
