package org.nestguard.engine.internal;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.nestguard.facts.CpuId;
import org.nestguard.facts.Distribution;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Party;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;

/**
 * Tells questions apart as far as rules and tables do. Two questions of one profile differ in names and in values of one
 * class (two kernels between the same two thresholds), so what the rules say of one they say of the other. Every fact that
 * makes worlds is in it, by the classes of the tables; beside them stands what rules read of two facts at once.
 */
final class Profiles {
    private static final int REMEMBERED = 4_096;

    private final Tables tables;
    private final Candidates candidates;
    private final ConcurrentHashMap<Object, Character> codes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Character> kernels = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Character> qemus = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Character> cpus = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    private record KernelClass(int interval, Optional<String> row, boolean meetsByBuild) {}

    private record QemuClass(int interval) {}

    private record Assumed(Object value) {}

    Profiles(Tables tables, Candidates candidates) {
        this.tables = tables;
        this.candidates = candidates;
    }

    /** The profile of a question, equal for questions that no rule tells apart. */
    String of(PreparedQuestion prepared) {
        Question q = prepared.asked();
        StringBuilder profile = new StringBuilder(FactName.values().length + 8);
        profile.append(code(q.operation()));
        for (FactName name : PreparedQuestion.FACTS) {
            if (name.kind() != Kind.TEXT && name.kind() != Kind.CPU_ID && PreparedQuestion.read(q.operation(), name)) {
                profile.append(code(q.fact(name)));
            }
        }
        cpu(q, Party.SOURCE, profile);
        cpu(q, Party.DESTINATION, profile);
        profile.append(q.cpuDiffers() ? 'd' : '-');
        boolean comparable = q.migrate()
                && q.source().qemu().known()
                && q.destination().qemu().known();
        return profile.append(comparable && q.toOlderQemu() ? 'o' : '-').toString();
    }

    private char code(Fact<?> fact) {
        if (fact instanceof Fact.Missing<?> missing) {
            return code(missing.state());
        }
        Object value = fact.value();
        if (fact.assumed()) {
            return code(new Assumed(value));
        }
        if (value instanceof KernelRelease kernel) {
            return remembered(kernels, kernel.text(), () -> code(kernelClass(kernel)));
        }
        if (value instanceof QemuVersion qemu) {
            return remembered(qemus, qemu.text(), () -> code(new QemuClass(candidates.qemuInterval(qemu.version()))));
        }
        return value instanceof Integer count ? code(Math.min(count, 1)) : code(value);
    }

    private KernelClass kernelClass(KernelRelease kernel) {
        Optional<Distribution> row = tables.distributions().of(kernel);
        return new KernelClass(
                candidates.kernelInterval(kernel.version()),
                row.map(Distribution::id),
                row.filter(r -> r.meetsByBuild(kernel)).isPresent());
    }

    /** Which CPUs they are is told apart by one question only: Broadwell or newer? */
    private void cpu(Question q, Party party, StringBuilder profile) {
        Fact<?> model = q.fact(FactName.of(party, "cpuModel").orElseThrow());
        Fact<?> id = q.fact(FactName.of(party, "cpuId").orElseThrow());
        profile.append(id.known() ? code(tables.intelCores().broadwellOrNewer((CpuId) id.value())) : code("no id"));
        profile.append(
                model.known()
                        ? remembered(
                                cpus,
                                (String) model.value(),
                                () -> code(tables.intelCores().broadwellOrNewer((String) model.value())))
                        : code("no model"));
    }

    private char code(Object value) {
        return codes.computeIfAbsent(value, v -> (char) next.incrementAndGet());
    }

    private static char remembered(ConcurrentHashMap<String, Character> known, String text, Supplier<Character> work) {
        Character seen = known.get(text);
        if (seen != null) {
            return seen;
        }
        char code = work.get();
        if (known.size() < REMEMBERED) {
            known.put(text, code);
        }
        return code;
    }
}
