package org.nestguard.evidence.host;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nestguard.evidence.artefact.Lsmod;
import org.nestguard.evidence.artefact.OfferedExtension;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;

/**
 * The modules of KVM that a host has, and the one of them that decides about nesting.
 *
 * @param lsmod the loaded modules; empty where no list could be read
 * @param present modules of KVM that are there, loaded or built in
 * @param nesting the module whose parameter decides, loaded or not; empty where the host has none
 * @param presence whether that module is there
 */
public record KvmModules(Lsmod lsmod, List<String> present, Optional<NestingModule> nesting, Presence presence) {
    /** Whether a module is there. */
    public enum Presence {
        LOADED,
        /** It is part of the kernel: modprobe.d does not reach it, and it cannot be unloaded. */
        BUILT_IN,
        NOT_LOADED,
        UNKNOWN
    }

    /** Modules by which KVM runs guests without the CPU's help; they have no parameter nested. */
    private static final Set<String> STRANGE = Set.of("kvm_pvm", "kvm_pr");

    private static final Pattern RELEASE = Pattern.compile("[A-Za-z0-9_.+~-]{1,200}");

    /** Looks at the modules of a host of that platform. */
    public static KvmModules of(HostView view, Platform platform) {
        Artefact list = view.file("/proc/modules");
        if (list instanceof Artefact.Missing) {
            list = view.command(List.of("lsmod"));
        }
        Lsmod lsmod = Lsmod.read(list.content().orElse(""));
        List<String> present = view.list("/sys/module").stream()
                .filter(m -> m.equals("kvm") || m.startsWith("kvm_"))
                .toList();
        Optional<NestingModule> nesting = nesting(platform, present, lsmod);
        boolean listed = list instanceof Artefact.Text;
        return new KvmModules(
                lsmod,
                present,
                nesting,
                nesting.map(n -> presence(view, n, lsmod, listed, platform)).orElse(Presence.UNKNOWN));
    }

    /** The module of KVM that is there instead of one that can nest. */
    public Optional<String> strange() {
        return nesting.isPresent()
                ? Optional.empty()
                : present.stream().filter(STRANGE::contains).findFirst();
    }

    /** A module that is there decides; where none is, the one that the host would load. */
    private static Optional<NestingModule> nesting(Platform platform, List<String> present, Lsmod lsmod) {
        List<NestingModule> there = Stream.of(NestingModule.KVM_INTEL, NestingModule.KVM_AMD, NestingModule.KVM_HV)
                .filter(module -> present.contains(module.module())
                        || lsmod.module(module.module()).isPresent())
                .toList();
        if (there.size() == 1) {
            // one that is part of the kernel shows its parameter on the other vendor's CPU too, where it runs nothing
            boolean idle = lsmod.module(there.get(0).module()).isEmpty()
                    && onX86(platform).filter(own -> own != there.get(0)).isPresent();
            return idle ? Optional.empty() : Optional.of(there.get(0));
        }
        if (there.size() > 1) {
            // both are part of the kernel, and only one of them works: the CPU tells which
            return platform.cpu()
                    .vendor()
                    .value()
                    .flatMap(NestingModule::forX86)
                    .filter(there::contains);
        }
        if (present.stream().anyMatch(STRANGE::contains)) {
            return Optional.empty();
        }
        String machine = platform.machine().value().orElse("");
        if (machine.equals("s390x")) {
            return Optional.of(NestingModule.KVM_S390);
        }
        if (machine.startsWith("ppc64")) {
            return Optional.of(NestingModule.KVM_HV);
        }
        return machine.equals("x86_64") ? onX86(platform) : Optional.empty();
    }

    private static Optional<NestingModule> onX86(Platform platform) {
        OfferedExtension extension = platform.cpu().extension().value().orElse(OfferedExtension.NONE);
        if (extension == OfferedExtension.VMX) {
            return Optional.of(NestingModule.KVM_INTEL);
        }
        if (extension == OfferedExtension.SVM) {
            return Optional.of(NestingModule.KVM_AMD);
        }
        return platform.cpu().vendor().value().flatMap(NestingModule::forX86);
    }

    private static Presence presence(
            HostView view, NestingModule nesting, Lsmod lsmod, boolean listed, Platform platform) {
        if (lsmod.module(nesting.module()).isPresent()) {
            return Presence.LOADED;
        }
        List<String> inSys = view.list("/sys/module/" + nesting.module());
        // only a module that was loaded has a state and a use count
        if (inSys.contains("initstate") || inSys.contains("refcnt")) {
            return Presence.LOADED;
        }
        if (builtIn(view, nesting, platform) || (listed && !inSys.isEmpty())) {
            return Presence.BUILT_IN;
        }
        // where there is no list, a captured tree may merely lack the rest of the folder
        return listed && lsmod.complaints().isEmpty() ? Presence.NOT_LOADED : Presence.UNKNOWN;
    }

    private static boolean builtIn(HostView view, NestingModule nesting, Platform platform) {
        String file = "/" + nesting.module().replace('_', '-') + ".ko";
        return platform.kernel()
                .value()
                .filter(k -> RELEASE.matcher(k.text()).matches())
                .flatMap(k -> view.file("/lib/modules/" + k.text() + "/modules.builtin")
                        .content())
                .filter(t -> t.lines().anyMatch(l -> l.strip().endsWith(file)))
                .isPresent();
    }
}
