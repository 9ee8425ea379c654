package org.nestguard.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.Source;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Wrapped;
import org.nestguard.facts.Worded;
import org.nestguard.findings.Effect;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nestguard rules}: the catalogue, and a site's own rules and cases. */
@Command(
        name = "rules",
        description = "Shows what the rules say and why, and tests rules and cases of your own.",
        footer = {
            "",
            RulesCommand.STATUS_OF_TEST,
            "",
            "Examples:",
            "  nestguard rules list",
            "  nestguard rules show amd-live-l2",
            "  nestguard rules test --rules my-rules my-rules/cases"
        })
final class RulesCommand implements Runnable {
    static final String STATUS = "Exit status: 0 fine, 2 unreadable or usage, 70 the guard itself failed.";
    static final String STATUS_OF_TEST =
            "Exit status: 0 fine, 1 a case failed, 2 unreadable or usage, 70 the guard itself failed.";

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    private final Console console;

    RulesCommand(Console console) {
        this.console = console;
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "what of the rules? list, show ID or test DIR");
    }

    @Command(
            name = "list",
            description = "Lists all rules: effect, id and summary.",
            footer = {"", STATUS})
    int list(
            @Mixin CommonOptions options,
            @Mixin GuardOptions rules,
            @Option(
                            names = "--effect",
                            paramLabel = "EFFECT",
                            description = "Only forbid, uncovered, permit or caution.")
                    @Nullable
                    String effect)
            throws IOException {
        if (effect != null && Worded.read(Effect.class, effect).isEmpty()) {
            throw new UsageException("--effect must be one of " + Worded.words(Effect.class));
        }
        PrintStream out = new PrintStream(console.out(), false, StandardCharsets.UTF_8);
        for (RuleCard card : rules.guard().rules()) {
            if (effect == null || card.effect().word().equals(effect)) {
                out.printf("%-9s  %s%n", card.effect().word(), card.id());
                out.print(Wrapped.text(card.summary(), console.width(), " ".repeat(11), " ".repeat(11)));
            }
        }
        return flushed(out);
    }

    @Command(
            name = "show",
            description =
                    "Shows a rule: what it says, why, what to do, where that is known from, and an example that fires"
                            + " beside one that does not.",
            footer = {"", STATUS})
    int show(
            @Mixin CommonOptions options,
            @Mixin GuardOptions rules,
            @Parameters(paramLabel = "ID", description = "The id of the rule.") String id)
            throws IOException {
        List<RuleCard> cards = rules.guard().rules();
        RuleCard card =
                cards.stream().filter(c -> c.id().equals(id)).findFirst().orElse(null);
        if (card == null) {
            String near = cards.stream()
                    .map(RuleCard::id)
                    .filter(i -> i.contains(id) || id.contains(i))
                    .findFirst()
                    .map(i -> "; did you mean " + i + "?")
                    .orElse("; `nestguard rules list` names them all");
            throw new UsageException("there is no rule " + id + near);
        }
        PrintStream out = new PrintStream(console.out(), false, StandardCharsets.UTF_8);
        out.printf("%s: %s%n", card.effect().word(), card.id());
        section(out, "what", card.summary());
        section(out, "says", card.message());
        section(out, "unsure", card.possible());
        section(out, "do next", card.remedy());
        section(out, "reads", String.join(", ", card.because()));
        section(
                out,
                "since",
                card.since() + (card.row() == null ? "" : ", row " + card.row() + " of the decision table"));
        section(
                out,
                "waiver",
                card.contradiction()
                        ? "none: the facts contradict each other"
                        : card.waivable() ? "an operator may waive it" : "none");
        Map<String, Source> sources = BuiltTables.sources();
        for (String key : card.sources()) {
            Source source = sources.get(key);
            section(
                    out,
                    "source",
                    source == null
                            ? key
                            : source.document() + ", " + source.section()
                                    + (source.quote() == null ? "" : ": \"" + source.quote() + "\""));
        }
        example(id, "fires").ifPresent(text -> out.printf("%nFires here:%n%s", indented(text)));
        example(id, "near-miss").ifPresent(text -> out.printf("%nDoes not fire here:%n%s", indented(text)));
        return flushed(out);
    }

    private void section(PrintStream out, String label, String text) {
        out.print(Wrapped.text(text, console.width(), String.format("%-10s", label), " ".repeat(10)));
    }

    private static Optional<String> example(String id, String which) throws IOException {
        try (InputStream in = RulesCommand.class.getResourceAsStream("examples/" + id + "/" + which + ".yaml")) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^---$", 2)[0]);
        }
    }

    private static String indented(String text) {
        List<String> lines = new ArrayList<>();
        text.strip().lines().forEach(line -> lines.add("  " + line));
        return String.join("\n", lines) + "\n";
    }

    @Command(
            name = "words",
            description =
                    "Lists the words that the conditions of a rule may use, and the facts behind each, which the rule"
                            + " must name in its @because.",
            footer = {"", STATUS})
    int words(@Mixin CommonOptions options) throws IOException {
        PrintStream out = new PrintStream(console.out(), false, StandardCharsets.UTF_8);
        MigrationGuard.words()
                .forEach((word, facts) -> out.print(Wrapped.text(
                        String.join(", ", facts), console.width(), String.format("%-34s", word), " ".repeat(34))));
        return flushed(out);
    }

    @Command(
            name = "test",
            description = {
                "Runs the cases of a folder (*.yaml, folders below it included) and tells which differ.",
                "",
                "A case is a YAML file with two documents: a question, and what must come out: verdict, rules (all ids that"
                        + " must match for certain), possible (those that match in some worlds only) and needs."
            },
            footer = {"", STATUS_OF_TEST})
    int test(
            @Mixin CommonOptions options,
            @Mixin GuardOptions rules,
            @Parameters(paramLabel = "DIR", description = "The folder with the cases.") Path folder,
            @Option(names = "--junit", paramLabel = "FILE", description = "Writes the results as JUnit XML as well.")
                    @Nullable
                    Path junit,
            @Option(names = "--coverage", description = "Fails where a rule fires in no case; lists those rules.")
                    boolean coverage)
            throws IOException {
        MigrationGuard guard = rules.guard();
        CaseRun run = CaseRun.of(folder, guard);
        PrintStream out = new PrintStream(console.out(), false, StandardCharsets.UTF_8);
        for (CaseRun.Result result : run.results()) {
            if (!result.differences().isEmpty()) {
                out.printf("FAIL  %s%n", Harmless.text(result.name()));
                result.differences()
                        .forEach(d -> out.print(Wrapped.text(d, console.width(), " ".repeat(6), " ".repeat(8))));
            }
        }
        List<String> unfired = guard.rules().stream()
                .map(RuleCard::id)
                .filter(id -> !run.fired().contains(id))
                .toList();
        if (coverage) {
            unfired.forEach(id -> out.printf("NEVER FIRED  %s%n", id));
        }
        out.printf(
                "%d cases, %d passed, %d failed; %d of %d rules fired%n",
                run.results().size(),
                run.results().size() - run.failures(),
                run.failures(),
                guard.rules().size() - unfired.size(),
                guard.rules().size());
        if (junit != null) {
            run.writeJunit(junit);
        }
        int status = flushed(out);
        if (run.results().isEmpty()) {
            throw new UsageException(folder + ": there is no case in it");
        }
        return run.failures() > 0 || (coverage && !unfired.isEmpty()) ? ExitStatus.ofFindings(true) : status;
    }

    private static int flushed(PrintStream out) throws IOException {
        if (out.checkError()) {
            throw new IOException("standard output cannot be written to");
        }
        return ExitStatus.ALLOWED.code();
    }
}
