package org.nestguard.facts;

/** How the guest's CPU was chosen, in libvirt's words; {@code -cpu host} is {@link #HOST_PASSTHROUGH}. */
public enum CpuMode implements Worded {
    HOST_PASSTHROUGH("host-passthrough"),
    HOST_MODEL("host-model"),
    CUSTOM("custom");

    private final String word;

    CpuMode(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
