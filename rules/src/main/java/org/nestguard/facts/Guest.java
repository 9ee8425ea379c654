package org.nestguard.facts;

/**
 * The guest that is to be moved, saved or loaded.
 *
 * @param level L1 or L2
 * @param accelerator what runs its CPU
 * @param nesting whether its CPU shows vmx, svm or sie
 * @param l2Live how many guests of its own are in any state but shut off
 * @param cpuMode how its CPU was chosen
 * @param movedWithLiveL2 whether it was migrated or loaded while an L2 was live, and not restarted since
 * @param smm whether its machine has system management mode
 * @param evmcs whether it is offered Hyper-V's enlightened VMCS
 */
public record Guest(
        Fact<Level> level,
        Fact<Accelerator> accelerator,
        Fact<Boolean> nesting,
        Fact<Integer> l2Live,
        Fact<CpuMode> cpuMode,
        Fact<Boolean> movedWithLiveL2,
        Fact<Boolean> smm,
        Fact<Boolean> evmcs) {

    /** It runs on a host and may be a guest hypervisor itself. */
    @Reads("guest.level")
    public boolean l1() {
        return level.is(l -> l == Level.L1);
    }

    /** It runs in a guest hypervisor. */
    @Reads("guest.level")
    public boolean l2() {
        return level.is(l -> l == Level.L2);
    }

    /** KVM runs its CPU. */
    @Reads("guest.accelerator")
    public boolean kvm() {
        return accelerator.is(a -> a == Accelerator.KVM);
    }

    /** QEMU emulates its CPU. */
    @Reads("guest.accelerator")
    public boolean tcg() {
        return accelerator.is(a -> a == Accelerator.TCG);
    }

    /** Its CPU shows vmx, svm or sie. */
    @Reads("guest.nesting")
    public boolean canNest() {
        return nesting.is(n -> n);
    }

    /** A guest of its own is in some state other than shut off, now. */
    @Reads("guest.l2.live")
    public boolean hasLiveGuests() {
        return l2Live.is(n -> n > 0);
    }

    /** It has the CPU of its host as it is ({@code -cpu host}). */
    @Reads("guest.cpuMode")
    public boolean passthrough() {
        return cpuMode.is(m -> m == CpuMode.HOST_PASSTHROUGH);
    }

    /** It was migrated or loaded with a live L2 and not restarted since. */
    @Reads("guest.movedWithLiveL2")
    public boolean moved() {
        return movedWithLiveL2.is(m -> m);
    }

    /** Its machine has system management mode (secure boot needs it), or nobody knows. */
    @Reads("guest.smm")
    public boolean mayUseSmm() {
        return !smm.known() || smm.value();
    }

    /** It is offered Hyper-V's enlightened VMCS, or nobody knows. */
    @Reads("guest.evmcs")
    public boolean mayUseEvmcs() {
        return !evmcs.known() || evmcs.value();
    }
}
