package org.nestguard.facts;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What sort of value a fact has, and how its text is read. */
public enum Kind {
    /** Any text. */
    TEXT("a text", Optional::of),
    OPERATING_LEVEL("L0 or L1", words(List.of(Level.L0, Level.L1))),
    GUEST_LEVEL("L1 or L2", words(List.of(Level.L1, Level.L2))),
    ACCELERATOR("one of " + Worded.words(Accelerator.class), words(List.of(Accelerator.values()))),
    CPU_MODE("one of " + Worded.words(CpuMode.class), words(List.of(CpuMode.values()))),
    ARCH("one of " + Worded.words(Arch.class), words(List.of(Arch.values()))),
    VENDOR("one of " + Worded.words(Vendor.class), words(List.of(Vendor.values()))),
    /** Derived from the two before, never written in a document. */
    PLATFORM("an architecture and a vendor", t -> Optional.empty()),
    /** A module parameter or another yes or no, as sysfs or YAML writes it. */
    FLAG("true or false (Y, N, 1 and 0 are read too)", Kind::flag),
    /** A number of guests. */
    COUNT("a whole number from 0 to 999999", Kind::count),
    CPU_ID("family-model-stepping, such as 6-85-4", remembering(CpuId::read)),
    /** Text that cannot be read is no error of the document but an unknown version. */
    KERNEL("a kernel release as `uname -r` prints it", remembering(KernelRelease::read)),
    /** Likewise. */
    QEMU("a QEMU version", remembering(QemuVersion::read));

    private final String expects;
    private final Function<String, Optional<?>> reader;

    Kind(String expects, Function<String, Optional<?>> reader) {
        this.expects = expects;
        this.reader = reader;
    }

    /** What a text of this kind must be, for a message: "true or false". */
    public String expects() {
        return expects;
    }

    /** Whether a text that cannot be read makes the fact unknown, not the document wrong. */
    public boolean forgiving() {
        return this == KERNEL || this == QEMU;
    }

    /** The value that the text says; empty where it says none. */
    public Optional<?> read(String text) {
        return reader.apply(text);
    }

    private static Function<String, Optional<?>> words(List<? extends Worded> values) {
        Map<String, Worded> byWord = values.stream().collect(Collectors.toMap(Worded::word, v -> v));
        return text -> Optional.ofNullable(byWord.get(text));
    }

    /** A fleet has some dozens of versions in millions of places; the bound keeps made-up ones from filling the memory. */
    private static Function<String, Optional<?>> remembering(Function<String, Optional<?>> reader) {
        ConcurrentHashMap<String, Optional<?>> read = new ConcurrentHashMap<>();
        return text -> {
            Optional<?> seen = read.get(text);
            if (seen != null) {
                return seen;
            }
            Optional<?> value = reader.apply(text);
            if (read.size() < 2_048 && text.length() <= 128) {
                read.put(text, value);
            }
            return value;
        };
    }

    private static final Optional<Boolean> YES = Optional.of(true);
    private static final Optional<Boolean> NO = Optional.of(false);

    private static Optional<Boolean> flag(String text) {
        return switch (text) {
            case "true", "Y", "1" -> YES;
            case "false", "N", "0" -> NO;
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> count(String text) {
        int digits = text.length();
        if (digits == 0 || digits > 6 || (digits > 1 && text.charAt(0) == '0')) {
            return Optional.empty();
        }
        int count = 0;
        for (int i = 0; i < digits; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return Optional.empty();
            }
            count = 10 * count + digit - '0';
        }
        return Optional.of(count);
    }
}
