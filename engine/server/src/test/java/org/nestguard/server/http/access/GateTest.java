package org.nestguard.server.http.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of what a request shows. */
class GateTest {
    private static final String ASK = "ask-0123456789abcdef";
    private static final String AGENT = "agent-0123456789abcdef";

    @TempDir
    Path folder;

    private Gate gate;

    @BeforeEach
    void open() throws IOException, CredentialsException {
        Path file = folder.resolve("credentials.yaml");
        Files.writeString(file, """
                - {name: anna, token: %s, roles: [ask, administer]}
                - {name: l0-a, token: %s, roles: [ask, push], host: l0-a}
                """.formatted(ASK, AGENT));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        gate = new Gate(file, "registry");
    }

    private static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Caller shown(Door door, @Nullable String authorization, @Nullable String asker, boolean byPerson) {
        return gate.caller(new Gate.Shown(door, authorization, null, "localhost", asker, byPerson));
    }

    @ParameterizedTest
    @EnumSource
    void aPersonShowsNameAndTokenAndMayAskAndNothingElse(Door door) {
        Caller anna = shown(door, basic("anna:" + ASK), null, true);
        assertEquals("anna", anna.name());
        assertEquals(Set.of(Role.ASK), anna.roles());
        Caller host = shown(door, basic("l0-a:" + AGENT), null, true);
        assertTrue(host.may(Role.ASK));
        assertFalse(host.mayPush("l0-a"), "a browser pushes nothing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "anna:wrong-0123456789abcdef",
                "l0-a:" + ASK,
                ":" + ASK,
                ASK,
                "anna:",
                "anna",
                "",
                "anna:" + ASK + ":",
                "Anna:" + ASK
            })
    void anotherNameOrTokenIsNobodys(String text) {
        assertFalse(shown(Door.TLS, basic(text), null, true).known());
    }

    @Test
    void whatAPageOfAnotherSiteMakesABrowserAskIsNobodys() {
        assertFalse(shown(Door.TLS, basic("anna:" + ASK), null, false).known());
        assertFalse(shown(Door.UNIX, basic("anna:" + ASK), null, false).known());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic !", "Basic YW5uYQ", "Digest x", "Bearer", "Bearer  ", ASK})
    void whatIsNoAuthorizationIsNobodys(String authorization) {
        assertFalse(shown(Door.TLS, authorization, null, true).known());
        assertFalse(shown(Door.UNIX, authorization, null, true).known());
    }

    @Test
    void anAgentSaysForWhomItAsksAndNobodyElseDoes() {
        assertEquals(
                "agent l0-a for unix-socket",
                shown(Door.TLS, "Bearer " + AGENT, "unix-socket", false).name());
        assertTrue(shown(Door.TLS, "Bearer " + AGENT, "unix-socket", false).mayPush("l0-a"));
        assertEquals("anna", shown(Door.TLS, "Bearer " + ASK, "somebody", false).name());
        assertEquals("unix-socket", shown(Door.UNIX, null, "somebody", false).name());
        assertEquals(
                "l0-a",
                shown(Door.TLS, basic("l0-a:" + AGENT), "somebody", true).name());
        assertFalse(shown(Door.TLS, null, "somebody", false).known());
    }

    @Test
    void forWhomAnAgentAsksIsSaidHarmlessly() {
        String name = shown(Door.TLS, "Bearer " + AGENT, "x\u001b[2J\n" + "y".repeat(1_000), false)
                .name();
        assertFalse(name.contains("\u001b") || name.contains("\n"), name);
        assertTrue(name.length() < 200, name);
    }
}
