package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Accelerator;
import org.nestguard.facts.CpuMode;
import org.nestguard.facts.Distribution;
import org.nestguard.facts.Distributions;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.KnownDefect;
import org.nestguard.facts.Level;
import org.nestguard.facts.Platform;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Thresholds;
import org.nestguard.facts.Version;
import org.nestguard.facts.VersionRange;

/** For a fact that is not known: one value of every class that rules and tables tell apart. Made from the tables. */
final class Candidates {
    private static final Version OLDEST = new Version(0, 0, 0);

    private final Tables tables;
    private final NavigableSet<Version> qemuCuts = new TreeSet<>(List.of(OLDEST));
    private final NavigableSet<Version> kernelCuts;
    private volatile @Nullable List<KernelRelease> kernels;

    Candidates(Tables tables) {
        this.tables = tables;
        Thresholds t = tables.thresholds();
        kernelCuts = new TreeSet<>(List.of(
                OLDEST,
                t.kernelFloor(),
                t.nestedByDefault(),
                t.hpageBesideNested(),
                t.svmNestedState(),
                t.missesL2Pages().from(),
                t.missesL2Pages().below()));
        qemuCuts.addAll(List.of(
                t.qemuFloor(),
                t.qemuRefusesVmx().from(),
                t.qemuRefusesVmx().below(),
                t.qemuMislabelsSvm().from(),
                t.qemuMislabelsSvm().below()));
        for (KnownDefect defect : tables.defects().values()) {
            defect.ranges()
                    .forEach(r -> (defect.component() == KnownDefect.Component.QEMU ? qemuCuts : kernelCuts)
                            .addAll(List.of(r.from(), r.below())));
        }
        tables.distributions().rows().stream()
                .map(Distribution::buildsOf)
                .filter(Objects::nonNull)
                .forEach(kernelCuts::add);
        kernelCuts.remove(VersionRange.NO_END);
        qemuCuts.remove(VersionRange.NO_END);
    }

    private static List<KernelRelease> kernels(Tables tables, NavigableSet<Version> cuts) {
        // Rows that say the same are one class; what is shown of a kernel never comes from here.
        Map<List<Object>, Distribution> classes = new LinkedHashMap<>();
        for (Distribution row : tables.distributions().rows()) {
            classes.putIfAbsent(
                    Arrays.asList(row.nestedState(), row.fromBuild(), row.buildsOf(), row.sure(), row.site()), row);
        }
        List<@Nullable Distribution> rows = new ArrayList<>(classes.values());
        rows.add(null);
        List<KernelRelease> kernels = new ArrayList<>();
        for (Version version : cuts) {
            for (Distribution row : rows) {
                kernels.add(Distributions.representative(row, version, -1));
                if (row != null && version.equals(row.buildsOf())) {
                    kernels.add(Distributions.representative(
                            row, version, row.fromBuild().orElseThrow()));
                }
            }
        }
        return List.copyOf(kernels);
    }

    /** Between which two thresholds a version lies. */
    int kernelInterval(Version version) {
        return kernelCuts.headSet(version, true).size();
    }

    /** How many such places there are. */
    int kernelIntervals() {
        return kernelCuts.size() + 1;
    }

    /** Likewise for QEMU. */
    int qemuIntervals() {
        return qemuCuts.size() + 1;
    }

    /** Likewise for QEMU. */
    int qemuInterval(Version version) {
        return qemuCuts.headSet(version, true).size();
    }

    /** One kernel of every class; made when a question first lacks one. */
    List<KernelRelease> kernels() {
        List<KernelRelease> made = kernels;
        if (made == null) {
            made = kernels(tables, kernelCuts); // the same, whoever makes it
            kernels = made;
        }
        return made;
    }

    /** @param other the version of the other host, where that is known: which of the two is older is asked as well */
    List<QemuVersion> qemus(@Nullable Version other) {
        NavigableSet<Version> cuts = new TreeSet<>(qemuCuts);
        if (other != null) {
            cuts.add(other);
            cuts.add(new Version(other.major(), other.minor(), other.micro() + 1));
        }
        return cuts.stream().map(v -> new QemuVersion(v.toString(), v)).toList();
    }

    /** The candidates of a fact that depends on no other. */
    List<?> of(FactName name) {
        return switch (name.kind()) {
            case OPERATING_LEVEL -> List.of(Level.L0, Level.L1);
            case GUEST_LEVEL -> List.of(Level.L1, Level.L2);
            case ACCELERATOR -> List.of(Accelerator.values());
            case CPU_MODE -> List.of(CpuMode.values());
            case PLATFORM -> Platform.POSSIBLE;
            case FLAG -> List.of(true, false);
            case COUNT -> List.of(0, 1);
            case KERNEL -> kernels();
            case QEMU -> qemus(null);
            case TEXT, ARCH, VENDOR, CPU_ID -> throw new IllegalArgumentException(name + " makes no worlds");
        };
    }
}
