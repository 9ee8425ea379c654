package org.nestguard.evidence.doctor;

import java.util.List;
import java.util.Optional;
import org.nestguard.evidence.doctor.Diagnosis.State;

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

    /** Whether nothing was found and nothing left open. */
    public boolean fine() {
        return count(State.OK) == diagnoses.size();
    }

    /** How many came to that. */
    public int count(State state) {
        return (int) diagnoses.stream().filter(d -> d.state() == state).count();
    }

    /** The steps of all findings as a script. */
    public FixPlan fixPlan() {
        return FixPlan.of(this);
    }
}
