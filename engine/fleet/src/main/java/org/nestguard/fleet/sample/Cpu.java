package org.nestguard.fleet.sample;

import java.util.Random;

/**
 * What a pool of hosts is bought with.
 *
 * @param cpuId {@code unknown} where the architecture has none
 */
record Cpu(String arch, String vendor, String model, String cpuId) {
    private static final Shares<Cpu> ALL = new Shares<Cpu>()
            .and(2, intel("Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz", "6-45-7"))
            .and(5, intel("Intel(R) Xeon(R) CPU E5-2680 v3 @ 2.50GHz", "6-63-2"))
            .and(8, intel("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", "6-79-1"))
            .and(16, intel("Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz", "6-85-4"))
            .and(14, intel("Intel(R) Xeon(R) Gold 6230R CPU @ 2.10GHz", "6-85-7"))
            .and(8, intel("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz", "6-106-6"))
            .and(6, intel("Intel(R) Xeon(R) Platinum 8480+", "6-143-8"))
            .and(5, amd("AMD EPYC 7551 32-Core Processor", "23-1-2"))
            .and(12, amd("AMD EPYC 7742 64-Core Processor", "23-49-0"))
            .and(10, amd("AMD EPYC 7763 64-Core Processor", "25-1-1"))
            .and(7, amd("AMD EPYC 9654 96-Core Processor", "25-17-1"))
            .and(1, new Cpu("x86_64", "hygon", "Hygon C86 7285 32-core Processor", "24-0-1"))
            .and(3, new Cpu("s390x", "ibm", "IBM/S390 8561", "unknown"))
            .and(1, new Cpu("ppc64le", "ibm", "POWER9, altivec supported", "unknown"))
            .and(2, new Cpu("aarch64", "arm", "Neoverse-N1", "unknown"));

    private static Cpu intel(String model, String cpuId) {
        return new Cpu("x86_64", "intel", model, cpuId);
    }

    private static Cpu amd(String model, String cpuId) {
        return new Cpu("x86_64", "amd", model, cpuId);
    }

    static Cpu draw(Random random) {
        return ALL.draw(random);
    }

    boolean vmx() {
        return vendor.equals("intel");
    }

    boolean svm() {
        return vendor.equals("amd") || vendor.equals("hygon");
    }

    boolean s390x() {
        return arch.equals("s390x");
    }
}
