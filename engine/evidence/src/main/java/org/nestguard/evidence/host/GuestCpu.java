package org.nestguard.evidence.host;

import java.util.List;
import org.nestguard.evidence.artefact.NestingAsk;
import org.nestguard.evidence.artefact.Reading;
import org.nestguard.facts.CpuMode;

/**
 * The CPU that one running guest is given.
 *
 * @param name the guest's name
 * @param nesting whether its command line or definition asks for vmx, svm, sie or their like; what it asks for it gets only
 *     where the host nests
 * @param cpuMode how its CPU was chosen
 * @param from the files or commands that tell so
 */
public record GuestCpu(String name, Reading<NestingAsk> nesting, Reading<CpuMode> cpuMode, List<String> from) {
    /** Copies the list. */
    public GuestCpu {
        from = List.copyOf(from);
    }
}
