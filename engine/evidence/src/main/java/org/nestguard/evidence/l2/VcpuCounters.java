package org.nestguard.evidence.l2;

import java.util.Optional;

/**
 * What KVM counts of nesting for one vCPU.
 *
 * @param nestedRun how often it entered an L2 since it was made or the counter was cleared; empty before Linux 5.13
 * @param inGuestMode whether it is inside an L2 at this moment; empty before Linux 5.14
 * @param exits how often it left the guest for whatever reason, since it was made or the counter was cleared
 */
public record VcpuCounters(Optional<Long> nestedRun, Optional<Boolean> inGuestMode, Optional<Long> exits) {}
