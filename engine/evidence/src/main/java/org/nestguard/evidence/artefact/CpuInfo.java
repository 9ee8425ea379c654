package org.nestguard.evidence.artefact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nestguard.evidence.artefact.PlainLines.Line;
import org.nestguard.facts.Arch;
import org.nestguard.facts.CpuId;
import org.nestguard.facts.Vendor;

/**
 * {@code /proc/cpuinfo}. Its form differs by architecture; which one it is shows in the names of its lines.
 *
 * @param machine the architecture in the words of {@code uname -m}; on Power {@code ppc64}, the byte order not being told
 * @param vendorId the vendor's own name: {@code GenuineIntel}; on ARM the implementer's number
 * @param modelName the CPU as its maker calls it; on s390x the machine type
 * @param cpuId family, model and stepping of the first processor; x86 only; unsaid where family or model differ
 * @param extension what the first processor's flags offer a hypervisor; unsaid where processors differ in that
 * @param hypervisorFlag whether the x86 flag {@code hypervisor} is set. Cleared proves nothing: VirtualBox clears it
 * @param inGuest whether a hypervisor is under this kernel, where the text settles it
 * @param microcode as printed; x86 only
 * @param processors how many processors are listed
 * @param differences in what processors differ, one sentence a line name; empty where all are alike
 */
