package org.nestguard.evidence.collect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.evidence.artefact.MemInfo;
import org.nestguard.evidence.artefact.ModuleParameters;
import org.nestguard.evidence.artefact.ProcVersion;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.artefact.Uname;
import org.nestguard.evidence.artefact.VirshVersion;
import org.nestguard.evidence.host.Below;
import org.nestguard.evidence.host.Below.Sign;
import org.nestguard.evidence.host.KvmModules;
import org.nestguard.evidence.host.NestingModule;
import org.nestguard.evidence.host.Platform;
import org.nestguard.evidence.view.Artefact;
import org.nestguard.evidence.view.HostView;
import org.nestguard.evidence.view.NestedStateProbe;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Level;
import org.nestguard.facts.Worded;

/** The facts of one host. */
final class HostFacts {
    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");
    private static final String PROBE = "KVM_CHECK_EXTENSION(KVM_CAP_NESTED_STATE) on /dev/kvm";
    private static final List<String> VIRSH_VERSION = List.of("virsh", "-r", "version");

    private final HostView host;
    private final Artefact virshVersion;
    private final Map<String, Observation> facts = new LinkedHashMap<>();
    private final Platform platform;
    private final Artefact cpuinfo;
    private final Artefact uname;

    private HostFacts(HostView host) {
        this.host = host;
        virshVersion = host.command(VIRSH_VERSION);
        platform = Platform.of(host);
        cpuinfo = platform.cpuinfo();
        uname = platform.uname();
    }

    /**
     * What the host shows of itself.
     *
     * @param now the time for facts that carry none
     */
    static Known of(HostView host, Instant now) {
        return new HostFacts(host).read(now);
    }

    /** The keys of facts that can decide on a host of that architecture. */
    static Set<String> thatDecide(Known host) {
        Set<String> keys = new LinkedHashSet<>();
        for (FactName name : List.of(
                FactName.SOURCE_LEVEL,
                FactName.SOURCE_ARCH,
                FactName.SOURCE_VENDOR,
                FactName.SOURCE_KERNEL,
                FactName.SOURCE_QEMU)) {
            keys.add(name.key());
        }
        Optional<Arch> arch =
                Worded.read(Arch.class, host.get(FactName.SOURCE_ARCH.key()).text());
        if (arch.map(Arch::hasNestedParameter).orElse(true)) {
            keys.add(FactName.SOURCE_NESTED.key());
        }
        if (arch.filter(a -> a == Arch.S390X).isPresent()) {
            keys.add(FactName.SOURCE_HPAGE.key());
        }
        if (arch.filter(a -> a == Arch.X86_64).isPresent()) {
            keys.add(FactName.SOURCE_CAPABILITY.key());
        }
        return keys;
    }

    private Known read(Instant now) {
        Observation arch = witnesses()
                .hear(uname, text -> Uname.read(text).machine().flatMap(HostFacts::known))
                .hear(cpuinfo, text -> platform.cpu().arch().map(Worded::word))
                .verdict();
        Observation vendor = witnesses()
                .hear(cpuinfo, text -> platform.cpu().vendor().map(Worded::word))
                .verdict();
        put(FactName.SOURCE_NAME, name());
        put(FactName.SOURCE_ID, id());
        put(FactName.SOURCE_LEVEL, level());
        put(FactName.SOURCE_ARCH, arch);
        put(FactName.SOURCE_VENDOR, vendor);
        put(FactName.SOURCE_KERNEL, kernel());
        put(FactName.SOURCE_QEMU, qemu(arch));
        put(FactName.SOURCE_LIBVIRT, libvirt());
        put(FactName.SOURCE_NESTED, nested());
        put(FactName.SOURCE_HPAGE, hpage(arch));
        put(
                FactName.SOURCE_CPU_MODEL,
                witnesses().hear(cpuinfo, text -> platform.cpu().modelName()).verdict());
        put(
                FactName.SOURCE_CPU_ID,
                witnesses()
                        .hear(cpuinfo, text -> platform.cpu().cpuId().map(Object::toString))
                        .verdict());
        put(FactName.SOURCE_CAPABILITY, capability(arch));
        facts.put(Subject.HOOK, Hook.of(host, virshVersion));
        facts.put(
                Subject.MEMORY,
                witnesses()
                        .hear(
                                host.file("/proc/meminfo"),
                                text -> MemInfo.read(text).total().flatMap(HostFacts::memory))
                        .verdict());
        return new Known(Subject.HOST, Witnesses.latest(facts).orElse(now), facts);
    }

    private void put(FactName name, Observation observation) {
        facts.put(name.key(), observation);
    }

    private static Witnesses witnesses() {
        return new Witnesses();
    }

    private Observation name() {
        Witnesses kernel = witnesses().hear(platform.hostname(), Platform::hostName);
        return kernel.spoke()
                ? kernel.verdict()
                : witnesses().hear(uname, text -> Uname.read(text).node()).verdict();
    }

