package org.nestguard.evidence.host;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nestguard.evidence.artefact.CpuInfo;
import org.nestguard.evidence.artefact.DmiPlatform;
import org.nestguard.evidence.artefact.DmiTable;
import org.nestguard.evidence.artefact.Lscpu;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.SysInfo;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * What a host runs on. A sign of a hypervisor beats the absence of one: flags, tables and counters can be hidden from a
 * guest, but nobody makes up a hypervisor.
 *
 * @param kind what sort of thing it is
 * @param name the hypervisor's name where the kind does not say it; else empty
 * @param signs what was read
 * @param silent what was looked at and tells nothing, a sentence each
 */
public record Below(Kind kind, String name, List<Sign> signs, List<String> silent) {
    /** What can be below a host. */
    public enum Kind {
        /** The bare metal, or an LPAR. */
        NOTHING,
        KVM,
        /** QEMU without KVM. */
        EMULATION,
        OTHER_HYPERVISOR,
        /** A hypervisor that did not say which. */
        SOME_HYPERVISOR,
        /** Signs that cannot all be true. */
        CONTRADICTORY,
        UNKNOWN
    }

    /**
     * One thing that was read.
     *
     * @param of what it is a sign of; {@link Kind#UNKNOWN} for one that proves nothing by itself
     * @param name the hypervisor's name for {@link Kind#OTHER_HYPERVISOR}; else empty
     * @param says it, a sentence without its full stop
     * @param from the file or command where it was read
     * @param line from 1; 0 where the whole of it says so
     * @param at when it was read
     */
    public record Sign(Kind of, String name, String says, String from, int line, Instant at) {}

    // systemd-detect-virt names the innermost layer; a container says nothing of what is below the kernel
    private static final Set<String> CONTAINERS = Set.of(
            "lxc",
            "lxc-libvirt",
            "docker",
            "podman",
            "rkt",
            "wsl",
            "proot",
            "pouch",
            "openvz",
            "systemd-nspawn",
            "container-other");

    /** Copies the lists. */
    public Below {
        signs = List.copyOf(signs);
        silent = List.copyOf(silent);
    }

    /** Whether the host is a guest, of whatever; empty where the signs do not tell, or contradict each other. */
    public Optional<Boolean> guest() {
        return switch (kind) {
            case KVM, EMULATION, OTHER_HYPERVISOR, SOME_HYPERVISOR -> Optional.of(true);
            case NOTHING -> Optional.of(false);
            case CONTRADICTORY, UNKNOWN -> Optional.empty();
        };
    }

    /** The sign that decided; empty where none did. */
    public Optional<Sign> deciding() {
        return signs.stream().filter(s -> s.of() == kind).findFirst();
    }

    /** Looks for signs on a host of that platform. */
    public static Below of(HostView view, Platform platform) {
        Search search = new Search(view);
        if (platform.s390x()) {
            search.sysinfo();
        } else {
            search.detectVirt();
        }
        search.cpuinfo(platform);
        if (!platform.s390x()) {
            search.dmi();
        }
        search.lscpu();
        return search.below();
    }

    private static final class Search {
        private final HostView view;
        private final List<Sign> signs = new ArrayList<>();
        private final List<String> silent = new ArrayList<>();

        Search(HostView view) {
            this.view = view;
        }

        void sysinfo() {
            Artefact artefact = view.file("/proc/sysinfo");
            if (artefact instanceof Artefact.Missing missing) {
                silent(missing.from(), missing.why());
                return;
            }
            Artefact.Text text = (Artefact.Text) artefact;
            SysInfo info = SysInfo.read(text.text());
            if (!info.levels().isEmpty()) {
                String program = info.levels().get(0).controlProgram().value().orElse("a hypervisor that is not named");
                String says = text.from() + " names " + program + " as the innermost of "
                        + info.levels().size() + " hypervisors";
                named(program.startsWith("KVM/Linux") ? "KVM" : program, says, text, 0);
            } else if (info.inGuest() instanceof Reading.Said<Boolean> said) {
                sign(Kind.NOTHING, text.from() + " shows an LPAR and no level below it", text, said.line());
            } else {
                silent(text.from(), ((Reading.Unsaid<Boolean>) info.inGuest()).why());
            }
        }

        void detectVirt() {
            Artefact artefact = view.command(List.of("systemd-detect-virt", "--vm"));
            if (artefact instanceof Artefact.Missing) {
                artefact = view.command(List.of("systemd-detect-virt"));
            }
            if (artefact instanceof Artefact.Missing missing) {
                silent(missing.from(), missing.why());
                return;
            }
            Artefact.Text text = (Artefact.Text) artefact;
            String word = text.text().strip();
            if (word.isEmpty() || CONTAINERS.contains(word) || word.length() > 32) {
                silent(text.from(), "it names no hypervisor, nor the absence of one");
                return;
            }
            String says = "systemd-detect-virt says " + word;
            switch (word) {
                case "none" -> sign(Kind.NOTHING, says, text, 1);
                case "qemu" -> sign(Kind.EMULATION, says, text, 1);
                // Google's cloud is KVM; Amazon's is too, but rents out whole machines under the same name
                case "google" -> sign(Kind.KVM, says, text, 1);
                case "amazon" -> sign(Kind.UNKNOWN, says, text, 1);
                default -> named(word, says, text, 1);
            }
        }

