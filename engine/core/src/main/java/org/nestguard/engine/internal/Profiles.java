package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.FactClasses;
import org.nestguard.facts.CpuId;
import org.nestguard.facts.Distribution;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Platform;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Vendor;

/**
 * Tells questions apart as far as rules and tables do. Two questions of one profile differ in names and in values of one
 * class (two kernels between the same two thresholds), so what the rules say of one they say of the other. Every fact of
 * the guest and its hosts that has such classes is in it as it was asked; beside them stands what rules read of two facts
 * at once. Safe for use by many threads.
 */
@SuppressWarnings("EnumOrdinal") // no number outlives the process
final class Profiles {
    private static final int REMEMBERED = 4_096;

    // What a fact takes: why it is missing, or after these its value or class, and whether that is assumed.
    private static final int KNOWN = Fact.Missing.State.values().length;
    private static final int FACT_BITS = 5;
    private static final int QEMU_BITS = 8;
    private static final int PLATFORM_BITS = 8;
    private static final int CPU_BITS = 2;
    private static final int VENDORS = Vendor.values().length;

    private static final FactName[] GUEST = small(Party.GUEST);
    private static final FactName[] SNAPSHOT = small(Party.SNAPSHOT);
    private static final FactName[] SOURCE = small(Party.SOURCE);
    private static final FactName[] DESTINATION = small(Party.DESTINATION);

    private static final Set<FactName> CPU_MODELS =
            EnumSet.of(FactName.SNAPSHOT_CPU_MODEL, FactName.SOURCE_CPU_MODEL, FactName.DESTINATION_CPU_MODEL);

    private static final int CPU_DIFFERS = 1;
    private static final int QEMU_OLDER = 2;

    /** How many bits {@link #between} takes. */
    static final int BETWEEN_BITS = Integer.numberOfTrailingZeros(FactClasses.BETWEEN);

    /** The keys of hosts that {@link #between} reads. */
    static final List<String> COMPARED =
            List.of(FactName.SOURCE_QEMU.key(), FactName.SOURCE_CPU_MODEL.key(), FactName.SOURCE_CPU_ID.key());

    private final Tables tables;
    private final Candidates candidates;
    private final ConcurrentHashMap<String, Integer> kernels = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> qemus = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Integer> cpus = new ConcurrentHashMap<>();

    Profiles(Tables tables, Candidates candidates) {
        this.tables = tables;
        this.candidates = candidates;
        if (coded(candidates.qemuIntervals(), Fact.Known.stated(true)) >= 1 << QEMU_BITS) {
            throw new IllegalStateException("the versions of QEMU that the tables tell apart do not fit in a profile");
        }
    }

    /** The facts of a party that have a handful of values: all but names and what has bits of its own. */
    private static FactName[] small(Party party) {
        List<FactName> small = new ArrayList<>();
        for (FactName name : FactName.values()) {
            boolean own = switch (name.kind()) {
                case TEXT, CPU_ID, PLATFORM, KERNEL, QEMU -> true;
                default -> false;
            };
            if (name.party() == party && !own) {
                small.add(name);
            }
        }
        if (small.size() * FACT_BITS + QEMU_BITS + PLATFORM_BITS + 2 * CPU_BITS > Long.SIZE) {
            throw new IllegalStateException("the facts of the " + party.word() + " do not fit in a profile");
        }
        return small.toArray(new FactName[0]);
    }

    /** The profile of a question, equal for questions that no rule tells apart. */
    Profile of(Question question) {
        boolean load = question.operation() == Operation.LOADVM;
        long guest = small(question, GUEST, question.operation().ordinal());
        long origin = load
                ? host(
                        question,
                        SNAPSHOT,
                        FactName.SNAPSHOT_PLATFORM,
                        FactName.SNAPSHOT_QEMU,
                        FactName.SNAPSHOT_CPU_ID,
                        FactName.SNAPSHOT_CPU_MODEL)
                : host(
                        question,
                        SOURCE,
                        FactName.SOURCE_PLATFORM,
                        FactName.SOURCE_QEMU,
                        FactName.SOURCE_CPU_ID,
                        FactName.SOURCE_CPU_MODEL);
        long kernels = kernel(question.fact(load ? FactName.SNAPSHOT_KERNEL : FactName.SOURCE_KERNEL));
        if (question.operation() == Operation.SAVEVM) {
            return new Profile(guest, origin, 0, kernels);
        }
        long destination = host(
                question,
                DESTINATION,
                FactName.DESTINATION_PLATFORM,
                FactName.DESTINATION_QEMU,
                FactName.DESTINATION_CPU_ID,
                FactName.DESTINATION_CPU_MODEL);
        return new Profile(
                guest << BETWEEN_BITS | between(question),
                origin,
                destination,
                kernels << Integer.SIZE | kernel(question.fact(FactName.DESTINATION_KERNEL)));
    }

    /** Whether values of a fact have more than one class. */
    static boolean tells(FactName name) {
        return switch (name.kind()) {
            case TEXT -> CPU_MODELS.contains(name); // no built-in rule reads another text
            case PLATFORM -> false; // its two parts have classes of their own
            default -> true;
        };
    }

    /** The class of one fact. A profile has nothing in it but these, and what is read of two facts at once. */
    int of(FactName name, Fact<?> fact) {
        if (!tells(name)) {
            return 0;
        }
        return switch (name.kind()) {
            case TEXT -> cpuModel(fact);
            case CPU_ID -> cpuId(fact);
            case KERNEL -> kernel(fact);
            case QEMU -> qemu(fact);
            default -> code(fact);
        };
    }

