package org.nestguard.facts;

/** What runs the guest's CPU: KVM, or QEMU's own emulation. */
public enum Accelerator implements Worded {
    KVM("kvm"),
    TCG("tcg");

    private final String word;

    Accelerator(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
