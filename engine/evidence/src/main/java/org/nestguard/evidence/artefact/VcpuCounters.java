package org.nestguard.evidence.artefact;

/**
 * KVM's counters of nesting for one virtual CPU.
 *
 * @param vcpu its number, or its path in QEMU
 * @param nestedRun how often the guest has entered a guest of its own on it since it was made or the counter was cleared
 * @param inGuestMode whether it was in a guest of its own at that moment; false proves nothing
 * @param exits how often it has left the guest for whatever reason, counted in the same way. Zero of a guest that runs: the
 *     counters were cleared
 */
public record VcpuCounters(String vcpu, Reading<Long> nestedRun, Reading<Boolean> inGuestMode, Reading<Long> exits) {}
