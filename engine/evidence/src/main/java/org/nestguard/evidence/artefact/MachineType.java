package org.nestguard.evidence.artefact;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.facts.Version;

/**
 * A machine type as QEMU is given it. Its version is no version of the binary: {@code pc-i440fx-4.2} runs on QEMU 9.
 *
 * @param text as it was given, {@code pc-q35-6.2+pve0}
 * @param name the name that QEMU itself would know, {@code pc-q35-6.2}
 * @param proxmoxRevision the number after {@code +pve}; empty where there is no such suffix
 */
public record MachineType(String text, String name, Optional<Integer> proxmoxRevision) {
    private static final int LONGEST = 128;
    private static final Pattern PROXMOX = Pattern.compile("(.+?)\\+pve(\\d{1,4})");
    private static final Pattern NUMBERED = Pattern.compile(".*?(?<![a-z\\d.])(\\d{1,3}\\.\\d{1,3})(?:\\.\\d{1,3})?");
    private static final Pattern RED_HATS_OLD = Pattern.compile("rhel6\\..*|pc-(?:i440fx|q35)-rhel7\\.[01]\\..*");
    private static final Version KEPT_UP_TO = new Version(2, 1, 0);
    // Ubuntu names its machine types by release; these were made of upstream's up to 2.1
    private static final Set<String> OLD_UBUNTU = Set.of("precise", "quantal", "raring", "saucy", "trusty", "utopic");

    /** Reads one; unsaid where the text is no name of that sort. */
    public static Reading<MachineType> read(String text) {
        return read(text, 0);
    }

    static Reading<MachineType> read(String text, int line) {
        if (text.isEmpty() || text.length() > LONGEST || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return Reading.unsaid("the machine type is no name");
        }
        Matcher m = PROXMOX.matcher(text);
        return Reading.said(
                m.matches()
                        ? new MachineType(text, m.group(1), Optional.of(Integer.parseInt(m.group(2))))
                        : new MachineType(text, text, Optional.empty()),
                line);
    }

    /** The architecture that alone has machines of this name, in libvirt's spelling; empty for {@code virt} and others. */
    public Optional<String> arch() {
        if (name.equals("pc")
                || name.equals("q35")
                || name.equals("isapc")
                || name.equals("microvm")
                || name.equals("ubuntu")
                || name.startsWith("pc-")
                || name.startsWith("rhel6")) {
            return Optional.of("x86_64");
        }
        if (name.startsWith("s390-ccw")) {
            return Optional.of("s390x");
        }
        if (name.startsWith("virt-rhel")) {
            return Optional.of("aarch64");
        }
        return name.startsWith("pseries") || name.startsWith("powernv") ? Optional.of("ppc64") : Optional.empty();
    }

    /** Upstream's version in it; empty for an alias and for a distributor's own numbering. */
    public Optional<Version> upstream() {
        if (name.contains("rhel")) {
            return Optional.empty();
        }
        Matcher m = NUMBERED.matcher(name);
        return m.matches() ? Version.read(m.group(1)) : Optional.empty();
    }

    /**
     * Whether it is a name that each binary resolves to the newest machine it knows: {@code pc}, {@code q35}, {@code virt}.
     * Between two binaries such a name says nothing.
     */
    public boolean alias() {
        return Set.of("pc", "q35", "ubuntu", "s390-ccw", "s390-ccw-virtio", "pseries", "virt")
                .contains(name);
    }

    /**
     * Whether it hangs on the binary if KVM leaves vmx and svm on where a CPU model's definition lists them: these of Red Hat's
     * run on its qemu-kvm 0.12 and 1.5.3, which do, and on its later ones too. From rhel7.2.0 (QEMU 2.3) on they do not.
     */
    boolean mayKeepListedExtensions() {
        return RED_HATS_OLD.matcher(name).matches();
    }

    /**
     * Whether KVM leaves vmx and svm on where a CPU model's definition lists them. Since machine types 2.2 it takes them
     * away unless they are asked for (QEMU's {@code pc_compat_2_1}).
     */
    boolean keepsListedExtensions() {
        return upstream().map(v -> !KEPT_UP_TO.before(v)).orElse(false)
                || name.startsWith("rhel6")
                || OLD_UBUNTU.stream().anyMatch(name::endsWith);
    }
}
