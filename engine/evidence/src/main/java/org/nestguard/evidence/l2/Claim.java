package org.nestguard.evidence.l2;

import java.time.Instant;
import java.util.Optional;

/**
 * What an L1 says of itself. The tenant may be wrong or lie: it is believed where it says that an L2 lives, and where it
 * says that none does only as far as no counter of the host says otherwise.
 *
 * @param from how it was asked
 * @param at when
 * @param liveDomains how many domains its libvirt has in a state other than shut off; empty where it was not to be learned.
 *     None says nothing of QEMU started by hand and of other users' domains
 * @param moduleUsers the reference count of its KVM vendor module, zero where that is not loaded; empty where it was not to be
 *     learned. Zero: no VM of KVM exists in it. More than zero proves nothing
 * @param hypervisorUnderneath that its operating system runs as a partition of its own hypervisor (Windows with
 *     virtualization-based security, Hyper-V or WSL2; Xen's dom0): an L2 as long as it runs
 */
public record Claim(
        String from,
        Instant at,
        Optional<Integer> liveDomains,
        Optional<Integer> moduleUsers,
        boolean hypervisorUnderneath) {}