        void cpuinfo(Platform platform) {
            if (platform.cpuinfo() instanceof Artefact.Missing missing) {
                silent(missing.from(), missing.why());
                return;
            }
            Artefact.Text text = (Artefact.Text) platform.cpuinfo();
            CpuInfo cpu = platform.cpu();
            if (cpu.inGuest() instanceof Reading.Said<Boolean> said) {
                sign(
                        said.what() ? Kind.SOME_HYPERVISOR : Kind.NOTHING,
                        text.from() + (said.what() ? " shows that a hypervisor is below" : " shows no hypervisor"),
                        text,
                        said.line());
            } else {
                silent(text.from(), ((Reading.Unsaid<Boolean>) cpu.inGuest()).why());
            }
        }

        void dmi() {
            List<Artefact> files = new ArrayList<>();
            List.of("product_name", "sys_vendor", "bios_vendor", "product_version")
                    .forEach(name -> files.add(view.file("/sys/class/dmi/id/" + name)));
            DmiTable table = DmiTable.ofSysfs(
                    files.get(2).content(),
                    files.get(1).content(),
                    files.get(0).content(),
                    files.get(3).content());
            Optional<DmiPlatform> shown = table.platform().value();
            for (Artefact file : files) {
                if (shown.isPresent() && file instanceof Artefact.Text text) {
                    dmi(shown.get(), new Artefact.Text("/sys/class/dmi/id", text.at(), ""), 0);
                    return;
                }
            }
            Artefact printed = view.command(List.of("dmidecode"));
            if (printed instanceof Artefact.Missing missing) {
                silent(missing.from(), missing.why());
                return;
            }
            Artefact.Text text = (Artefact.Text) printed;
            if (DmiTable.read(text.text()).platform() instanceof Reading.Said<DmiPlatform> said) {
                dmi(said.what(), text, said.line());
            } else {
                silent(text.from(), "the firmware names neither maker nor product");
            }
        }

        private void dmi(DmiPlatform platform, Artefact.Text text, int line) {
            String says = "the firmware's tables say: " + platform.says();
            switch (platform) {
                // firmware that names no hypervisor proves nothing: an operator may have written it
                case HARDWARE, AMAZON -> sign(Kind.UNKNOWN, says, text, line);
                case KVM -> sign(Kind.KVM, says, text, line);
                case QEMU -> sign(Kind.SOME_HYPERVISOR, says, text, line);
                case VMWARE -> named("vmware", says, text, line);
                case VIRTUALBOX -> named("oracle", says, text, line);
                case XEN -> named("xen", says, text, line);
                case HYPER_V -> named("microsoft", says, text, line);
                case PARALLELS -> named("parallels", says, text, line);
                case BHYVE -> named("bhyve", says, text, line);
                case BOCHS -> named("bochs", says, text, line);
            }
        }

        void lscpu() {
            Artefact printed = view.command(List.of("lscpu"));
            if (printed instanceof Artefact.Missing missing) {
                silent(missing.from(), missing.why());
                return;
            }
            Artefact.Text text = (Artefact.Text) printed;
            Lscpu lscpu = Lscpu.read(text.text());
            if (lscpu.inGuest() instanceof Reading.Unsaid<Boolean> unsaid) {
                silent(text.from(), unsaid.why());
                return;
            }
            Reading.Said<Boolean> said = (Reading.Said<Boolean>) lscpu.inGuest();
            if (!said.what()) {
                sign(Kind.NOTHING, "lscpu shows no hypervisor", text, said.line());
                return;
            }
            String vendor = lscpu.hypervisorVendor().value().orElse("");
            String says = "lscpu names the hypervisor's vendor: " + vendor;
            boolean virtualBox = signs.stream().anyMatch(s -> s.name().equals("oracle"));
            if (vendor.equals("IBM")) {
                sign(Kind.SOME_HYPERVISOR, says, text, said.line()); // z/VM, which /proc/sysinfo names with its version
            } else if (vendor.equals("KVM") && virtualBox) {
                // to a guest with Linux VirtualBox shows KVM's signature, for the sake of its clock
                sign(Kind.SOME_HYPERVISOR, says, text, said.line());
            } else {
                named(vendor, says, text, said.line());
            }
        }

        private void named(String hypervisor, String says, Artefact.Text text, int line) {
            if (hypervisor.equalsIgnoreCase("KVM")) {
                sign(Kind.KVM, says, text, line);
            } else {
                signs.add(new Sign(Kind.OTHER_HYPERVISOR, lower(hypervisor), says, text.from(), line, text.at()));
            }
        }

        /** systemd and lscpu write the same names in their own way. */
        private static String lower(String hypervisor) {
            return hypervisor.matches("[A-Za-z]{1,20}") ? hypervisor.toLowerCase(Locale.ROOT) : hypervisor;
        }

        private void sign(Kind of, String says, Artefact.Text text, int line) {
            signs.add(new Sign(of, "", says, text.from(), line, text.at()));
        }

        private void silent(String from, String why) {
            silent.add(from + ": " + why);
        }

        Below below() {
            Set<String> others = new TreeSet<>();
            signs.stream().filter(s -> s.of() == Kind.OTHER_HYPERVISOR).forEach(s -> others.add(s.name()));
            int named = (saw(Kind.KVM) ? 1 : 0) + (saw(Kind.EMULATION) ? 1 : 0) + others.size();
            if (named > 1) {
                return found(Kind.CONTRADICTORY, "");
            }
            for (Kind kind :
                    List.of(Kind.KVM, Kind.EMULATION, Kind.OTHER_HYPERVISOR, Kind.SOME_HYPERVISOR, Kind.NOTHING)) {
                if (saw(kind)) {
                    return found(kind, String.join("", others));
                }
            }
            return found(Kind.UNKNOWN, "");
        }

        private boolean saw(Kind kind) {
            return signs.stream().anyMatch(s -> s.of() == kind);
        }

        private Below found(Kind kind, String name) {
            return new Below(kind, name, signs, silent);
        }
    }
}
