package org.nestguard.evidence.artefact;

import java.util.List;

/** What the firmware's tables say a machine is. The firmware of a guest is written by its hypervisor, or by its operator. */
public enum DmiPlatform {
    /** No hypervisor that we know has put its name there. */
    HARDWARE("no hypervisor has put its name there", List.of()),
    VMWARE("a guest of VMware", List.of("VMware")),
    VIRTUALBOX("a guest of VirtualBox", List.of("innotek GmbH", "VirtualBox")),
    XEN("a guest of Xen", List.of("Xen", "HVM domU")),
    HYPER_V("a guest of Hyper-V", List.of("Hyper-V")),
    PARALLELS("a guest of Parallels", List.of("Parallels")),
    BHYVE("a guest of bhyve", List.of("BHYVE")),
    BOCHS("a guest of an old QEMU or of Bochs", List.of("Bochs")),
    KVM(
            "a guest of KVM",
            List.of(
                    "KVM",
                    "RHEV",
                    "oVirt",
                    "OpenStack",
                    "KubeVirt",
                    "Google Compute Engine",
                    "Alibaba Cloud ECS",
                    "Nutanix AHV",
                    "AHV",
                    "DigitalOcean")),
    /** QEMU names itself so with KVM and without. */
    QEMU("a guest of QEMU, with KVM or without", List.of("QEMU", "Standard PC (")),
    /** A guest of Amazon's KVM, or a whole machine rented there. */
    AMAZON("a machine of Amazon EC2, which may be a guest", List.of("Amazon EC2"));

    private final String says;
    private final List<String> beginnings;

    DmiPlatform(String says, List<String> beginnings) {
        this.says = says;
        this.beginnings = beginnings;
    }

    /** In words, to follow "the firmware's tables say: ". */
    public String says() {
        return says;
    }

    /** Whether one of the hypervisor's names begins that value. */
    boolean named(String value) {
        return beginnings.stream().anyMatch(value::startsWith);
    }
}
