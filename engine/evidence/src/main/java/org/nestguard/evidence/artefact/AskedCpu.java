package org.nestguard.evidence.artefact;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Vendor;

/**
 * The virtual CPU that a configuration asks for, as far as nesting goes.
 *
 * @param origin where the CPU's features come from
 * @param model its name; empty where the machine's own default counts
 * @param asks what is said of each extension by name; those not spoken of are absent
 */
record AskedCpu(Origin origin, Optional<String> model, Map<CpuExtension, Ask> asks) {
    private static final Set<String> WITH_SVM =
            Set.of("qemu64", "phenom", "Opteron_G2", "Opteron_G3", "Opteron_G4", "Opteron_G5", "Dhyana");
    private static final Set<String> WITH_VMX = Set.of("coreduo", "core2duo");

    enum Origin {
        /** All that the host can give: {@code -cpu host}, host-model, match="minimum". */
        HOST,
        /** A model that has a name. */
        NAMED,
        /** Nobody said: the machine's default. */
        DEFAULT
    }

    enum Ask {
        ON,
        OFF,
        /** On where it can be. */
        IF_POSSIBLE
    }

    /** The architecture of a guest under KVM: as it is said, else the only one that the host's vendor makes. */
    static Reading<String> archUnderKvm(Reading<String> said, @Nullable Vendor vendor) {
        if (vendor == null || said.value().isPresent()) {
            return said;
        }
        List<Arch> made = Arrays.stream(Arch.values()).filter(vendor::makes).toList();
        return made.size() == 1 ? Reading.said(made.get(0).word(), 0) : said;
    }

    /**
     * What of nesting such a CPU has under KVM.
     *
     * @param arch of the emulator, in libvirt's spelling
     * @param machine null where it is not known
     * @param machineFlag what the machine says of nesting (ppc64 {@code cap-nested-hv}, arm64 {@code virtualization})
     * @param vendor of the host; null where it is not known, and then both vmx and svm are thought of
     */
    Reading<NestingAsk> underKvm(
            String arch, @Nullable MachineType machine, Optional<Boolean> machineFlag, @Nullable Vendor vendor) {
        return switch (arch) {
            case "x86_64", "i686" -> onX86(arch, machine, vendor);
            case "s390x" -> Reading.said(one(CpuExtension.SIEF2, origin != Origin.NAMED), 0);
            case "ppc64", "ppc64le", "aarch64" ->
                Reading.said(machineFlag.orElse(false) ? NestingAsk.YES : NestingAsk.NO, 0);
            case "armv7l" -> Reading.said(NestingAsk.NO, 0);
            default -> Reading.unsaid("how a guest is given nesting on " + arch + " is not known");
        };
    }

    private Reading<NestingAsk> onX86(String arch, @Nullable MachineType machine, @Nullable Vendor vendor) {
        Reading<NestingAsk> all = Reading.said(NestingAsk.NO, 0);
        for (CpuExtension extension : CpuExtension.onX86(vendor)) {
            // Red Hat's default model is another than upstream's
            if (origin == Origin.NAMED
                    && machine != null
                    && machine.mayKeepListedExtensions()
                    && asks.get(extension) == null
                    && listed(extension, arch)) {
                all = Reading.unsaid(
                        "the model lists " + extension.word() + ", and whether QEMU keeps it on machine type "
                                + machine.text() + " hangs on its version; qom-get tells what came of it");
                continue;
            }
            boolean kept = machine != null && machine.keepsListedExtensions() && listed(extension, arch);
            NestingAsk one = one(extension, origin == Origin.HOST || kept);
            if (one == NestingAsk.YES) {
                return Reading.said(one, 0);
            }
            if (one == NestingAsk.DEPENDS && all.value().isPresent()) {
                all = Reading.said(one, 0);
            }
        }
        return all;
    }

    private NestingAsk one(CpuExtension extension, boolean followsHost) {
        Ask ask = asks.get(extension);
        if (ask == null) {
            return followsHost ? NestingAsk.DEPENDS : NestingAsk.NO;
        }
        return switch (ask) {
            case ON -> NestingAsk.YES;
            case OFF -> NestingAsk.NO;
            case IF_POSSIBLE -> NestingAsk.DEPENDS;
        };
    }

    /** Whether QEMU's definition of the model has it; what KVM makes of that is the machine type's affair. */
    private boolean listed(CpuExtension extension, String arch) {
        String name = unversioned(model.orElse(arch.equals("x86_64") ? "qemu64" : "qemu32"));
        return extension == CpuExtension.SVM
                ? WITH_SVM.contains(name) || name.startsWith("EPYC")
                : WITH_VMX.contains(name);
    }

    /** {@code EPYC-v3} is a version of {@code EPYC}. */
    private static String unversioned(String name) {
        int dash = name.lastIndexOf("-v");
        boolean versioned = dash > 0
                && dash + 2 < name.length()
                && name.substring(dash + 2).chars().allMatch(c -> c >= '0' && c <= '9');
        return versioned ? name.substring(0, dash) : name;
    }
}
