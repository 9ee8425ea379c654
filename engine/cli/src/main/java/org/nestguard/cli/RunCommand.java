package org.nestguard.cli;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nestguard.cli.run.Asker;
import org.nestguard.cli.run.NotRun;
import org.nestguard.cli.run.NotRunException;
import org.nestguard.cli.run.Running;
import org.nestguard.cli.run.Stated;
import org.nestguard.cli.service.ServiceClient;
import org.nestguard.engine.text.Harmless;
import org.nestguard.evidence.view.LiveHost;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Worded;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code nestguard run}: asks first, and runs a command only on ALLOW. */
@Command(
        name = "run",
        description = {
            "Asks the agent of this host, or a registry, whether a command may do what it does to a guest, and runs it only on"
                    + " ALLOW. For what no hook stops: saving, and snapshots with memory.",
            "",
            "Understood are virsh save, managedsave, restore, start (from a saved image), snapshot-create,"
                    + " snapshot-create-as and migrate, also with -c and the other options of virsh. Anything else needs"
                    + " --operation and --guest, or it is not run. The command is run as it stands, without a shell.",
            "",
            "While virsh save or managedsave run, the guest's metadata say how it was saved; the image takes that along, and"
                    + " its restore is judged by it. With --watch a migration is stopped (virsh domjobabort) when an L2 goes"
                    + " live that forbids it, or when that cannot be known for longer than --unknown-for."
        },
        footer = {
            "",
            "Exit status: that of the command (128 and the signal's number where a signal ended it); where it was not run, or"
                    + " was stopped by --watch:",
            "  101  DENY",
            "  102  it is not known what the command does, it cannot be run, or usage",
            "  103  UNDETERMINED",
            "  104  --watch came too late: the guest has moved",
            "  170  the guard failed: no answer, or none in time",
            "",
            "Examples:",
            "  nestguard run -- virsh save build-farm-07 /var/tmp/build-farm-07.save",
            "  nestguard run --watch -- \\",
            "      virsh migrate --live build-farm-07 qemu+ssh://l0-b/system",
            "  nestguard run --to l0-b -- \\",
            "      virsh migrate --live build-farm-07 qemu+ssh://10.0.0.7/system",
            "  nestguard run --operation savevm --guest build-farm-07 -- \\",
            "      ./backup-with-memory build-farm-07"
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--operation",
            paramLabel = "OPERATION",
            converter = OperationWord.class,
            description = "What a command does that is not understood: migrate, savevm or loadvm.")
    private @Nullable Operation operation;

    @Option(names = "--guest", paramLabel = "NAME", description = "To which guest, by UUID or name.")
    private @Nullable String guest;

    @Option(
            names = "--to",
            paramLabel = "HOST",
            description = "The name, for the registry, of the host where the guest is to be (default: what the command"
                    + " says; for a restore this host).")
    private @Nullable String to;

    @Mixin
    private ServiceOptions service = new ServiceOptions();

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "4s",
            description = "How long the answer may take, with the reading that is made for it (default: 4s).")
    private Duration patience = Duration.ofSeconds(4);

    @Option(
            names = "--watch",
            description = "Goes on asking while virsh migrate runs, and stops it where it may not go on.")
    private boolean watch;

    @Option(
            names = "--unknown-for",
            paramLabel = "DURATION",
            converter = DurationText.class,
            defaultValue = "10s",
            description = "With --watch: how long it may stay unknown whether it may go on (default: 10s).")
    private Duration unknownFor = Duration.ofSeconds(10);

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The command and its words, behind --.")
    private List<String> command = List.of();

    private final Console console;

    RunCommand(Console console) {
        this.console = console;
    }

    /** {@code migrate}, {@code savevm} or {@code loadvm}. */
    static final class OperationWord implements ITypeConverter<Operation> {
        @Override
        public Operation convert(String text) {
            return Worded.read(Operation.class, text)
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + text + "\" is none of " + Worded.words(Operation.class)));
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        try (ServiceClient client = service.open()) {
            Optional<String> here = service.remote() ? Optional.of(new LiveHost().name()) : Optional.empty();
            return new Running(
                            new Asker(client, patience, here),
                            watch ? Optional.of(unknownFor) : Optional.empty(),
                            console.err())
                    .heedingSignals()
                    .run(words(), new Stated(operation, guest, to));
        } catch (NotRunException e) {
            return notRun(e.status(), e);
        } catch (UsageException e) {
            return notRun(NotRun.UNREADABLE.status(), e);
        }
    }

    private int notRun(int status, Exception why) {
        String.valueOf(why.getMessage())
                .lines()
                .forEach(line -> console.err()
                        .println((line.startsWith("nestguard: ") ? "" : "nestguard: not run: ") + Harmless.text(line)));
        return status;
    }

    /** Without the two dashes nobody can tell which words are the guard's. */
    private List<String> words() throws NotRunException {
        List<String> all =
                Objects.requireNonNull(spec).commandLine().getParseResult().originalArgs();
        if (!all.subList(all.indexOf("--") + 1, all.size()).equals(command)) {
            throw new NotRunException(
                    NotRun.UNREADABLE, "write the command behind two dashes: nestguard run -- COMMAND");
        }
        return command;
    }
}
