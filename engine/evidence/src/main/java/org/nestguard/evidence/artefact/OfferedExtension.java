package org.nestguard.evidence.artefact;

import org.nestguard.facts.Worded;

/** What a CPU offers a kernel for running virtual machines, as its flags name it. */
public enum OfferedExtension implements Worded {
    VMX("vmx"),
    SVM("svm"),
    SIE("sie"),
    /** The flags are there, and none of the three is among them. */
    NONE("none");

    private final String word;

    OfferedExtension(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
