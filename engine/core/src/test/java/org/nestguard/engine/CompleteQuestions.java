package org.nestguard.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.PlainTable.Facts;
import org.nestguard.engine.PlainTable.Kernel;
import org.nestguard.engine.PlainTable.Pages;
import org.nestguard.engine.PlainTable.Said;
import org.nestguard.engine.PlainTable.Side;
import org.nestguard.facts.Arch;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Level;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Vendor;

/**
 * Complete questions, each as a document would state it and taken apart by hand, so that the engine's reading of kernel
 * releases, QEMU versions and CPU names is under test too.
 */
public final class CompleteQuestions {
    /** A kernel release and what it means. */
    public record KernelCase(String text, int version, Kernel of, int build) {}

    /** A QEMU version as it is stated and as a number. */
    public record QemuCase(String text, int version) {}

    /** What is said of a CPU. */
    public record CpuCase(@Nullable String model, @Nullable String id, int idNumber, Pages pages) {}

    /** An architecture and a vendor. */
    public record PlatformCase(Arch arch, Vendor vendor) {}

    /** A host as a question states it and taken apart. */
    public record HostCase(Map<String, Fact<?>> stated, Side side) {}

    /** What is said of the guest and of the snapshot's state. */
    public record GuestCase(
            boolean l2,
            boolean tcg,
            boolean nesting,
            int live,
            boolean passthrough,
            boolean moved,
            boolean smm,
            boolean evmcs,
            int snapshotLive,
            boolean snapshotMoved) {
        GuestCase with(boolean nesting, int live, int snapshotLive) {
            return new GuestCase(l2, tcg, nesting, live, passthrough, moved, smm, evmcs, snapshotLive, snapshotMoved);
        }
    }

    /** One question, both ways. */
    public record Case(Question question, Facts facts) {}

    /** What is known of nesting on a host, and its level. */
    public record Setting(Said nested, Said hpage, Said capability, Level level) {}

    public static final List<KernelCase> KERNELS = kernels();
    public static final List<QemuCase> QEMUS = qemus();
    public static final List<CpuCase> CPUS = List.of(
            new CpuCase(null, null, -1, Pages.NOT_KNOWN),
            new CpuCase("Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz", null, -1, Pages.BROADWELL_OR_NEWER),
            new CpuCase("Intel(R) Xeon(R) CPU E5-2690 v3 @ 2.60GHz", null, -1, Pages.OLDER),
            new CpuCase("Intel(R) Xeon(R) CPU E5-2690 v4 @ 2.60GHz", null, -1, Pages.BROADWELL_OR_NEWER),
            new CpuCase("AMD EPYC 7763 64-Core Processor", null, -1, Pages.NOT_KNOWN),
            new CpuCase(null, "6-85-4", 685_04, Pages.BROADWELL_OR_NEWER),
            new CpuCase(null, "6-63-2", 663_02, Pages.OLDER),
            new CpuCase("Intel(R) Xeon(R) CPU E5-2690 v3 @ 2.60GHz", "6-63-2", 663_02, Pages.OLDER));
    public static final List<PlatformCase> PLATFORMS = List.of(
            new PlatformCase(Arch.X86_64, Vendor.INTEL),
            new PlatformCase(Arch.X86_64, Vendor.AMD),
            new PlatformCase(Arch.X86_64, Vendor.HYGON),
            new PlatformCase(Arch.X86_64, Vendor.ZHAOXIN),
            new PlatformCase(Arch.X86_64, Vendor.OTHER),
            new PlatformCase(Arch.S390X, Vendor.IBM),
            new PlatformCase(Arch.PPC64LE, Vendor.IBM),
            new PlatformCase(Arch.PPC64LE, Vendor.OTHER),
            new PlatformCase(Arch.AARCH64, Vendor.ARM),
            new PlatformCase(Arch.AARCH64, Vendor.OTHER),
            new PlatformCase(Arch.RISCV64, Vendor.OTHER),
            new PlatformCase(Arch.LOONGARCH64, Vendor.OTHER));
    /** Pairs that no host can have. */
    public static final List<PlatformCase> IMPOSSIBLE = List.of(
            new PlatformCase(Arch.S390X, Vendor.INTEL),
            new PlatformCase(Arch.X86_64, Vendor.IBM),
            new PlatformCase(Arch.AARCH64, Vendor.AMD),
            new PlatformCase(Arch.S390X, Vendor.OTHER));

