package org.nestguard.engine.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nestguard.engine.CompleteQuestions;
import org.nestguard.engine.CompleteQuestions.Case;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.PlainTable;
import org.nestguard.engine.PlainTable.Facts;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.internal.JudgeAlone;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * One decision, warm, on one thread: 10,000 mixed questions that are in memory, one after the other. The table by hand is the
 * limit; what decides is the engine without its sentences and without what would make it safe: the verdict and all rules
 * that match. Judged: the rules are asked. Remembered: a question of the same profile was judged before, as nearly every
 * one of a fleet was. Both ways begin with facts that are taken apart, or with texts.
 */
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecisionBenchmark {
    private static final int COUNT = 10_000;
    private static final int FEW = 500;

    /** Questions of which everything is known. */
    @State(Scope.Thread)
    public static class Complete {
        private final MigrationGuard guard = MigrationGuard.create();
        private final JudgeAlone judge = new JudgeAlone(guard);
        private Question[] questions = {};
        private Facts[] facts = {};
        private PlainText[] texts = {};
        private int next;

        /** Draws them, and prints what mix it is. */
        @Setup
        public void draw() {
            List<Case> cases = new CompleteQuestions(guard.tables()).drawn(1, COUNT, 9);
            questions = cases.stream().map(Case::question).toArray(Question[]::new);
            facts = cases.stream().map(Case::facts).toArray(Facts[]::new);
            texts = cases.stream().map(Case::question).map(PlainText::new).toArray(PlainText[]::new);
            for (int i = 0; i < COUNT; i++) {
                Verdict fromTexts = PlainTable.decide(texts[i].facts()).verdict();
                if (fromTexts != PlainTable.decide(facts[i]).verdict()) {
                    throw new IllegalStateException("read otherwise by hand: " + texts[i].texts());
                }
                judge.remembered(questions[i]);
            }
            Map<Verdict, Integer> mix = new EnumMap<>(Verdict.class);
            for (Facts f : facts) {
                mix.merge(PlainTable.decide(f).verdict(), 1, Integer::sum);
            }
            System.out.println("verdicts: " + mix);
        }

        private int next() {
            next = next + 1 == COUNT ? 0 : next + 1;
            return next;
        }

        private Question read(PlainText text) {
            Question.Builder question = guard.question(text.operation());
            for (Map.Entry<FactName, String> fact : text.texts().entrySet()) {
                question.state(fact.getKey(), fact.getValue());
            }
            return question.build();
        }
    }

    /** Migrations of which a host is missing. */
    @State(Scope.Thread)
    public static class Missing {
        private final MigrationGuard guard = MigrationGuard.create();
        private final JudgeAlone judge = new JudgeAlone(guard);
        private Question[] oneHost = {};
        private Question[] bothHosts = {};
        private int next;

        /** Takes hosts out of drawn migrations. */
        @Setup
        public void draw() {
            List<Question> migrations = new CompleteQuestions(guard.tables())
                    .drawn(2, FEW * 4, 9).stream()
                            .map(Case::question)
                            .filter(q -> q.operation() == Operation.MIGRATE)
                            .limit(FEW)
                            .toList();
            oneHost =
                    migrations.stream().map(q -> without(q, Party.DESTINATION)).toArray(Question[]::new);
            bothHosts = migrations.stream()
                    .map(q -> without(without(q, Party.DESTINATION), Party.SOURCE))
                    .toArray(Question[]::new);
        }

        private static Question without(Question question, Party party) {
            Question.Builder builder = question.toBuilder();
            for (FactName name : FactName.values()) {
                if (name.party() == party) {
                    builder.put(name, Fact.Missing.notMentioned());
                }
            }
            return builder.build();
        }

        private Question next(Question[] questions) {
            next = next + 1 >= questions.length ? 0 : next + 1;
            return questions[next];
        }
    }

    /** The limit. */
    @Benchmark
    public PlainTable.Answer completeByHand(Complete state) {
        return PlainTable.decide(state.facts[state.next()]);
    }

    /** The limit with its verdict folded. */
    @Benchmark
    public Verdict completeByHandVerdict(Complete state) {
        return PlainTable.decide(state.facts[state.next()]).verdict();
    }

    /** What decides. */
    @Benchmark
    public Object completeJudged(Complete state) {
        return state.judge.judge(state.questions[state.next()]);
    }

    /** The whole decision: sentences, remedies and what would make it safe. */
    @Benchmark
    public Decision completeDecided(Complete state) {
        return state.guard.decide(state.questions[state.next()]);
    }

    /** What decides, for a question whose like was judged before. */
    @Benchmark
    public Object completeRemembered(Complete state) {
        return state.judge.remembered(state.questions[state.next()]);
    }

    /** The limit, from texts. */
    @Benchmark
    public PlainTable.Answer textsByHand(Complete state) {
        return PlainTable.decide(state.texts[state.next()].facts());
    }

    /** What decides, from texts. */
    @Benchmark
    public Object textsJudged(Complete state) {
        return state.judge.judge(state.read(state.texts[state.next()]));
    }

    /** What decides, from texts, for a question whose like was judged before. */
    @Benchmark
    public Object textsRemembered(Complete state) {
        return state.judge.remembered(state.read(state.texts[state.next()]));
    }

    /** What decides, nothing known of the destination. */
    @Benchmark
    public Object oneHostMissingJudged(Missing state) {
        return state.judge.judge(state.next(state.oneHost));
    }

    /** The whole decision, nothing known of the destination. */
    @Benchmark
    public Decision oneHostMissingDecided(Missing state) {
        return state.guard.decide(state.next(state.oneHost));
    }

    /** What decides, nothing known of either host. */
    @Benchmark
    public Object bothHostsMissingJudged(Missing state) {
        return state.judge.judge(state.next(state.bothHosts));
    }

    /** The whole decision, nothing known of either host. */
    @Benchmark
    public Decision bothHostsMissingDecided(Missing state) {
        return state.guard.decide(state.next(state.bothHosts));
    }

    static void run(String[] args) throws RunnerException {
        try {
            CommandLineOptions given = new CommandLineOptions(args);
            OptionsBuilder options = new OptionsBuilder();
            options.parent(given).addProfiler(GCProfiler.class).jvmArgsAppend("-XX:+UseSerialGC");
            if (given.getIncludes().isEmpty()) {
                options.include(DecisionBenchmark.class.getSimpleName());
            }
            new Runner(options.build()).run();
        } catch (CommandLineOptionException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
