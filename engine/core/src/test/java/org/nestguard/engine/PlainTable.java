package org.nestguard.engine;

import static org.nestguard.findings.Effect.CAUTION;
import static org.nestguard.findings.Effect.FORBID;
import static org.nestguard.findings.Effect.PERMIT;
import static org.nestguard.findings.Effect.UNCOVERED;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Level;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Vendor;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

/**
 * The decision table for complete questions, written a second time by hand: plain Java over facts that are already taken
 * apart, with nothing of the rules, their words or their tables. It says what the engine must say, and is the limit that
 * the engine's speed is measured against. Comments name the section and row of the table.
 */
public final class PlainTable {
    private static final int KERNEL_4_20 = version(4, 20, 0);
    private static final int KERNEL_5_3 = version(5, 3, 0);
    private static final int KERNEL_5_4_RC1 = candidate(5, 4, 0, 1);
    private static final int KERNEL_5_4_RC2 = candidate(5, 4, 0, 2);
    private static final int KERNEL_5_8 = version(5, 8, 0);
    private static final int KERNEL_5_11 = version(5, 11, 0);
    private static final int KERNEL_7_0 = version(7, 0, 0);
    private static final int QEMU_3_1 = version(3, 1, 0);
    private static final int QEMU_4_1 = version(4, 1, 0);
    private static final int QEMU_4_2 = version(4, 2, 0);
    private static final int QEMU_5_0_50 = version(5, 0, 50);
    private static final int QEMU_5_1_50 = version(5, 1, 50);
    private static final int QEMU_8_1_50 = version(8, 1, 50);
    private static final int RHEL_8_HAS_IT = 193;

    private PlainTable() {}

    // ---- facts, taken apart

    /** A release as one number that sorts as releases do; the micro number has at most three digits. */
    public static int version(int major, int minor, int micro) {
        return candidate(major, minor, micro, 99);
    }

    /** A release candidate, which sorts before its release. */
    public static int candidate(int major, int minor, int micro, int candidate) {
        return ((major * 1_000 + minor) * 1_000 + micro) * 100 + candidate;
    }

    /** What stands behind a kernel's number (section 7). */
    public enum Kernel {
        /** Nobody claims it. */
        UPSTREAM(true, true),
        /** Ships upstream kernels under their own number; said to be so by the distribution. */
        UPSTREAM_NUMBER(true, true),
        /** The same, and nobody has confirmed it (Debian). */
        UPSTREAM_NUMBER_UNSURE(true, false),
        /** Never had nested state below 5.3 (RHEL 7 and before). */
        NEVER(false, true),
        /** Had it from a build of 4.18.0 on, which nobody has confirmed (RHEL 8). */
        FROM_BUILD(false, false),
        /** Left open below 5.3. */
        OPEN(false, true);

        private final boolean vanillaLike;
        private final boolean sure;

        Kernel(boolean vanillaLike, boolean sure) {
            this.vanillaLike = vanillaLike;
            this.sure = sure;
        }
    }

    /** Whether an Intel CPU logs dirty pages by itself (section 4, row 8). */
    public enum Pages {
        NOT_KNOWN,
        BROADWELL_OR_NEWER,
        OLDER
    }

    /** A yes or no that may also be left out. */
    public enum Said {
        NOT,
        NO,
        YES,
        /** Left out, and on by the kernel's default (section 3, last entry). */
        ASSUMED_YES
    }

    /**
     * A host, taken apart.
     *
     * @param build the distributor's build number; negative where there is none
     * @param cpuId family, model and stepping in one number; negative where not known
     * @param platformAssumed of a snapshot: whether its platform was taken to be the destination's
     */
    public record Side(
            Level level,
            Arch arch,
            Vendor vendor,
            int kernel,
            Kernel kernelOf,
            int build,
            int qemu,
            Said nested,
            Said hpage,
            Said capability,
            @Nullable String cpuModel,
            int cpuId,
            Pages pages,
            boolean platformAssumed) {}

