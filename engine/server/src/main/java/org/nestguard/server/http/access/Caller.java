package org.nestguard.server.http.access;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;

/**
 * Who asks, as far as the service knows.
 *
 * @param name for records and logs: the credential's, or the door's where that is all that is known
 * @param roles what they may do
 * @param host the host whose facts they may push; null for none
 */
public record Caller(String name, Set<Role> roles, @Nullable String host) {
    /** What each is called of whom nothing but the door is known; no credential may bear such a name. */
    static final Set<String> DOORS = Set.of("unix-socket", "loopback", "nobody");

    private static final int LONGEST_ASKER = 100;

    /** Of whom nothing is known, and who may nothing. */
    static final Caller NOBODY = new Caller("nobody", Set.of(), null);

    /** Anybody on this machine, where no credentials are set up. */
    static final Caller LOOPBACK = new Caller("loopback", Set.of(Role.ASK), null);

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Who could open the Unix socket. */
    static Caller unixSocket(@Nullable String host) {
        return new Caller("unix-socket", host == null ? Set.of(Role.ASK) : Set.of(Role.ASK, Role.PUSH), host);
    }

    /**
     * The same where they, an agent, hand on what somebody else asked. Of that one nothing is known but what the agent says.
     * No credential has such a name, for it has blanks.
     */
    Caller handingOnFor(String asker) {
        return new Caller("agent " + name + " for " + Harmless.text(asker, LONGEST_ASKER), roles, host);
    }

    /** The same with nothing but the right to ask. */
    Caller asking() {
        return new Caller(name, roles.contains(Role.ASK) ? Set.of(Role.ASK) : Set.of(), null);
    }

    /** Whether anything is known of them at all. */
    public boolean known() {
        return !equals(NOBODY);
    }

    /** Whether they may do what the role is for. */
    public boolean may(Role role) {
        return roles.contains(role);
    }

    /** Whether they may push facts of that host; every other host's name is somebody else's. */
    public boolean mayPush(String name) {
        return may(Role.PUSH) && name.equals(host);
    }
}
