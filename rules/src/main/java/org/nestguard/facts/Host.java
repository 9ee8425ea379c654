package org.nestguard.facts;

import java.util.Optional;

/**
 * A host: the one a guest runs on, the one it shall go to, or the one a snapshot was taken on.
 *
 * @param tables what its versions are measured against
 */
public record Host(
        Fact<Level> level,
        Fact<Platform> platform,
        Fact<KernelRelease> kernel,
        Fact<QemuVersion> qemu,
        Fact<Boolean> nested,
        Fact<Boolean> hpage,
        Fact<String> cpuModel,
        Fact<CpuId> cpuId,
        Fact<Boolean> nestedStateCapability,
        Tables tables) {

    /** Bare metal (on s390x an LPAR). */
    @Reads("level")
    public boolean bareMetal() {
        return level.is(l -> l == Level.L0);
    }

    /** A guest hypervisor itself. */
    @Reads("level")
    public boolean guestHypervisor() {
        return level.is(l -> l == Level.L1);
    }

    @Reads({"arch", "vendor"})
    public boolean vmx() {
        return platform.is(Platform::vmx);
    }

    @Reads({"arch", "vendor"})
    public boolean svm() {
        return platform.is(Platform::svm);
    }

    @Reads({"arch", "vendor"})
    public boolean s390x() {
        return platform.is(Platform::s390x);
    }

    /** Nothing is documented of nested guests on this platform. */
    @Reads({"arch", "vendor"})
    public boolean uncovered() {
        return platform.is(Platform::uncovered);
    }

    /** Its vendor makes no CPUs of its architecture. */
    @Reads({"arch", "vendor"})
    public boolean impossiblePlatform() {
        return !platform.is(Platform::possible);
    }

    /** Its KVM module has a parameter {@code nested}. */
    @Reads({"arch", "vendor"})
    public boolean hasNestedParameter() {
        return platform.is(p -> p.arch().hasNestedParameter());
    }

    /** Its KVM module has a parameter {@code nested}, and that is off. */
    @Reads({"arch", "vendor", "nested"})
    public boolean nestedOff() {
        return hasNestedParameter() && !nested.is(n -> n);
    }

    /** Its KVM module has a parameter {@code nested}, and that is on. */
    @Reads({"arch", "vendor", "nested"})
    public boolean nestedOn() {
        return hasNestedParameter() && nested.is(n -> n);
    }

    /** Nobody said whether nesting is on there; it is taken to be so by the kernel's default. */
    @Reads({})
    public boolean nestedAssumed() {
        return nested.assumed();
    }

    /** {@code hpage} is on, a parameter that only s390x has. */
    @Reads({"arch", "vendor", "hpage"})
    public boolean hpageOn() {
        return s390x() && hpage.is(h -> h);
    }

    /** {@code hpage} is given, on or off: a parameter that only s390x has. */
    @Reads("hpage")
    public boolean hpageGiven() {
        return hpage.known();
    }

    /** The kernel still refuses hpage beside nested. */
    @Reads("kernel")
    public boolean hpageExcludesNested() {
        return kernel.is(k -> k.version().before(tables.thresholds().hpageBesideNested()));
    }

    /**
     * The kernel can hand out the state of a live L2 on VMX: the kernel floor. Asked in the order that the table gives;
     * what was not probed is asked for only where nothing else decides.
     */
    @Reads({"kernel", "nestedStateCapability"})
    public boolean kernelFloorMet() {
        boolean probed = !nestedStateCapability.absent();
        if (probed && !nestedStateCapability.is(c -> c)) {
            return false;
        }
        if (kernel.is(k -> k.version().atLeast(tables.thresholds().kernelFloor()))) {
            return true;
        }
        if (kernel.is(k -> neverHadNestedState(k))) {
            return false;
        }
        return probed
                || kernel.is(
                        k -> distribution(k).filter(row -> row.meetsByBuild(k)).isPresent())
                || nestedStateCapability.is(c -> c);
    }

    @Reads({"kernel", "nestedStateCapability"})
    public boolean belowKernelFloor() {
        return !kernelFloorMet();
    }

    @Reads("qemu")
    public boolean belowQemuFloor() {
        return qemu.is(q -> q.version().before(tables.thresholds().qemuFloor()));
    }

    @Reads("qemu")
    public boolean qemuFloorMet() {
        return !belowQemuFloor();
    }

    /** Its QEMU refuses to migrate or save any guest whose CPU shows vmx. */
    @Reads("qemu")
    public boolean qemuRefusesVmx() {
        return qemu.is(q -> tables.thresholds().qemuRefusesVmx().contains(q.version()));
    }

    /** Its QEMU labels nested state of SVM as VMX. */
    @Reads("qemu")
    public boolean qemuMislabelsSvm() {
        return qemu.is(q -> tables.thresholds().qemuMislabelsSvm().contains(q.version()));
    }

    /** Its kernel takes and gives nested state on SVM, by the number. */
    @Reads("kernel")
    public boolean svmNestedState() {
        return kernel.is(k -> k.version().atLeast(tables.thresholds().svmNestedState()));
    }

    /** Its kernel is a distributor's below that number, who may have taken the change over. */
    @Reads("kernel")
    public boolean svmNestedStatePossible() {
        return kernel.is(k -> k.version().before(tables.thresholds().svmNestedState())
                && !tables.distributions().vanillaLike(k));
    }

    /** Its kernel is an upstream one that misses pages dirtied by an L2. */
    @Reads("kernel")
    public boolean missesL2Pages() {
        return kernel.is(k -> tables.thresholds().missesL2Pages().contains(k.version())
                && tables.distributions().vanillaLike(k));
    }

    /** Its kernel is a distributor's of that number. */
    @Reads("kernel")
    public boolean mayMissL2Pages() {
        return kernel.is(k -> tables.thresholds().missesL2Pages().contains(k.version())
                && !tables.distributions().vanillaLike(k));
    }

    /** The CPU is known to be Broadwell or newer. */
    @Reads({"cpuModel", "cpuId"})
    public boolean cpuLogsPages() {
        return broadwellOrNewer().orElse(false);
    }

    /** The CPU is not known well enough to say whether it is Broadwell or newer. */
    @Reads({"cpuModel", "cpuId"})
    public boolean cpuMayLogPages() {
        return broadwellOrNewer().isEmpty();
    }

    /** Its kernel is in the range of that known defect. */
    @Reads("kernel")
    public boolean kernelHas(String defect) {
        return kernel.is(k -> tables.defect(defect).in(k.version()));
    }

    /** Its QEMU is in the range of that known defect. */
    @Reads("qemu")
    public boolean qemuHas(String defect) {
        return qemu.is(q -> tables.defect(defect).in(q.version()));
    }

    /** Its kernel is older than that version, by the number; for rules of a site. */
    @Reads("kernel")
    public boolean kernelBelow(String version) {
        Version bound = bound(version);
        return kernel.is(k -> k.version().before(bound));
    }

    /** Its QEMU is older than that version; for rules of a site. */
    @Reads("qemu")
    public boolean qemuBelow(String version) {
        Version bound = bound(version);
        return qemu.is(q -> q.version().before(bound));
    }

    /** A row of the distributor table that nobody has confirmed stands behind the kernel floor. */
    @Reads({"kernel", "nestedStateCapability"})
    public boolean floorUnsure() {
        boolean probed = !nestedStateCapability.absent();
        if (probed && !nestedStateCapability.is(c -> c)) {
            return false;
        }
        return kernel.is(k -> decidingRow(k, probed).filter(row -> !row.sure()).isPresent());
    }

    /** A row of the distributor table that the site put there recognizes the kernel. */
    @Reads("kernel")
    public boolean siteRowUsed() {
        return kernel.known()
                && kernel.is(k -> distribution(k).filter(Distribution::site).isPresent());
    }

    /** What was said of the kernel is no kernel release. */
    @Reads({})
    public boolean kernelUnreadable() {
        return kernel.unreadable();
    }

    /** What was said of QEMU is no version. */
    @Reads({})
    public boolean qemuUnreadable() {
        return qemu.unreadable();
    }

    /** Nobody said what platform it is; it is taken to be another host's. */
    @Reads({})
    public boolean platformAssumed() {
        return platform.assumed();
    }

    /** The row of the distributor table that recognizes that kernel; empty for a kernel that none claims. */
    public Optional<Distribution> distribution(KernelRelease release) {
        return tables.distributions().of(release);
    }

    private static Version bound(String version) {
        return Version.read(version).orElseThrow(() -> new IllegalArgumentException("no version: " + version));
    }

    private boolean neverHadNestedState(KernelRelease release) {
        return tables.distributions().vanillaLike(release)
                || distribution(release)
                        .filter(row -> row.nestedState() == Distribution.NestedState.NEVER)
                        .isPresent();
    }

    private Optional<Distribution> decidingRow(KernelRelease release, boolean probed) {
        return release.version().atLeast(tables.thresholds().kernelFloor())
                ? Optional.empty()
                : distribution(release)
                        .filter(row -> neverHadNestedState(release) || (!probed && row.meetsByBuild(release)));
    }

    private Optional<Boolean> broadwellOrNewer() {
        Optional<Boolean> byId = cpuId.known() ? tables.intelCores().broadwellOrNewer(cpuId.value()) : Optional.empty();
        return byId.isPresent() || !cpuModel.known()
                ? byId
                : tables.intelCores().broadwellOrNewer(cpuModel.value());
    }
}
