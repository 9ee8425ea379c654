package org.nestguard.evidence.doctor;

import java.util.List;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.evidence.doctor.Diagnosis.State;

/** What is looked at, before it is known what it comes to. */
record Topic(String id, String title, List<Seen> evidence) {
    Diagnosis ok(String sentence, List<String> details) {
        return new Diagnosis(id, title, State.OK, sentence, details, List.of(), evidence);
    }

    Diagnosis finding(String sentence, List<String> details, List<Step> doNext) {
        return new Diagnosis(id, title, State.FINDING, sentence, details, doNext, evidence);
    }

    Diagnosis unknown(String sentence, List<String> details, List<Step> doNext) {
        return new Diagnosis(id, title, State.UNKNOWN, sentence, details, doNext, evidence);
    }

    /** Where a reading stands in a file; the whole file where it says nothing. */
    static Seen seen(String from, Reading<?> reading) {
        return new Seen(from, reading instanceof Reading.Said<?> said ? said.line() : 0);
    }
}
