package org.nestguard.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.store.StoreException.Reason;

/** What can be wrong with a database, each said in a sentence. */
class StoreTroubleTest {
    @TempDir
    Path folder;

    private Place.InFile place() {
        return new Place.InFile(folder.resolve("nestguard.db"), Durability.NORMAL);
    }

    private Reason refused(Place place) {
        StoreException refused =
                assertThrows(StoreException.class, () -> Tried.open(place).close());
        assertTrue(refused.getMessage().length() < 400, refused.getMessage());
        return refused.reason();
    }

    @Test
    void everyFileOfItIsItsOwnersAlone() throws IOException {
        try (Store store = Tried.open(place())) {
            store.write(handle -> handle.execute("insert into proof (one) values (1)"));
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    assertEquals(
                            "rw-------",
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)),
                            file::toString);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx---rwx", "rwxrwxrwx"})
    void aFolderThatOthersMayWriteToIsRefused(String permissions) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        assertEquals(Reason.EXPOSED, refused(place()));
        assertFalse(Files.exists(place().file()));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-rw----"})
    void aFileThatOthersMayReadIsRefused(String permissions) throws IOException {
        Tried.open(place()).close();
        Files.setPosixFilePermissions(place().file(), PosixFilePermissions.fromString(permissions));
        assertEquals(Reason.EXPOSED, refused(place()));
    }

    @Test
    void aFileThatIsNoDatabaseIsNotTouched() throws IOException {
        Path file = place().file();
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, "once upon a time there was a host\n".repeat(100));
        byte[] before = Files.readAllBytes(file);
        assertEquals(Reason.UNREADABLE, refused(place()));
        assertEquals(-1, Files.mismatch(file, Files.write(folder.resolve("before"), before)));
    }

    @Test
    void aFolderThatIsNotThereIsSaid() {
        assertEquals(Reason.UNREADABLE, refused(new Place.InFile(folder.resolve("no/such.db"), Durability.NORMAL)));
    }

    @Test
    void oneThatAnotherProcessKeepsLockedIsSaid() throws Exception {
        try (Store store = Tried.open(place());
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + place().file());
                Statement statement = other.createStatement()) {
            statement.execute("begin exclusive");
            StoreException locked = assertThrows(
                    StoreException.class,
                    () -> store.write(handle -> handle.execute("insert into proof (one) values (1)")));
            assertEquals(Reason.LOCKED, locked.reason());
            statement.execute("rollback");
        }
    }

    @Test
    void oneThatIsLockedBeforeItIsOpenedIsSaidTooAndWhatToDo() throws Exception {
        Tried.open(place()).close();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + place().file());
                Statement statement = other.createStatement()) {
            statement.execute("begin immediate");
            StoreException locked = assertThrows(StoreException.class, () -> Tried.open(place()));
            assertEquals(Reason.LOCKED, locked.reason(), locked.getMessage());
            assertTrue(locked.getMessage().contains("try again when it is done (`fuser " + place().file() + "`"));
            statement.execute("rollback");
        }
        Tried.open(place()).close();
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void theSettingsThatTheRestStandsOnAreInForce(Durability durability) {
        try (Store store = Tried.open(new Place.InFile(place().file(), durability))) {
            assertEquals("wal", pragma(store, "journal_mode"));
            assertEquals("1", pragma(store, "foreign_keys"));
            assertEquals("5000", pragma(store, "busy_timeout"));
            assertEquals(durability == Durability.FULL ? "2" : "1", pragma(store, "synchronous"));
        }
    }

    private static String pragma(Store store, String name) {
        return store.write(handle -> handle.createQuery("select * from pragma_" + name)
                .mapTo(String.class)
                .one());
    }

    @Test
    void aServerThatDoesNotAnswerIsSaidWithoutThePassword() {
        StoreException refused = assertThrows(
                StoreException.class,
                () -> Tried.open(new Place.OnServer(
                        "jdbc:postgresql://localhost:1/nestguard?password=secret1", "me", "secret2")));
        assertEquals(Reason.UNREACHABLE, refused.reason());
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            assertFalse(String.valueOf(cause.getMessage()).contains("secret"), String.valueOf(cause.getMessage()));
        }
    }
}
