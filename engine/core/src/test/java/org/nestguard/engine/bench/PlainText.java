package org.nestguard.engine.bench;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.PlainTable;
import org.nestguard.engine.PlainTable.Facts;
import org.nestguard.engine.PlainTable.Kernel;
import org.nestguard.engine.PlainTable.Pages;
import org.nestguard.engine.PlainTable.Said;
import org.nestguard.engine.PlainTable.Side;
import org.nestguard.facts.Arch;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Level;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Worded;

/**
 * A complete question as the texts of its facts, and the hand-written way from there to the facts of the plain table: what
 * the limit is where both begin with texts.
 */
final class PlainText {
    private final Operation operation;
    private final Map<FactName, String> texts = new EnumMap<>(FactName.class);

    PlainText(Question question) {
        operation = question.operation();
        for (FactName name : FactName.values()) {
            if (name.written() && question.fact(name).known()) {
                Object value = question.fact(name).value();
                texts.put(name, value instanceof Worded worded ? worded.word() : value.toString());
            }
        }
    }

    Operation operation() {
        return operation;
    }

    Map<FactName, String> texts() {
        return texts;
    }

    /** The facts, taken apart by hand. */
    Facts facts() {
        boolean load = operation == Operation.LOADVM;
        boolean save = operation == Operation.SAVEVM;
        Side destination = save
                ? NOBODY
                : side(
                        FactName.DESTINATION_LEVEL,
                        FactName.DESTINATION_ARCH,
                        FactName.DESTINATION_VENDOR,
                        FactName.DESTINATION_KERNEL,
                        FactName.DESTINATION_QEMU,
                        FactName.DESTINATION_NESTED,
                        FactName.DESTINATION_HPAGE,
                        FactName.DESTINATION_CAPABILITY,
                        FactName.DESTINATION_CPU_MODEL,
                        FactName.DESTINATION_CPU_ID,
                        null);
        Side from = load
                ? side(
                        null,
                        FactName.SNAPSHOT_ARCH,
                        FactName.SNAPSHOT_VENDOR,
                        FactName.SNAPSHOT_KERNEL,
                        FactName.SNAPSHOT_QEMU,
                        null,
                        null,
                        FactName.SNAPSHOT_CAPABILITY,
                        FactName.SNAPSHOT_CPU_MODEL,
                        FactName.SNAPSHOT_CPU_ID,
                        destination)
                : side(
                        FactName.SOURCE_LEVEL,
                        FactName.SOURCE_ARCH,
                        FactName.SOURCE_VENDOR,
                        FactName.SOURCE_KERNEL,
                        FactName.SOURCE_QEMU,
                        FactName.SOURCE_NESTED,
                        FactName.SOURCE_HPAGE,
                        FactName.SOURCE_CAPABILITY,
                        FactName.SOURCE_CPU_MODEL,
                        FactName.SOURCE_CPU_ID,
                        null);
        return new Facts(
                operation,
                "L2".equals(texts.get(FactName.GUEST_LEVEL)),
                "tcg".equals(texts.get(FactName.GUEST_ACCELERATOR)),
                yes(FactName.GUEST_NESTING),
                count(FactName.GUEST_L2_LIVE),
                "host-passthrough".equals(texts.get(FactName.GUEST_CPU_MODE)),
                yes(FactName.GUEST_MOVED),
                yes(FactName.GUEST_SMM),
                yes(FactName.GUEST_EVMCS),
                count(FactName.SNAPSHOT_L2_LIVE),
                yes(FactName.SNAPSHOT_MOVED),
                from,
                destination,
                from);
    }

    private static final Side NOBODY = new Side(
            Level.L0,
            Arch.X86_64,
            Vendor.OTHER,
            0,
            Kernel.UPSTREAM,
            -1,
            0,
            Said.NOT,
            Said.NOT,
            Said.NOT,
            null,
            -1,
            Pages.NOT_KNOWN,
            false);

    private boolean yes(FactName name) {
        return "true".equals(texts.get(name));
    }

    private int count(FactName name) {
        String text = texts.get(name);
        return text == null ? 0 : Integer.parseInt(text);
    }

    private Said said(@Nullable FactName name) {
        String text = name == null ? null : texts.get(name);
        return text == null ? Said.NOT : text.equals("true") ? Said.YES : Said.NO;
    }

    private Side side(
            @Nullable FactName level,
            FactName archName,
            FactName vendorName,
            FactName kernelName,
            FactName qemuName,
            @Nullable FactName nestedName,
            @Nullable FactName hpage,
            FactName capability,
            FactName cpuModel,
            FactName cpuId,
            @Nullable Side otherwise) {
        String archText = texts.get(archName);
        String vendorText = texts.get(vendorName);
        boolean assumed = otherwise != null && archText == null;
        Arch arch = otherwise != null && archText == null ? otherwise.arch() : arch(String.valueOf(archText));
        Vendor vendor = otherwise != null && archText == null ? otherwise.vendor() : vendor(String.valueOf(vendorText));
        String kernel = String.valueOf(texts.get(kernelName));
        int suffix = afterNumbers(kernel, 0);
        int version = version(kernel, 0, suffix);
        Said nested = said(nestedName);
        if (nestedName == FactName.DESTINATION_NESTED
                && nested == Said.NOT
                && PlainTable.nestedByDefault(arch, vendor, version)) {
            nested = Said.ASSUMED_YES;
        }
        String model = texts.get(cpuModel);
        String id = texts.get(cpuId);
        return new Side(
                level != null && "L1".equals(texts.get(level)) ? Level.L1 : Level.L0,
                arch,
                vendor,
                version,
                kernelOf(kernel, suffix),
                build(kernel, suffix),
                qemu(String.valueOf(texts.get(qemuName))),
                nested,
                said(hpage),
                said(capability),
                model,
                id == null ? -1 : id(id),
                id != null ? pagesOfId(id) : model != null ? pagesOfModel(model) : Pages.NOT_KNOWN,
                assumed);
    }

