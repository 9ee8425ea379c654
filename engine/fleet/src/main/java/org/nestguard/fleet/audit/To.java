package org.nestguard.fleet.audit;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Where each guest shall go.
 *
 * @param kind one host or several
 * @param name of the host or pool; null for any and all
 */
public record To(Kind kind, @Nullable String name) implements Serializable {
    /** Which hosts are meant. */
    public enum Kind {
        /** That one. */
        HOST,
        /** Some other host of that pool. */
        POOL,
        /** Some other host of the fleet. */
        ANY,
        /** Every other host of the fleet. */
        ALL
    }

    private static final String POOL = "pool:";

    /** Reads {@code any}, {@code all}, {@code pool:NAME} or the name or id of a host. */
    public static To read(String text) {
        if (text.startsWith(POOL)) {
            return new To(Kind.POOL, text.substring(POOL.length()));
        }
        return switch (text) {
            case "any" -> new To(Kind.ANY, null);
            case "all" -> new To(Kind.ALL, null);
            default -> new To(Kind.HOST, text);
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case HOST -> String.valueOf(name);
            case POOL -> POOL + name;
            case ANY -> "any";
            case ALL -> "all";
        };
    }
}
