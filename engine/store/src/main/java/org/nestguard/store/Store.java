package org.nestguard.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.secret.NotPrivateException;
import org.nestguard.engine.secret.PrivateFile;
import org.nestguard.store.StoreException.Reason;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A database: an embedded file or a server, with one schema, brought up to date when it is opened.
 *
 * <p>One transaction writes at a time, whatever the number of threads, and of processes too: SQLite takes its write lock as a
 * transaction begins, and on PostgreSQL each takes one advisory lock. Reading goes on meanwhile, each reading transaction on
 * one state of all tables. A process that is killed between any two statements leaves whole transactions only.
 */
public final class Store implements AutoCloseable {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 5_000;
    private static final int CONNECT_MILLIS = 6_000;
    /** With the purpose's own added: any number that no other program uses for a lock in the same database. */
    private static final long WRITE_LOCK = 0x6e657374_67756172L;

    private static final Map<String, String> SQLITE =
            Map.of("journal_mode", "WAL", "busy_timeout", Integer.toString(BUSY_MILLIS), "foreign_keys", "true");

    private final Place place;
    private final long lock;
    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final Jdbi writer;
    private final Jdbi reader;
    /** Who waits longest writes next. */
    private final Semaphore turn = new Semaphore(1, true);

    private Store(Place place, Schema schema, HikariDataSource writing, HikariDataSource reading) {
        this.place = place;
        lock = WRITE_LOCK + schema.table().hashCode();
        this.writing = writing;
        this.reading = reading;
        writer = Jdbi.create(writing);
        reader = Jdbi.create(reading);
    }

    /**
     * Opens a database and migrates it.
     *
     * @throws StoreException saying what is wrong with it
     */
    public static Store open(Place place, Schema schema) {
        if (place instanceof Place.InFile in) {
            make(in.file());
        }
        HikariDataSource writing = null;
        HikariDataSource reading = null;
        try {
            writing = pool(place, true);
            migrate(place, schema, writing);
            reading = pool(place, false);
            return new Store(place, schema, writing, reading);
        } catch (RuntimeException e) {
            close(writing);
            close(reading);
            throw translated(place, "cannot be opened", e);
        }
    }

    /**
     * Does some work in one transaction that may write.
     *
     * @throws StoreException where the database fails; then nothing of it is kept. What the work itself throws comes
     *     through, and nothing is kept either
     */
    public <T> T write(Function<Handle, T> work) {
        takeTurn();
        try {
            return writer.<T, RuntimeException>inTransaction(handle -> {
                if (place instanceof Place.OnServer) {
                    handle.execute("select pg_advisory_xact_lock(?)", lock);
                }
                return work.apply(handle);
            });
        } catch (JdbiException e) {
            throw translated(place, "cannot be written", e);
        } finally {
            turn.release();
        }
    }

