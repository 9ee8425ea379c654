package org.nestguard.evidence.collect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/** What the QEMU binaries that run guests say of their version. One that serves many guests is asked once. */
final class Emulators {
    private static final String OFF_THE_DISK = " (deleted)";

    private final HostView host;
    private final Map<String, Artefact> banners = new HashMap<>();

    Emulators(HostView host) {
        this.host = host;
    }

    /** What the binary of a process prints of itself, also where an upgrade has taken it off the disk. */
    Artefact banner(long pid) {
        Artefact link = host.file("/proc/" + pid + "/exe");
        if (!(link instanceof Artefact.Text text) || text.text().strip().endsWith(OFF_THE_DISK)) {
            return ask(pid); // of two that are off the disk under one name, each may be another
        }
        return banners.computeIfAbsent(text.text().strip(), binary -> ask(pid));
    }

    private Artefact ask(long pid) {
        return host.command(List.of("/proc/" + pid + "/exe", "--version"));
    }
}
