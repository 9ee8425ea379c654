package org.nestguard.fleet.history;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.report.SarifReport;
import org.nestguard.store.EpochMicros;
import org.nestguard.store.Store;
import org.nestguard.store.StoreException;

/**
 * An audit on its way into the history. Guests are written some thousand at a time, each time in a transaction of its own, so
 * that others can write meanwhile; nobody sees them before the audit has come to its end. What the database refuses ends the
 * keeping, not the audit: {@link #failure} tells.
 */
public final class KeptAudit implements Report, AutoCloseable {
    private static final int TOGETHER = 5_000;
    private static final int MOST_OUTCOMES = 50_000;
    private static final int LONGEST_NAME = 300;

    private final Store store;
    private final InstantSource clock;
    private final long number;
    private final Runnable prune;
    private final List<PastGuest> waiting = new ArrayList<>(TOGETHER);
    private final Map<Outcome, Long> outcomes = new HashMap<>();
    private long destinations;
    private @Nullable StoreException failure;
    private boolean over;

    private record Outcome(Verdict verdict, Verdict effective, List<String> rules) {}

    KeptAudit(Store store, InstantSource clock, long number, Runnable prune) {
        this.store = store;
        this.clock = clock;
        this.number = number;
        this.prune = prune;
    }

    /** Its number in the history. */
    public long number() {
        return number;
    }

    /** Why the audit is not in the history although it came to its end; null where it is, or was interrupted. */
    public @Nullable StoreException failure() {
        return failure;
    }

    @Override
    public boolean ofGuests() {
        return failure == null;
    }

    @Override
    public void guest(GuestResult result) {
        destinations = result.grounds().ofDestinations();
        waiting.add(new PastGuest(
                key(result),
                result.uuid() == null ? null : shown(result.uuid()),
                shown(result.called()),
                shown(result.host()),
                result.answer().verdict(),
                result.effective(),
                against(result),
                result.grounds().ofGuest()));
        if (waiting.size() == TOGETHER) {
            attempt(this::flush);
        }
    }

    @Override
    public void problem(Problem problem) {
        // counted in the summary
    }

    /** What cannot be kept does not keep the other reports from being told. */
    @Override
    public void end(Summary summary) {
        if (!summary.whole()) {
            return; // close takes it away
        }
        attempt(() -> {
            flush();
            store.write(handle -> handle.execute(
                    "update audit set whole = 1, as_of = ?, rule_version = ?, rule_digest = ?, destinations = ?, hosts = ?,"
                            + " guests = ?, unreadable = ?, allowed = ?, denied = ?, undetermined = ?, allowed_waived = ?,"
                            + " denied_waived = ?, undetermined_waived = ? where audit_no = ?",
                    EpochMicros.of(summary.asOf()),
                    summary.ruleBase().version(),
                    summary.ruleBase().digest(),
                    destinations,
                    summary.hosts(),
                    summary.guests(),
                    summary.unreadable(),
                    count(summary.verdicts(), Verdict.ALLOW),
                    count(summary.verdicts(), Verdict.DENY),
                    count(summary.verdicts(), Verdict.UNDETERMINED),
                    count(summary.effective(), Verdict.ALLOW),
                    count(summary.effective(), Verdict.DENY),
                    count(summary.effective(), Verdict.UNDETERMINED),
                    number));
            over = true;
        });
        attempt(prune);
    }

    /** Takes away an audit that has not come to its end. */
    @Override
    public void close() {
        if (!over) {
            attempt(() -> store.write(
                    handle -> handle.execute("update audit set touched_at = 0 where audit_no = ?", number)));
            attempt(prune);
        }
    }

    private static long count(Map<Verdict, Long> counts, Verdict verdict) {
        return counts.getOrDefault(verdict, 0L);
    }

    private void attempt(Runnable work) {
        if (failure == null) {
            try {
                work.run();
            } catch (StoreException e) {
                failure = e;
                waiting.clear();
            }
        }
    }

    private void flush() {
        store.write(handle -> {
            Map<Outcome, Long> found = new HashMap<>();
            try (PreparedStatement insert = handle.getConnection()
                    .prepareStatement(
                            "insert into audited_guest (audit_no, guest_key, uuid, name, host, outcome_no, facts)"
                                    + " values (?, ?, ?, ?, ?, ?, ?)")) {
                for (PastGuest guest : waiting) {
                    insert.setLong(1, number);
                    insert.setLong(2, guest.key());
                    insert.setString(3, guest.uuid());
                    insert.setString(4, guest.name());
                    insert.setString(5, guest.host());
                    insert.setLong(6, outcome(handle, guest, found));
                    insert.setLong(7, guest.facts());
                    insert.addBatch();
                }
                insert.executeBatch();
            } catch (SQLException e) {
                throw History.failed(e);
            }
            outcomes.putAll(found);
            return handle.execute(
                    "update audit set touched_at = ? where audit_no = ?", EpochMicros.of(clock.instant()), number);
        });
        waiting.clear();
        if (outcomes.size() > MOST_OUTCOMES) {
            outcomes.clear();
        }
    }

    /** @param found takes what is new, to be remembered once the transaction is over */
    private long outcome(Handle handle, PastGuest guest, Map<Outcome, Long> found) {
        Outcome outcome = new Outcome(guest.verdict(), guest.effective(), guest.rules());
        Long known = outcomes.getOrDefault(outcome, found.get(outcome));
        if (known != null) {
            return known;
        }
        String rules = String.join(" ", outcome.rules());
        long there = handle.createQuery(
                        "select outcome_no from outcome where verdict = :verdict and effective = :effective"
                                + " and rules = :rules")
                .bind("verdict", outcome.verdict().name())
                .bind("effective", outcome.effective().name())
                .bind("rules", rules)
                .mapTo(Long.class)
                .findOne()
                .orElseGet(() -> {
                    long next = History.next(handle, "outcome", "outcome_no");
                    handle.execute(
                            "insert into outcome (outcome_no, verdict, effective, rules) values (?, ?, ?, ?)",
                            next,
                            outcome.verdict().name(),
                            outcome.effective().name(),
                            rules);
                    return next;
                });
        found.put(outcome, there);
        return there;
    }

    /** In one order, so that it does not count as another set where two rules change places. */
    private static List<String> against(GuestResult result) {
        if (result.answer().verdict() == Verdict.ALLOW) {
            return List.of();
        }
        List<String> against = result.answer().against();
        return against.isEmpty()
                ? List.of(SarifReport.UNDECIDED)
                : against.stream().sorted().toList();
    }

    /** Half of it is enough to know a guest of one fleet again, but for the bits that say which sort of UUID it is. */
    private static long key(GuestResult result) {
        return result.id().most() ^ Long.rotateLeft(result.id().least(), 32);
    }

    private static String shown(String text) {
        return Harmless.text(text, LONGEST_NAME);
    }
}
