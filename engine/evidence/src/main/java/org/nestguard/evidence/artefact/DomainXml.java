package org.nestguard.evidence.artefact;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Accelerator;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Worded;

/**
 * A guest as libvirt describes it: {@code virsh dumpxml}, a hook's standard input, {@code /etc/libvirt/qemu/NAME.xml}, and
 * the description inside {@code <domstatus>} ({@code /run/libvirt/qemu/NAME.xml}) or {@code <domainsnapshot>}. That of a
 * running guest says what came of it, that of another one what is meant. Metadata, NestGuard's own too, is not read.
 */
public final class DomainXml {
    private static final Set<String> ACCELERATING =
            Set.of("-machine", "-M", "-accel", "-enable-kvm", "-no-kvm", "-set", "-readconfig");
    private static final Set<String> OVERRIDING =
            Set.of("-cpu", "-machine", "-M", "-accel", "-enable-kvm", "-no-kvm", "-global", "-set", "-readconfig");

    /** The taint by which libvirt marks a guest to whose QEMU others gave commands. */
    static final String COMMANDED = "custom-monitor";

    private final XmlReading outermost;
    private final XmlReading domain;

    private DomainXml(XmlReading outermost, XmlReading domain) {
        this.outermost = outermost;
        this.domain = domain;
    }

    /** Reads one; a text that is none gives a description that says nothing, with the reason. */
    public static DomainXml read(String text) {
        XmlReading outermost = new XmlReading(XmlTree.read(text));
        return new DomainXml(outermost, outermost.rooted(List.of("domstatus", "domainsnapshot"), "domain"));
    }

    /** The guest's name. */
    public Reading<String> name() {
        return domain.at("name").text();
    }

    /** The guest's UUID. */
    public Reading<String> uuid() {
        return domain.at("uuid").tree().flatMap(element -> UuidText.canonical(element.text(), element.line()));
    }

    /** What libvirt calls the type: {@code kvm}, {@code qemu} (emulation), {@code hvf} or another hypervisor. */
    public Reading<String> type() {
        return domain.attribute("type");
    }

    /** What runs the CPU; unsaid where it is neither KVM nor QEMU's emulation. */
    public Reading<Accelerator> accelerator() {
        Optional<String> handed = handedToQemu().filter(ACCELERATING::contains).findFirst();
        if (handed.isPresent()) {
            return Reading.unsaid("<qemu:commandline> hands " + handed.get() + " to QEMU past libvirt");
        }
        return type().flatMap(word -> switch (word) {
            case "kvm" -> type().map(w -> Accelerator.KVM);
            case "qemu" -> type().map(w -> Accelerator.TCG);
            default -> Reading.unsaid("the domain's type is neither kvm nor qemu");
        });
    }

    /** The guest's architecture, in libvirt's spelling. */
    public Reading<String> arch() {
        return domain.at("os/type").attribute("arch");
    }

    /** Where the description leaves the architecture to libvirt, the machine type or the emulator can still give it away. */
    private Reading<String> emulated() {
        if (arch().value().isPresent()) {
            return arch();
        }
        Reading<String> byEmulator =
                emulator().flatMap(path -> QemuCommandLine.of(List.of(path)).arch());
        return machine()
                .value()
                .flatMap(MachineType::arch)
                .map(arch -> Reading.said(arch, 0))
                .orElse(byEmulator.value().isPresent() ? byEmulator : arch());
    }

    /** The machine type; in the description of a guest that does not run it may be an alias such as {@code pc}. */
    public Reading<MachineType> machine() {
        return domain.at("os/type")
                .tree()
                .flatMap(type -> type.attribute("machine").flatMap(machine -> MachineType.read(machine, type.line())));
    }

    /** How much memory it may take now, with what was added while it runs, in whole MiB, rounded up. */
    public Reading<Long> memory() {
        XmlReading memory = domain.at("memory");
        return memory.text()
                .flatMap(text ->
                        Mebibytes.ofLibvirt(text, memory.attribute("unit").value()));
    }

    /** The path of the emulator. */
    public Reading<String> emulator() {
        return domain.at("devices/emulator").text();
    }

    /**
     * The CPU's mode in libvirt's words, {@code maximum} included; a model without a mode is {@code custom}. Unsaid where
     * there is no CPU, or one that has a topology only.
     */
    public Reading<String> cpuModeWord() {
        XmlReading cpu = domain.at("cpu");
        if (cpu.attribute("mode") instanceof Reading.Said<String> mode) {
            return mode;
        }
        return cpu.has("model")
                ? cpu.tree().map(element -> "custom")
                : Reading.unsaid(
                        cpu.tree() instanceof Reading.Unsaid<XmlTree> none
                                ? none.why()
                                : "<cpu> has neither a mode nor a model");
    }

    /** How the CPU was chosen; {@code maximum} is as the host under KVM. */
    public Reading<CpuMode> cpuMode() {
        return cpuModeWord().flatMap(word -> switch (word) {
            case "host-passthrough", "maximum" -> cpuModeWord().map(w -> CpuMode.HOST_PASSTHROUGH);
            case "host-model" -> cpuModeWord().map(w -> CpuMode.HOST_MODEL);
            case "custom" -> cpuModeWord().map(w -> CpuMode.CUSTOM);
            default -> Reading.unsaid("the CPU's mode is none of libvirt's");
        });
    }

    /** The CPU's model. */
    public Reading<String> cpuModel() {
        return domain.at("cpu/model").text();
    }

    /** What is said of vmx, svm and sief2 by name, in its order. */
    public List<FeaturePolicy> extensions() {
        return FeaturePolicy.ofExtensions(features());
    }

