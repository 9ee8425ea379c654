package org.nestguard.evidence.artefact;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Vendor;
import org.nestguard.facts.Worded;

/** The CPU property, in QEMU's spelling, that lets a guest run guests. The sub-features ({@code vmx-mbec}) are not it. */
public enum CpuExtension implements Worded {
    VMX("vmx"),
    SVM("svm"),
    /** What makes the instruction SIE known to a guest on s390x; /proc/cpuinfo there shows it as {@code sie}. */
    SIEF2("sief2");

    private final String word;

    CpuExtension(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }

    static Optional<CpuExtension> named(String name) {
        return Arrays.stream(values()).filter(e -> e.word.equals(name)).findFirst();
    }

    /** What KVM can offer on x86 of that vendor; both where nobody knows whose it is. */
    static Set<CpuExtension> onX86(@Nullable Vendor vendor) {
        if (vendor == Vendor.INTEL || vendor == Vendor.ZHAOXIN) {
            return EnumSet.of(VMX);
        }
        return vendor == Vendor.AMD || vendor == Vendor.HYGON ? EnumSet.of(SVM) : EnumSet.of(VMX, SVM);
    }
}
