package org.nestguard.store;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the database is. */
public sealed interface Place {
    /**
     * In a file of SQLite, made where it is not there.
     *
     * @param file in a folder that exists, and that nobody but its owner may write to
     */
    record InFile(Path file, Durability durability) implements Place {
        @Override
        public String toString() {
            return file.toString();
        }
    }

    /**
     * On a server of PostgreSQL, which must be UTF-8. How durable a commit is, is that server's setting.
     *
     * @param url {@code jdbc:postgresql://…}
     * @param user null where the URL says it, or the server asks for none
     * @param password never shown
     */
    record OnServer(
            String url, @Nullable String user, @Nullable String password) implements Place {
        /** Without what follows the name of the database, where a password may stand. */
        @Override
        public String toString() {
            int end = url.indexOf('?');
            String shown = end < 0 ? url : url.substring(0, end);
            int at = shown.indexOf('@');
            int scheme = shown.indexOf("//");
            return at > scheme && scheme >= 0 ? shown.substring(0, scheme + 2) + shown.substring(at + 1) : shown;
        }
    }
}
