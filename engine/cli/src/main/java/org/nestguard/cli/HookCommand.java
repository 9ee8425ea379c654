package org.nestguard.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.cli.hook.HookException;
import org.nestguard.cli.hook.HookScript;
import org.nestguard.cli.hook.Inspection;
import org.nestguard.cli.hook.Installation;
import org.nestguard.cli.hook.KubeVirtInspection;
import org.nestguard.cli.hook.KubeVirtManifest;
import org.nestguard.engine.text.Harmless;
import org.nestguard.evidence.site.Door;
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
                    + " move a guest, and prints the webhook by which KubeVirt does.",
            "",
            "A script asks the agent of this host through its socket. It lets pass only what the agent answers with ALLOW: no"
                    + " agent, no answer in time, or half of one is a refusal.",
            "",
            "KubeVirt's webhook is an object of the cluster: kubectl lays it, and check looks at it through kubectl."
        },
        footer = {
            "",
            HookCommand.STATUS,
            "",
            "Examples:",
            "  nestguard hook install libvirt --dry-run",
            "  nestguard hook install libvirt && systemctl reload virtqemud",
            "  nestguard hook check libvirt",
            "  nestguard hook install kubevirt --url https://registry:7420 --ca ca.pem \\",
            "      | kubectl apply -f -"
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
        @Parameters(paramLabel = "SYSTEM", description = "libvirt, vdsm, proxmox, xapi, ganeti or kubevirt.")
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
                    .orElseThrow(() -> new UsageException("there are no hooks for " + system + "; there are for "
                            + String.join(", ", Door.words()) + ", " + KubeVirtManifest.WORD));
        }

        /** Whether it is a cluster's, which has no place in the files of a host. */
        boolean ofCluster() {
            if (!system.equals(KubeVirtManifest.WORD)) {
                return false;
            }
            if (!root.equals(Path.of("/"))) {
                throw new UsageException("--root is for the scripts of hosts; " + system + " has none");
            }
            return true;
        }
    }

    @Override
    public void run() {
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(), "what of the hooks? install, check or uninstall SYSTEM");
    }

    @Command(
            name = "install",
            description = "Lays the scripts of a system; for kubevirt it prints what kubectl is to lay.",
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
                    Duration bound,
            @Option(
                            names = "--url",
                            paramLabel = "URL",
                            description = "kubevirt: where the registry listens with TLS, as the cluster reaches it.")
                    @Nullable
                    String url,
            @Option(
                            names = "--ca",
                            paramLabel = "FILE",
                            description = "kubevirt: whose certificates the cluster believes of the registry, PEM.")
                    @Nullable
                    Path authorities)
            throws IOException {
        if (where.ofCluster()) {
            return manifest(url, authorities);
        }
        if (url != null || authorities != null) {
            throw new UsageException("--url and --ca are for kubevirt");
        }
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
            description =
                    "Takes the scripts of a system away; what is not ours stays. For kubevirt it says what to delete.",
            footer = {"", STATUS})
    int uninstall(
            @Mixin CommonOptions options,
            @Mixin DoorOptions where,
            @Option(names = "--dry-run", description = "Says what would be deleted, and deletes nothing.")
                    boolean rehearsal)
            throws IOException {
        if (where.ofCluster()) { // what a cluster has is the cluster's to delete
            print(List.of("delete it with: kubectl delete validatingwebhookconfiguration nestguard"));
            return ExitStatus.ofFindings(false);
        }
        return told(() -> new Installation(where.door(), where.root, rehearsal).uninstall());
    }

    private int manifest(@Nullable String url, @Nullable Path authorities) throws IOException {
        if (url == null || authorities == null) {
            throw new UsageException("for kubevirt say --url and --ca; what is printed is for: kubectl apply -f -");
        }
        try {
            String text = KubeVirtManifest.of(url, authorities).text();
            console.out().write(text.getBytes(StandardCharsets.UTF_8));
            console.out().flush();
            return ExitStatus.ofFindings(false);
        } catch (HookException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
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
        boolean ofCluster = where.ofCluster();
        List<String> findings = ofCluster
                ? new KubeVirtInspection(new LiveHost()).findings()
                : new Inspection(where.door(), where.root, new LiveHost()).findings();
        String fine = ofCluster
                ? "the webhook is in force, by what the cluster says of it; whether the API server reaches the registry only a"
                        + " migration shows, such as one of kubectl create --dry-run=server"
                : "the hook of " + where.door().word() + " is in force";
        print(findings.isEmpty() ? List.of(fine) : findings);
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
