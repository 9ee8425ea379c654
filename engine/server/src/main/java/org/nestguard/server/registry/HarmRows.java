package org.nestguard.server.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Worded;
import org.nestguard.store.EpochMicros;

/** The tables of harm, within one transaction. */
final class HarmRows {
    private final Handle handle;
    private final Instant now;

    HarmRows(Handle handle, Instant now) {
        this.handle = handle;
        this.now = now;
    }

    /** A row of {@code harm}, with the host on which the guest was seen shut off. */
    record Row(Harm harm, @Nullable Long shutOffHost) {}

    Optional<Row> find(UUID guest) {
        return handle.createQuery("select * from harm where uuid = ?")
                .bind(0, guest.toString())
                .map((rs, context) -> row(rs))
                .findOne();
    }

    /** Who has a mark. */
    Set<UUID> marked() {
        return handle.createQuery("select uuid from harm")
                .map((rs, context) -> UUID.fromString(rs.getString("uuid")))
                .collect(Collectors.toCollection(HashSet::new));
    }

    List<Harm> all() {
        return handle.createQuery("select * from harm order by harmed_at, uuid")
                .map((rs, context) -> row(rs).harm())
                .list();
    }

    /** Marks of guests that ran last on that host, or run there. */
    List<Row> ofGuestsAt(long home) {
        return handle.createQuery("select harm.* from harm join guest on guest.uuid = harm.uuid where guest.home = ?")
                .bind(0, home)
                .map((rs, context) -> row(rs))
                .list();
    }

    /** Harm done once more moves the mark forward, never back: the proof must be newer than the newest harm. */
    Harm mark(UUID guest, HarmCause cause, Instant at, String why) {
        Optional<Harm> before = find(guest).map(Row::harm);
        Harm harm = before.filter(known -> known.at().isAfter(at))
                .map(known -> new Harm(guest, known.cause(), known.at(), known.why(), Optional.empty()))
                .orElse(new Harm(guest, cause, at, why, Optional.empty()));
        save(new Row(harm, null));
        note(guest, HarmEvent.What.MARKED, cause, at, why);
        return harm;
    }

    void save(Row row) {
        Harm harm = row.harm();
        handle.createUpdate("insert into harm (uuid, cause, harmed_at, why, shut_off_at, shut_off_host) values (:uuid,"
                        + " :cause, :at, :why, :shutOff, :host) on conflict (uuid) do update set cause ="
                        + " excluded.cause, harmed_at = excluded.harmed_at, why = excluded.why, shut_off_at ="
                        + " excluded.shut_off_at, shut_off_host = excluded.shut_off_host")
                .bind("uuid", harm.guest().toString())
                .bind("cause", harm.cause().word())
                .bind("at", EpochMicros.of(harm.at()))
                .bind("why", harm.why())
                .bind("shutOff", harm.shutOffAt().map(EpochMicros::of).orElse(null))
                .bind("host", row.shutOffHost())
                .execute();
    }

    void clear(UUID guest, Instant at, String why) {
        handle.execute("delete from harm where uuid = ?", guest.toString());
        note(guest, HarmEvent.What.CLEARED, null, at, why);
    }

    private void note(UUID guest, HarmEvent.What what, @Nullable HarmCause cause, Instant at, String why) {
        long number = handle.createQuery("select coalesce(max(event_no), 0) + 1 from harm_history")
                .mapTo(Long.class)
                .one();
        handle.createUpdate("insert into harm_history (event_no, uuid, event, cause, happened_at, noted_at, why) values"
                        + " (:number, :uuid, :event, :cause, :at, :now, :why)")
                .bind("number", number)
                .bind("uuid", guest.toString())
                .bind("event", what.word())
                .bind("cause", cause == null ? null : cause.word())
                .bind("at", EpochMicros.of(at))
                .bind("now", EpochMicros.of(now))
                .bind("why", why)
                .execute();
    }

    List<HarmEvent> history(UUID guest) {
        return handle.createQuery("select * from harm_history where uuid = ? order by event_no")
                .bind(0, guest.toString())
                .map((rs, context) -> new HarmEvent(
                        rs.getLong("event_no"),
                        guest,
                        Worded.read(HarmEvent.What.class, rs.getString("event")).orElseThrow(),
                        Optional.ofNullable(rs.getString("cause")).flatMap(word -> Worded.read(HarmCause.class, word)),
                        EpochMicros.instant(rs.getLong("happened_at")),
                        EpochMicros.instant(rs.getLong("noted_at")),
                        rs.getString("why")))
                .list();
    }

    private static Row row(ResultSet rs) throws SQLException {
        long shutOff = rs.getLong("shut_off_at");
        boolean seenShutOff = !rs.wasNull();
        long host = rs.getLong("shut_off_host");
        Long shutOffHost = rs.wasNull() ? null : host;
        return new Row(
                new Harm(
                        UUID.fromString(rs.getString("uuid")),
                        Worded.read(HarmCause.class, rs.getString("cause")).orElseThrow(),
                        EpochMicros.instant(rs.getLong("harmed_at")),
                        rs.getString("why"),
                        seenShutOff ? Optional.of(EpochMicros.instant(shutOff)) : Optional.empty()),
                shutOffHost);
    }
}