    /** A complete question, taken apart. What the operation does not read may hold anything. */
    public record Facts(
            Operation operation,
            boolean l2,
            boolean tcg,
            boolean nesting,
            int live,
            boolean passthrough,
            boolean moved,
            boolean smm,
            boolean evmcs,
            int snapshotLive,
            boolean snapshotMoved,
            Side source,
            Side destination,
            Side snapshot) {}

    // ---- what may be said

    /** Every rule: its name in the rules is this one in small letters with dashes. */
    public enum Row {
        AMD_LIVE_L2(FORBID),
        AMD_LIVE_L2_IN_SNAPSHOT(FORBID),
        AMD_LOAD_OVER_LIVE_L2(FORBID),
        AMD_DESTINATION_QEMU_5_1(FORBID),
        AMD_MOVED_WITH_LIVE_L2(FORBID),
        LIVE_L2_IN_GUEST_THAT_CANNOT_NEST(FORBID),
        LIVE_L2_IN_SNAPSHOT_THAT_CANNOT_NEST(FORBID),
        LIVE_L2_ON_SOURCE_WITH_NESTING_OFF(FORBID),
        SOURCE_VENDOR_NOT_OF_ITS_ARCHITECTURE(FORBID),
        DESTINATION_VENDOR_NOT_OF_ITS_ARCHITECTURE(FORBID),
        SNAPSHOT_VENDOR_NOT_OF_ITS_ARCHITECTURE(FORBID),
        SOURCE_HPAGE_NOT_ON_S390X(FORBID),
        DESTINATION_HPAGE_NOT_ON_S390X(FORBID),
        SOURCE_NESTED_BESIDE_HPAGE(FORBID),
        DESTINATION_NESTED_BESIDE_HPAGE(FORBID),
        L1_GUEST_ON_L1_SOURCE(FORBID),
        L1_GUEST_ON_L1_DESTINATION(FORBID),
        L2_BETWEEN_BARE_METAL_HOSTS(FORBID),
        EMULATED_LIVE_L2(FORBID),
        EMULATED_GUEST_MOVED_WITH_LIVE_L2(FORBID),
        DESTINATION_NESTED_OFF(FORBID),
        ARCHITECTURE_DIFFERS(FORBID),
        VENDOR_DIFFERS(FORBID),
        PASSTHROUGH_CPU_DIFFERS(FORBID),
        INTEL_ORIGIN_KERNEL_BELOW_FLOOR(FORBID),
        INTEL_ORIGIN_QEMU_BELOW_FLOOR(FORBID),
        INTEL_DESTINATION_KERNEL_BELOW_FLOOR(FORBID),
        INTEL_DESTINATION_QEMU_BELOW_FLOOR(FORBID),
        INTEL_QEMU_REFUSES_VMX(FORBID),
        INTEL_SOURCE_MISSES_L2_PAGES(FORBID),
        INTEL_DESTINATION_MISSES_L2_PAGES(FORBID),
        L2_ARCHITECTURE_DIFFERS(FORBID),
        L2_PASSTHROUGH_HOST_DIFFERS(FORBID),
        UNCOVERED_MOVED_WITH_LIVE_L2(FORBID),
        S390X_DESTINATION_HPAGE(FORBID),
        L2_WITH_LIVE_GUESTS(UNCOVERED),
        UNCOVERED_LIVE_L2(UNCOVERED),
        AMD_IDLE(PERMIT),
        EMULATED_GUEST(PERMIT),
        INTEL_LIVE_L2_MIGRATION(PERMIT),
        INTEL_LIVE_L2_SAVE(PERMIT),
        INTEL_LIVE_L2_LOAD(PERMIT),
        INTEL_IDLE(PERMIT),
        INTEL_LOAD_OVER_LIVE_L2(PERMIT),
        L2_MIGRATION(PERMIT),
        L2_MIGRATION_FROM_BARE_METAL(PERMIT),
        L2_SAVE_OR_LOAD(PERMIT),
        UNCOVERED_IDLE(PERMIT),
        PLAIN_GUEST(PERMIT),
        S390X_ANY_L2_STATE(PERMIT),
        AMD_IDLE_MAY_FAIL_LATER(CAUTION),
        AMD_DESTINATION_QEMU_5_1_PERHAPS(CAUTION),
        EMULATED_GUEST_IS_NOT_NESTED_KVM(CAUTION),
        VENDOR_DIFFERS_WITHOUT_NESTING(CAUTION),
        PASSTHROUGH_NEEDS_TWINS(CAUTION),
        MOVED_WITH_LIVE_L2(CAUTION),
        DESTINATION_QEMU_OLDER(CAUTION),
        LIVE_L2_LOST_BY_LOAD(CAUTION),
        DESTINATION_NESTED_ASSUMED(CAUTION),
        SNAPSHOT_PLATFORM_ASSUMED(CAUTION),
        INTEL_LIVE_L2_SAVE_UNDOCUMENTED(CAUTION),
        INTEL_LIVE_L2_LOAD_UNDOCUMENTED(CAUTION),
        INTEL_IDLE_ORIGIN_BELOW_FLOOR(CAUTION),
        INTEL_IDLE_DESTINATION_BELOW_FLOOR(CAUTION),
        INTEL_SOURCE_MAY_MISS_L2_PAGES(CAUTION),
        INTEL_DESTINATION_MAY_MISS_L2_PAGES(CAUTION),
        INTEL_ORIGIN_FLOOR_NOT_SURE(CAUTION),
        INTEL_DESTINATION_FLOOR_NOT_SURE(CAUTION),
        DEFECT_PML_DIRTY_LOG_SOURCE(CAUTION),
        DEFECT_PML_DIRTY_LOG_DESTINATION(CAUTION),
        DEFECT_SVM_FORMAT_LABEL_ORIGIN(CAUTION),
        DEFECT_SVM_FORMAT_LABEL_DESTINATION(CAUTION),
        DEFECT_CR4_LEAK(CAUTION),
        DEFECT_SVM_WALK_MMU(CAUTION),
        DEFECT_EVMCS_STALE_ORIGIN(CAUTION),
        DEFECT_EVMCS_STALE_DESTINATION(CAUTION),
        DEFECT_SVM_LOST_EVENTS_ORIGIN(CAUTION),
        DEFECT_SVM_LOST_EVENTS_DESTINATION(CAUTION),
        DEFECT_VMCS12_UNSYNCED(CAUTION),
        DEFECT_SMM_TOGGLE(CAUTION),
        DEFECT_QEMU_DROPS_REFUSAL(CAUTION),
        L2_MIGRATION_FROM_BARE_METAL_UNDOCUMENTED(CAUTION),
        L2_SAVE_OR_LOAD_UNDOCUMENTED(CAUTION),
        L2_PASSTHROUGH_NEEDS_TWINS(CAUTION),
        L2_VENDOR_DIFFERS(CAUTION),
        UNCOVERED_IDLE_NOT_DOCUMENTED(CAUTION),
        S390X_SOURCE_HPAGE_BESIDE_NESTED(CAUTION),
        S390X_DESTINATION_HPAGE_BESIDE_NESTED(CAUTION);