    /** The pool would give the one connection to who had it just now, before whoever waits for it. */
    private void takeTurn() {
        try {
            if (!turn.tryAcquire(CONNECT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StoreException(
                        Reason.LOCKED,
                        "the database " + place + " cannot be written: others have written for " + CONNECT_MILLIS / 1000
                                + " s",
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(Reason.FAILED, "interrupted before the database was written", e);
        }
    }

    /**
     * Reads in one transaction, of one state of the database.
     *
     * @throws StoreException where the database fails
     */
    public <T> T read(Function<Handle, T> work) {
        try {
            return reader.<T, RuntimeException>inTransaction(work::apply);
        } catch (JdbiException e) {
            throw translated(place, "cannot be read", e);
        }
    }

    /** Where it is. */
    public Place place() {
        return place;
    }

    @Override
    public void close() {
        close(reading);
        close(writing);
    }

    private static void close(@Nullable HikariDataSource pool) {
        if (pool != null) {
            pool.close();
        }
    }

    private static HikariDataSource pool(Place place, boolean writes) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(writes ? "nestguard-writer" : "nestguard-readers");
        config.setMaximumPoolSize(writes ? 1 : READERS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_MILLIS);
        if (place instanceof Place.InFile in) {
            config.setJdbcUrl("jdbc:sqlite:" + in.file().toAbsolutePath());
            SQLITE.forEach(config::addDataSourceProperty);
            config.addDataSourceProperty("synchronous", in.durability().name());
            // a transaction that first reads and then writes fails at once where another has written meanwhile, however
            // long it would wait; one that only reads must not take the lock
            config.addDataSourceProperty("transaction_mode", writes ? "IMMEDIATE" : "DEFERRED");
            if (!writes) {
                config.setConnectionInitSql("pragma query_only = 1");
            }
        } else if (place instanceof Place.OnServer on) {
            config.setJdbcUrl(on.url());
            config.setUsername(on.user());
            config.setPassword(on.password());
            config.addDataSourceProperty("ApplicationName", "nestguard");
            config.setReadOnly(!writes);
            config.setTransactionIsolation(writes ? "TRANSACTION_READ_COMMITTED" : "TRANSACTION_REPEATABLE_READ");
        }
        return new HikariDataSource(config);
    }

    private static void make(Path file) {
        try {
            PrivateFile.make(file);
            NativeLibrary.beside(file);
        } catch (NotPrivateException e) {
            throw new StoreException(Reason.EXPOSED, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new StoreException(Reason.UNREADABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static void migrate(Place place, Schema schema, HikariDataSource writing) {
        FluentConfiguration config = Flyway.configure(Store.class.getClassLoader())
                .locations("classpath:" + schema.folder())
                .table(schema.table())
                .placeholders(Map.of("number", place instanceof Place.InFile ? "integer" : "bigint"));
        if (place instanceof Place.InFile) {
            await(writing);
            config.dataSource(writing);
        } else if (place instanceof Place.OnServer on) {
            config.dataSource(on.url(), on.user(), on.password()); // it needs two connections there, for its lock
        }
        Flyway flyway = config.load();
        boolean newer = Arrays.stream(flyway.info().all())
                .map(migration -> migration.getState())
                .anyMatch(state -> state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED);
        if (newer) {
            throw new StoreException(
                    Reason.NEWER,
                    "the database " + place + " was made by a newer version of NestGuard: use that version, or another"
                            + " database",
                    null);
        }
        flyway.migrate();
    }

    /** Waits until it can be written. Flyway waits too, but does not say that it was in vain. */
    private static void await(HikariDataSource writing) {
        try (Connection connection = writing.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select 1"); // a transaction of this pool takes the lock as it begins
            connection.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static StoreException translated(Place place, String what, RuntimeException e) {
        if (e instanceof StoreException known) {
            return known;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLiteException sqlite) {
                return ofSqlite(place, what, sqlite, e);
            }
            if (cause instanceof SQLException sql && place instanceof Place.OnServer) {
                return ofServer(place, what, sql, e);
            }
        }
        if (e instanceof FlywayException flyway
                && flyway.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
            return new StoreException(
                    Reason.FOREIGN,
                    "the database " + place + " " + what
                            + ": there are tables of something else in it; name another file, or with PostgreSQL an empty"
                            + " schema of its own (?currentSchema=NAME)",
                    e);
        }
        String message = e instanceof FlywayException
                ? "its schema could not be brought up to date (" + firstLine(root(e)) + "); name another database"
                : firstLine(e);
        return new StoreException(Reason.FAILED, "the database " + place + " " + what + ": " + message, e);
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static StoreException ofSqlite(Place place, String what, SQLiteException sqlite, RuntimeException e) {
        SQLiteErrorCode code = sqlite.getResultCode();
        String start = "the database " + place + " " + what + ": ";
        // the kind of an error is in the lower byte, what is particular about it above
        return switch (code.code & 0xff) {
            case 5, 6 ->
                new StoreException(
                        Reason.LOCKED,
                        start + "another process has kept it locked for " + BUSY_MILLIS / 1000
                                + " s; try again when it is done (`fuser " + place + "` tells which it is)",
                        e);
            case 26, 11 ->
                new StoreException(
                        Reason.UNREADABLE, start + "it is no database of SQLite, or it is damaged (" + code + ")", e);
            case 8, 14, 3, 10 ->
                new StoreException(Reason.UNREADABLE, start + "the file system says no (" + code + ")", e);
            case 13 -> new StoreException(Reason.FAILED, start + "the disk is full", e);
            default -> new StoreException(Reason.FAILED, start + firstLine(sqlite), e);
        };
    }

    private static StoreException ofServer(Place place, String what, SQLException sql, RuntimeException e) {
        String state = sql.getSQLState() == null ? "" : sql.getSQLState();
        // 08: connection; 28: who you are; 3D: no such database; 57: shutting down; 53: too many; Hikari gives 08003 or
        // none
        boolean unreachable = state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("28")
                || state.startsWith("3D")
                || state.startsWith("57")
                || state.startsWith("53");
        String why = root(sql) instanceof UnknownHostException unknown
                ? "there is no address for the name " + firstLine(unknown)
                : firstLine(sql);
        return new StoreException(
                unreachable ? Reason.UNREACHABLE : Reason.FAILED,
                "the database " + place + " " + what + ": " + why + (state.isEmpty() ? "" : " (" + state + ")"),
                e);
    }

    private static String firstLine(Throwable e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
