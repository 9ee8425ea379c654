package org.nestguard.facts;

import java.util.Arrays;
import java.util.List;

/** Architecture and vendor together: they are learned, and counted as unknown, as one. */
public record Platform(Arch arch, Vendor vendor) {
    /** Every pair that exists. */
    public static final List<Platform> POSSIBLE = Arrays.stream(Arch.values())
            .flatMap(a -> Arrays.stream(Vendor.values()).filter(v -> v.makes(a)).map(v -> new Platform(a, v)))
            .toList();

    /** Whether the vendor makes CPUs of that architecture; a stated pair may not. */
    public boolean possible() {
        return vendor.makes(arch);
    }

    /** Nesting with VMX. */
    public boolean vmx() {
        return vendor == Vendor.INTEL;
    }

    /** Nesting with SVM: AMD, and Hygon, which builds AMD's design. */
    public boolean svm() {
        return vendor == Vendor.AMD || vendor == Vendor.HYGON;
    }

    /** Nesting with SIE. */
    public boolean s390x() {
        return arch == Arch.S390X;
    }

    /** Nothing is documented of moving an L1 with live L2 guests here. */
    public boolean uncovered() {
        return switch (arch) {
            case X86_64 -> vendor == Vendor.ZHAOXIN || vendor == Vendor.OTHER;
            case S390X -> false;
            case PPC64LE, AARCH64, RISCV64, LOONGARCH64 -> true;
        };
    }
}