        private final Effect effect;
        private final String id = name().toLowerCase(Locale.ROOT).replace('_', '-');

        private final long first;
        private final long second;

        @SuppressWarnings("EnumOrdinal") // a bit of an answer, which is never kept
        Row(Effect effect) {
            this.effect = effect;
            first = ordinal() < Long.SIZE ? 1L << ordinal() : 0;
            second = ordinal() < Long.SIZE ? 0 : 1L << ordinal();
        }

        /** Its name in the rules. */
        public String id() {
            return id;
        }

        /** What it says. */
        public Effect effect() {
            return effect;
        }
    }

    private static final Row[] ROWS = Row.values();
    private static final Answer FORBIDS = all(FORBID);
    private static final Answer UNCOVEREDS = all(UNCOVERED);
    private static final Answer PERMITS = all(PERMIT);

    private static Answer all(Effect effect) {
        Answer all = new Answer();
        for (Row row : ROWS) {
            if (row.effect == effect) {
                all.says(row);
            }
        }
        return all;
    }

    /** Which rows match. */
    public static final class Answer {
        private long first;
        private long second;

        private void says(Row row) {
            first |= row.first;
            second |= row.second;
        }

        private boolean meets(Answer other) {
            return ((first & other.first) | (second & other.second)) != 0;
        }

