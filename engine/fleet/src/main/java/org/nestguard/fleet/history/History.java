package org.nestguard.fleet.history;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Asked;
import org.nestguard.store.EpochMicros;
import org.nestguard.store.Place;
import org.nestguard.store.Schema;
import org.nestguard.store.Store;
import org.nestguard.store.StoreException;

/**
 * The audits that were made before, in a database. Of each guest it has the verdict, the rules against it and a number that
 * stands for what was known of it; no decision can be made again from that. All methods throw {@link StoreException} where the
 * database fails.
 */
public final class History implements AutoCloseable {
    /** How many audits are kept where nobody says otherwise. */
    public static final int USUALLY_KEPT = 50;

    private static final Schema SCHEMA = new Schema("org/nestguard/fleet/history", "audit_schema_history");
    // An audit that was killed writes nothing any more. One that lives writes every so many guests.
    private static final Duration DEAD = Duration.ofHours(6);
    private static final int FETCHED = 5_000;

    private final Store store;
    private final InstantSource clock;

    private History(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Opens it, and makes it where it is not there. */
    public static History open(Place place, InstantSource clock) {
        return new History(Store.open(place, SCHEMA), clock);
    }

    @Override
    public void close() {
        store.close();
    }

    /** What is asked, as two audits that ask the same have it. */
    public static String question(Asked asked) {
        return asked.to() == null ? asked.operation().word() : asked.operation().word() + " --to " + asked.to();
    }

    // ---- writing

    /**
     * Begins to keep an audit. It is in the history once the report has seen its end, and not at all where it was interrupted.
     *
     * @param series which fleet is asked; audits of one series are compared
     * @param keep how many audits there shall be at most, of all series; the oldest are removed
     */
    public KeptAudit keep(Asked asked, String series, int keep) {
        long number = store.write(handle -> {
            long next = next(handle, "audit", "audit_no");
            long now = EpochMicros.of(clock.instant());
            handle.execute(
                    "insert into audit (audit_no, series, question, begun_at, touched_at, whole, destinations, hosts, guests,"
                            + " unreadable, allowed, denied, undetermined, allowed_waived, denied_waived,"
                            + " undetermined_waived) values (?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
                    next,
                    series,
                    question(asked),
                    now,
                    now);
            return next;
        });
        return new KeptAudit(store, clock, number, () -> prune(keep));
    }

    static long next(Handle handle, String table, String number) {
        return handle.createQuery("select coalesce(max(" + number + "), 0) + 1 from " + table)
                .mapTo(Long.class)
                .one();
    }

    /** Removes what is more than is kept, and what never came to its end. */
    private void prune(int keep) {
        List<Long> gone = store.read(handle -> handle.createQuery("select audit_no from audit where whole = 0 and"
                        + " touched_at < :dead or whole = 1 and audit_no not in (select audit_no from audit where whole = 1"
                        + " order by audit_no desc limit :keep)")
                .bind("dead", EpochMicros.of(clock.instant().minus(DEAD)))
                .bind("keep", keep)
                .mapTo(Long.class)
                .list());
        for (long number : gone) { // one at a time, for others want to write too
            store.write(handle -> {
                handle.execute("delete from audited_guest where audit_no = ?", number);
                return handle.execute("delete from audit where audit_no = ?", number);
            });
        }
    }

    // ---- reading

    /** The newest audits, the newest first. */
    public List<PastAudit> newest(int most) {
        return audits("order by audit_no desc limit ?", most);
    }

    /** The audit with that number. */
    public Optional<PastAudit> audit(long number) {
        return audits("and audit_no = ?", number).stream().findFirst();
    }

    /** The audit before that one that asked the same of the same fleet. */
    public Optional<PastAudit> before(PastAudit audit) {
        return audits(
                        "and series = ? and question = ? and audit_no < ? order by audit_no desc limit 1",
                        audit.series(),
                        audit.question(),
                        audit.number())
                .stream()
                .findFirst();
    }

    /** All that asked the same of the same fleet. */
    public Trend trend(Asked asked, String series) {
        return new Trend(audits("and series = ? and question = ? order by audit_no", series, question(asked)));
    }

    private List<PastAudit> audits(String which, Object... with) {
        return store.read(handle -> {
            List<PastAudit> audits = new ArrayList<>();
            try (PreparedStatement select =
                    handle.getConnection().prepareStatement("select * from audit where whole = 1 " + which)) {
                for (int i = 0; i < with.length; i++) {
                    select.setObject(i + 1, with[i]);
                }
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        audits.add(audit(rows));
                    }
                }
            } catch (SQLException e) {
                throw failed(e);
            }
            return audits;
        });
    }

    private static PastAudit audit(ResultSet row) throws SQLException {
        return new PastAudit(
                row.getLong("audit_no"),
                row.getString("series"),
                row.getString("question"),
                EpochMicros.instant(row.getLong("begun_at")),
                EpochMicros.instant(row.getLong("as_of")),
                new RuleBaseVersion(row.getString("rule_version"), row.getString("rule_digest")),
                row.getLong("destinations"),
                row.getLong("hosts"),
                row.getLong("guests"),
                row.getLong("unreadable"),
                counts(row, ""),
                counts(row, "_waived"));
    }

    private static Map<Verdict, Long> counts(ResultSet row, String suffix) throws SQLException {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        counts.put(Verdict.ALLOW, row.getLong("allowed" + suffix));
        counts.put(Verdict.DENY, row.getLong("denied" + suffix));
        counts.put(Verdict.UNDETERMINED, row.getLong("undetermined" + suffix));
        return counts;
    }

    // ---- comparing

    /** Is told of the guests of two audits, those of a key together. */
    interface Pairs {
        /**
         * A guest.
         *
         * @param before null where it was not there
         * @param after null where it is not there any more
         */
        void pair(@Nullable PastGuest before, @Nullable PastGuest after);
    }

    /** Goes through the guests of both, of each of which it keeps only a few at a time. */
    void pairs(PastAudit before, PastAudit after, Pairs pairs) {
        store.read(handle -> {
            try (Rows one = new Rows(handle, before.number());
                    Rows other = new Rows(handle, after.number())) {
                PastGuest left = one.next();
                PastGuest right = other.next();
                while (left != null || right != null) {
                    int order = left == null ? 1 : right == null ? -1 : Long.compare(left.key(), right.key());
                    pairs.pair(order <= 0 ? left : null, order >= 0 ? right : null);
                    left = order <= 0 ? one.next() : left;
                    right = order >= 0 ? other.next() : right;
                }
            } catch (SQLException e) {
                throw failed(e);
            }
            return true;
        });
    }

    /** The guests of an audit by their keys. */
    private static final class Rows implements AutoCloseable {
        private final PreparedStatement select;
        private final ResultSet rows;

        Rows(Handle handle, long number) throws SQLException {
            select = handle.getConnection()
                    .prepareStatement(
                            "select g.guest_key, g.uuid, g.name, g.host, g.facts, o.verdict, o.effective, o.rules"
                                    + " from audited_guest g join outcome o on o.outcome_no = g.outcome_no where g.audit_no = ?"
                                    + " order by g.guest_key");
            select.setFetchSize(FETCHED); // PostgreSQL would send all of them at once
            select.setLong(1, number);
            rows = select.executeQuery();
        }

        @Nullable
        PastGuest next() throws SQLException {
            if (!rows.next()) {
                return null;
            }
            String rules = Objects.requireNonNull(rows.getString("rules"));
            return new PastGuest(
                    rows.getLong("guest_key"),
                    rows.getString("uuid"),
                    Objects.requireNonNull(rows.getString("name")),
                    Objects.requireNonNull(rows.getString("host")),
                    Verdict.valueOf(rows.getString("verdict")),
                    Verdict.valueOf(rows.getString("effective")),
                    rules.isEmpty() ? List.of() : List.of(rules.split(" ")),
                    rows.getLong("facts"));
        }

        @Override
        public void close() throws SQLException {
            try (select) {
                rows.close();
            }
        }
    }

    /** As the library that runs statements throws it, so that the store can tell what is wrong. */
    static RuntimeException failed(SQLException e) {
        return new UnableToExecuteStatementException(e, null);
    }
}
