package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Vendor;

/**
 * The command line of one QEMU process: what its guest was asked to be. Whether the host could give it is told elsewhere.
 * Where QEMU takes the last of several options, so does this.
 */
public final class QemuCommandLine {
    private static final int MOST_CHARACTERS = 4 << 20;
    private static final String HUGE_PAGES_MOUNT = "huge";
    // QEMU_MONITOR's chardev of libvirt's src/qemu/qemu_command.c
    private static final String LIBVIRTS_MONITOR = "charmonitor";
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=[\\s\\S]*");
    private static final Pattern EMULATOR = Pattern.compile("\\.?qemu-system-([a-z0-9_]{1,20})(?:[-.].*)?");

    /** Options that no other program has together with its own names: a wrapper around QEMU is QEMU too. */
    private static final Set<String> TELLING = Set.of("machine", "M", "accel", "enable-kvm", "cpu");

    private static final Set<String> FIRMWARE = Set.of("bios", "blockdev", "drive");
    private static final Set<String> NAMES = Set.of("kvm", "kvm-spice", "qemu-kvm", "qemu");

    /** QEMU's options that stand alone; every other one takes the next word. */
    private static final Set<String> ALONE = Set.of(
            "S",
            "s",
            "h",
            "help",
            "version",
            "enable-kvm",
            "no-kvm",
            "snapshot",
            "nographic",
            "no-reboot",
            "no-shutdown",
            "no-acpi",
            "no-hpet",
            "nodefaults",
            "nodefconfig",
            "no-user-config",
            "daemonize",
            "usb",
            "singlestep",
            "full-screen",
            "alt-grab",
            "ctrl-grab",
            "no-quit",
            "no-frame",
            "portrait",
            "curses",
            "sdl",
            "no-fd-bootchk",
            "win2k-hack",
            "rtc-td-hack",
            "localtime",
            "old-param",
            "semihosting",
            "preconfig",
            "only-migratable",
            "mem-prealloc",
            "tdf",
            "no-kvm-irqchip",
            "no-kvm-pit",
            "no-kvm-pit-reinjection",
            "enable-fips",
            "enable-sync-profile",
            "xen-attach",
            "xen-create",
            "xen-domid-restrict",
            "perfmap",
            "jitdump");

    /** Options whose value may begin with a dash, or may be written by a tenant: always taken with their value. */
    private static final Set<String> WITH_VALUE = Set.of(
            "accel",
            "append",
            "bios",
            "blockdev",
            "boot",
            "cdrom",
            "chardev",
            "cpu",
            "device",
            "drive",
            "dtb",
            "fw_cfg",
            "global",
            "hda",
            "hdb",
            "hdc",
            "hdd",
            "id",
            "incoming",
            "initrd",
            "kernel",
            "loadstate",
            "loadvm",
            "m",
            "M",
            "machine",
            "mem-path",
            "mon",
            "monitor",
            "msg",
            "name",
            "netdev",
            "nic",
            "object",
            "pidfile",
            "qmp",
            "readconfig",
            "rtc",
            "sandbox",
            "serial",
            "set",
            "shim",
            "smbios",
            "smp",
            "spice",
            "uuid",
            "vga",
            "vnc");

    private record Option(String name, String value) {}

    private final Reading<List<String>> words;
    private final List<Option> options;

    private QemuCommandLine(Reading<List<String>> words) {
        this.words = words;
        this.options = words instanceof Reading.Said<List<String>> said ? options(said.what()) : List.of();
    }

