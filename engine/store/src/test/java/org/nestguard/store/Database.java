package org.nestguard.store;

import static org.junit.jupiter.api.Assumptions.abort;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The databases that every promise is tried on. */
public enum Database {
    SQLITE {
        @Override
        public Place fresh(Path folder) {
            return new Place.InFile(folder.resolve("nestguard.db"), Durability.NORMAL);
        }
    },
    /** That of {@code PGHOST} and so on, or one that is started for the tests. */
    POSTGRESQL {
        @Override
        public Place fresh(Path folder) {
            Server server = Server.running();
            String schema = "t" + UUID.randomUUID().toString().replace("-", "");
            try (Connection connection = DriverManager.getConnection(server.url(), server.user(), server.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("create schema " + schema);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return new Place.OnServer(server.url() + "?currentSchema=" + schema, server.user(), server.password());
        }
    };

    /** A new and empty place. */
    public abstract Place fresh(Path folder);

    private record Server(String url, String user, @Nullable String password) {
        private static @Nullable Server running;
        private static @Nullable String whyNone;

        static synchronized Server running() {
            if (running == null && whyNone == null) {
                start();
            }
            return running == null
                    ? abort("no PostgreSQL could be started here, so nothing was tried on it: " + whyNone)
                    : running;
        }

        private static void start() {
            String host = System.getenv("PGHOST");
            if (host != null) {
                running = new Server(
                        "jdbc:postgresql://" + host + ":" + System.getenv().getOrDefault("PGPORT", "5432") + "/"
                                + System.getenv().getOrDefault("PGDATABASE", "postgres"),
                        System.getenv().getOrDefault("PGUSER", "postgres"),
                        System.getenv("PGPASSWORD"));
                return;
            }
            try {
                EmbeddedPostgres postgres = EmbeddedPostgres.builder().start(); // ends with this process
                running =
                        new Server("jdbc:postgresql://localhost:" + postgres.getPort() + "/postgres", "postgres", null);
            } catch (IOException | IllegalStateException e) {
                whyNone = e.toString();
            }
        }
    }
}