        /** Section 2. */
        public Verdict verdict() {
            if (meets(FORBIDS)) {
                return Verdict.DENY;
            }
            return meets(UNCOVEREDS) || !meets(PERMITS) ? Verdict.UNDETERMINED : Verdict.ALLOW;
        }

        /** The names of the rules that match, in the order of the alphabet. */
        public Set<String> ids() {
            Set<String> ids = new TreeSet<>();
            for (Row row : ROWS) {
                if ((first & row.first) != 0 || (second & row.second) != 0) {
                    ids.add(row.id);
                }
            }
            return ids;
        }
    }

    // ---- the table

    /** What the table says of a complete question. */
    public static Answer decide(Facts q) {
        Answer a = new Answer();
        boolean load = q.operation == Operation.LOADVM;
        boolean save = q.operation == Operation.SAVEVM;
        Side origin = load ? q.snapshot : q.source;
        always(q, a, load, save);
        if (q.l2) {
            secondLevel(q, a, load, save, origin);
        } else if (q.tcg) {
            emulated(q, a, load);
        } else {
            firstLevel(q, a, load, save, origin);
        }
        return a;
    }

    /** Section 6, row 1; section 1: snapshot. */
    private static void always(Facts q, Answer a, boolean load, boolean save) {
        if (!q.nesting && q.live > 0) {
            a.says(Row.LIVE_L2_IN_GUEST_THAT_CANNOT_NEST);
        }
        if (load) {
            if (!q.nesting && q.snapshotLive > 0) {
                a.says(Row.LIVE_L2_IN_SNAPSHOT_THAT_CANNOT_NEST);
            }
            if (impossible(q.snapshot)) {
                a.says(Row.SNAPSHOT_VENDOR_NOT_OF_ITS_ARCHITECTURE);
            }
            if (q.snapshot.platformAssumed) {
                a.says(Row.SNAPSHOT_PLATFORM_ASSUMED);
            }
        } else {
            if (impossible(q.source)) {
                a.says(Row.SOURCE_VENDOR_NOT_OF_ITS_ARCHITECTURE);
            }
            if (!q.l2 && q.source.level == Level.L1) {
                a.says(Row.L1_GUEST_ON_L1_SOURCE);
            }
        }
        if (!save) {
            if (impossible(q.destination)) {
                a.says(Row.DESTINATION_VENDOR_NOT_OF_ITS_ARCHITECTURE);
            }
            if (!q.l2 && q.destination.level == Level.L1) {
                a.says(Row.L1_GUEST_ON_L1_DESTINATION);
            }
        }
    }

    /** Section 1: the vendors that an architecture has. */
    private static boolean impossible(Side host) {
        Vendor v = host.vendor;
        return switch (host.arch) {
            case X86_64 -> v == Vendor.IBM || v == Vendor.ARM;
            case S390X -> v != Vendor.IBM;
            case PPC64LE -> v != Vendor.IBM && v != Vendor.OTHER;
            case AARCH64 -> v != Vendor.ARM && v != Vendor.OTHER;
            case RISCV64, LOONGARCH64 -> v != Vendor.OTHER;
        };
    }

    /** Section 4, what applies under tcg: rows 1, 1a, 22 and 25. */
    private static void emulated(Facts q, Answer a, boolean load) {
        boolean carried = (load ? q.snapshotLive : q.live) > 0;
        if (!q.nesting || !carried) {
            a.says(Row.EMULATED_GUEST);
            a.says(Row.EMULATED_GUEST_IS_NOT_NESTED_KVM);
        }
        if (carried) {
            a.says(Row.EMULATED_LIVE_L2);
        }
        if (load ? q.snapshotMoved : q.moved) {
            a.says(Row.EMULATED_GUEST_MOVED_WITH_LIVE_L2);
        }
        if (load && q.live > 0) {
            a.says(Row.LIVE_L2_LOST_BY_LOAD);
        }
    }

