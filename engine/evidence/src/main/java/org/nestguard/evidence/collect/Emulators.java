package org.nestguard.evidence.collect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * What the QEMU binaries that run guests say of their version. A binary is run to be asked, so only one that the host's own
 * packages can have put there is: what a process runs is of its user's choice, or its container's. One that serves many
 * guests is asked once.
 */
final class Emulators {
    private static final Pattern OF_THE_HOST = Pattern.compile(
            "/usr/(?:bin|sbin|libexec|lib/[A-Za-z0-9_./-]{1,100})/[A-Za-z0-9_.-]{0,60}(?:qemu|kvm)[A-Za-z0-9_.-]{0,60}");

    private final HostView host;
    private final Artefact namespace;
    private final Map<String, Artefact> banners = new HashMap<>();

    Emulators(HostView host) {
        this.host = host;
        namespace = host.file("/proc/self/ns/mnt");
    }

    /** What the binary of a process prints of itself. */
    Artefact banner(long pid) {
        String from = "/proc/" + pid + "/exe";
        Artefact link = host.file(from);
        if (!(link instanceof Artefact.Text text)) {
            return link;
        }
        String binary = text.text().strip();
        if (!OF_THE_HOST.matcher(binary).matches() || binary.contains("/../")) {
            return new Artefact.Missing(
                    from, "it is no binary of the host's packages, or an upgrade took it off the disk; it is not run");
        }
        if (!here(host.file("/proc/" + pid + "/ns/mnt"))) {
            return new Artefact.Missing(from, "whether it sees the host's files, not a container's, is not known");
        }
        return banners.computeIfAbsent(binary, b -> host.command(List.of(b, "--version")));
    }

    private boolean here(Artefact of) {
        return namespace.content().isPresent() && namespace.content().equals(of.content());
    }
}