    private static final List<Operation> OPERATIONS = List.of(Operation.values());
    private static final List<Said> PROBED = List.of(Said.NOT, Said.NO, Said.YES);

    private final Tables tables;

    /** Questions that are measured against these tables. */
    public CompleteQuestions(Tables tables) {
        this.tables = tables;
    }

    private static List<KernelCase> kernels() {
        List<KernelCase> k = new ArrayList<>();
        for (int[] v : new int[][] {
            {4, 18, 0},
            {4, 19, 300},
            {4, 20, 0},
            {5, 2, 21},
            {5, 3, 0},
            {5, 3, 18},
            {5, 4, 0},
            {5, 7, 19},
            {5, 8, 0},
            {5, 10, 12},
            {5, 10, 13},
            {5, 10, 37},
            {5, 10, 38},
            {5, 10, 96},
            {5, 10, 97},
            {5, 11, 0},
            {5, 11, 21},
            {5, 11, 22},
            {5, 12, 4},
            {5, 12, 5},
            {5, 15, 18},
            {5, 15, 19},
            {5, 15, 24},
            {5, 15, 25},
            {5, 16, 0},
            {5, 16, 4},
            {5, 16, 5},
            {5, 16, 10},
            {5, 16, 11},
            {5, 17, 0},
            {6, 8, 0},
            {6, 19, 3},
            {7, 0, 0},
            {7, 1, 2}
        }) {
            k.add(new KernelCase(
                    v[0] + "." + v[1] + "." + v[2], PlainTable.version(v[0], v[1], v[2]), Kernel.UPSTREAM, -1));
        }
        for (int[] v : new int[][] {{5, 3, 4}, {5, 4, 1}, {5, 4, 2}, {5, 8, 1}, {5, 17, 1}, {5, 17, 2}, {7, 0, 7}}) {
            k.add(new KernelCase(
                    v[0] + "." + v[1] + ".0-rc" + v[2],
                    PlainTable.candidate(v[0], v[1], 0, v[2]),
                    Kernel.UPSTREAM,
                    -1));
        }
        k.add(new KernelCase("5.3", PlainTable.version(5, 3, 0), Kernel.UPSTREAM, -1));
        k.add(new KernelCase("5.2.14-arch1-1", PlainTable.version(5, 2, 14), Kernel.UPSTREAM, -1));
        k.add(new KernelCase("5.3.7-gentoo", PlainTable.version(5, 3, 7), Kernel.UPSTREAM, -1));
        k.add(new KernelCase("5.2.18-200.fc30.x86_64", PlainTable.version(5, 2, 18), Kernel.UPSTREAM_NUMBER, 200));
        k.add(new KernelCase("5.3.7-301.fc31.x86_64", PlainTable.version(5, 3, 7), Kernel.UPSTREAM_NUMBER, 301));
        k.add(new KernelCase("4.19.0-25-amd64", PlainTable.version(4, 19, 0), Kernel.UPSTREAM_NUMBER_UNSURE, 25));
        k.add(new KernelCase(
                "4.19.0-0.bpo.6-cloud-amd64", PlainTable.version(4, 19, 0), Kernel.UPSTREAM_NUMBER_UNSURE, 0));
        k.add(new KernelCase("5.3.0-3-amd64", PlainTable.version(5, 3, 0), Kernel.UPSTREAM_NUMBER_UNSURE, 3));
        k.add(new KernelCase("6.1.0-18-amd64", PlainTable.version(6, 1, 0), Kernel.UPSTREAM_NUMBER_UNSURE, 18));
        k.add(new KernelCase("2.6.32-754.el6.x86_64", PlainTable.version(2, 6, 32), Kernel.NEVER, 754));
        k.add(new KernelCase("3.10.0-1160.el7.x86_64", PlainTable.version(3, 10, 0), Kernel.NEVER, 1160));
        k.add(new KernelCase("4.18.0-147.8.1.el8_1.x86_64", PlainTable.version(4, 18, 0), Kernel.FROM_BUILD, 147));
        k.add(new KernelCase("4.18.0-193.6.3.el8_2.x86_64", PlainTable.version(4, 18, 0), Kernel.FROM_BUILD, 193));
        k.add(new KernelCase("4.18.0-553.el8_10.x86_64", PlainTable.version(4, 18, 0), Kernel.FROM_BUILD, 553));
        k.add(new KernelCase("5.14.0-427.13.1.el9_4.x86_64", PlainTable.version(5, 14, 0), Kernel.OPEN, 427));
        k.add(new KernelCase("4.14.35-2047.518.4.el7uek.x86_64", PlainTable.version(4, 14, 35), Kernel.OPEN, 2047));
        k.add(new KernelCase("5.4.17-2136.300.7.el8uek.x86_64", PlainTable.version(5, 4, 17), Kernel.OPEN, 2136));
        k.add(new KernelCase("4.15.0-213-generic", PlainTable.version(4, 15, 0), Kernel.OPEN, 213));
        k.add(new KernelCase("5.0.0-65-lowlatency", PlainTable.version(5, 0, 0), Kernel.OPEN, 65));
        k.add(new KernelCase("5.3.0-76-generic", PlainTable.version(5, 3, 0), Kernel.OPEN, 76));
        k.add(new KernelCase("5.4.0-1103-aws", PlainTable.version(5, 4, 0), Kernel.OPEN, 1103));
        k.add(new KernelCase("5.8.0-63-generic", PlainTable.version(5, 8, 0), Kernel.OPEN, 63));
        k.add(new KernelCase("6.8.0-31-generic", PlainTable.version(6, 8, 0), Kernel.OPEN, 31));
        k.add(new KernelCase("7.0.0-14-generic", PlainTable.version(7, 0, 0), Kernel.OPEN, 14));
        k.add(new KernelCase("5.0.21-5-pve", PlainTable.version(5, 0, 21), Kernel.OPEN, 5));
        k.add(new KernelCase("5.3.18-150300.59.106-default", PlainTable.version(5, 3, 18), Kernel.OPEN, 150_300));
        k.add(new KernelCase("4.12.14-122.37-default", PlainTable.version(4, 12, 14), Kernel.OPEN, 122));
        k.add(new KernelCase("4.19.90-2003.4.0.oe1.x86_64", PlainTable.version(4, 19, 90), Kernel.OPEN, 2003));
        k.add(new KernelCase("4.14.336-257.562.amzn2.x86_64", PlainTable.version(4, 14, 336), Kernel.OPEN, 257));
        return List.copyOf(k);
    }