    /** Section 5. */
    private static void secondLevel(Facts q, Answer a, boolean load, boolean save, Side origin) {
        boolean guests = q.live > 0 || (load && q.snapshotLive > 0);
        boolean migrate = !load && !save;
        if (guests) {
            a.says(Row.L2_WITH_LIVE_GUESTS);
        } else if (!migrate) {
            a.says(Row.L2_SAVE_OR_LOAD);
            a.says(Row.L2_SAVE_OR_LOAD_UNDOCUMENTED);
        } else if (q.source.level == Level.L1) {
            a.says(Row.L2_MIGRATION);
        } else if (q.destination.level == Level.L1) {
            a.says(Row.L2_MIGRATION_FROM_BARE_METAL);
            a.says(Row.L2_MIGRATION_FROM_BARE_METAL_UNDOCUMENTED);
        }
        if (migrate && q.source.level == Level.L0 && q.destination.level == Level.L0) {
            a.says(Row.L2_BETWEEN_BARE_METAL_HOSTS);
        }
        if (save) {
            return;
        }
        boolean otherVendor = origin.vendor != q.destination.vendor;
        if (origin.arch != q.destination.arch) {
            a.says(Row.L2_ARCHITECTURE_DIFFERS);
        }
        if (q.passthrough) {
            a.says(
                    otherVendor || otherCpu(origin, q.destination)
                            ? Row.L2_PASSTHROUGH_HOST_DIFFERS
                            : Row.L2_PASSTHROUGH_NEEDS_TWINS);
        } else if (otherVendor) {
            a.says(Row.L2_VENDOR_DIFFERS);
        }
    }

    /** Section 4 under KVM. */
    private static void firstLevel(Facts q, Answer a, boolean load, boolean save, Side origin) {
        Side here = load ? q.destination : q.source;
        boolean plain = !q.nesting || (!load && parameter(q.source) && q.source.nested == Said.NO);
        if (!load && q.live > 0 && parameter(q.source) && q.source.nested == Said.NO) {
            a.says(Row.LIVE_L2_ON_SOURCE_WITH_NESTING_OFF);
        }
        if (plain) {
            a.says(Row.PLAIN_GUEST);
        }
        if (!load) {
            hugePages(q.source, a, Row.SOURCE_HPAGE_NOT_ON_S390X, Row.SOURCE_NESTED_BESIDE_HPAGE);
        }
        if (!save) {
            hugePages(q.destination, a, Row.DESTINATION_HPAGE_NOT_ON_S390X, Row.DESTINATION_NESTED_BESIDE_HPAGE);
            arrival(q, a, plain, origin);
        }
        if (load && q.live > 0) {
            a.says(Row.LIVE_L2_LOST_BY_LOAD);
        }
        boolean carried = (load ? q.snapshotLive : q.live) > 0;
        boolean moved = load ? q.snapshotMoved : q.moved;
        if (here.vendor == Vendor.INTEL) {
            if (moved) {
                a.says(Row.MOVED_WITH_LIVE_L2);
            }
            if (!plain) {
                vmx(q, a, load, save, carried, origin);
            }
        }
        if (here.vendor == Vendor.AMD || here.vendor == Vendor.HYGON) {
            if (moved) {
                a.says(Row.AMD_MOVED_WITH_LIVE_L2);
            }
            if (!plain) {
                svm(q, a, load, save, carried, origin);
            }
        }
        if (here.arch == Arch.S390X) {
            if (moved) {
                a.says(Row.MOVED_WITH_LIVE_L2);
            }
            if (!plain) {
                sie(q, a, load, save);
            }
        } else if (here.arch != Arch.X86_64 || here.vendor == Vendor.ZHAOXIN || here.vendor == Vendor.OTHER) {
            if (moved) {
                a.says(Row.UNCOVERED_MOVED_WITH_LIVE_L2);
            }
            if (!plain) {
                uncovered(q, a, load, carried);
            }
        }
    }

    /** Section 4, row 15; section 1: hpage on another architecture. */
    private static void hugePages(Side host, Answer a, Row elsewhere, Row beside) {
        if (host.hpage != Said.NOT && host.arch != Arch.S390X) {
            a.says(elsewhere);
        }
        if (host.arch == Arch.S390X && host.hpage == Said.YES && host.nested == Said.YES && host.kernel < KERNEL_7_0) {
            a.says(beside);
        }
    }

