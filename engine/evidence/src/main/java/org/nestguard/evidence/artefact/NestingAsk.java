package org.nestguard.evidence.artefact;

import org.nestguard.facts.Worded;

/**
 * Whether a guest is given vmx, svm, sie or their like, as far as its configuration goes. Even what is asked for comes
 * only where the host's KVM offers it ({@code nested} on).
 */
public enum NestingAsk implements Worded {
    /** Asked for by name, under KVM. */
    YES("yes"),
    /** Not asked for, switched off, or not run by KVM. */
    NO("no"),
    /** It follows the host: on where the host's KVM offers it. */
    DEPENDS("depends");

    private final String word;

    NestingAsk(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