    private static List<QemuCase> qemus() {
        List<QemuCase> q = new ArrayList<>();
        for (int[] v : new int[][] {
            {2, 12, 0}, {3, 0, 94}, {3, 1, 0}, {4, 0, 1}, {4, 0, 95}, {4, 1, 0}, {4, 1, 94}, {4, 2, 0}, {5, 0, 0},
            {5, 0, 49}, {5, 0, 50}, {5, 1, 0}, {5, 1, 49}, {5, 1, 50}, {5, 2, 0}, {8, 1, 49}, {8, 1, 50}, {8, 2, 0},
            {10, 1, 2}
        }) {
            q.add(new QemuCase(v[0] + "." + v[1] + "." + v[2], PlainTable.version(v[0], v[1], v[2])));
        }
        q.add(new QemuCase("QEMU emulator version 4.2.1 (Debian 1:4.2-3ubuntu6.28)", PlainTable.version(4, 2, 1)));
        q.add(new QemuCase(
                "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u16)", PlainTable.version(7, 2, 22)));
        q.add(new QemuCase("4002000", PlainTable.version(4, 2, 0)));
        return List.copyOf(q);
    }

    /** The kernel of that release. */
    public static KernelCase kernel(String text) {
        return KERNELS.stream().filter(k -> k.text().equals(text)).findFirst().orElseThrow();
    }

    /** The QEMU of that version. */
    public static QemuCase qemu(String text) {
        return QEMUS.stream().filter(q -> q.text().equals(text)).findFirst().orElseThrow();
    }

    /** Whether the kernel floor of such a host can be told: its distribution, or a probe, says. */
    public static boolean floorKnown(KernelCase kernel, Said capability) {
        boolean below = kernel.version() < PlainTable.version(5, 3, 0);
        boolean build = kernel.of() == Kernel.FROM_BUILD && kernel.build() >= 193;
        boolean open = kernel.of() == Kernel.OPEN || (kernel.of() == Kernel.FROM_BUILD && !build);
        return capability != Said.NOT || !below || !open;
    }

