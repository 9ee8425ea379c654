package org.nestguard.server.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file that says who may what. */
class CredentialsTest {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder = Path.of("");

    private Path file(String text, String mode) throws IOException {
        Path file = folder.resolve("credentials.yaml");
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    private String refused(String text, String mode) throws IOException {
        Path file = file(text, mode);
        String message = String.valueOf(assertThrows(CredentialsException.class, () -> Credentials.read(file))
                .getMessage());
        assertFalse(message.contains(TOKEN), "no secret in a message: " + message);
        return message;
    }

    @Test
    void aTokenIsItsOwners() throws Exception {
        Credentials credentials =
                Credentials.read(file("- {name: a, token: " + TOKEN + ", roles: [push], host: l0-a}\n", "rw-------"));
        Caller caller = credentials.byToken(TOKEN).orElseThrow();
        assertEquals(new Caller("a", Set.of(Role.PUSH), "l0-a"), caller);
        assertTrue(caller.mayPush("l0-a"));
        assertFalse(caller.mayPush("l0-b"));
        assertTrue(credentials.byToken(TOKEN + "0").isEmpty());
        assertTrue(credentials.byToken("").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-------x"})
    void aFileThatOthersMayReadOrWriteIsNotTaken(String mode) throws Exception {
        String nine = mode.length() > 9 ? "rw------x" : mode;
        assertTrue(refused("- {name: a, token: " + TOKEN + ", roles: [ask]}\n", nine)
                .contains("chmod 600"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: a, token: TOKEN} | roles must be a list",
                "{name: a, token: TOKEN, roles: [root]} | roles must be of ask, push and administer",
                "{name: a, token: TOKEN, roles: []} | roles names none",
                "{name: a, token: TOKEN, roles: [push]} | host goes with the role push",
                "{name: a, token: TOKEN, roles: [ask], host: x} | host goes with the role push",
                "{name: a, token: short, roles: [ask]} | openssl rand",
                "{name: a, roles: [ask]} | either token or certificate",
                "{name: a, token: TOKEN, certificate: CN=a, roles: [ask]} | either token or certificate",
                "{name: a, certificate: ops, roles: [ask]} | whole subject",
                "{name: unix-socket, token: TOKEN, roles: [ask]} | name must be",
                "{name: 'a b', token: TOKEN, roles: [ask]} | name must be",
                "{name: a, tokn: TOKEN, roles: [ask]} | there is no key tokn",
                "{name: a, token: TOKEN, roles: [ask]}\\n- {name: a, certificate: CN=a, roles: [ask]} | stands there twice",
                "{name: a, token: TOKEN, roles: [ask]}\\n- {name: b, token: TOKEN, roles: [ask]} | another row"
            })
    void aMistakeIsToldWithItsLineAndNeverWithTheSecret(String row, String message) throws Exception {
        String said = refused("- " + row.replace("\\n", "\n").replace("TOKEN", TOKEN) + "\n", "rw-------");
        assertTrue(said.contains("credentials.yaml, line ") && said.contains(message), said);
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertTrue(String.valueOf(
                        assertThrows(CredentialsException.class, () -> Credentials.read(folder.resolve("none")))
                                .getMessage())
                .contains("there is no such file"));
    }
}
