package org.nestguard.evidence.collect;

import java.util.List;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * Whether a snapshot may have been loaded into a running guest: that leaves no trace on its command line, but the snapshot
 * itself. One that was deleted after it had been loaded is not seen.
 */
final class Snapshots {
    private static final String PARENT = "/var/lib/libvirt/qemu";
    private static final String FOLDER = PARENT + "/snapshot";

    private Snapshots() {}

    /** {@code true} where libvirt knows of no snapshot of that guest; else unknown, with the reason. */
    static Observation none(HostView host, String domain) {
        if (host.list(PARENT).contains("snapshot")) {
            // root alone can look there, and needs no call a guest; libvirt makes a guest's folder with its first
            // snapshot
            return host.list(FOLDER + "/" + domain).isEmpty() ? yes(FOLDER) : no(FOLDER + "/" + domain);
        }
        Artefact list = host.command(List.of("virsh", "-r", "snapshot-list", "--name", domain));
        if (list instanceof Artefact.Text text) {
            return text.text().isBlank() ? yes(text.from()) : no(text.from());
        }
        return Observation.unknown(
                list.from(), "whether a snapshot was loaded into it is not known: " + ((Artefact.Missing) list).why());
    }

    private static Observation yes(String from) {
        return new Observation(
                "true", Observation.unknown(from, "there is no snapshot of it").evidence());
    }

    private static Observation no(String from) {
        return Observation.unknown(
                from, "there are snapshots of it, and one may have been loaded into the running guest");
    }
}