    /** A host; all that a complete question says of one. */
    public HostCase host(
            PlatformCase platform,
            KernelCase kernel,
            QemuCase qemu,
            CpuCase cpu,
            Setting setting,
            boolean platformLeftOut) {
        Map<String, Fact<?>> stated = new LinkedHashMap<>();
        if (!platformLeftOut) {
            put(stated, "arch", platform.arch().word());
            put(stated, "vendor", platform.vendor().word());
        }
        put(stated, "kernel", kernel.text());
        put(stated, "qemu", qemu.text());
        put(stated, "level", setting.level().word());
        if (setting.nested() == Said.YES || setting.nested() == Said.NO) {
            put(stated, "nested", setting.nested() == Said.YES ? "Y" : "N");
        }
        if (setting.hpage() != Said.NOT) {
            put(stated, "hpage", setting.hpage() == Said.YES ? "1" : "0");
        }
        if (setting.capability() != Said.NOT) {
            put(stated, "nestedStateCapability", setting.capability() == Said.YES ? "true" : "false");
        }
        if (cpu.model() != null) {
            put(stated, "cpuModel", cpu.model());
        }
        if (cpu.id() != null) {
            put(stated, "cpuId", cpu.id());
        }
        return new HostCase(
                stated,
                new Side(
                        setting.level(),
                        platform.arch(),
                        platform.vendor(),
                        kernel.version(),
                        kernel.of(),
                        kernel.build(),
                        qemu.version(),
                        setting.nested(),
                        setting.hpage(),
                        setting.capability(),
                        cpu.model(),
                        cpu.idNumber(),
                        cpu.pages(),
                        platformLeftOut));
    }

    // Every key of a host is read the same way whichever host it is; the source has all of them.
    private static void put(Map<String, Fact<?>> stated, String key, String text) {
        FactName name = FactName.of(Party.SOURCE, key).orElseThrow();
        stated.put(key, Question.Builder.read(name, text));
    }

    /** A question of these parts, both ways; the operation takes what it reads. */
    public Case ask(Operation operation, GuestCase guest, HostCase from, HostCase destination) {
        boolean load = operation == Operation.LOADVM;
        Question.Builder q = Question.about(operation, tables);
        guest(q, guest, load);
        state(q, load ? Party.SNAPSHOT : Party.SOURCE, from);
        if (operation != Operation.SAVEVM) {
            state(q, Party.DESTINATION, destination);
        }
        return new Case(
                q.build(),
                new Facts(
                        operation,
                        guest.l2(),
                        guest.tcg(),
                        guest.nesting(),
                        guest.live(),
                        guest.passthrough(),
                        guest.moved(),
                        guest.smm(),
                        guest.evmcs(),
                        guest.snapshotLive(),
                        guest.snapshotMoved(),
                        from.side(),
                        destination.side(),
                        from.side()));
    }

    private static void guest(Question.Builder q, GuestCase guest, boolean load) {
        q.state(FactName.GUEST_NAME, "build-farm-07");
        q.state(FactName.GUEST_LEVEL, guest.l2() ? "L2" : "L1");
        q.state(FactName.GUEST_ACCELERATOR, guest.tcg() ? "tcg" : "kvm");
        q.state(FactName.GUEST_NESTING, guest.nesting() ? "true" : "false");
        q.state(FactName.GUEST_L2_LIVE, Integer.toString(guest.live()));
        q.state(FactName.GUEST_CPU_MODE, guest.passthrough() ? "host-passthrough" : "custom");
        q.state(FactName.GUEST_SMM, guest.smm() ? "true" : "false");
        q.state(FactName.GUEST_EVMCS, guest.evmcs() ? "true" : "false");
        if (load) {
            q.state(FactName.SNAPSHOT_L2_LIVE, Integer.toString(guest.snapshotLive()));
            q.state(FactName.SNAPSHOT_MOVED, guest.snapshotMoved() ? "true" : "false");
        } else {
            q.state(FactName.GUEST_MOVED, guest.moved() ? "true" : "false");
        }
    }

    private static void state(Question.Builder q, Party party, HostCase host) {
        host.stated().forEach((key, fact) -> FactName.of(party, key).ifPresent(name -> q.put(name, fact)));
    }