    /** What is read of two facts at once. */
    int between(Question question) {
        return (cpuDiffers(question, question.operation() == Operation.LOADVM) ? CPU_DIFFERS : 0)
                | (qemuOlder(question) ? QEMU_OLDER : 0);
    }

    /** The bits of {@link #between} that hang on facts of that kind. */
    static int comparing(Kind kind) {
        return kind == Kind.QEMU ? QEMU_OLDER : CPU_DIFFERS;
    }

    private static long small(Question question, FactName[] names, long bits) {
        for (FactName name : names) {
            bits = bits << FACT_BITS | code(question.fact(name));
        }
        return bits;
    }

    private static int code(Fact<?> fact) {
        if (fact instanceof Fact.Known<?> known) {
            Object value = known.value();
            int ordinal;
            if (value instanceof Boolean flag) {
                ordinal = flag ? 1 : 0;
            } else if (value instanceof Enum<?> word) {
                ordinal = word.ordinal();
            } else if (value instanceof Integer count) {
                ordinal = count > 0 ? 1 : 0; // no rule counts further
            } else {
                throw new IllegalArgumentException("a value of no class: " + value);
            }
            return coded(ordinal, known);
        }
        return missing(fact);
    }

    static int coded(int ordinal, Fact.Known<?> known) {
        return KNOWN + 2 * ordinal + (known.assumption() == null ? 0 : 1);
    }

    private static int missing(Fact<?> fact) {
        if (fact instanceof Fact.Missing<?> missing) {
            return missing.state().ordinal();
        }
        throw new IllegalArgumentException("a fact that is neither known nor missing");
    }

    private long host(Question q, FactName[] names, FactName platform, FactName qemu, FactName cpuId, FactName cpu) {
        long bits = small(q, names, platform(q.fact(platform)));
        bits = bits << QEMU_BITS | qemu(q.fact(qemu));
        bits = bits << CPU_BITS | cpuId(q.fact(cpuId));
        return bits << CPU_BITS | cpuModel(q.fact(cpu));
    }

    private static int platform(Fact<?> fact) {
        return fact instanceof Fact.Known<?> known && known.value() instanceof Platform platform
                ? coded(platform.arch().ordinal() * VENDORS + platform.vendor().ordinal(), known)
                : missing(fact);
    }

    private int qemu(Fact<?> fact) {
        return fact instanceof Fact.Known<?> known && known.value() instanceof QemuVersion qemu
                ? coded(interval(qemu), known)
                : missing(fact);
    }

    private int interval(QemuVersion qemu) {
        Integer seen = qemus.get(qemu.text());
        return seen != null ? seen : remember(qemus, qemu.text(), candidates.qemuInterval(qemu.version()));
    }

    private int kernel(Fact<?> fact) {
        return fact instanceof Fact.Known<?> known && known.value() instanceof KernelRelease kernel
                ? coded(kernelClass(kernel), known)
                : missing(fact);
    }

    /** Between which thresholds it lies, which row of the distributor table claims it, and whether its build decides. */
    private int kernelClass(KernelRelease kernel) {
        Integer seen = kernels.get(kernel.text());
        if (seen != null) {
            return seen;
        }
        Distribution row = tables.distributions().of(kernel).orElse(null);
        boolean byBuild = row != null && row.meetsByBuild(kernel);
        int place = place(row) * candidates.kernelIntervals() + candidates.kernelInterval(kernel.version());
        return remember(kernels, kernel.text(), place * 2 + (byBuild ? 1 : 0));
    }

    private int place(@Nullable Distribution row) {
        List<Distribution> rows = tables.distributions().rows();
        int place = row == null ? 0 : rows.size();
        while (row != null && !rows.get(place - 1).id().equals(row.id())) {
            place--;
        }
        return place;
    }

    /** Which CPUs they are is told apart by one question only: Broadwell or newer? */
    private int cpuId(Fact<?> fact) {
        return fact.known() ? broadwell(tables.intelCores().broadwellOrNewer((CpuId) fact.value())) : 0;
    }

    private int cpuModel(Fact<?> fact) {
        if (!fact.known()) {
            return 0;
        }
        String model = (String) fact.value();
        Integer seen = cpus.get(model);
        return seen != null
                ? seen
                : remember(cpus, model, broadwell(tables.intelCores().broadwellOrNewer(model)));
    }

    private static int broadwell(Optional<Boolean> newer) {
        return newer.isEmpty() ? 1 : newer.get() ? 2 : 3;
    }

    private static int remember(ConcurrentHashMap<String, Integer> known, String text, int code) {
        if (known.size() < REMEMBERED) {
            known.put(text, code);
        }
        return code;
    }

    // ---- what rules read of two facts at once; without the words of the rules, which would make whole hosts

    private static boolean cpuDiffers(Question q, boolean load) {
        return differ(
                        q.fact(load ? FactName.SNAPSHOT_CPU_MODEL : FactName.SOURCE_CPU_MODEL),
                        q.fact(FactName.DESTINATION_CPU_MODEL))
                || differ(
                        q.fact(load ? FactName.SNAPSHOT_CPU_ID : FactName.SOURCE_CPU_ID),
                        q.fact(FactName.DESTINATION_CPU_ID));
    }

    private static boolean differ(Fact<?> one, Fact<?> other) {
        return one.known() && other.known() && !one.value().equals(other.value());
    }

    private static boolean qemuOlder(Question q) {
        Fact<?> source = q.fact(FactName.SOURCE_QEMU);
        Fact<?> destination = q.fact(FactName.DESTINATION_QEMU);
        return q.migrate()
                && source.known()
                && destination.known()
                && ((QemuVersion) destination.value()).version().before(((QemuVersion) source.value()).version());
    }
}
