package org.nestguard.facts;

import java.util.EnumSet;
import java.util.Set;

/** Who made a host's CPU, as far as nesting differs by it. */
public enum Vendor implements Worded {
    INTEL("intel", EnumSet.of(Arch.X86_64)),
    AMD("amd", EnumSet.of(Arch.X86_64)),
    HYGON("hygon", EnumSet.of(Arch.X86_64)),
    ZHAOXIN("zhaoxin", EnumSet.of(Arch.X86_64)),
    IBM("ibm", EnumSet.of(Arch.S390X, Arch.PPC64LE)),
    ARM("arm", EnumSet.of(Arch.AARCH64)),
    OTHER("other", EnumSet.complementOf(EnumSet.of(Arch.S390X)));

    private final String word;
    private final Set<Arch> archs;

    Vendor(String word, Set<Arch> archs) {
        this.word = word;
        this.archs = Set.copyOf(archs);
    }

    @Override
    public String word() {
        return word;
    }

    /** Whether this vendor makes CPUs of that architecture. */
    public boolean makes(Arch arch) {
        return archs.contains(arch);
    }
}
