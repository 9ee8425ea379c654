package org.nestguard.server.waiver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.nestguard.engine.waiver.ScopePart;
import org.nestguard.engine.waiver.Waiver;
import org.nestguard.server.http.StandingWaivers;
import org.nestguard.server.record.DecisionRecord;
import org.nestguard.server.record.Entry;
import org.nestguard.server.record.Recorded;
import org.nestguard.store.EpochMicros;
import org.nestguard.store.Store;

/**
 * Waivers in the database of the registry. That one was made or ended stands in the record first, chained to the decisions
 * around it; so none is ever in force of which the record knows nothing. Read anew for each decision that it could matter to:
 * one that was ended waives nothing from that moment on, whichever process ended it. Safe for use by many threads.
 */
public final class KeptWaivers implements StandingWaivers {
    /** How many are listed. */
    public static final int MOST = 1_000;

    private static final String MADE = "waive";
    private static final String ENDED = "end-waiver";
    private static final JsonFactory JSON = new JsonFactory();

    private final Store store;
    private final DecisionRecord record;

    /** Waivers in a store, told of in its record. */
    public KeptWaivers(Store store, DecisionRecord record) {
        this.store = store;
        this.record = record;
    }

    /**
     * Puts a waiver in force.
     *
     * @param by who makes it
     * @param ruleBase the digest of the rules that it is made against
     * @throws org.nestguard.server.record.RecordException where that cannot be recorded; then it is not in force
     * @throws org.nestguard.store.StoreException where the database fails; likewise
     */
    public Kept make(Waiver waiver, String by, String ruleBase) {
        Recorded made =
                record.record(Entry.ofWaiver(by, MADE, waiver.rule(), ruleBase, json(waiver, Optional.empty())));
        store.write(handle -> handle.createUpdate(
                        "insert into waiver (waiver_no, rule, scope, reason, owner, expires_at, made_at, made_by) values"
                                + " (:number, :rule, :scope, :reason, :owner, :expires, :at, :by)")
                .bind("number", made.seq())
                .bind("rule", waiver.rule())
                .bind("scope", waiver.scopeText())
                .bind("reason", waiver.reason())
                .bind("owner", waiver.owner())
                .bind("expires", EpochMicros.of(waiver.expires()))
                .bind("at", EpochMicros.of(made.at()))
                .bind("by", made.entry().caller())
                .execute());
        return one(made.seq()).orElseThrow();
    }

    /**
     * Ends a waiver; it stays listed.
     *
     * @return it, ended; empty where there is none of that number, or it had ended already
     */
    public Optional<Kept> end(long number, String by, String ruleBase) {
        Optional<Kept> standing = one(number).filter(kept -> kept.ended().isEmpty());
        if (standing.isEmpty()) {
            return Optional.empty();
        }
        Waiver waiver = standing.get().waiver();
        Recorded ended =
                record.record(Entry.ofWaiver(by, ENDED, waiver.rule(), ruleBase, json(waiver, Optional.of(number))));
        store.write(handle -> handle.createUpdate("update waiver set ended_at = :at, ended_by = :by, ended_no = :entry"
                        + " where waiver_no = :number and ended_at is null")
                .bind("at", EpochMicros.of(ended.at()))
                .bind("by", ended.entry().caller())
                .bind("entry", ended.seq())
                .bind("number", number)
                .execute());
        return one(number);
    }

    private static String json(Waiver waiver, Optional<Long> number) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            out.writeStartObject();
            if (number.isPresent()) {
                out.writeNumberField("waiver", number.get());
            }
            out.writeStringField("rule", waiver.rule());
            out.writeStringField("scope", waiver.scopeText());
            out.writeStringField("reason", waiver.reason());
            out.writeStringField("owner", waiver.owner());
            out.writeStringField("expires", waiver.expires().toString());
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private Optional<Kept> one(long number) {
        return store.read(handle -> handle.createQuery("select * from waiver where waiver_no = ?")
                .bind(0, number)
                .map((rs, context) -> kept(rs, Map.of()))
                .findOne());
    }

    /** Those that were made last, the newest first, whether or not they stand. */
    public List<Kept> all() {
        return store.read(handle -> {
            Map<String, Kept.Used> uses = uses(handle);
            return handle.createQuery("select * from waiver order by waiver_no desc limit ?")
                    .bind(0, MOST)
                    .map((rs, context) -> kept(rs, uses))
                    .list();
        });
    }

    @Override
    public List<Waiver> at(Instant moment) {
        return store.read(handle -> handle.createQuery(
                        "select * from waiver where ended_at is null and expires_at > ? order by waiver_no")
                .bind(0, EpochMicros.of(moment))
                .map((rs, context) -> waiver(rs))
                .list());
    }

    /** The newest use of each, as far as the record goes back. */
    private static Map<String, Kept.Used> uses(Handle handle) {
        Map<String, Kept.Used> uses = new HashMap<>();
        handle.createQuery("select waivers, max(seq) as seq, max(decided_at) as at from decision"
                        + " where waivers is not null group by waivers")
                .map((rs, context) -> Map.entry(
                        rs.getString("waivers"),
                        new Kept.Used(EpochMicros.instant(rs.getLong("at")), rs.getLong("seq"))))
                .forEach(entry -> {
                    for (String place : entry.getKey().split(" ", -1)) {
                        uses.merge(
                                place,
                                entry.getValue(),
                                (one, other) -> one.decision() > other.decision() ? one : other);
                    }
                });
        return uses;
    }

    private static Kept kept(ResultSet rs, Map<String, Kept.Used> uses) throws SQLException {
        long number = rs.getLong("waiver_no");
        long ended = rs.getLong("ended_at");
        boolean over = !rs.wasNull();
        return new Kept(
                number,
                waiver(rs),
                EpochMicros.instant(rs.getLong("made_at")),
                rs.getString("made_by"),
                over
                        ? Optional.of(new Kept.Ended(
                                EpochMicros.instant(ended), rs.getString("ended_by"), rs.getLong("ended_no")))
                        : Optional.empty(),
                Optional.ofNullable(uses.get(Kept.place(number))));
    }

    private static Waiver waiver(ResultSet rs) throws SQLException {
        String scope = rs.getString("scope");
        return new Waiver(
                Kept.place(rs.getLong("waiver_no")),
                rs.getString("rule"),
                ScopePart.readAll(scope)
                        .orElseThrow(() -> new IllegalStateException("a scope in the database is none: " + scope)),
                rs.getString("reason"),
                rs.getString("owner"),
                EpochMicros.instant(rs.getLong("expires_at")));
    }
}
