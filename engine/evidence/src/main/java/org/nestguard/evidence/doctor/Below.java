package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
 * @param signs what was read, a sentence each
 * @param evidence where
 */
record Below(Kind kind, String name, List<String> signs, List<Seen> evidence) {
    /** What can be below a host. */
    enum Kind {
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

    /** Whether the host is a guest, of whatever. */
    boolean guest() {
        return switch (kind) {
            case KVM, EMULATION, OTHER_HYPERVISOR, SOME_HYPERVISOR -> true;
            case NOTHING, CONTRADICTORY, UNKNOWN -> false;
        };
    }

    static Below of(HostView view, HostState state) {
        Collector collector = new Collector(view);
        if (state.machine().value().filter("s390x"::equals).isPresent()) {
            collector.sysinfo();
        } else {
            collector.detectVirt();
            collector.cpuinfo(state);
            collector.dmi();
        }
        collector.lscpu();
        return collector.below();
    }

    private static final class Collector {
        private final HostView view;
        private final Set<String> others = new TreeSet<>();
        private final List<String> signs = new ArrayList<>();
        private final List<Seen> evidence = new ArrayList<>();
        private boolean nothing;
        private boolean kvm;
        private boolean emulation;
        private boolean some;

        Collector(HostView view) {
            this.view = view;
        }

        void sysinfo() {
            HostState.text(view.file("/proc/sysinfo")).map(SysInfo::read).ifPresent(info -> {
                if (info.inGuest() instanceof Reading.Said<Boolean> said && !said.what()) {
                    nothing = true;
                    sign("/proc/sysinfo shows an LPAR and no level below it", "/proc/sysinfo", said.line());
                }
                info.levels().stream().findFirst().ifPresent(level -> {
                    String program = level.controlProgram().value().orElse("a hypervisor that is not named");
                    name(program.startsWith("KVM/Linux") ? "KVM" : program);
                    sign(
                            "/proc/sysinfo names " + program + " as the innermost of "
                                    + info.levels().size() + " hypervisors",
                            "/proc/sysinfo",
                            0);
                });
            });
        }

        void detectVirt() {
            Artefact artefact = view.command(List.of("systemd-detect-virt", "--vm"));
            if (artefact instanceof Artefact.Missing) {
                artefact = view.command(List.of("systemd-detect-virt"));
            }
            String from = artefact.from();
            String word = HostState.text(artefact).map(String::strip).orElse("");
            if (word.isEmpty() || CONTAINERS.contains(word) || word.length() > 32) {
                return;
            }
            sign("systemd-detect-virt says " + word, from, 1);
            switch (word) {
                case "none" -> nothing = true;
                case "kvm" -> kvm = true;
                case "qemu" -> emulation = true;
                default -> name(word);
            }
        }

        void cpuinfo(HostState state) {
            if (state.cpu().inGuest() instanceof Reading.Said<Boolean> said) {
                some |= said.what();
                nothing |= !said.what();
                sign(
                        said.what()
                                ? "/proc/cpuinfo shows that a hypervisor is below"
                                : "/proc/cpuinfo shows no hypervisor",
                        "/proc/cpuinfo",
                        said.line());
            }
        }

        void dmi() {
            DmiTable table = DmiTable.ofSysfs(
                    dmi("bios_vendor"), dmi("sys_vendor"), dmi("product_name"), dmi("product_version"));
            String from = "/sys/class/dmi/id";
            if (table.platform().value().isEmpty()) {
                Artefact printed = view.command(List.of("dmidecode"));
                table = HostState.text(printed).map(DmiTable::read).orElse(table);
                from = printed.from();
            }
            Optional<DmiPlatform> platform = table.platform().value();
            if (platform.isEmpty()) {
                return;
            }
            sign("the firmware's tables say: " + platform.get().says(), from, 0);
            switch (platform.get()) {
                case HARDWARE -> nothing = true;
                case KVM -> kvm = true;
                case QEMU -> some = true;
                case AMAZON -> {}
                case VMWARE -> name("vmware");
                case VIRTUALBOX -> name("oracle");
                case XEN -> name("xen");
                case HYPER_V -> name("microsoft");
                case PARALLELS -> name("parallels");
                case BHYVE -> name("bhyve");
                case BOCHS -> name("bochs");
            }
        }

        private Optional<String> dmi(String name) {
            return HostState.text(view.file("/sys/class/dmi/id/" + name));
        }

        void lscpu() {
            Artefact printed = view.command(List.of("lscpu"));
            Lscpu lscpu = Lscpu.read(HostState.text(printed).orElse(""));
            if (!(lscpu.inGuest() instanceof Reading.Said<Boolean> said)) {
                return;
            }
            if (!said.what()) {
                nothing = true;
                sign("lscpu shows no hypervisor", printed.from(), said.line());
                return;
            }
            String vendor = lscpu.hypervisorVendor().value().orElse("");
            sign("lscpu names the hypervisor's vendor: " + vendor, printed.from(), said.line());
            if (vendor.equals("IBM")) {
                some = true; // z/VM, which /proc/sysinfo names with its version
            } else {
                name(vendor);
            }
        }

        private void name(String hypervisor) {
            if (hypervisor.equalsIgnoreCase("KVM")) {
                kvm = true;
            } else {
                others.add(lower(hypervisor));
            }
        }

        /** systemd and lscpu write the same names in their own way. */
        private static String lower(String hypervisor) {
            return hypervisor.matches("[A-Za-z]{1,20}") ? hypervisor.toLowerCase(Locale.ROOT) : hypervisor;
        }

        private void sign(String sentence, String from, int line) {
            signs.add(sentence);
            evidence.add(new Seen(from, line));
        }

        Below below() {
            int named = (kvm ? 1 : 0) + (emulation ? 1 : 0) + others.size();
            Kind kind = named > 1
                    ? Kind.CONTRADICTORY
                    : kvm
                            ? Kind.KVM
                            : emulation
                                    ? Kind.EMULATION
                                    : named == 1
                                            ? Kind.OTHER_HYPERVISOR
                                            : some ? Kind.SOME_HYPERVISOR : nothing ? Kind.NOTHING : Kind.UNKNOWN;
            return new Below(kind, String.join(", ", others), List.copyOf(signs), List.copyOf(evidence));
        }
    }
}