    /** Section 4, rows 17 to 20 and 23; section 3: the assumption on the destination's nested. */
    private static void arrival(Facts q, Answer a, boolean plain, Side origin) {
        Side to = q.destination;
        if (!plain) {
            if (parameter(to) && to.nested == Said.NO) {
                a.says(Row.DESTINATION_NESTED_OFF);
            }
            if (to.nested == Said.ASSUMED_YES) {
                a.says(Row.DESTINATION_NESTED_ASSUMED);
            }
        }
        if (origin.arch != to.arch) {
            a.says(Row.ARCHITECTURE_DIFFERS);
        }
        if (origin.vendor != to.vendor) {
            a.says(!plain || q.passthrough ? Row.VENDOR_DIFFERS : Row.VENDOR_DIFFERS_WITHOUT_NESTING);
        }
        if (q.passthrough) {
            a.says(otherCpu(origin, to) ? Row.PASSTHROUGH_CPU_DIFFERS : Row.PASSTHROUGH_NEEDS_TWINS);
        }
        if (q.operation == Operation.MIGRATE && to.qemu < q.source.qemu) {
            a.says(Row.DESTINATION_QEMU_OLDER);
        }
    }

    private static boolean otherCpu(Side one, Side other) {
        return (one.cpuModel != null && other.cpuModel != null && !one.cpuModel.equals(other.cpuModel))
                || (one.cpuId >= 0 && other.cpuId >= 0 && one.cpuId != other.cpuId);
    }

    /** Section 3, plain: whether there is a parameter nested. */
    private static boolean parameter(Side host) {
        return host.arch == Arch.X86_64 || host.arch == Arch.S390X || host.arch == Arch.PPC64LE;
    }

    /** Section 4, rows 3 to 8, 24 and 25. */
    private static void vmx(Facts q, Answer a, boolean load, boolean save, boolean carried, Side origin) {
        Side to = q.destination;
        boolean originKernel = kernelFloor(origin);
        boolean originQemu = origin.qemu >= QEMU_4_2;
        boolean toKernel = save || kernelFloor(to);
        boolean toQemu = save || to.qemu >= QEMU_4_2;
        if (!load && q.source.qemu >= QEMU_3_1 && q.source.qemu < QEMU_4_1) {
            a.says(Row.INTEL_QEMU_REFUSES_VMX);
        }
        if (carried) {
            boolean floors = originKernel && originQemu && toKernel && toQemu;
            if (floors && save) {
                a.says(Row.INTEL_LIVE_L2_SAVE);
                a.says(Row.INTEL_LIVE_L2_SAVE_UNDOCUMENTED);
            } else if (floors && load) {
                a.says(Row.INTEL_LIVE_L2_LOAD);
                a.says(Row.INTEL_LIVE_L2_LOAD_UNDOCUMENTED);
            } else if (floors) {
                a.says(Row.INTEL_LIVE_L2_MIGRATION);
            }
            if (!originKernel) {
                a.says(Row.INTEL_ORIGIN_KERNEL_BELOW_FLOOR);
            }
            if (!originQemu) {
                a.says(Row.INTEL_ORIGIN_QEMU_BELOW_FLOOR);
            }
            if (!toKernel) {
                a.says(Row.INTEL_DESTINATION_KERNEL_BELOW_FLOOR);
            }
            if (!toQemu) {
                a.says(Row.INTEL_DESTINATION_QEMU_BELOW_FLOOR);
            }
            if (floorNotSure(origin)) {
                a.says(Row.INTEL_ORIGIN_FLOOR_NOT_SURE);
            }
            if (!save && floorNotSure(to)) {
                a.says(Row.INTEL_DESTINATION_FLOOR_NOT_SURE);
            }
            if (!load && !save) {
                missedPages(q.source, a, Row.INTEL_SOURCE_MISSES_L2_PAGES, Row.INTEL_SOURCE_MAY_MISS_L2_PAGES);
                missedPages(to, a, Row.INTEL_DESTINATION_MISSES_L2_PAGES, Row.INTEL_DESTINATION_MAY_MISS_L2_PAGES);
            }
            vmxDefects(q, a, load, save, origin);
            return;
        }
        a.says(load && q.live > 0 ? Row.INTEL_LOAD_OVER_LIVE_L2 : Row.INTEL_IDLE);
        if (!originKernel || !originQemu) {
            a.says(Row.INTEL_IDLE_ORIGIN_BELOW_FLOOR);
        }
        if (!toKernel || !toQemu) {
            a.says(Row.INTEL_IDLE_DESTINATION_BELOW_FLOOR);
        }
    }