    private Observation id() {
        return witnesses()
                .hear(
                        host.file("/etc/machine-id"),
                        text -> MACHINE_ID.matcher(text.strip()).matches()
                                ? Reading.said(text.strip(), 1)
                                : Reading.unsaid("no machine id is in it"))
                .verdict();
    }

    /** On bare metal or on another hypervisor. An LPAR's own hypervisor does not count. */
    private Observation level() {
        Below below = Below.of(host, platform);
        if (below.guest().isPresent() && below.deciding().isPresent()) {
            Sign sign = below.deciding().get();
            String line = sign.line() > 0 ? ", line " + sign.line() : "";
            return new Observation(
                    (below.guest().get() ? Level.L1 : Level.L0).word(),
                    new Evidence(sign.from() + line, sign.at(), Evidence.Witness.HOST, sign.says()));
        }
        List<String> signs = below.signs().stream().map(Sign::says).toList();
        if (below.kind() == Below.Kind.CONTRADICTORY) {
            return Observation.unknown(below.signs().get(0).from(), "contradiction: " + String.join("; ", signs));
        }
        List<String> all = new ArrayList<>(signs);
        all.addAll(below.silent());
        return Observation.unknown("/proc/cpuinfo", String.join("; ", all));
    }

    private Observation kernel() {
        return witnesses()
                .hear(uname, text -> Uname.read(text).release().map(Object::toString))
                .hear(
                        platform.version(),
                        text -> ProcVersion.read(text).release().map(Object::toString))
                .verdict();
    }

    /** What a guest would be started with: libvirt says what it found, else the emulator itself. */
    private Observation qemu(Observation arch) {
        Witnesses libvirt = witnesses()
                .hear(virshVersion, text -> VirshVersion.read(text).qemu().map(Object::toString));
        if (libvirt.spoke()) {
            return libvirt.verdict();
        }
        Witnesses installed = witnesses();
        for (String emulator : List.of(
                "qemu-system-" + (arch.known() ? arch.text().replace("ppc64le", "ppc64") : "x86_64"),
                "/usr/libexec/qemu-kvm",
                "qemu-kvm",
                "kvm")) {
            installed.hear(host.command(List.of(emulator, "--version")), HostFacts::banner);
            if (installed.spoke()) {
                return installed.verdict();
            }
        }
        return Observation.unknown("virsh -r version", "neither libvirt nor an emulator in the usual places says so");
    }

    static Reading<String> banner(String text) {
        String line = text.lines().findFirst().orElse("").strip();
        return Kind.QEMU.read(line).isPresent() ? Reading.said(line, 1) : Reading.unsaid("no version of QEMU is in it");
    }

    private Observation libvirt() {
        return witnesses()
                .hear(virshVersion, text -> VirshVersion.read(text).libvirt().map(Object::toString))
                .verdict();
    }

    private Observation nested() {
        KvmModules kvm = KvmModules.of(host, platform);
        return kvm.nesting()
                .map(module -> parameter(module, "nested"))
                .orElseGet(() -> kvm.strange()
                        .map(module -> Observation.unknown(
                                "/sys/module/" + module, "KVM runs by " + module + ", which has no such parameter"))
                        .orElseGet(() -> Observation.unknown(
                                "/sys/module",
                                "which module of KVM it would be a parameter of is not known for this platform")));
    }

    private Observation hpage(Observation arch) {
        return arch.text().equals(Arch.S390X.word())
                ? parameter(NestingModule.KVM_S390, "hpage")
                : Observation.unknown(NestingModule.KVM_S390.parameterFile("hpage"), "only s390x has it");
    }

    private Observation parameter(NestingModule module, String parameter) {
        String file = module.parameterFile(parameter);
        Artefact read = host.file(file);
        if (read instanceof Artefact.Missing missing
                && host.list("/sys/module/" + module.module()).isEmpty()) {
            // not loaded is not off: the next load decides
            return Observation.unknown(file, "module " + module.module() + " is not loaded here: " + missing.why());
        }
        return witnesses()
                .hear(read, text -> ModuleParameters.on(text).map(Object::toString))
                .verdict();
    }

    private Observation capability(Observation arch) {
        if (arch.known() && !arch.text().equals(Arch.X86_64.word())) {
            return Observation.unknown("/dev/kvm", "KVM is asked for it on x86 only");
        }
        Artefact answer = NestedStateProbe.artefact(host);
        Observation supported = witnesses()
                .hear(answer, text -> NestedStateProbe.read(answer).supported().map(Object::toString))
                .verdict();
        Evidence evidence = supported.evidence();
        return evidence == null
                ? supported
                : new Observation(supported.text(), new Evidence(PROBE, evidence.at(), evidence.by(), evidence.why()));
    }

    private static Reading<String> memory(long mebibytes) {
        String text = Long.toString(mebibytes);
        return Subject.HOST.takes(Subject.MEMORY, text)
                ? Reading.said(text, 1)
                : Reading.unsaid(text + " MiB are not what a host has");
    }

    private static Reading<String> known(String machine) {
        return Worded.read(Arch.class, machine).isPresent()
                ? Reading.said(machine, 1)
                : Reading.unsaid("NestGuard has no word for the architecture " + machine);
    }
}