    private static Arch arch(String text) {
        return switch (text) {
            case "x86_64" -> Arch.X86_64;
            case "s390x" -> Arch.S390X;
            case "ppc64le" -> Arch.PPC64LE;
            case "aarch64" -> Arch.AARCH64;
            case "riscv64" -> Arch.RISCV64;
            default -> Arch.LOONGARCH64;
        };
    }

    private static Vendor vendor(String text) {
        return switch (text) {
            case "intel" -> Vendor.INTEL;
            case "amd" -> Vendor.AMD;
            case "hygon" -> Vendor.HYGON;
            case "zhaoxin" -> Vendor.ZHAOXIN;
            case "ibm" -> Vendor.IBM;
            case "arm" -> Vendor.ARM;
            default -> Vendor.OTHER;
        };
    }

    private static int afterNumbers(String text, int from) {
        int end = from;
        while (end < text.length()
                && (digit(text, end) || (text.charAt(end) == '.' && end + 1 < text.length() && digit(text, end + 1)))) {
            end++;
        }
        return end;
    }

    private static boolean digit(String text, int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static int version(String text, int from, int end) {
        int major = 0;
        int minor = 0;
        int micro = 0;
        int dots = 0;
        for (int i = from; i < end; i++) {
            if (text.charAt(i) == '.') {
                dots++;
                continue;
            }
            int digit = text.charAt(i) - '0';
            if (dots == 0) {
                major = 10 * major + digit;
            } else if (dots == 1) {
                minor = 10 * minor + digit;
            } else if (dots == 2) {
                micro = 10 * micro + digit;
            }
        }
        if (text.startsWith("-rc", end)) {
            return PlainTable.candidate(major, minor, micro, number(text, end + 3));
        }
        return PlainTable.version(major, minor, micro);
    }

    private static int number(String text, int from) {
        int number = 0;
        for (int i = from; i < text.length() && digit(text, i); i++) {
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }

    private static int build(String kernel, int suffix) {
        boolean number = suffix + 1 < kernel.length() && kernel.charAt(suffix) == '-' && digit(kernel, suffix + 1);
        return number ? number(kernel, suffix + 1) : -1;
    }

    private static Kernel kernelOf(String kernel, int suffix) {
        if (suffix == kernel.length()) {
            return Kernel.UPSTREAM;
        }
        if (kernel.indexOf("uek", suffix) >= 0) {
            return Kernel.OPEN;
        }
        int el = kernel.indexOf(".el", suffix);
        if (el >= 0) {
            return switch (kernel.charAt(el + 3)) {
                case '6', '7' -> Kernel.NEVER;
                case '8' -> Kernel.FROM_BUILD;
                default -> Kernel.OPEN;
            };
        }
        if (kernel.endsWith("-amd64")) {
            return Kernel.UPSTREAM_NUMBER_UNSURE;
        }
        if (kernel.indexOf(".fc", suffix) >= 0) {
            return Kernel.UPSTREAM_NUMBER;
        }
        boolean open = kernel.endsWith("-generic")
                || kernel.endsWith("-lowlatency")
                || kernel.endsWith("-aws")
                || kernel.endsWith("-pve")
                || kernel.endsWith("-default")
                || kernel.indexOf(".oe", suffix) >= 0
                || kernel.indexOf(".amzn", suffix) >= 0;
        return open ? Kernel.OPEN : Kernel.UPSTREAM;
    }

    private static int qemu(String text) {
        int from = text.startsWith("QEMU emulator version ") ? "QEMU emulator version ".length() : 0;
        int end = afterNumbers(text, from);
        if (text.indexOf('.') < 0) {
            int packed = Integer.parseInt(text);
            return PlainTable.version(packed / 1_000_000, packed / 1_000 % 1_000, packed % 1_000);
        }
        return version(text, from, end);
    }

    private static int id(String text) {
        int first = text.indexOf('-');
        int second = text.indexOf('-', first + 1);
        return (number(text, 0) * 1_000 + number(text, first + 1)) * 100 + number(text, second + 1);
    }

    private static Pages pagesOfId(String text) {
        return number(text, text.indexOf('-') + 1) >= 71 ? Pages.BROADWELL_OR_NEWER : Pages.OLDER;
    }

    private static Pages pagesOfModel(String model) {
        return model.contains(" v3 ")
                ? Pages.OLDER
                : model.contains(" v4 ") || model.contains(" Gold ") ? Pages.BROADWELL_OR_NEWER : Pages.NOT_KNOWN;
    }
}
