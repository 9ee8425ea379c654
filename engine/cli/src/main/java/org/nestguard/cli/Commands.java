package org.nestguard.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.nestguard.catalogue.BuiltRules;
import org.nestguard.catalogue.TableException;
import org.nestguard.cli.run.NotRun;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.SiteRulesException;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.IoFailure;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Finds the command that is asked for and runs it. Only that one is made: reading the others would cost every start. */
final class Commands {
    // in less there is no room beside the options
    private static final int NARROWEST_HELP = 55;

    private static final int WIDEST_HELP = 100;

    private final Console console;

    Commands(Console console) {
        this.console = console;
    }

    int run(String[] args) {
        if (args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            return print("nestguard " + BuiltRules.version() + " (rules " + BuiltRules.digestInResource() + ")\n");
        }
        if (args.length > 1 && (args[0].equals("--version") || args[0].equals("-V"))) {
            // not the status of an answer, where somebody may take it for one
            return failed(new UsageException("--version stands alone"));
        }
        CheckCommand plain = CheckCommand.plain(args, console);
        if (plain != null) {
            try {
                return plain.call();
            } catch (Exception e) {
                return failed(e);
            }
        }
        Function<Console, Object> wanted = args.length == 0 ? null : commands().get(args[0]);
        CommandLine line = wanted == null ? all() : root().addSubcommand(args[0], wanted.apply(console));
        PrintWriter err = new PrintWriter(console.err(), true, StandardCharsets.UTF_8);
        PrintWriter out = new PrintWriter(console.out(), true, StandardCharsets.UTF_8);
        line.setOut(out).setErr(err);
        HelpText.layOut(line, Math.max(NARROWEST_HELP, Math.min(console.width(), WIDEST_HELP)));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExpandAtFiles(false); // the words of a file that begins with @ are no words of the operator
        line.setParameterExceptionHandler((e, given) -> {
            err.println("nestguard: " + Harmless.text(String.valueOf(e.getMessage())));
            err.println("`" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help` tells what it takes.");
            return ofRun(args) ? NotRun.UNREADABLE.status() : ExitStatus.UNREADABLE.code();
        });
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            int status = failed(e);
            return ofRun(args) ? NotRun.FAILED.status() : status;
        });
        int status = line.execute(args);
        out.flush();
        return status;
    }

    /** Whether the command has statuses of its own, apart from those of the command that it runs. */
    static boolean ofRun(String[] args) {
        return args.length > 0 && args[0].equals("run");
    }

    private int failed(Exception e) {
        if (e instanceof UsageException || e instanceof TableException || e instanceof SiteRulesException) {
            console.err().println("nestguard: " + Harmless.text(String.valueOf(e.getMessage())));
            return ExitStatus.UNREADABLE.code();
        }
        if (e instanceof UncheckedIOException unchecked) {
            return failed(Objects.requireNonNull(unchecked.getCause()));
        }
        if (e instanceof IOException io) {
            console.err().println("nestguard: cannot read or write: " + Harmless.text(IoFailure.inWords(io)));
            return ExitStatus.UNREADABLE.code();
        }
        String what = e instanceof GuardFailureException ? e.getMessage() : e.toString();
        console.err()
                .println("nestguard: the guard failed, which is a refusal: " + Harmless.text(String.valueOf(what)));
        return ExitStatus.FAILED.code();
    }

    private int print(String text) {
        try {
            console.out().write(text.getBytes(StandardCharsets.UTF_8));
            return ExitStatus.ALLOWED.code();
        } catch (IOException e) {
            return failed(e);
        }
    }

    /** Every command, for the help and for what the build makes of it. */
    CommandLine all() {
        CommandLine line = root();
        commands().forEach((name, command) -> line.addSubcommand(name, command.apply(console)));
        return line;
    }

    // In the order of the help. No constant: a plain check has no classes for the others.
    private static Map<String, Function<Console, Object>> commands() {
        Map<String, Function<Console, Object>> commands = new LinkedHashMap<>();
        commands.put("audit", AuditCommand::new);
        commands.put("check", CheckCommand::new);
        commands.put("collect", CollectCommand::new);
        commands.put("decisions", DecisionsCommand::new);
        commands.put("doctor", DoctorCommand::new);
        commands.put("drain", DrainCommand::new);
        commands.put("fleet", FleetCommand::new);
        commands.put("hook", HookCommand::new);
        commands.put("report", ReportCommand::new);
        commands.put("rules", RulesCommand::new);
        commands.put("run", RunCommand::new);
        commands.put("serve", ServeCommand::new);
        commands.put("waive", WaiveCommand::new);
        return commands;
    }

    private CommandLine root() {
        return new CommandLine(new NestGuardCommand());
    }
}
