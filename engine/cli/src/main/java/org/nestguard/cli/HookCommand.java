package org.nestguard.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.cli.hook.Door;
import org.nestguard.cli.hook.HookException;
import org.nestguard.cli.hook.HookScript;
import org.nestguard.cli.hook.Inspection;
import org.nestguard.cli.hook.Installation;
import org.nestguard.engine.text.Harmless;
import org.nestguard.evidence.view.LiveHost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nestguard hook}: the scripts that other systems run before they move a guest. */
@Command(
        name = "hook",
        description = {
            "Lays, looks after and takes away the scripts by which libvirt, VDSM, Proxmox VE, XAPI or Ganeti ask before they"
                    + " move a guest.",
            "",
            "A script asks the agent of this host through its socket. It lets pass only what the agent answers with ALLOW: no"
                    + " agent, no answer in time, or half of one is a refusal."
        },
        footer = {
            "",
            HookCommand.STATUS,
            "",
            "Examples:",
            "  nestguard hook install libvirt --dry-run",
            "  nestguard hook install libvirt && systemctl reload virtqemud",
            "  nestguard hook check libvirt"
        })
final class HookCommand implements Runnable {
    static final String STATUS =
            "Exit status: 0 fine, 1 findings, 2 it cannot be done or usage, 70 the guard itself failed.";

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private CommonOptions common = new CommonOptions();

    @Spec
    private @Nullable CommandSpec spec;

    private final Console console;

    HookCommand(Console console) {
        this.console = console;
    }

    /** Which door, and on which host. */
    static final class DoorOptions {
        @Parameters(paramLabel = "SYSTEM", description = "libvirt, vdsm, proxmox, xapi or ganeti.")
        private String system = "";

        @Option(
                names = "--root",
                paramLabel = "DIR",
                defaultValue = "/",
                description = "The folder that is the host's /, as for an image that is being built (default: /).")
        private Path root = Path.of("/");

        Door door() {
            return Stream.of(Door.values())
                    .filter(door -> door.word().equals(system))
                    .findFirst()
                    .orElseThrow(() -> new UsageException(
                            "there are no hooks for " + system + "; there are for " + String.join(", ", Door.words())));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "what of the hooks? install, check or uninstall SYSTEM");
    }

    @Command(
            name = "install",
            description = "Lays the scripts of a system.",
            footer = {"", STATUS})
    int install(
            @Mixin CommonOptions options,
            @Mixin DoorOptions where,
            @Option(names = "--dry-run", description = "Says what would be written, and writes nothing.")
                    boolean rehearsal,
            @Option(
                            names = "--socket",
                            paramLabel = "PATH",
                            defaultValue = HookScript.SOCKET,
                            description = "Where the agent listens (default: ${DEFAULT-VALUE}).")
                    String socket,
            @Option(
                            names = "--wait",
                            paramLabel = "DURATION",
                            converter = DurationText.class,
                            defaultValue = "2s",
                            description = "How long a hook waits for the agent before it refuses (default: 2s).")
                    Duration bound)
            throws IOException {
        HookScript script;
        try {
            script = new HookScript(where.door(), socket, bound, HookScript.SETTINGS, HookScript.SPOOL);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        return told(() -> new Installation(where.door(), where.root, rehearsal).install(script, new LiveHost()));
    }

    @Command(
            name = "uninstall",
            description = "Takes the scripts of a system away; what is not ours stays.",
            footer = {"", STATUS})
    int uninstall(
            @Mixin CommonOptions options,
            @Mixin DoorOptions where,
            @Option(names = "--dry-run", description = "Says what would be deleted, and deletes nothing.")
                    boolean rehearsal)
            throws IOException {
        return told(() -> new Installation(where.door(), where.root, rehearsal).uninstall());
    }

    @Command(
            name = "check",
            description = {
                "Looks for every way in which a system's hook would let pass what it should not: not there, not executable,"
                        + " not known to the daemon, edited, open to others, an agent that does not answer, a setting that"
                        + " allows."
            },
            footer = {"", STATUS})
    int check(@Mixin CommonOptions options, @Mixin DoorOptions where) throws IOException {
        List<String> findings = new Inspection(where.door(), where.root, new LiveHost()).findings();
        print(findings.isEmpty() ? List.of("the hook of " + where.door().word() + " is in force") : findings);
        return ExitStatus.ofFindings(!findings.isEmpty());
    }

    /** What is done to a host, told in sentences. */
    private interface Deed {
        List<String> told();
    }

    private int told(Deed deed) throws IOException {
        try {
            print(deed.told());
            return ExitStatus.ofFindings(false);
        } catch (HookException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void print(List<String> sentences) throws IOException {
        for (String sentence : sentences) {
            console.out().write((Harmless.text(sentence) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        console.out().flush();
    }
}
