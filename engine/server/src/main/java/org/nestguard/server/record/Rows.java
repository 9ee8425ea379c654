package org.nestguard.server.record;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Verdict;
import org.nestguard.store.EpochMicros;

/** The tables of the record, within one transaction. */
final class Rows {
    private final Handle handle;

    Rows(Handle handle) {
        this.handle = handle;
    }

    /** A row of {@code decision}: texts, for somebody may have put anything there. */
    record Row(
            long seq,
            long decidedAt,
            String caller,
            String operation,
            @Nullable String guestUuid,
            @Nullable String guestName,
            @Nullable String source,
            @Nullable String destination,
            String verdict,
            String effective,
            String rules,
            String ruleBase,
            String question,
            @Nullable String waivers,
            String previous,
            String mac) {
        /** Not yet signed. */
        static Row of(long seq, Instant at, Entry entry, String previous) {
            return new Row(
                    seq,
                    EpochMicros.of(at),
                    entry.caller(),
                    entry.operation(),
                    entry.guestUuid(),
                    entry.guestName(),
                    entry.source(),
                    entry.destination(),
                    word(entry.verdict()),
                    word(entry.effective()),
                    String.join(" ", entry.rules()),
                    entry.ruleBase(),
                    entry.question(),
                    entry.waivers().isEmpty() ? null : String.join(" ", entry.waivers()),
                    previous,
                    "");
        }

        private static String word(@Nullable Verdict verdict) {
            return verdict == null ? "" : verdict.name();
        }

        private static @Nullable Verdict verdict(String word) {
            return word.isEmpty() ? null : Verdict.valueOf(word);
        }

        Row signed(ChainKey key) {
            return new Row(
                    seq,
                    decidedAt,
                    caller,
                    operation,
                    guestUuid,
                    guestName,
                    source,
                    destination,
                    verdict,
                    effective,
                    rules,
                    ruleBase,
                    question,
                    waivers,
                    previous,
                    key.mac(this));
        }

        Head head() {
            return new Head(seq, mac);
        }

        /** What it says. @throws RecordException where nobody of us can have written it */
        Recorded recorded() {
            try {
                Entry entry = new Entry(
                        caller,
                        operation,
                        guestUuid,
                        guestName,
                        source,
                        destination,
                        verdict(verdict),
                        verdict(effective),
                        words(rules),
                        ruleBase,
                        question,
                        words(waivers));
                return new Recorded(seq, EpochMicros.instant(decidedAt), entry, previous, mac);
            } catch (IllegalArgumentException e) {
                throw new RecordException(
                        RecordException.Reason.TAMPERED, "decision " + seq + " was altered and cannot be shown", e);
            }
        }
    }

    private static List<String> words(@Nullable String text) {
        return text == null || text.isEmpty() ? List.of() : Arrays.asList(text.split(" ", -1));
    }

    /** What was removed last. */
    record Checkpoint(Head removed, Instant at, String seal) {}

    Optional<String> proof() {
        return handle.createQuery("select proof from decision_key")
                .mapTo(String.class)
                .findOne();
    }

    void proof(String proof) {
        handle.execute("insert into decision_key (one, proof) values (1, ?)", proof);
    }

    Optional<Checkpoint> checkpoint() {
        return handle.createQuery("select * from decision_checkpoint")
                .map((rs, context) -> new Checkpoint(
                        new Head(rs.getLong("seq"), rs.getString("mac")),
                        EpochMicros.instant(rs.getLong("made_at")),
                        rs.getString("seal")))
                .findOne();
    }

    void save(Checkpoint checkpoint) {
        handle.createUpdate("insert into decision_checkpoint (one, seq, mac, made_at, seal) values (1, :seq, :mac, :at,"
                        + " :seal) on conflict (one) do update set seq = excluded.seq, mac = excluded.mac, made_at ="
                        + " excluded.made_at, seal = excluded.seal")
                .bind("seq", checkpoint.removed().seq())
                .bind("mac", checkpoint.removed().mac())
                .bind("at", EpochMicros.of(checkpoint.at()))
                .bind("seal", checkpoint.seal())
                .execute();
    }

    /** The newest decision that is there or, where none is, that was removed. */
    Head newest() {
        return handle.createQuery("select seq, mac from decision order by seq desc limit 1")
                .map((rs, context) -> new Head(rs.getLong("seq"), rs.getString("mac")))
                .findOne()
                .or(() -> checkpoint().map(Checkpoint::removed))
                .orElse(Head.NONE);
    }