    /** Section 3, the kernel floor, steps 1 to 7; a complete question never comes to the last. */
    private static boolean kernelFloor(Side host) {
        if (host.capability == Said.NO) {
            return false;
        }
        if (host.kernel >= KERNEL_5_3) {
            return true;
        }
        return switch (host.kernelOf) {
            case UPSTREAM, UPSTREAM_NUMBER, UPSTREAM_NUMBER_UNSURE, NEVER -> false;
            case FROM_BUILD, OPEN -> host.capability == Said.YES || hasBuild(host);
        };
    }

    private static boolean hasBuild(Side host) {
        return host.kernelOf == Kernel.FROM_BUILD && host.kernel == version(4, 18, 0) && host.build >= RHEL_8_HAS_IT;
    }

    /** Section 7: whether an entry that nobody has confirmed decides the kernel floor. */
    private static boolean floorNotSure(Side host) {
        if (host.capability == Said.NO || host.kernel >= KERNEL_5_3 || host.kernelOf.sure) {
            return false;
        }
        return host.kernelOf.vanillaLike || (host.capability == Said.NOT && hasBuild(host));
    }

    /** Section 4, row 8. */
    private static void missedPages(Side host, Answer a, Row misses, Row may) {
        if (host.kernel < KERNEL_5_3 || host.kernel >= KERNEL_5_4_RC1 || host.pages == Pages.OLDER) {
            return;
        }
        a.says(host.kernelOf.vanillaLike && host.pages == Pages.BROADWELL_OR_NEWER ? misses : may);
    }

    /** I-1: its condition is Broadwell or newer. */
    private static boolean dirtyLogMisses(Side host) {
        return host.kernel >= KERNEL_5_3 && host.kernel < KERNEL_5_4_RC2 && host.pages != Pages.OLDER;
    }

    /** Section 4, row 24: I-1, I-11, I-14, I-16, I-17 and section 1.2 of the facts. */
    private static void vmxDefects(Facts q, Answer a, boolean load, boolean save, Side origin) {
        Side to = q.destination;
        if (!load && !save) {
            if (dirtyLogMisses(q.source)) {
                a.says(Row.DEFECT_PML_DIRTY_LOG_SOURCE);
            }
            if (dirtyLogMisses(to)) {
                a.says(Row.DEFECT_PML_DIRTY_LOG_DESTINATION);
            }
        }
        if (save) {
            a.says(Row.DEFECT_CR4_LEAK);
        }
        if (origin.kernel >= KERNEL_5_3 && origin.kernel < KERNEL_5_11) {
            a.says(Row.DEFECT_VMCS12_UNSYNCED);
        }
        if (!save) {
            if (q.evmcs && staleEvmcs(origin.kernel)) {
                a.says(Row.DEFECT_EVMCS_STALE_ORIGIN);
            }
            if (q.evmcs && staleEvmcs(to.kernel)) {
                a.says(Row.DEFECT_EVMCS_STALE_DESTINATION);
            }
            x86Defects(q, a);
        }
    }

    private static boolean staleEvmcs(int kernel) {
        return in(kernel, version(5, 10, 13), version(5, 10, 38))
                || in(kernel, KERNEL_5_11, version(5, 11, 22))
                || in(kernel, version(5, 12, 0), version(5, 12, 5));
    }

    private static void x86Defects(Facts q, Answer a) {
        int kernel = q.destination.kernel;
        if (q.smm
                && (kernel < version(5, 10, 97)
                        || in(kernel, KERNEL_5_11, version(5, 15, 19))
                        || in(kernel, version(5, 16, 0), version(5, 16, 5))
                        || in(kernel, candidate(5, 17, 0, 1), candidate(5, 17, 0, 2)))) {
            a.says(Row.DEFECT_SMM_TOGGLE);
        }
        if (q.destination.qemu < QEMU_8_1_50) {
            a.says(Row.DEFECT_QEMU_DROPS_REFUSAL);
        }
    }

