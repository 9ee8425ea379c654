package org.nestguard.server.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Worded;

/** The tables of hosts, guests and stays, within one transaction. */
final class Rows {
    private final Handle handle;

    Rows(Handle handle) {
        this.handle = handle;
    }

    /** A row of {@code host}; times in microseconds. */
    record HostRow(
            long number,
            String name,
            @Nullable String id,
            long observedAt,
            long takenAt,
            String digest,
            String facts,
            int withoutUuid,
            @Nullable Long disbelievedAt,
            @Nullable String disbelievedWhy) {}

    /**
     * A row of {@code guest}.
     *
     * @param followed why it is known that it was never moved with a live L2, though its process did not begin cold
     */
    record GuestRow(
            UUID uuid,
            String name,
            @Nullable Long home,
            @Nullable Long distrustedAt,
            @Nullable String distrustedWhy,
            @Nullable String followed) {
        GuestRow distrusted(long at, String why) {
            return new GuestRow(uuid, name, home, at, why, null);
        }

        GuestRow believed() {
            return new GuestRow(uuid, name, home, null, null, followed);
        }

        GuestRow followed(@Nullable String why) {
            return new GuestRow(uuid, name, home, distrustedAt, distrustedWhy, why);
        }
    }

    /** What the newest documents of a host say of a guest. */
    enum State implements Worded {
        /** The newest has it. */
        HERE("here"),
        /** The newest had it; meanwhile another host has it. */
        ELSEWHERE("elsewhere"),
        /** The newest has it no more. */
        LEFT("left");

        private final String word;