    void insert(List<Row> decisions) {
        PreparedBatch batch = handle.prepareBatch(
                "insert into decision (seq, decided_at, caller, operation, guest_uuid, guest_name, source, destination,"
                        + " verdict, effective, rules, rule_base, question, waivers, previous, mac) values (:seq, :at,"
                        + " :caller, :operation, :uuid, :guest, :source, :destination, :verdict, :effective, :rules,"
                        + " :base, :question, :waivers, :previous, :mac)");
        for (Row row : decisions) {
            batch.bind("seq", row.seq())
                    .bind("at", row.decidedAt())
                    .bind("caller", row.caller())
                    .bind("operation", row.operation())
                    .bind("uuid", row.guestUuid())
                    .bind("guest", row.guestName())
                    .bind("source", row.source())
                    .bind("destination", row.destination())
                    .bind("verdict", row.verdict())
                    .bind("effective", row.effective())
                    .bind("rules", row.rules())
                    .bind("base", row.ruleBase())
                    .bind("question", row.question())
                    .bind("waivers", row.waivers())
                    .bind("previous", row.previous())
                    .bind("mac", row.mac())
                    .add();
        }
        batch.execute();
    }

    /** Those that follow a number, in order; some, and none where there are no more. */
    List<Row> after(long seq, int most) {
        return handle.createQuery("select * from decision where seq > ? order by seq limit ?")
                .bind(0, seq)
                .bind(1, most)
                .map((rs, context) -> row(rs))
                .list();
    }

    Optional<Recorded> one(long seq) {
        return handle.createQuery("select * from decision where seq = ?")
                .bind(0, seq)
                .map((rs, context) -> row(rs))
                .findOne()
                .map(Row::recorded);
    }

    /** The first decision that is not older; empty where all are. */
    Optional<Long> firstSince(Instant moment) {
        return handle.createQuery("select min(seq) from decision where decided_at >= ?")
                .bind(0, EpochMicros.of(moment))
                .mapTo(Long.class)
                .findOne();
    }

    int removeUpTo(long seq) {
        return handle.execute("delete from decision where seq <= ?", seq);
    }

    List<Recorded> list(Filter filter) {
        StringBuilder sql = new StringBuilder("select * from decision where verdict <> ''");
        filter.guest().ifPresent(guest -> sql.append(" and (guest_uuid = :guest or guest_name = :guest)"));
        filter.host().ifPresent(host -> sql.append(" and (source = :host or destination = :host)"));
        filter.caller().ifPresent(caller -> sql.append(" and caller = :caller"));
        filter.operation().ifPresent(operation -> sql.append(" and operation = :operation"));
        filter.effective().ifPresent(verdict -> sql.append(" and effective = :effective"));
        filter.from().ifPresent(moment -> sql.append(" and decided_at >= :from"));
        filter.until().ifPresent(moment -> sql.append(" and decided_at < :until"));
        filter.before().ifPresent(seq -> sql.append(" and seq < :before"));
        Query query = handle.createQuery(sql + " order by seq desc limit :most").bind("most", filter.most());
        filter.guest().ifPresent(guest -> query.bind("guest", guest));
        filter.host().ifPresent(host -> query.bind("host", host));
        filter.caller().ifPresent(caller -> query.bind("caller", caller));
        filter.operation().map(Operation::word).ifPresent(word -> query.bind("operation", word));
        filter.effective().map(Verdict::name).ifPresent(name -> query.bind("effective", name));
        filter.from().map(EpochMicros::of).ifPresent(at -> query.bind("from", at));
        filter.until().map(EpochMicros::of).ifPresent(at -> query.bind("until", at));
        filter.before().ifPresent(seq -> query.bind("before", seq));
        return query.map((rs, context) -> row(rs)).list().stream()
                .map(Row::recorded)
                .toList();
    }

    private static Row row(ResultSet rs) throws SQLException {
        return new Row(
                rs.getLong("seq"),
                rs.getLong("decided_at"),
                rs.getString("caller"),
                rs.getString("operation"),
                rs.getString("guest_uuid"),
                rs.getString("guest_name"),
                rs.getString("source"),
                rs.getString("destination"),
                rs.getString("verdict"),
                rs.getString("effective"),
                rs.getString("rules"),
                rs.getString("rule_base"),
                rs.getString("question"),
                rs.getString("waivers"),
                rs.getString("previous"),
                rs.getString("mac"));
    }
}
