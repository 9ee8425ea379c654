package org.nestguard.evidence.doctor;

import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.host.NestingModule;
import org.nestguard.facts.Distribution;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Tables;

/**
 * What becomes of {@code nested} where nothing configures it.
 *
 * @param value on, off, or what decides
 * @param says the same in words
 */
record NestingDefault(Value value, String says) {
    /** What a default is. */
    enum Value {
        ON,
        OFF,
        /** Red Hat's kvm_intel of 4.18 looks at EPT and shadow VMCS when it loads: the same CPU, the same value. */
        BY_THE_CPU,
        /** It differs by distribution, and nobody has written it down. */
        OPEN
    }

    static NestingDefault of(NestingModule module, Reading<KernelRelease> kernel, Tables tables) {
        return switch (module) {
            case KVM_AMD -> new NestingDefault(Value.ON, "upstream's default of kvm_amd is on, at every version");
            case KVM_HV -> new NestingDefault(Value.ON, "upstream's default of kvm_hv is on");
            case KVM_S390 -> new NestingDefault(Value.OFF, "upstream's default on s390x is off, at every version");
            case KVM_INTEL ->
                new NestingDefault(
                        kernel.value().map(k -> ofIntel(k, tables)).orElse(Value.OPEN),
                        "upstream's default of kvm_intel is on from "
                                + tables.thresholds().nestedByDefault() + ", and off before"
                                + kernel.value()
                                        .map(k -> "; this kernel is " + k)
                                        .orElse("")
                                + "; a distribution may differ");
        };
    }

    private static Value ofIntel(KernelRelease kernel, Tables tables) {
        if (kernel.version().atLeast(tables.thresholds().nestedByDefault())) {
            return Value.ON;
        }
        return switch (tables.distributions().of(kernel).map(Distribution::id).orElse("")) {
            case "", "debian", "fedora", "amazon", "rhel-7", "rhel-5-6" -> Value.OFF;
            case "rhel-8" -> Value.BY_THE_CPU;
            default -> Value.OPEN;
        };
    }

    /** Whether a live value can have come from it. */
    boolean explains(boolean live) {
        return switch (value) {
            case ON -> live;
            case OFF -> !live;
            case BY_THE_CPU, OPEN -> true;
        };
    }
}
