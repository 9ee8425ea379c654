package org.nestguard.evidence.artefact;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Version;

/**
 * What {@code virsh version} prints. "Using API: QEMU 10.0.0" is libvirt's version, not QEMU's.
 *
 * @param libvirt the library that virsh runs with
 * @param qemu the QEMU that libvirt would start now, which a running guest's may be older than
 * @param daemon the daemon's version; older virsh prints none unless asked ({@code --daemon})
 */
public record VirshVersion(Reading<Version> libvirt, Reading<QemuVersion> qemu, Reading<Version> daemon) {
    private static final Pattern LIBRARY = Pattern.compile("Using library: libvirt? (\\S{1,40})");
    private static final Pattern HYPERVISOR = Pattern.compile("Running hypervisor: (\\S{1,40}) (\\S{1,40})");
    private static final Pattern DAEMON = Pattern.compile("Running against daemon: (\\S{1,40})");

    /** Reads it. */
    public static VirshVersion read(String text) {
        return new VirshVersion(
                version(line(text, LIBRARY), "no line says which libvirt the library is"),
                qemu(line(text, HYPERVISOR)),
                version(line(text, DAEMON), "no line says which version the daemon has"));
    }

    private static Reading<Matcher> line(String text, Pattern pattern) {
        int number = 0;
        for (String line : (Iterable<String>) text.lines().limit(1_000)::iterator) {
            number++;
            Matcher m = pattern.matcher(line.length() > 200 ? "" : line.strip());
            if (m.matches()) {
                return Reading.said(m, number);
            }
        }
        return Reading.unsaid("no such line");
    }

    private static Reading<Version> version(Reading<Matcher> line, String unsaid) {
        Optional<Version> version = line.value().flatMap(m -> Version.read(m.group(1)));
        return version.isPresent() ? line.map(m -> version.get()) : Reading.unsaid(unsaid);
    }

    private static Reading<QemuVersion> qemu(Reading<Matcher> line) {
        if (!(line instanceof Reading.Said<Matcher> said)) {
            return Reading.unsaid("no line says which hypervisor runs");
        }
        if (!said.what().group(1).equals("QEMU")) {
            return Reading.unsaid("the hypervisor is " + said.what().group(1) + ", not QEMU");
        }
        return QemuVersion.read(said.what().group(2))
                .map(version -> Reading.said(version, said.line()))
                .orElseGet(() -> Reading.unsaid("the hypervisor's version is no version"));
    }
}