        State(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** A row of {@code stay}. */
    record StayRow(
            UUID uuid,
            long host,
            State state,
            long since,
            long lastSeen,
            @Nullable Long leftAt,
            String facts) {
        StayRow elsewhere() {
            return new StayRow(uuid, host, State.ELSEWHERE, since, lastSeen, leftAt, facts);
        }

        StayRow left(long at) {
            return new StayRow(uuid, host, State.LEFT, since, lastSeen, at, facts);
        }
    }

    Optional<HostRow> hostNamed(String name) {
        return handle.createQuery("select * from host where name = ?")
                .bind(0, name)
                .map((rs, context) -> host(rs))
                .findOne();
    }

    Optional<HostRow> hostWithId(String id) {
        return handle.createQuery("select * from host where id = ?")
                .bind(0, id)
                .map((rs, context) -> host(rs))
                .findOne();
    }

    Optional<HostRow> host(long number) {
        return handle.createQuery("select * from host where host_no = ?")
                .bind(0, number)
                .map((rs, context) -> host(rs))
                .findOne();
    }

    List<HostRow> hosts() {
        return handle.createQuery("select * from host order by name")
                .map((rs, context) -> host(rs))
                .list();
    }

    long nextHostNumber() {
        return handle.createQuery("select coalesce(max(host_no), 0) + 1 from host")
                .mapTo(Long.class)
                .one();
    }

    void save(HostRow row) {
        handle.createUpdate("insert into host (host_no, name, id, observed_at, taken_at, digest, facts, without_uuid,"
                        + " disbelieved_at, disbelieved_why) values (:number, :name, :id, :observed, :taken, :digest,"
                        + " :facts, :without, :disbelievedAt, :disbelievedWhy) on conflict (host_no) do update set"
                        + " name = excluded.name, id = excluded.id, observed_at = excluded.observed_at,"
                        + " taken_at = excluded.taken_at, digest = excluded.digest, facts = excluded.facts,"
                        + " without_uuid = excluded.without_uuid, disbelieved_at = excluded.disbelieved_at,"
                        + " disbelieved_why = excluded.disbelieved_why")
                .bind("number", row.number())
                .bind("name", row.name())
                .bind("id", row.id())
                .bind("observed", row.observedAt())
                .bind("taken", row.takenAt())
                .bind("digest", row.digest())
                .bind("facts", row.facts())
                .bind("without", row.withoutUuid())
                .bind("disbelievedAt", row.disbelievedAt())
                .bind("disbelievedWhy", row.disbelievedWhy())
                .execute();
    }

    void disbelieve(long host, long at, String why) {
        handle.execute("update host set disbelieved_at = ?, disbelieved_why = ? where host_no = ?", at, why, host);
    }

    void forgetHost(long host) {
        handle.execute("update guest set home = null, followed_why = null where home = ?", host);
        handle.execute("delete from stay where host_no = ?", host);
        removeGuestsWithoutStay();
        handle.execute("delete from host where host_no = ?", host);
    }

    private static HostRow host(ResultSet rs) throws SQLException {
        return new HostRow(
                rs.getLong("host_no"),
                rs.getString("name"),
                rs.getString("id"),
                rs.getLong("observed_at"),
                rs.getLong("taken_at"),
                rs.getString("digest"),
                rs.getString("facts"),
                rs.getInt("without_uuid"),
                nullable(rs, "disbelieved_at"),
                rs.getString("disbelieved_why"));
    }

    Optional<GuestRow> guest(UUID uuid) {
        return handle.createQuery("select * from guest where uuid = ?")
                .bind(0, uuid.toString())
                .map((rs, context) -> guest(rs))
                .findOne();
    }

    List<GuestRow> guestsNamed(String name) {
        return handle.createQuery("select * from guest where name = ? order by uuid")
                .bind(0, name)
                .map((rs, context) -> guest(rs))
                .list();
    }

    /** Those that ran there last, or run there. */
    List<GuestRow> guestsAt(long home) {
        return handle.createQuery("select * from guest where home = ? order by name, uuid")
                .bind(0, home)
                .map((rs, context) -> guest(rs))
                .list();
    }

    void save(GuestRow row) {
        handle.createUpdate("insert into guest (uuid, name, home, distrusted_at, distrusted_why, followed_why) values"
                        + " (:uuid, :name, :home, :distrustedAt, :distrustedWhy, :followed) on conflict (uuid) do update"
                        + " set name = excluded.name, home = excluded.home, distrusted_at = excluded.distrusted_at,"
                        + " distrusted_why = excluded.distrusted_why, followed_why = excluded.followed_why")
                .bind("uuid", row.uuid().toString())
                .bind("name", row.name())
                .bind("home", row.home())
                .bind("distrustedAt", row.distrustedAt())
                .bind("distrustedWhy", row.distrustedWhy())
                .bind("followed", row.followed())
                .execute();
    }

    private static GuestRow guest(ResultSet rs) throws SQLException {
        return new GuestRow(
                UUID.fromString(rs.getString("uuid")),
                rs.getString("name"),
                nullable(rs, "home"),
                nullable(rs, "distrusted_at"),
                rs.getString("distrusted_why"),
                rs.getString("followed_why"));
    }

    List<StayRow> stays(UUID uuid) {
        return handle.createQuery("select * from stay where uuid = ? order by last_seen desc, host_no")
                .bind(0, uuid.toString())
                .map((rs, context) -> stay(rs))
                .list();
    }

    /** Those that the newest document of that host had. */
    List<UUID> guestsSeenAt(long host) {
        return handle.createQuery("select uuid from stay where host_no = ? and state <> 'left' order by uuid")
                .bind(0, host)
                .map((rs, context) -> UUID.fromString(rs.getString("uuid")))
                .list();
    }

    void save(StayRow row) {
        handle.createUpdate("insert into stay (uuid, host_no, state, since, last_seen, left_at, facts) values (:uuid,"
                        + " :host, :state, :since, :last, :left, :facts) on conflict (uuid, host_no) do update set"
                        + " state = excluded.state, since = excluded.since, last_seen = excluded.last_seen,"
                        + " left_at = excluded.left_at, facts = excluded.facts")
                .bind("uuid", row.uuid().toString())
                .bind("host", row.host())
                .bind("state", row.state().word())
                .bind("since", row.since())
                .bind("last", row.lastSeen())
                .bind("left", row.leftAt())
                .bind("facts", row.facts())
                .execute();
    }

    /** Takes away guests of which nobody has said anything since; how many. */
    int removeGuestsNotSeenSince(long moment) {
        handle.createUpdate("delete from stay where state <> 'here' and last_seen < ?")
                .bind(0, moment)
                .execute();
        return removeGuestsWithoutStay();
    }

    private int removeGuestsWithoutStay() {
        return handle.createUpdate(
                        "delete from guest where not exists (select 1 from stay where stay.uuid = guest.uuid)")
                .execute();
    }

    private static StayRow stay(ResultSet rs) throws SQLException {
        return new StayRow(
                UUID.fromString(rs.getString("uuid")),
                rs.getLong("host_no"),
                Worded.read(State.class, rs.getString("state")).orElseThrow(),
                rs.getLong("since"),
                rs.getLong("last_seen"),
                nullable(rs, "left_at"),
                rs.getString("facts"));
    }

    Counts counts() {
        return new Counts(
                count("select count(*) from host"),
                count("select count(*) from host where disbelieved_at is not null"),
                count("select count(*) from guest join stay on stay.uuid = guest.uuid and stay.host_no = guest.home"
                        + " where stay.state = 'here'"),
                count("select coalesce(sum(without_uuid), 0) from host"),
                count("select count(*) from guest where distrusted_at is not null"),
                count("select count(*) from harm"));
    }

    int running(long host) {
        return handle.createQuery("select count(*) from guest join stay on stay.uuid = guest.uuid and stay.host_no ="
                        + " guest.home where stay.state = 'here' and guest.home = ?")
                .bind(0, host)
                .mapTo(Integer.class)
                .one();
    }

    private int count(String query) {
        return handle.createQuery(query).mapTo(Integer.class).one();
    }

    private static @Nullable Long nullable(ResultSet rs, String column) throws SQLException {
        long value = rs.getLong(column);
        return rs.wasNull() ? null : value;
    }
}
