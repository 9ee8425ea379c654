package org.nestguard.cli;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.text.Document;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.InTurn;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.QuestionReader;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Worded;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nestguard check}: one answer a question. */
@Command(
        name = "check",
        description = {
            "Says of each question whether the guest may be migrated, saved or loaded, and why.",
            "",
            "A question is a YAML or JSON document with the operation and what is known of the guest and its hosts; a fact"
                    + " that was looked for and not found has the value unknown. With --guest the question is made of what is"
                    + " known of a guest and its hosts: of this host now, or of what nestguard collect printed."
        },
        footer = {
            "",
            "Exit status (of several questions the worst, in the order 70, 2, 1, 3, 0):",
            "  0   ALLOW",
            "  1   DENY",
            "  3   UNDETERMINED: treat it as a refusal",
            "  2   a question cannot be read, or the usage is wrong",
            "  70  the guard itself failed: treat it as a refusal",
            "",
            "Examples:",
            "  nestguard check question.yaml",
            "  nestguard check --set destination.qemu=8.2.0 question.yaml",
            "  nestguard check --guest build-farm-07 --to l0-b.yaml",
            "  nestguard check -o ndjson fleet.ndjson"
        })
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Mixin
    private GuardOptions rules = new GuardOptions();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description =
                    "Files with questions: YAML with any number of documents, JSON, or NDJSON (one question a line);"
                            + " - or no file is standard input.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "TEXT",
            description = "How to answer: ${COMPLETION-CANDIDATES} (default: text). ndjson is one decision a line.")
    private OutputFormat output = OutputFormat.TEXT;

    @Option(
            names = "--set",
            paramLabel = "FACT=VALUE",
            description =
                    "What if: sets a fact of every question, such as source.kernel=6.8.0; may be given several times.")
    private Map<String, String> set = new LinkedHashMap<>();

    // Null for the words that need no parser: what looks at hosts is not even on their class path.
    @Mixin
    private @Nullable KnownGuest known;

    @Option(names = "--waivers", paramLabel = "FILE", description = "A YAML list of waivers to weigh the answers with.")
    private @Nullable Path waiverFile;

    private final Console console;
    private ExitStatus worst = ExitStatus.ALLOWED;
    private final InTurn<Step> steps = new InTurn<>(new InTurn.Work<>() {
        @Override
        public void on(Step step) throws IOException {
            step.run();
        }

        @Override
        public void prepare(Step step) {
            step.prepare();
        }
    });

    CheckCommand(Console console) {
        this.console = console;
    }

    /**
     * The command for files and nothing else but how to answer: the words that hooks give. They need no parser, and
     * picocli, which parses all others, takes as long to start as the whole answer. Null for all others. The launcher
     * knows most of these words as well and leaves out of the class path what looks at hosts.
     */
    static @Nullable CheckCommand plain(String[] words, Console console) {
        if (words.length < 2 || !words[0].equals("check")) {
            return null;
        }
        CheckCommand check = new CheckCommand(console);
        OutputFormat output = null;
        for (int i = 1; i < words.length; i++) {
            if (words[i].equals("-o") && i + 1 < words.length && output == null) {
                output = OutputFormat.named(words[++i]);
                if (output == null) {
                    return null;
                }
            } else if (words[i].startsWith("-") && !words[i].equals("-")) {
                return null;
            } else {
                check.files.add(words[i]);
            }
        }
        check.output = output == null ? OutputFormat.TEXT : output;
        return check;
    }

    /** Something to be done about one document, or for want of one. */
    private interface Step {
        void run() throws IOException;

        /** What of it any thread may do before its turn. */
        default void prepare() {}
    }

    /** A question that is decided by whichever thread has time, and answered in its turn. */
    private final class Answering implements Step {
        private final String file;
        private final FutureTask<Decision> decision;
        private final @Nullable Waivers waivers;
        private final Answers answers;
        private final @Nullable Instant asOf;

        Answering(
                String file,
                MigrationGuard guard,
                @Nullable Waivers waivers,
                Answers answers,
                Question question,
                @Nullable Instant asOf) {
            this.file = file;
            this.decision = new FutureTask<>(() -> guard.decide(question));
            this.waivers = waivers;
            this.answers = answers;
            this.asOf = asOf;
        }

        @Override
        public void prepare() {
            decision.run();
        }

        @Override
        public void run() throws IOException {
            decision.run();
            answer(file, decided(decision), waivers, answers, asOf);
        }
    }

    private sealed interface Decided {}

    private record Answered(Decision decision) implements Decided {}

    private record Failed(GuardFailureException failure) implements Decided {}

    private static Decided decided(FutureTask<Decision> task) throws IOException {
        try {
            return new Answered(task.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GuardFailureException failure) {
                return new Failed(failure);
            }
            return new Failed(new GuardFailureException("the question could not be decided: " + e.getCause(), e));
        }
    }

    /** In the order of the documents. Those of a stream of NDJSON are answered while the next are read. */
    private void then(Step step) throws IOException {
        if (output == OutputFormat.NDJSON) {
            steps.add(step);
        } else {
            step.run();
        }
    }

    @Override
    public Integer call() throws IOException {
        Map<FactName, String> what = new LinkedHashMap<>();
        Operation operation = whatIf(what);
        MigrationGuard guard = rules.begun();
        Waivers waivers = waivers(guard);
        Answers answers = new Answers(console, output, common.color());
        if (known != null && known.given()) {
            if (!files.isEmpty()) {
                throw new UsageException("--guest asks its own question; give no files with it, or leave it out");
            }
            KnownGuest.Asked asked = known.ask(guard, console);
            Question question = changed(asked.question(), operation, what);
            then(new Answering("--guest", guard, waivers, answers, question, asked.asOf()));
        } else {
            for (String file : files.isEmpty() ? List.of("-") : files) {
                checkFile(file, guard, waivers, answers, operation, what);
            }
        }
        steps.end();
        guard.made(); // where nothing was asked, a guard that failed has failed all the same
        answers.end();
        if (waivers != null) {
            waivers.findings().forEach(finding -> say(finding.text()));
        }
        return worst.code();
    }

    private void checkFile(
            String file,
            MigrationGuard guard,
            @Nullable Waivers waivers,
            Answers answers,
            @Nullable Operation operation,
            Map<FactName, String> what)
            throws IOException {
        int questions = 0;
        try (QuestionReader reader = new QuestionReader(file, open(file), guard)) {
            for (Document document = read(file, reader); document != null; document = read(file, reader)) {
                questions++;
                guard.made(); // no word of a question before the guard is known to be whole
                if (document instanceof Document.Unreadable unreadable) {
                    then(() -> refuse(unreadable.problem(), answers));
                } else if (document instanceof Document.Asked asked) {
                    Question question = changed(asked.question(), operation, what);
                    then(new Answering(file, guard, waivers, answers, question, null));
                }
            }
            if (questions == 0) {
                Problem none =
                        new Problem(file, 0, 0, null, "there is no question in it; an empty input allows nothing");
                then(() -> refuse(none, answers));
            }
        } catch (UnreadableFileException e) {
            then(() -> {
                say(String.valueOf(e.getMessage()));
                worst = worst.or(ExitStatus.UNREADABLE);
            });
        }
    }

    private void refuse(Problem problem, Answers answers) throws IOException {
        say(problem.inOneLine());
        answers.add(problem);
        worst = worst.or(ExitStatus.UNREADABLE);
    }

    private void answer(
            String file, Decided decided, @Nullable Waivers waivers, Answers answers, @Nullable Instant asOf)
            throws IOException {
        if (decided instanceof Failed failed) {
            String why =
                    "the guard failed, which is a refusal: " + failed.failure().getMessage();
            say(why);
            answers.add(new Problem(file, 0, 0, null, Harmless.text(why, 300))); // answers pair with questions
            worst = worst.or(ExitStatus.FAILED);
            return;
        }
        Decision decision = ((Answered) decided).decision();
        if (waivers != null) {
            decision = waivers.apply(decision);
        }
        if (asOf != null) {
            decision = decision.asOf(asOf);
        }
        answers.add(decision);
        worst = worst.or(ExitStatus.of(decision.effective()));
    }

    private static Question changed(Question question, @Nullable Operation operation, Map<FactName, String> what) {
        if (operation == null && what.isEmpty()) {
            return question;
        }
        Question.Builder changed = question.toBuilder();
        if (operation != null) {
            changed.operation(operation);
        }
        what.forEach(changed::state);
        // what somebody merely supposes was read nowhere
        Map<FactName, Evidence> evidence = new EnumMap<>(FactName.class);
        for (FactName name : FactName.values()) {
            question.evidence(name).filter(e -> !what.containsKey(name)).ifPresent(e -> evidence.put(name, e));
        }
        return changed.evidence(evidence).build();
    }

    private @Nullable Operation whatIf(Map<FactName, String> what) {
        Operation operation = null;
        for (Map.Entry<String, String> entry : set.entrySet()) {
            if (entry.getKey().equals("operation")) {
                operation = Worded.read(Operation.class, entry.getValue())
                        .orElseThrow(() ->
                                new UsageException("--set operation must be one of " + Worded.words(Operation.class)));
                continue;
            }
            FactName name = FactName.at(entry.getKey())
                    .orElseThrow(() -> new UsageException("--set " + entry.getKey()
                            + ": there is no such fact; facts are written as in a question, such as guest.l2.live"));
            try {
                Question.Builder.read(name, entry.getValue());
            } catch (IllegalArgumentException e) {
                throw new UsageException("--set: " + String.valueOf(e.getMessage()));
            }
            what.put(name, entry.getValue());
        }
        return operation;
    }

    private @Nullable Waivers waivers(MigrationGuard guard) throws IOException {
        if (waiverFile == null) {
            return null;
        }
        try (InputStream in = Files.newInputStream(waiverFile)) {
            return Waivers.read(waiverFile.toString(), in, guard.rules(), Clock.systemUTC());
        } catch (TableException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UsageException(waiverFile + ": cannot be read: " + reason(e));
        }
    }

    private InputStream open(String file) {
        if (file.equals("-")) {
            return new FilterInputStream(console.in()) {
                @Override
                public void close() {
                    // standard input is the caller's
                }
            };
        }
        // no Path: in the C locale there is none of a name that is not ASCII
        if (new File(file).isDirectory()) {
            throw new UnreadableFileException(file + ": is a directory; name the files in it");
        }
        try {
            return new FileInputStream(file);
        } catch (FileNotFoundException e) {
            throw new UnreadableFileException(file + ": cannot be read: "
                    + reason(e).replace(file + " ", "").replaceAll("^[(](.*)[)]$", "$1"));
        }
    }

    private static @Nullable Document read(String file, QuestionReader reader) {
        try {
            return reader.next();
        } catch (IOException e) {
            throw new UnreadableFileException(file + ": cannot be read: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private void say(String message) {
        console.err().println("nestguard: " + Harmless.text(message));
    }

    /** A file that cannot be read costs itself; the next one is looked at. */
    private static final class UnreadableFileException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreadableFileException(String message) {
            super(message);
        }
    }
}