public record CpuInfo(
        Reading<String> machine,
        Reading<String> vendorId,
        Reading<String> modelName,
        Reading<CpuId> cpuId,
        Reading<OfferedExtension> extension,
        Reading<Boolean> hypervisorFlag,
        Reading<Boolean> inGuest,
        Reading<String> microcode,
        Reading<Integer> processors,
        List<String> differences) {

    private static final String NOT_X86 = "only the cpuinfo of x86 says so";
    private static final Set<String> COMPARED = Set.of(
            "vendor_id",
            "cpu family",
            "model",
            "model name",
            "stepping",
            "microcode",
            "flags",
            "Features",
            "CPU implementer",
            "CPU variant",
            "CPU part",
            "CPU revision",
            "cpu",
            "isa",
            "mvendorid",
            "marchid",
            "CPU Family",
            "Model Name");
    private static final Set<String> ONCE = Set.of(
            "features",
            "platform",
            "machine",
            "Processor",
            "CPU architecture",
            "uarch",
            "ISA",
            "fdiv_bug",
            "cpu model",
            "system type",
            "# processors");
    private static final Pattern S390_PROCESSOR = Pattern.compile("processor \\d{1,6}");
    private static final Pattern S390_TYPE =
            Pattern.compile("version = ([0-9A-Fa-f]{2}),.{0,100}machine = ([0-9A-Fa-f]{4})");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
    private static final Pattern ARM_32 = Pattern.compile("\\(v([4-7])([a-z]{0,2})l\\)|ARMv([4-7])");

    /** Reads it. What is no cpuinfo gives readings that say so. */
    public static CpuInfo read(String text) {
        return new Reader(PlainLines.of(text)).read();
    }

    /** The architecture, where it is one that NestGuard has a word for and the text tells it. */
    public Reading<Arch> arch() {
        if (machine instanceof Reading.Said<String> said) {
            if (said.what().equals("ppc64")) {
                return Reading.unsaid("the cpuinfo of Power does not tell the byte order");
            }
            return Arrays.stream(Arch.values())
                    .filter(a -> a.word().equals(said.what()))
                    .findFirst()
                    .map(a -> Reading.said(a, said.line()))
                    .orElse(Reading.unsaid("NestGuard has no word for the architecture " + said.what()));
        }
        return Reading.unsaid(((Reading.Unsaid<String>) machine).why());
    }

    /** Who made the CPU, in NestGuard's words. */
    public Reading<Vendor> vendor() {
        return vendorId.map(id -> switch (id) {
            case "GenuineIntel" -> Vendor.INTEL;
            case "AuthenticAMD" -> Vendor.AMD;
            case "HygonGenuine" -> Vendor.HYGON;
            case "Shanghai" -> Vendor.ZHAOXIN;
            // VIA's CPUs up to family 6 had this name before Zhaoxin took it over
            case "CentaurHauls" ->
                cpuId.value().filter(c -> c.family() >= 7).isPresent() ? Vendor.ZHAOXIN : Vendor.OTHER;
            case "IBM/S390", "IBM" -> Vendor.IBM;
            case "0x41" -> Vendor.ARM;
            default -> Vendor.OTHER;
        });
    }

    /** Whether all processors have the same flags and are of the same make. */
    public boolean uniform() {
        return differences.isEmpty();
    }

    private static final class Reader {
        private static final int MOST_DIFFERENCES = 20;

        private final PlainLines lines;
        private final Map<String, Line> first = new HashMap<>();
        private final Map<String, Set<String>> firstFlags = new HashMap<>();
        private final List<String> differences = new ArrayList<>();
        private final Set<String> differing = new HashSet<>();
        private Optional<Line> s390 = Optional.empty();
        private Optional<Line> otherExtension = Optional.empty();
        private int listed;
        private int firstListed;

        Reader(PlainLines lines) {
            this.lines = lines;
        }

        CpuInfo read() {
            lines.lines().forEach(this::look);
            Reading<String> machine = machine();
            String arch = machine.value().orElse("");
            boolean x86 = arch.equals("x86_64") || arch.equals("i686");
            Reading<OfferedExtension> extension = extension(x86, arch);
            Reading<Boolean> hypervisor = x86 ? hypervisorFlag() : lines.unsaid(NOT_X86);
            return new CpuInfo(
                    machine,
                    vendorId(arch),
                    modelName(arch),
                    x86 ? cpuId() : lines.unsaid(NOT_X86),
                    extension,
                    hypervisor,
                    inGuest(arch, extension, hypervisor),
                    x86 ? text("microcode", "no line begins with microcode") : lines.unsaid(NOT_X86),
                    listed == 0 ? lines.unsaid("no processor is listed") : Reading.said(listed, firstListed),
                    List.copyOf(differences));
        }

        private void look(Line line) {
            Optional<String> found = line.key();
            if (found.isEmpty()) {
                return;
            }
            String key = found.get();
            boolean ofS390 = S390_PROCESSOR.matcher(key).matches();
            if (key.equals("processor") || ofS390) {
                firstListed = listed == 0 ? line.number() : firstListed;
                listed++;
                if (ofS390 && s390.isEmpty()) {
                    s390 = Optional.of(line);
                }
            } else if (COMPARED.contains(key)) {
                Line before = first.putIfAbsent(key, line);
                if (before != null) {
                    compare(key, before, line);
                }
            } else if (ONCE.contains(key)) {
                first.putIfAbsent(key, line);
            }
        }

        private void compare(String key, Line before, Line line) {
            String was = before.value();
            String is = line.value();
            if (was.equals(is)) {
                return;
            }
            if (key.equals("flags") || key.equals("Features")) {
                Set<String> flags = words(is);
                Set<String> had = firstFlags.computeIfAbsent(key, k -> words(was));
                if (had.equals(flags)) {
                    return;
                }
                if (key.equals("flags") && otherExtension.isEmpty() && extensionIn(had) != extensionIn(flags)) {
                    otherExtension = Optional.of(line);
                }
            }
            if (differing.add(key) && differences.size() < MOST_DIFFERENCES) {
                differences.add("not all processors have the same " + key + " (lines " + before.number() + " and "
                        + line.number() + ")");
            }
        }

        private Reading<String> machine() {
            if (is("vendor_id", "IBM/S390")) {
                return said("vendor_id", "s390x");
            }
            if (first.containsKey("flags") && first.containsKey("vendor_id")) {
                // only a 32-bit kernel prints the line fdiv_bug, on a 64-bit CPU too
                boolean longMode = words(value("flags")).contains("lm") && !first.containsKey("fdiv_bug");
                return said("flags", longMode ? "x86_64" : "i686");
            }
            if (first.containsKey("ISA") && value("ISA").contains("loongarch")) {
                return said("ISA", words(value("ISA")).contains("loongarch64") ? "loongarch64" : "loongarch32");
            }
            if (first.containsKey("CPU Family") && value("CPU Family").equals("Loongson-64bit")) {
                return said("CPU Family", "loongarch64");
            }
            if (first.containsKey("isa") && value("isa").startsWith("rv")) {
                return said("isa", value("isa").startsWith("rv64") ? "riscv64" : "riscv32");
            }
            if (first.containsKey("CPU architecture")) {
                return arm();
            }
            if (first.containsKey("cpu")
                    && (first.containsKey("platform") || value("cpu").startsWith("POWER"))) {
                boolean wide = value("cpu").startsWith("POWER")
                        || value("cpu").startsWith("PPC970")
                        || value("cpu").startsWith("Cell")
                        || (first.containsKey("platform")
                                && Set.of("pSeries", "PowerNV", "Cell").contains(value("platform")));
                return said("cpu", wide ? "ppc64" : "ppc");
            }
            return lines.unsaid("no line tells the architecture");
        }

        private Reading<String> arm() {
            String processor = first.containsKey("Processor")
                    ? value("Processor")
                    : first.containsKey("model name") ? value("model name") : "";
            Matcher narrow = ARM_32.matcher(processor);
            if (narrow.find()) {
                String number = narrow.group(1) == null ? narrow.group(3) : narrow.group(1);
                return said("CPU architecture", "armv" + number + "l");
            }
            String generation = value("CPU architecture");
            if (generation.equals("8") || generation.toLowerCase(Locale.ROOT).equals("aarch64")) {
                return said("CPU architecture", "aarch64");
            }
            if (generation.equals("7")) {
                return said("CPU architecture", "armv7l");
            }
            return lines.unsaid("the CPU architecture is neither 7 nor 8");
        }

        private Reading<String> vendorId(String arch) {
            if (arch.equals("aarch64") || arch.startsWith("armv")) {
                return text("CPU implementer", "no line begins with CPU implementer");
            }
            if (differing.contains("vendor_id")) {
                return Reading.unsaid("not all processors are of one vendor, which no machine is");
            }
            if (arch.equals("ppc64") && value("cpu").startsWith("POWER")) {
                return said("cpu", "IBM");
            }
            return text("vendor_id", "no line begins with vendor_id");
        }

        private Reading<String> modelName(String arch) {
            if (arch.equals("s390x")) {
                return s390Type(2);
            }
            if (arch.startsWith("ppc")) {
                return text("cpu", "no line begins with cpu");
            }
            if (arch.startsWith("loongarch")) {
                return text("Model Name", "no line begins with Model Name");
            }
            if (arch.equals("aarch64") || arch.startsWith("armv") || arch.startsWith("riscv")) {
                return lines.unsaid("the cpuinfo of " + arch + " gives numbers, no name");
            }
            return text("model name", "no line begins with model name");
        }

        private Reading<String> s390Type(int group) {
            Optional<Matcher> type = s390.map(l -> S390_TYPE.matcher(l.value())).filter(Matcher::find);
            return type.isPresent()
                    ? Reading.said(
                            type.get().group(group), s390.map(Line::number).orElse(0))
                    : lines.unsaid("no processor line gives version and machine");
        }

        private Reading<CpuId> cpuId() {
            for (String key : List.of("cpu family", "model", "stepping")) {
                if (!first.containsKey(key)) {
                    return lines.unsaid("no line begins with " + key);
                }
                if (differing.contains(key) && !key.equals("stepping")) {
                    return Reading.unsaid("not all processors have the same " + key);
                }
                if (!NUMBER.matcher(value(key)).matches()) {
                    return Reading.unsaid("the " + key + " is no number (line " + number(key) + ")");
                }
            }
            return Reading.said(
                    new CpuId(
                            Integer.parseInt(value("cpu family")),
                            Integer.parseInt(value("model")),
                            Integer.parseInt(value("stepping"))),
                    number("cpu family"));
        }

        private Reading<OfferedExtension> extension(boolean x86, String arch) {
            if (!x86 && !arch.equals("s390x")) {
                return lines.unsaid(
                        arch.isEmpty()
                                ? "no line tells the architecture"
                                : "the cpuinfo of " + arch + " never shows a virtualization extension");
            }
            String key = x86 ? "flags" : "features";
            if (!first.containsKey(key)) {
                return lines.unsaid("no line begins with " + key);
            }
            OfferedExtension found = extensionIn(words(value(key)));
            if (otherExtension.isPresent()) {
                return Reading.unsaid("the processors differ: the first shows " + found.word() + ", the one of line "
                        + otherExtension.get().number() + " does not");
            }
            return Reading.said(found, number(key));
        }

        private Reading<Boolean> hypervisorFlag() {
            return Reading.said(words(value("flags")).contains("hypervisor"), number("flags"));
        }

        private Reading<Boolean> inGuest(
                String arch, Reading<OfferedExtension> extension, Reading<Boolean> hypervisor) {
            if (arch.equals("s390x")) {
                // every hypervisor but the LPAR's shows the version FF to its guests
                return s390Type(1).map(v -> v.equalsIgnoreCase("FF"));
            }
            if (arch.equals("ppc64") && first.containsKey("platform")) {
                return switch (value("platform")) {
                    case "pSeries" -> said("platform", true);
                    case "PowerNV" -> said("platform", false);
                    default -> lines.unsaid("the platform " + value("platform") + " does not tell");
                };
            }
            if (hypervisor.value().isEmpty()) {
                return lines.unsaid("this cpuinfo does not show whether a hypervisor is below");
            }
            String model = value("model name");
            if (model.startsWith("QEMU ") || model.startsWith("Common KVM processor")) {
                return said("model name", true); // names that only QEMU gives a CPU
            }
            if (hypervisor.value().get()) {
                return hypervisor;
            }
            return extension.value().filter(e -> e != OfferedExtension.NONE).isPresent()
                    ? hypervisor
                    : Reading.unsaid(
                            "the flag hypervisor is not set, nor is vmx or svm: some hypervisors hide that flag");
        }

        private static OfferedExtension extensionIn(Set<String> flags) {
            return flags.contains("vmx")
                    ? OfferedExtension.VMX
                    : flags.contains("svm")
                            ? OfferedExtension.SVM
                            : flags.contains("sie") ? OfferedExtension.SIE : OfferedExtension.NONE;
        }

        private boolean is(String key, String value) {
            return first.containsKey(key) && value(key).equals(value);
        }

        private String value(String key) {
            Line line = first.get(key);
            return line == null ? "" : line.value();
        }

        private int number(String key) {
            Line line = first.get(key);
            return line == null ? 0 : line.number();
        }

        private <T> Reading<T> said(String key, T what) {
            return Reading.said(what, number(key));
        }

        private Reading<String> text(String key, String otherwise) {
            if (value(key).isEmpty()) {
                return lines.unsaid(otherwise);
            }
            return said(key, value(key));
        }
    }

    private static Set<String> words(String flags) {
        return Set.copyOf(List.of(flags.split("[ \t]+")));
    }
}
