package org.nestguard.fleet.audit;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.waiver.WaiverFinding;
import org.nestguard.findings.Verdict;

/** All that an audit counts of guests and records. Parts of a fleet can be counted apart and added up. For one thread. */
public final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;

    // An answer is counted whole at the end, as long as there are not too many of them.
    private static final int MOST_SHARED = 100_000;

    private final Tally tally = new Tally();
    private final Map<Verdict, Long> effective = Tally.zeros();
    private final TreeMap<String, Long> contradictions = new TreeMap<>();
    private transient @Nullable IdentityHashMap<Answer, long[]> shared;
    private long guests;
    private long staleL2;
    private long unreadable;

    /** One guest. */
    void guest(Answer answer, Verdict with, boolean stale) {
        guests++;
        staleL2 += stale ? 1 : 0;
        effective.merge(with, 1L, Long::sum);
        if (shared == null) {
            shared = new IdentityHashMap<>();
        }
        long[] count = shared.get(answer);
        if (count != null) {
            count[0]++;
        } else if (shared.size() < MOST_SHARED) {
            shared.put(answer, new long[] {1});
        } else {
            tally.add(answer, 1);
        }
    }

    /** One record or source that could not be read. */
    void unreadable() {
        unreadable++;
    }

    /** A fact of which what is said of a host or guest contradicts itself. */
    void contradiction(String fact) {
        contradictions.merge(fact, 1L, Long::sum);
    }

    /** Adds what was counted of another part of the fleet. */
    public void add(Counts other) {
        tally.add(other.summed());
        other.effective.forEach((verdict, count) -> effective.merge(verdict, count, Long::sum));
        guests += other.guests;
        staleL2 += other.staleL2;
        unreadable += other.unreadable;
        other.contradictions.forEach((fact, count) -> contradictions.merge(fact, count, Long::sum));
    }

    private Tally summed() {
        if (shared != null) {
            shared.forEach((answer, count) -> tally.add(answer, count[0]));
            shared = null;
        }
        return tally;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        summed(); // answers stay where they were made
        out.defaultWriteObject();
    }

    /** The numbers, together with what else there is to say of the audit. */
    Summary summary(
            Asked asked,
            Instant asOf,
            long hosts,
            long targets,
            List<Summary.HostReason> hostReasons,
            Map<Hook, Long> hooks,
            List<WaiverFinding> waivers,
            long distinct,
            boolean whole,
            RuleBaseVersion ruleBase) {
        Tally all = summed();
        return new Summary(
                asked,
                asOf,
                hosts,
                targets,
                guests,
                all.verdicts(),
                Map.copyOf(effective),
                all.pairs(),
                all.reasons(),
                all.needs(),
                all.cautioned(),
                staleL2,
                unreadable,
                contradictions,
                hostReasons,
                hooks,
                waivers,
                distinct,
                whole,
                ruleBase,
                null);
    }
}