    private List<FeaturePolicy> features() {
        return domain.at("cpu").all("feature").stream().map(FeaturePolicy::of).toList();
    }

    /** Whether a passed-through CPU is held to what can be migrated; unsaid where the description does not say. */
    public Reading<Boolean> migratable() {
        return domain.at("cpu").flag("migratable");
    }

    /** Whether its memory is to lie in huge pages. */
    public Reading<Boolean> hugePages() {
        return domain.whole(domain.has("memoryBacking/hugepages"));
    }

    /** What is to keep the guest's memory from the host. */
    public Reading<Confidential> confidential() {
        XmlReading security = domain.at("launchSecurity");
        if (!domain.has("launchSecurity")) {
            return domain.whole(Confidential.NONE);
        }
        return security.attribute("type")
                .value()
                .flatMap(type -> Worded.read(Confidential.class, type))
                .map(kind -> Reading.said(kind, 0))
                .orElseGet(() -> Reading.unsaid("<launchSecurity> is of a type that is not known here"));
    }

    /** System management mode; unsaid where the description leaves it to the machine. */
    public Reading<Boolean> smm() {
        XmlReading smm = domain.at("features/smm");
        return smm.tree() instanceof Reading.Said<XmlTree> said
                        && !said.what().attributes().containsKey("state")
                ? Reading.said(true, said.line())
                : smm.flag("state");
    }

    /** Whether the guest is offered Hyper-V's enlightened VMCS; it is not where nobody asks. */
    public Reading<Boolean> evmcs() {
        XmlReading hyperv = domain.at("features/hyperv");
        if (hyperv.has("evmcs")) {
            return hyperv.at("evmcs").flag("state");
        }
        if (hyperv.attribute("mode")
                .value()
                .filter(mode -> !mode.equals("custom"))
                .isPresent()) {
            return Reading.unsaid("<hyperv> follows the host, whose KVM may have evmcs");
        }
        return domain.whole(false);
    }

    /** What of nesting the guest is given, on a host of any vendor: both vmx and svm are thought of. */
    public Reading<NestingAsk> nesting() {
        return nestingOn(null);
    }

    /** What of nesting the guest is given on x86 of that vendor, where only its own extension can come. */
    public Reading<NestingAsk> nesting(Vendor vendor) {
        return nestingOn(vendor);
    }

    private Reading<NestingAsk> nestingOn(@Nullable Vendor vendor) {
        // under libvirt's emulation too: an option may have made it KVM
        return type().flatMap(type -> type.equals("kvm") || handedToQemu().anyMatch(ACCELERATING::contains)
                ? AskedCpu.archUnderKvm(emulated(), vendor).flatMap(arch -> underKvm(arch, vendor))
                : type().map(t -> NestingAsk.NO));
    }

    private Reading<NestingAsk> underKvm(String arch, @Nullable Vendor vendor) {
        return handedToQemu()
                .filter(OVERRIDING::contains)
                .findFirst()
                .<Reading<NestingAsk>>map(option -> Reading.unsaid("<qemu:commandline> hands " + option
                        + " to QEMU past libvirt; the process's command line tells what came of it"))
                .orElseGet(() -> asked().underKvm(
                                arch,
                                machine().value().orElse(null),
                                domain.at("features/nested-hv").flag("state").value(),
                                vendor));
    }

    private Stream<String> handedToQemu() {
        return domain.tree().value().map(XmlTree::children).orElse(List.of()).stream()
                .filter(element -> named(element, "commandline"))
                .flatMap(element -> element.children().stream())
                .filter(element -> named(element, "arg"))
                .map(argument -> argument.attributes().getOrDefault("value", ""))
                .map(word -> word.startsWith("--") ? word.substring(1) : word);
    }

    /** The prefix is the writer's choice. */
    private static boolean named(XmlTree element, String name) {
        return element.name().equals(name) || element.name().endsWith(":" + name);
    }

    private AskedCpu asked() {
        boolean atLeast = domain.at("cpu").attribute("match").value().equals(Optional.of("minimum"));
        AskedCpu.Origin origin = cpuModeWord()
                .value()
                .map(mode -> mode.equals("custom") && !atLeast ? AskedCpu.Origin.NAMED : AskedCpu.Origin.HOST)
                .orElse(AskedCpu.Origin.DEFAULT);
        return new AskedCpu(origin, cpuModel().value(), FeaturePolicy.asks(features()));
    }

    /** The state that {@code <domstatus>} gives: {@code running}, {@code paused}, …. */
    public Reading<String> state() {
        return status().attribute("state");
    }

    /** Why it is in that state, by {@code <domstatus>}: {@code booted}, {@code migrated}, {@code restored}, …. */
    public Reading<String> stateReason() {
        return status().attribute("reason");
    }

    /**
     * Whether QEMU was given commands past libvirt since it was started, which may have loaded a snapshot. libvirt writes that
     * into {@code <domstatus>} at once, and keeps it until the guest's QEMU ends (src/conf/domain_conf.c of libvirt).
     */
    public Reading<Boolean> commanded() {
        return status().tree()
                .map(status -> status.all("taint").stream()
                        .anyMatch(taint -> taint.attribute("flag")
                                .value()
                                .filter(COMMANDED::equals)
                                .isPresent()));
    }

    /** The process that {@code <domstatus>} names. */
    public Reading<Long> pid() {
        return status().attribute("pid") instanceof Reading.Said<String> said
                        && said.what().matches("[1-9]\\d{0,9}")
                ? Reading.said(Long.valueOf(said.what()), said.line())
                : Reading.unsaid("the description names no process");
    }

    private XmlReading status() {
        return outermost.named("domstatus");
    }
}
