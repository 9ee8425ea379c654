package org.nestguard.evidence.collect;

import java.util.List;
import java.util.regex.Pattern;
import org.nestguard.engine.known.Observation;
import org.nestguard.evidence.artefact.DomainNames;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * Whether a snapshot may have been loaded into a running guest: that leaves no trace on its command line, but the snapshot
 * itself. One that was deleted after it had been loaded is not seen.
 */
final class Snapshots {
    private static final String PARENT = "/var/lib/libvirt/qemu";
    private static final String FOLDER = PARENT + "/snapshot";

    private static final Pattern PLAIN = Pattern.compile("[ -~]+");

    private Snapshots() {}

    /** {@code true} where libvirt knows of no snapshot of that guest; else unknown, with the reason. */
    static Observation none(HostView host, DomainNames domain) {
        // in the C locale a folder with another name cannot be looked for, nor is it listed under its own
        if (PLAIN.matcher(domain.name()).matches()
                && root(host)
                && host.list(PARENT).contains("snapshot")) {
            // no call a guest: libvirt makes a guest's folder with its first snapshot
            String own = FOLDER + "/" + domain.name();
            if (host.entries(own) instanceof Reading.Said<List<String>> snapshots) {
                return snapshots.what().isEmpty() ? yes(FOLDER) : no(own);
            }
        }
        Artefact list = host.command(List.of("virsh", "-r", "snapshot-list", "--name", domain.uuid()));
        if (list instanceof Artefact.Text text) {
            return text.text().isBlank() ? yes(text.from()) : no(text.from());
        }
        return Observation.unknown(
                list.from(), "whether a snapshot was loaded into it is not known: " + ((Artefact.Missing) list).why());
    }

    /** An empty list says that nothing is there only to who may look everywhere, on the host itself. */
    private static boolean root(HostView host) {
        return host.file("/proc/self/status")
                .content()
                .filter(status -> status.contains("\nUid:\t0\t0\t"))
                .isPresent();
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