    private static boolean in(int version, int from, int below) {
        return version >= from && version < below;
    }

    /** Section 4, rows 9 to 13 and 24: I-10, I-13, I-15, I-17 and section 1.2 of the facts. */
    private static void svm(Facts q, Answer a, boolean load, boolean save, boolean carried, Side origin) {
        Side to = q.destination;
        if (!save && in(to.qemu, QEMU_5_0_50, QEMU_5_1_50)) {
            if (to.kernel >= KERNEL_5_8) {
                a.says(Row.AMD_DESTINATION_QEMU_5_1);
            } else if (!to.kernelOf.vanillaLike) {
                a.says(Row.AMD_DESTINATION_QEMU_5_1_PERHAPS);
            }
        }
        if (!carried) {
            if (load && q.live > 0) {
                a.says(Row.AMD_LOAD_OVER_LIVE_L2);
            } else {
                a.says(Row.AMD_IDLE);
                a.says(Row.AMD_IDLE_MAY_FAIL_LATER);
            }
            return;
        }
        a.says(load ? Row.AMD_LIVE_L2_IN_SNAPSHOT : Row.AMD_LIVE_L2);
        if (in(origin.qemu, QEMU_5_0_50, QEMU_5_1_50)) {
            a.says(Row.DEFECT_SVM_FORMAT_LABEL_ORIGIN);
        }
        if (in(origin.kernel, KERNEL_5_8, KERNEL_5_11)) {
            a.says(Row.DEFECT_SVM_LOST_EVENTS_ORIGIN);
        }
        if (!save) {
            if (in(to.qemu, QEMU_5_0_50, QEMU_5_1_50)) {
                a.says(Row.DEFECT_SVM_FORMAT_LABEL_DESTINATION);
            }
            if (in(to.kernel, KERNEL_5_8, KERNEL_5_11)) {
                a.says(Row.DEFECT_SVM_LOST_EVENTS_DESTINATION);
            }
            if (in(to.kernel, KERNEL_5_8, version(5, 15, 25)) || in(to.kernel, version(5, 16, 0), version(5, 16, 11))) {
                a.says(Row.DEFECT_SVM_WALK_MMU);
            }
            x86Defects(q, a);
        }
    }

    /** Section 4, rows 14 and 16. */
    private static void sie(Facts q, Answer a, boolean load, boolean save) {
        a.says(Row.S390X_ANY_L2_STATE);
        if (!load && both(q.source) && q.source.kernel >= KERNEL_7_0) {
            a.says(Row.S390X_SOURCE_HPAGE_BESIDE_NESTED);
        }
        if (save || q.destination.arch != Arch.S390X || q.destination.hpage != Said.YES) {
            return;
        }
        if (both(q.destination) && q.destination.kernel >= KERNEL_7_0) {
            a.says(Row.S390X_DESTINATION_HPAGE_BESIDE_NESTED);
        }
        // Row 16 speaks of nested left out: hpage on below 7.0 settles it as off, the one completion there is.
        if (q.destination.nested == Said.NO && q.destination.kernel < KERNEL_7_0) {
            a.says(Row.S390X_DESTINATION_HPAGE);
        }
    }

    private static boolean both(Side host) {
        return host.hpage == Said.YES && host.nested == Said.YES;
    }

    /** Section 4, row 21. */
    private static void uncovered(Facts q, Answer a, boolean load, boolean carried) {
        if (carried || (load && q.live > 0)) {
            a.says(Row.UNCOVERED_LIVE_L2);
        } else {
            a.says(Row.UNCOVERED_IDLE);
            a.says(Row.UNCOVERED_IDLE_NOT_DOCUMENTED);
        }
    }

    /** Section 3, last entry: whether a destination of which nobody says whether nested is on has it by default. */
    public static boolean nestedByDefault(Arch arch, Vendor vendor, int kernel) {
        return arch == Arch.X86_64 && (vendor == Vendor.AMD || vendor == Vendor.HYGON || kernel >= KERNEL_4_20);
    }
}