    // ---- drawn ones

    /**
     * Complete questions drawn over everything at once; the same seed draws the same ones.
     *
     * @param alike how many of ten destinations are of the platform that the guest comes from; the rest is drawn
     */
    public List<Case> drawn(long seed, int count, int alike) {
        SplittableRandom r = new SplittableRandom(seed);
        List<Case> cases = new ArrayList<>(count);
        while (cases.size() < count) {
            cases.add(draw(r, alike));
        }
        return cases;
    }

    private Case draw(SplittableRandom r, int alike) {
        Operation operation = OPERATIONS.get(Math.max(0, r.nextInt(5) - 2));
        boolean l2 = r.nextInt(10) == 0;
        boolean tcg = r.nextInt(20) == 0;
        boolean sloppy = r.nextInt(20) == 0; // facts that contradict each other
        PlatformCase from = sloppy && r.nextInt(3) == 0 ? IMPOSSIBLE.get(r.nextInt(IMPOSSIBLE.size())) : platform(r);
        PlatformCase to = r.nextInt(10) < alike ? from : platform(r);
        boolean load = operation == Operation.LOADVM;
        boolean leftOut = load && r.nextInt(3) == 0;
        GuestCase guest = new GuestCase(
                l2,
                tcg,
                r.nextInt(5) != 0,
                0,
                r.nextInt(3) == 0,
                r.nextInt(12) == 0,
                r.nextBoolean(),
                r.nextInt(4) == 0,
                0,
                r.nextInt(12) == 0);
        int live = (guest.nesting() || sloppy) && r.nextInt(3) == 0 ? 1 + r.nextInt(3) : 0;
        int snapshotLive = (guest.nesting() || sloppy) && r.nextInt(3) == 0 ? 2 : 0;
        Level level = l2 != sloppy ? Level.L1 : Level.L0;
        Level there = l2 ? (r.nextInt(4) == 0 ? Level.L0 : Level.L1) : level;
        HostCase source = drawHost(r, leftOut ? to : from, live > 0 && !sloppy, false, level, leftOut, sloppy);
        HostCase destination = drawHost(r, to, false, true, there, false, sloppy);
        return ask(operation, guest.with(guest.nesting(), live, snapshotLive), source, destination);
    }

    private static PlatformCase platform(SplittableRandom r) {
        int n = r.nextInt(20);
        return n < 8
                ? PLATFORMS.get(0)
                : n < 14 ? PLATFORMS.get(1) : n < 16 ? PLATFORMS.get(5) : PLATFORMS.get(r.nextInt(PLATFORMS.size()));
    }

    private HostCase drawHost(
            SplittableRandom r,
            PlatformCase platform,
            boolean nesting,
            boolean mayAssume,
            Level level,
            boolean platformLeftOut,
            boolean sloppy) {
        KernelCase kernel = KERNELS.get(r.nextInt(KERNELS.size()));
        Said capability = PROBED.get(Math.max(0, r.nextInt(5) - 2));
        while (!floorKnown(kernel, capability)) {
            kernel = KERNELS.get(r.nextInt(KERNELS.size()));
        }
        Said nested = nesting || r.nextInt(8) != 0 ? Said.YES : Said.NO;
        if (mayAssume
                && r.nextInt(4) == 0
                && PlainTable.nestedByDefault(platform.arch(), platform.vendor(), kernel.version())) {
            nested = Said.ASSUMED_YES;
        }
        Said hpage = platform.arch() == Arch.S390X || (sloppy && r.nextInt(3) == 0)
                ? (r.nextInt(3) == 0 ? Said.YES : Said.NO)
                : Said.NOT;
        CpuCase cpu = CPUS.get(r.nextInt(CPUS.size()));
        QemuCase qemu = QEMUS.get(r.nextInt(QEMUS.size()));
        return host(platform, kernel, qemu, cpu, new Setting(nested, hpage, capability, level), platformLeftOut);
    }

    /** What a question states, for a message. */
    static Map<FactName, String> shown(Question question) {
        Map<FactName, String> shown = new EnumMap<>(FactName.class);
        for (FactName name : FactName.values()) {
            Fact<?> fact = question.fact(name);
            if (fact.known() && name.written()) {
                shown.put(name, fact.value().toString());
            }
        }
        return shown;
    }
}