    /**
     * Reads {@code /proc/PID/cmdline} (words that end in NUL), or a line as a shell takes it: with quotes, with backslashes
     * before the ends of lines, with assignments of environment variables in front (libvirt's log, Proxmox's
     * {@code qm showcmd --pretty}). A text that is neither gives a command line that says nothing, with the reason.
     */
    public static QemuCommandLine read(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return unsaid("the command line has more than " + MOST_CHARACTERS + " characters");
        }
        if (text.isBlank()) {
            return unsaid("the command line is empty, as that of a kernel thread or of a process that is ending");
        }
        if (text.indexOf('\0') < 0) {
            return ofWords(ShellWords.split(text));
        }
        String whole = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
        return of(List.of(whole.split("\0", -1)));
    }

    /** The command line of words that are split already, the binary first. */
    public static QemuCommandLine of(List<String> words) {
        return ofWords(
                words.size() > ShellWords.MOST
                        ? Reading.unsaid("the command line has more than " + ShellWords.MOST + " words")
                        : Reading.said(List.copyOf(words), 0));
    }

    static QemuCommandLine unsaid(String why) {
        return new QemuCommandLine(Reading.unsaid(why));
    }

    private static QemuCommandLine ofWords(Reading<List<String>> words) {
        if (!(words instanceof Reading.Said<List<String>> said)) {
            return new QemuCommandLine(words);
        }
        int binary = 0;
        while (binary < said.what().size()
                && ASSIGNMENT.matcher(said.what().get(binary)).matches()) {
            binary++;
        }
        if (binary == said.what().size() || said.what().get(binary).isEmpty()) {
            return unsaid("there is no command in it");
        }
        QemuCommandLine line = new QemuCommandLine(
                Reading.said(List.copyOf(said.what().subList(binary, said.what().size())), 0));
        return line.qemu() || line.options.stream().anyMatch(option -> TELLING.contains(option.name()))
                ? line
                : unsaid("it is no command line of QEMU");
    }

    private static List<Option> options(List<String> words) {
        List<Option> options = new ArrayList<>();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.length() < 2 || word.charAt(0) != '-') {
                continue; // the image of a disk
            }
            String name = word.substring(word.startsWith("--") ? 2 : 1);
            boolean alone = ALONE.contains(name)
                    || i + 1 == words.size()
                    || (!WITH_VALUE.contains(name) && looksLikeOption(words.get(i + 1)));
            options.add(new Option(name, alone ? "" : words.get(++i)));
        }
        return options;
    }

    private static boolean looksLikeOption(String word) {
        return word.length() > 1
                && word.charAt(0) == '-'
                && Character.isLetter(word.charAt(word.startsWith("--") && word.length() > 2 ? 2 : 1));
    }

    /** An answer from the options; the reason why there are none where the text could not be read. */
    private <T> Reading<T> whole(Function<List<String>, Reading<T>> answer) {
        return words.flatMap(answer);
    }

    private Optional<String> last(String... names) {
        Optional<String> last = Optional.empty();
        for (Option option : options) {
            if (List.of(names).contains(option.name())) {
                last = Optional.of(option.value());
            }
        }
        return last;
    }

    /** The program, as it was called. */
    public Reading<String> binary() {
        return words.map(w -> w.get(0));
    }

    /** Whether it is called as QEMU is: {@code qemu-system-…}, {@code qemu-kvm} or {@code kvm}. */
    public boolean qemu() {
        return binary().value()
                .map(QemuCommandLine::base)
                .map(name -> NAMES.contains(name) || EMULATOR.matcher(name).matches())
                .orElse(false);
    }

    private static String base(String binary) {
        String base = binary.substring(binary.lastIndexOf('/') + 1);
        // the kernel says so of a binary that was replaced while it ran
        return base.endsWith(" (deleted)") ? base.substring(0, base.length() - " (deleted)".length()) : base;
    }

    /** The guest's name, from {@code -name}. */
    public Reading<String> name() {
        return whole(w -> last("name")
                .flatMap(value -> OptionValue.read(value, "guest").get("guest"))
                .filter(name -> !name.isEmpty())
                .map(name -> Reading.said(name, 0))
                .orElseGet(() -> Reading.unsaid("there is no -name")));
    }

    /** The guest's UUID, from {@code -uuid} or, as Proxmox gives it, from {@code -smbios type=1,uuid=…}. */
    public Reading<String> uuid() {
        return whole(w -> last("uuid")
                .or(() -> options.stream()
                        .filter(option -> option.name().equals("smbios"))
                        .map(option -> OptionValue.read(option.value(), "file"))
                        .filter(value -> value.get("type").equals(Optional.of("1")))
                        .flatMap(value -> value.get("uuid").stream())
                        .reduce((first, second) -> second))
                .map(uuid -> UuidText.canonical(uuid, 0))
                .orElseGet(() -> Reading.unsaid("there is no -uuid")));
    }

    /** All {@code -machine} and {@code -M} together, as QEMU merges them. */
    private OptionValue machineOptions() {
        Map<String, String> all = new HashMap<>();
        for (Option option : options) {
            switch (option.name()) {
                case "machine", "M" ->
                    all.putAll(OptionValue.read(option.value(), "type").pairs());
                case "enable-kvm" -> all.put("accel", "kvm");
                case "no-kvm" -> all.put("accel", "tcg");
                default -> {
                    // another option
                }
            }
        }
        return new OptionValue(all);
    }

    /** The machine type. */
    public Reading<MachineType> machine() {
        return whole(w -> machineOptions()
                .get("type")
                .map(MachineType::read)
                .orElseGet(() -> Reading.unsaid("there is no machine type on the command line")));
    }

    /** The accelerators, from {@code -accel}, {@code -machine accel=}, {@code -enable-kvm}, or the binary's name. */
    public Reading<QemuAccelerators> accelerators() {
        return whole(w -> {
            Set<String> names = new LinkedHashSet<>();
            machineOptions().get("accel").ifPresent(list -> names.addAll(List.of(list.split(":", -1))));
            options.stream()
                    .filter(option -> option.name().equals("accel"))
                    .map(option -> OptionValue.read(option.value(), "accel"))
                    .flatMap(value -> value.get("accel").stream())
                    .forEach(list -> names.addAll(List.of(list.split(":", -1))));
            names.remove("");
            if (!names.isEmpty()) {
                return Reading.said(new QemuAccelerators(List.copyOf(names), QemuAccelerators.Choice.OPTION), 0);
            }
            if (!qemu()) {
                return Reading.unsaid("no accelerator is given, and the binary is not called as QEMU is");
            }
            if (configuredElsewhere()) {
                return Reading.unsaid("no accelerator is given, and -readconfig or -set may give one; neither is read");
            }
            return Reading.said(
                    base(w.get(0)).endsWith("kvm")
                            ? new QemuAccelerators(List.of("kvm", "tcg"), QemuAccelerators.Choice.BINARY_NAME)
                            : new QemuAccelerators(List.of("tcg"), QemuAccelerators.Choice.DEFAULT),
                    0);
        });
    }

    /**
     * The architecture of the emulator, in libvirt's spelling ({@code i686} for {@code qemu-system-i386}): from the binary's
     * name, else from the machine type or the firmware. KVM's guests have that of their host.
     */
    public Reading<String> arch() {
        return whole(w -> {
            var emulator = EMULATOR.matcher(base(w.get(0)));
            if (emulator.matches()) {
                String arch = emulator.group(1);
                return Reading.said(
                        switch (arch) {
                            case "i386" -> "i686";
                            case "arm" -> "armv7l";
                            default -> arch;
                        },
                        0);
            }
            return machine()
                    .value()
                    .flatMap(MachineType::arch)
                    .or(this::archOfFirmware)
                    .map(arch -> Reading.said(arch, 0))
                    .orElseGet(() ->
                            Reading.unsaid("neither the binary's name nor the machine type says the architecture"));
        });
    }

    /** Firmware for arm64 lies in places of its own ({@code AAVMF32} is for arm), and a GIC is Arm's interrupt controller. */
    private Optional<String> archOfFirmware() {
        boolean arm = machineOptions().get("gic-version").isPresent()
                || options.stream()
                        .filter(option -> FIRMWARE.contains(option.name()))
                        .map(Option::value)
                        .anyMatch(value -> value.contains("/AAVMF_") || value.contains("/edk2/aarch64/"));
        return arm ? Optional.of("aarch64") : Optional.empty();
    }

    /** The value of {@code -cpu} as it was given. */
    public Reading<String> cpu() {
        return whole(w -> last("cpu")
                .map(value -> Reading.said(value, 0))
                .orElseGet(() -> Reading.unsaid("there is no -cpu, so it is the machine's default CPU")));
    }

    /** The CPU model: {@code host}, {@code max} or a name. */
    public Reading<String> cpuModel() {
        return cpu().map(value -> OptionValue.parts(value).get(0));
    }

    /** How the CPU was chosen; {@code max} is as the host under KVM. libvirt turns host-model into a name and features. */
    public Reading<CpuMode> cpuMode() {
        return cpuModel().map(model -> likeHost(model) ? CpuMode.HOST_PASSTHROUGH : CpuMode.CUSTOM);
    }

    private static boolean likeHost(String model) {
        return model.equals("host") || model.equals("max");
    }

    /**
     * What {@code -cpu} says of its properties, in QEMU's order of effect: first {@code name=value} and {@code name} from
     * left to right, then all {@code +name}, then all {@code -name}, wherever they stand.
     */
    private Map<String, String> cpuProperties() {
        List<String> parts = cpu().value().map(OptionValue::parts).orElse(List.of());
        Map<String, String> properties = new HashMap<>();
        for (int pass = 0; pass < 3; pass++) {
            for (String part : parts.subList(Math.min(1, parts.size()), parts.size())) {
                int kind = part.startsWith("+") ? 1 : part.startsWith("-") ? 2 : 0;
                if (kind != pass || part.isEmpty()) {
                    continue;
                }
                int equals = part.indexOf('=');
                if (kind > 0) {
                    properties.put(property(part.substring(1)), kind == 1 ? "on" : "off");
                } else if (equals < 0) {
                    properties.put(property(part), "on");
                } else {
                    properties.put(property(part.substring(0, equals)), part.substring(equals + 1));
                }
            }
        }
        return properties;
    }

    private static String property(String written) {
        return written.replace('_', '-');
    }

    private Reading<Boolean> cpuFlag(String property) {
        return cpu().flatMap(value -> Optional.ofNullable(cpuProperties().get(property))
                .flatMap(OptionValue::flag)
                .map(flag -> Reading.said(flag, 0))
                .orElseGet(() -> Reading.unsaid("-cpu does not say " + property)));
    }

    /** What {@code -cpu} comes to for an extension by name; unsaid where it does not speak of it. */
    public Reading<Boolean> asks(CpuExtension extension) {
        return cpuFlag(extension.word());
    }

    /** Whether the CPU is held to what can be migrated ({@code migratable=}); unsaid where {@code -cpu} does not say. */
    public Reading<Boolean> migratable() {
        return cpuFlag("migratable");
    }

    /** Whether the guest is offered Hyper-V's enlightened VMCS. QEMU offers it to nobody who does not ask. */
    public Reading<Boolean> evmcs() {
        return whole(w -> {
            Map<String, String> properties = cpuProperties();
            Optional<Boolean> asked =
                    Optional.ofNullable(properties.get("hv-evmcs")).flatMap(OptionValue::flag);
            if (asked.isEmpty()
                    && Optional.ofNullable(properties.get("hv-passthrough"))
                            .flatMap(OptionValue::flag)
                            .orElse(false)) {
                return Reading.unsaid("hv-passthrough offers what the host's KVM has, which may be hv-evmcs");
            }
            return Reading.said(asked.orElse(false), 0);
        });
    }

    /** Whether all that Hyper-V offers is passed on; QEMU does not migrate such a guest. */
    public Reading<Boolean> hypervPassthrough() {
        return whole(w -> Reading.said(
                Optional.ofNullable(cpuProperties().get("hv-passthrough"))
                        .flatMap(OptionValue::flag)
                        .orElse(false),
                0));
    }

    /** System management mode; unsaid where {@code -machine} does not say or says auto, which hangs on the machine. */
    public Reading<Boolean> smm() {
        return whole(w -> machineOptions()
                .get("smm")
                .flatMap(OptionValue::flag)
                .map(smm -> Reading.said(smm, 0))
                .orElseGet(() ->
                        Reading.unsaid("-machine does not say smm=on or smm=off; the default hangs on the machine")));
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
        if (configuredElsewhere()) {
            return Reading.unsaid(
                    "-readconfig or -set may change the CPU, and is not read; qom-get tells what came of it");
        }
        return accelerators()
                .flatMap(accelerators -> accelerators.mayBeKvm()
                        ? AskedCpu.archUnderKvm(arch(), vendor).flatMap(arch -> underKvm(arch, vendor))
                        : Reading.said(NestingAsk.NO, 0));
    }

    private Reading<NestingAsk> underKvm(String arch, @Nullable Vendor vendor) {
        return cpuSetFromOutside()
                ? Reading.unsaid("-global sets a property of the CPU that decides; qom-get tells what came of it")
                : askedCpu().underKvm(arch, machine().value().orElse(null), machineFlag(), vendor);
    }

    private AskedCpu askedCpu() {
        Map<CpuExtension, AskedCpu.Ask> asks = new EnumMap<>(CpuExtension.class);
        for (CpuExtension extension : CpuExtension.values()) {
            asks(extension).value().ifPresent(on -> asks.put(extension, on ? AskedCpu.Ask.ON : AskedCpu.Ask.OFF));
        }
        Optional<String> model = cpuModel().value();
        return new AskedCpu(
                model.map(m -> likeHost(m) ? AskedCpu.Origin.HOST : AskedCpu.Origin.NAMED)
                        .orElse(AskedCpu.Origin.DEFAULT),
                model,
                asks);
    }

    private Optional<Boolean> machineFlag() {
        OptionValue machine = machineOptions();
        return machine.get("cap-nested-hv")
                .or(() -> machine.get("virtualization"))
                .flatMap(OptionValue::flag);
    }

    /** Files that a package brings, as Proxmox's does, describe the machine only. */
    private boolean configuredElsewhere() {
        return options.stream()
                .anyMatch(option -> option.name().equals("set")
                        || (option.name().equals("readconfig")
                                && !option.value().startsWith("/usr/share/")));
    }

    private boolean cpuSetFromOutside() {
        return options.stream()
                .filter(option -> option.name().equals("global"))
                .map(option -> OptionValue.read(option.value(), "driver"))
                .anyMatch(global -> global.pairs().entrySet().stream()
                        .map(e -> e.getKey().equals("property") ? e.getValue() : e.getKey())
                        .map(key -> key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT))
                        .anyMatch(key -> CpuExtension.named(key).isPresent()));
    }

    /** How much memory it was given, with all that may be added while it runs, in whole MiB, rounded up. */
    public Reading<Long> memory() {
        return whole(w -> last("m")
                .map(value -> OptionValue.read(value, "size"))
                .flatMap(memory -> memory.get("maxmem").or(() -> memory.get("size")))
                .map(Mebibytes::ofQemu)
                .orElseGet(() -> Reading.unsaid("there is no -m")));
    }

    /** Whether its memory lies in huge pages; unsaid where it lies in a file that may or may not be of such a mount. */
    public Reading<Boolean> hugePages() {
        return whole(w -> {
            Set<String> files = new LinkedHashSet<>();
            last("mem-path").ifPresent(files::add);
            for (Option option : options) {
                if (!option.name().equals("object")) {
                    continue;
                }
                OptionValue object = OptionValue.read(option.value(), "qom-type");
                if (object.get("hugetlb").flatMap(OptionValue::flag).orElse(false)) {
                    return Reading.said(true, 0);
                }
                if (object.get("qom-type").equals(Optional.of("memory-backend-file"))) {
                    object.get("mem-path").ifPresent(files::add);
                }
            }
            if (files.stream().anyMatch(file -> file.toLowerCase(Locale.ROOT).contains(HUGE_PAGES_MOUNT))) {
                return Reading.said(true, 0);
            }
            // libvirt's own folder for file-backed memory, and shared memory, are no such mounts
            return files.stream()
                            .allMatch(file ->
                                    file.startsWith("/dev/shm/") || file.startsWith("/var/lib/libvirt/qemu/ram/"))
                    ? Reading.said(false, 0)
                    : Reading.unsaid("the memory lies in a file, and its path does not tell whether in huge pages");
        });
    }

    /** What keeps the guest's memory from the host. */
    public Reading<Confidential> confidential() {
        return whole(w -> {
            OptionValue machine = machineOptions();
            Optional<String> id = machine.get("confidential-guest-support").or(() -> machine.get("memory-encryption"));
            if (id.isEmpty()) {
                return Reading.said(Confidential.NONE, 0);
            }
            return options.stream()
                    .filter(option -> option.name().equals("object"))
                    .map(option -> OptionValue.read(option.value(), "qom-type"))
                    .filter(object -> object.get("id").equals(id))
                    .flatMap(object -> object.get("qom-type").stream())
                    .findFirst()
                    .flatMap(Confidential::ofObject)
                    .map(kind -> Reading.said(kind, 0))
                    .orElseGet(() -> Reading.unsaid("the machine is confidential in a way that is not known here"));
        });
    }

    /**
     * Whether somebody besides libvirt can give QEMU commands, and so load a snapshot: through a monitor other than the one
     * that libvirt makes for itself, or through gdb, whose stub passes commands on. Without {@code -nodefaults} QEMU makes
     * one of its own.
     */
    public Reading<Boolean> otherMonitor() {
        return whole(w -> {
            if (configuredElsewhere()) {
                return Reading.unsaid("-readconfig or -set may give it a monitor, and is not read");
            }
            long monitors = options.stream()
                    .filter(option -> option.name().equals("mon"))
                    .count();
            boolean own = monitors <= 1
                    && last("nodefaults").isPresent()
                    && options.stream().noneMatch(QemuCommandLine::givesAnotherMonitor);
            return Reading.said(!own, 0);
        });
    }

    private static boolean givesAnotherMonitor(Option option) {
        return switch (option.name()) {
            case "monitor" -> !option.value().equals("none");
            case "mon" ->
                !OptionValue.read(option.value(), "chardev").get("chardev").equals(Optional.of(LIBVIRTS_MONITOR));
            case "qmp", "qmp-pretty", "gdb", "s" -> true;
            // -serial mon:stdio
            default -> option.value().startsWith("mon:");
        };
    }

    /** Whether both are of the same words, but for assignments in front; not so where one could not be read. */
    public boolean sameWords(QemuCommandLine other) {
        return words.value().isPresent() && words.value().equals(other.words.value());
    }

    /** Whether it was started with its CPUs stopped ({@code -S}), as libvirt always does. */
    public Reading<Boolean> stopped() {
        return whole(w -> Reading.said(last("S").isPresent(), 0));
    }

    /** How the process came to its guest. */
    public Reading<QemuStart> start() {
        return whole(w -> Reading.said(
                last("incoming")
                        .<QemuStart>map(uri -> new QemuStart.Incoming(origin(uri), uri))
                        .or(() -> last("loadstate").map(file -> new QemuStart.Incoming(QemuStart.Origin.FILE, file)))
                        .or(() -> last("loadvm").map(QemuStart.Loaded::new))
                        .orElseGet(QemuStart.Cold::new),
                0));
    }

    private static QemuStart.Origin origin(String uri) {
        if (uri.startsWith("{")) {
            OptionValue channel = OptionValue.read(uri, "");
            return channel.get("addr.type").equals(Optional.of("fd"))
                    ? QemuStart.Origin.STREAM
                    : channel.get("addr.transport")
                            .map(QemuCommandLine::originOfScheme)
                            .orElse(QemuStart.Origin.UNKNOWN);
        }
        int colon = uri.indexOf(':');
        return originOfScheme(colon < 0 ? uri : uri.substring(0, colon));
    }

    private static QemuStart.Origin originOfScheme(String scheme) {
        return switch (scheme) {
            case "tcp", "rdma", "x-rdma", "unix", "socket", "vsock" -> QemuStart.Origin.MIGRATION;
            case "file" -> QemuStart.Origin.FILE;
            case "fd", "exec" -> QemuStart.Origin.STREAM;
            case "defer" -> QemuStart.Origin.TOLD_LATER;
            default -> QemuStart.Origin.UNKNOWN;
        };
    }
}
