package org.nestguard.evidence.doctor;

import java.util.List;
import java.util.Optional;

/**
 * All that the doctor found on one host.
 *
 * @param host the host's name for messages
 * @param module the module whose parameter decides; empty where there is none
 * @param diagnoses in the order in which they build on each other
 */
public record Examination(String host, Optional<String> module, List<Diagnosis> diagnoses) {
    /** Copies the list. */
    public Examination {
        diagnoses = List.copyOf(diagnoses);
    }

    /** Whether anything was found, or anything left open. */
    public boolean fine() {
        return diagnoses.stream().allMatch(d -> d.state() == Diagnosis.State.OK);
    }

    /** The steps of all findings as a script. */
    public FixPlan fixPlan() {
        return FixPlan.of(this);
    }
}
