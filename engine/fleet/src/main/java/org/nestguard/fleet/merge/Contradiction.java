package org.nestguard.fleet.merge;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Subject;

/**
 * Two observations of one host or guest of which at most one can be true. The fact counts as unknown.
 *
 * @param subject host or guest
 * @param id of the host, or the UUID of the guest; where it has none, its name
 * @param name null where nobody says it
 * @param key of the fact, such as {@code l2.live}; {@link #HOST_ID} for where a guest is, {@link #POOL} for where a host is
 * @param one the newer
 * @param other the newest of those that say otherwise
 */
public record Contradiction(
        Subject subject, String id, @Nullable String name, String key, Said one, Said other) {
    /** Which host a guest is on. */
    public static final String HOST_ID = "hostId";

    /** Which pool a host is in. */
    public static final String POOL = "pool";

    /**
     * What one observation says.
     *
     * @param place where it is written, as {@code file:line}
     */
    public record Said(String value, Instant at, String place) {}

    /** The fact by its place in a document: {@code guest.l2.live}. */
    public String fact() {
        return subject.name().toLowerCase(Locale.ROOT) + "." + key;
    }

    /** For a person; names in it are as somebody chose them. */
    public String inOneLine() {
        return subject.name().toLowerCase(Locale.ROOT) + " " + (name == null ? id : name) + ": " + key + " is "
                + say(one) + " and " + say(other);
    }

    private static String say(Said said) {
        return said.value() + " (" + said.place() + ", " + said.at() + ")";
    }
}
