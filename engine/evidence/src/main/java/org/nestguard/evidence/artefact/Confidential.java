package org.nestguard.evidence.artefact;

import java.util.Optional;
import org.nestguard.facts.Worded;

/** What keeps a guest's memory from its host, in libvirt's words. Such a guest cannot be moved like others. */
public enum Confidential implements Worded {
    NONE("none"),
    SEV("sev"),
    SEV_SNP("sev-snp"),
    TDX("tdx"),
    S390_PV("s390-pv");

    private final String word;

    Confidential(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }

    /** The kind that an object of QEMU makes: {@code sev-guest}. */
    static Optional<Confidential> ofObject(String type) {
        return type.endsWith("-guest")
                ? Worded.read(Confidential.class, type.substring(0, type.length() - "-guest".length()))
                        .filter(kind -> kind != NONE)
                : Optional.empty();
    }
}
