package org.nestguard.facts;

import java.util.Optional;
import java.util.function.Function;

/** What sort of value a fact has, and how its text is read. */
public enum Kind {
    /** Any text. */
    TEXT("a text", Optional::of),
    OPERATING_LEVEL("L0 or L1", t -> Worded.read(Level.class, t).filter(l -> l != Level.L2)),
    GUEST_LEVEL("L1 or L2", t -> Worded.read(Level.class, t).filter(l -> l != Level.L0)),
    ACCELERATOR("one of " + Worded.words(Accelerator.class), t -> Worded.read(Accelerator.class, t)),
    CPU_MODE("one of " + Worded.words(CpuMode.class), t -> Worded.read(CpuMode.class, t)),
    ARCH("one of " + Worded.words(Arch.class), t -> Worded.read(Arch.class, t)),
    VENDOR("one of " + Worded.words(Vendor.class), t -> Worded.read(Vendor.class, t)),
    /** Derived from the two before, never written in a document. */
    PLATFORM("an architecture and a vendor", t -> Optional.empty()),
    /** A module parameter or another yes or no, as sysfs or YAML writes it. */
    FLAG("true or false (Y, N, 1 and 0 are read too)", Kind::flag),
    /** A number of guests. */
    COUNT("a whole number from 0 to 999999", Kind::count),
    CPU_ID("family-model-stepping, such as 6-85-4", CpuId::read),
    /** Text that cannot be read is no error of the document but an unknown version. */
    KERNEL("a kernel release as `uname -r` prints it", KernelRelease::read),
    /** Likewise. */
    QEMU("a QEMU version", QemuVersion::read);

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

    private static Optional<Boolean> flag(String text) {
        return switch (text) {
            case "true", "Y", "1" -> Optional.of(true);
            case "false", "N", "0" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> count(String text) {
        return text.matches("0|[1-9]\\d{0,5}") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
