package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nestguard.evidence.artefact.CpuInfo;
import org.nestguard.evidence.artefact.Lsmod;
import org.nestguard.evidence.artefact.ModprobeConfiguration;
import org.nestguard.evidence.artefact.ModprobeConfiguration.ConfigurationFile;
import org.nestguard.evidence.artefact.ModuleParameters;
import org.nestguard.evidence.artefact.OfferedExtension;
import org.nestguard.evidence.artefact.OsRelease;
import org.nestguard.evidence.artefact.ProcVersion;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.Refcount;
import org.nestguard.evidence.artefact.Uname;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.facts.KernelRelease;

/**
 * What is read of a host once, for all questions.
 *
 * @param machine the architecture in the words of {@code uname -m}
 * @param kernelModules modules of KVM that are there, loaded or built in
 * @param nesting the module whose parameter decides; empty where the host has none
 * @param presence whether that module is there
 * @param nested its live parameter
 * @param nestedText the same as it is written
 * @param refcount how often it is in use
 * @param hpage the live parameter of kvm on s390x
 * @param configurationTrouble what of the configuration could not be read, a sentence each
 * @param devKvm whether there is {@code /dev/kvm}; unsaid where no folder /dev was to be seen
 */
record HostState(
        HostView view,
        CpuInfo cpu,
        Reading<String> machine,
        Reading<KernelRelease> kernel,
        OsRelease os,
        Lsmod lsmod,
        List<String> kernelModules,
        Optional<NestingModule> nesting,
        Presence presence,
        Reading<Boolean> nested,
        Optional<String> nestedText,
        Reading<Integer> refcount,
        Reading<Boolean> hpage,
        ModprobeConfiguration configuration,
        List<String> configurationTrouble,
        Reading<Boolean> devKvm) {

    /** Whether a module is there. */
    enum Presence {
        LOADED,
        /** It is part of the kernel: modprobe.d does not reach it, and it cannot be unloaded. */
        BUILT_IN,
        NOT_LOADED,
        UNKNOWN
    }

    /** Modules by which KVM runs guests without the CPU's help; they have no parameter nested. */
    private static final Set<String> STRANGE = Set.of("kvm_pvm", "kvm_pr");

    private static final int MOST_FILES = 1_000;

    static HostState of(HostView view) {
        CpuInfo cpu = CpuInfo.read(text(view.file("/proc/cpuinfo")).orElse(""));
        Uname uname = Uname.read(text(view.command(List.of("uname", "-a"))).orElse(""));
        Reading<String> machine = uname.machine().value().isPresent() ? uname.machine() : cpu.machine();
        Reading<KernelRelease> kernel = kernel(view, uname);
        Artefact modules = modules(view);
        Lsmod lsmod = Lsmod.read(text(modules).orElse(""));
        List<String> present = view.list("/sys/module").stream()
                .filter(m -> m.equals("kvm") || m.startsWith("kvm_"))
                .toList();
        Optional<NestingModule> nesting = nestingModule(cpu, machine, present, lsmod);
        Optional<Artefact> parameter = nesting.map(n -> view.file(n.parameterFile("nested")));
        List<String> trouble = new ArrayList<>();
        ModprobeConfiguration configuration = configuration(view, trouble);
        return new HostState(
                view,
                cpu,
                machine,
                kernel,
                osRelease(view),
                lsmod,
                present,
                nesting,
                nesting.map(n -> presence(view, n, lsmod, modules instanceof Artefact.Text, kernel))
                        .orElse(Presence.UNKNOWN),
                parameter.map(HostState::on).orElse(Reading.unsaid("this host has no parameter nested")),
                parameter.flatMap(HostState::text).map(String::strip),
                nesting.map(n -> uses(view.file("/sys/module/" + n.module() + "/refcnt")))
                        .orElse(Reading.unsaid("this host has no module to look at")),
                on(view.file(NestingModule.KVM_S390.parameterFile("hpage"))),
                configuration,
                List.copyOf(trouble),
                devKvm(view));
    }

    private static Artefact modules(HostView view) {
        Artefact file = view.file("/proc/modules");
        return file instanceof Artefact.Text ? file : view.command(List.of("lsmod"));
    }

    boolean s390x() {
        return nesting.filter(n -> n == NestingModule.KVM_S390).isPresent();
    }

    /** The module of KVM that is there instead of one that can nest. */
    Optional<String> strangeModule() {
        return nesting.isPresent()
                ? Optional.empty()
                : kernelModules.stream().filter(STRANGE::contains).findFirst();
    }

    private static Optional<NestingModule> nestingModule(
            CpuInfo cpu, Reading<String> machine, List<String> present, Lsmod lsmod) {
        for (NestingModule module : List.of(NestingModule.KVM_INTEL, NestingModule.KVM_AMD, NestingModule.KVM_HV)) {
            if (present.contains(module.module())
                    || lsmod.module(module.module()).isPresent()) {
                return Optional.of(module);
            }
        }
        if (present.stream().anyMatch(STRANGE::contains)) {
            return Optional.empty();
        }
        String arch = machine.value().orElse("");
        if (arch.equals("s390x")) {
            return Optional.of(NestingModule.KVM_S390);
        }
        if (arch.startsWith("ppc64")) {
            return Optional.of(NestingModule.KVM_HV);
        }
        if (!arch.equals("x86_64")) {
            return Optional.empty();
        }
        if (cpu.extension().value().filter(e -> e == OfferedExtension.VMX).isPresent()) {
            return Optional.of(NestingModule.KVM_INTEL);
        }
        if (cpu.extension().value().filter(e -> e == OfferedExtension.SVM).isPresent()) {
            return Optional.of(NestingModule.KVM_AMD);
        }
        return cpu.vendor().value().flatMap(v -> switch (v) {
            case INTEL, ZHAOXIN -> Optional.of(NestingModule.KVM_INTEL);
            case AMD, HYGON -> Optional.of(NestingModule.KVM_AMD);
            case IBM, ARM, OTHER -> Optional.<NestingModule>empty();
        });
    }

    private static Presence presence(
            HostView view, NestingModule nesting, Lsmod lsmod, boolean listed, Reading<KernelRelease> kernel) {
        if (lsmod.module(nesting.module()).isPresent()) {
            return Presence.LOADED;
        }
        List<String> inSys = view.list("/sys/module/" + nesting.module());
        // only a module that was loaded has a state and a use count
        if (inSys.contains("initstate") || inSys.contains("refcnt")) {
            return Presence.LOADED;
        }
        if (builtIn(view, nesting, kernel) || (listed && !inSys.isEmpty())) {
            return Presence.BUILT_IN;
        }
        // where there is no list, a captured tree may merely lack the rest of the folder
        return listed && lsmod.complaints().isEmpty() ? Presence.NOT_LOADED : Presence.UNKNOWN;
    }

    private static boolean builtIn(HostView view, NestingModule nesting, Reading<KernelRelease> kernel) {
        String file = "/" + nesting.module().replace('_', '-') + ".ko";
        return kernel.value()
                .filter(k -> ShellWord.plain(k.text()) && !k.text().contains("/"))
                .flatMap(k -> text(view.file("/lib/modules/" + k.text() + "/modules.builtin")))
                .filter(t -> t.lines().anyMatch(l -> l.strip().endsWith(file)))
                .isPresent();
    }

    private static Reading<KernelRelease> kernel(HostView view, Uname uname) {
        Reading<KernelRelease> release =
                ProcVersion.read(text(view.file("/proc/version")).orElse("")).release();
        return release.value().isPresent() ? release : uname.release();
    }

    private static OsRelease osRelease(HostView view) {
        return OsRelease.read(text(view.file("/etc/os-release"))
                .or(() -> text(view.file("/usr/lib/os-release")))
                .orElse(""));
    }

    private static ModprobeConfiguration configuration(HostView view, List<String> trouble) {
        List<ConfigurationFile> files = new ArrayList<>();
        for (String folder : ModprobeConfiguration.FOLDERS) {
            for (String name : view.list(folder)) {
                if (!name.endsWith(".conf")) {
                    continue;
                }
                if (files.size() == MOST_FILES) {
                    trouble.add("there are more than " + MOST_FILES + " files of modprobe.d");
                    break;
                }
                Artefact file = view.file(folder + "/" + name);
                if (file instanceof Artefact.Text read) {
                    files.add(new ConfigurationFile(folder, name, read.text()));
                } else if (file instanceof Artefact.Missing missing) {
                    trouble.add(missing.from() + ": " + missing.why());
                }
            }
        }
        if (files.isEmpty() && view.list("/etc").isEmpty()) {
            trouble.add("the folder /etc is not to be seen, so nothing is known of modprobe.d");
        }
        Artefact commandLine = view.file(ModprobeConfiguration.COMMAND_LINE);
        if (commandLine instanceof Artefact.Missing missing) {
            trouble.add(missing.from() + ": " + missing.why());
        }
        return ModprobeConfiguration.read(files, text(commandLine).orElse(""));
    }

    private static Reading<Boolean> devKvm(HostView view) {
        List<String> devices = view.list("/dev");
        return devices.isEmpty()
                ? Reading.unsaid("the folder /dev is not to be seen")
                : Reading.said(devices.contains("kvm"), 0);
    }

    private static Reading<Boolean> on(Artefact file) {
        return file instanceof Artefact.Text read
                ? ModuleParameters.on(read.text())
                : Reading.unsaid(((Artefact.Missing) file).why());
    }

    private static Reading<Integer> uses(Artefact file) {
        return file instanceof Artefact.Text read
                ? Refcount.read(read.text()).uses()
                : Reading.unsaid(((Artefact.Missing) file).why());
    }

    static Optional<String> text(Artefact artefact) {
        return artefact instanceof Artefact.Text read ? Optional.of(read.text()) : Optional.empty();
    }
}
