package org.nestguard.evidence.doctor;

import org.nestguard.evidence.artefact.Reading;
import org.nestguard.facts.CpuMode;

/**
 * The CPU that one running guest is given.
 *
 * @param name the guest's name
 * @param nesting whether its CPU shows vmx, svm or sie, as far as its command line or definition asks for it
 * @param cpuMode how its CPU was chosen
 */
public record GuestCpu(String name, Reading<Boolean> nesting, Reading<CpuMode> cpuMode) {}
