package org.nestguard.facts;

/**
 * The versions at which an answer changes. The numbers and their sources stand in {@code tables/floors.yaml}.
 *
 * @param kernelFloor from here on a host can hand out the state of a live L2 on VMX
 * @param qemuFloor likewise for QEMU
 * @param nestedByDefault from here on kvm_intel switches nesting on by itself
 * @param hpageBesideNested from here on s390x allows hpage and nested at once
 * @param svmNestedState from here on KVM hands out nested state on SVM
 * @param qemuRefusesVmx QEMU refuses to migrate or save any guest whose CPU shows vmx
 * @param qemuMislabelsSvm QEMU labels nested state of SVM as VMX
 * @param missesL2Pages kernels that miss pages dirtied by an L2 on CPUs with PML
 */
public record Thresholds(
        Version kernelFloor,
        Version qemuFloor,
        Version nestedByDefault,
        Version hpageBesideNested,
        Version svmNestedState,
        VersionRange qemuRefusesVmx,
        VersionRange qemuMislabelsSvm,
        VersionRange missesL2Pages) {}
