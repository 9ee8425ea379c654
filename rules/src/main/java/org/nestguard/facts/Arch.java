package org.nestguard.facts;

/** The architecture of a host, as {@code uname -m} prints it. */
public enum Arch implements Worded {
    X86_64("x86_64"),
    S390X("s390x"),
    PPC64LE("ppc64le"),
    AARCH64("aarch64"),
    RISCV64("riscv64"),
    LOONGARCH64("loongarch64");

    private final String word;

    Arch(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }

    /** Whether a KVM module of this architecture has a parameter {@code nested}; arm64, riscv and loongarch have none. */
    public boolean hasNestedParameter() {
        return this == X86_64 || this == S390X || this == PPC64LE;
    }
}
