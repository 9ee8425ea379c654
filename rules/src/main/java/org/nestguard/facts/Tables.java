package org.nestguard.facts;

import java.util.Map;

/**
 * What the words are measured against.
 *
 * @param thresholds the versions at which an answer changes
 * @param distributions what the numbers of a distribution's kernels say
 * @param defects known defects by their id
 * @param intelCores which Intel CPUs have page-modification logging
 */
public record Tables(
        Thresholds thresholds, Distributions distributions, Map<String, KnownDefect> defects, IntelCores intelCores) {
    /** The defect of that id. @throws IllegalArgumentException for an id that the table does not have */
    public KnownDefect defect(String id) {
        KnownDefect defect = defects.get(id);
        if (defect == null) {
            throw new IllegalArgumentException("the table of known defects has no " + id);
        }
        return defect;
    }
}
