package org.nestguard.facts;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which Intel CPUs log dirty pages by themselves (PML): Broadwell and newer.
 *
 * @param newer model numbers of family 6 that have it
 * @param older model numbers of family 6 that do not
 * @param newerNames found in the "model name" of those that have it
 * @param olderNames found in the "model name" of those that do not
 */
public record IntelCores(Set<Integer> newer, Set<Integer> older, List<Pattern> newerNames, List<Pattern> olderNames) {
    private static final int FAMILY = 6;

    /** Whether that CPU is Broadwell or newer; empty where the table does not tell. */
    public Optional<Boolean> broadwellOrNewer(CpuId id) {
        if (id.family() < FAMILY || id.family() == 15) {
            return Optional.of(false);
        }
        if (id.family() > FAMILY || newer.contains(id.model())) {
            return Optional.of(true);
        }
        return older.contains(id.model()) ? Optional.of(false) : Optional.empty();
    }

    /** The same from the "model name" of /proc/cpuinfo. The names of older CPUs are looked at first. */
    public Optional<Boolean> broadwellOrNewer(String modelName) {
        if (olderNames.stream().anyMatch(p -> p.matcher(modelName).find())) {
            return Optional.of(false);
        }
        return newerNames.stream().anyMatch(p -> p.matcher(modelName).find()) ? Optional.of(true) : Optional.empty();
    }
}
