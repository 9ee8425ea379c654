package org.nestguard.facts;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a fact was read.
 *
 * @param from the file, command or interface
 * @param at when; null where nobody noted it
 * @param by who says so
 * @param why what in that place says it; null where the value itself stands there
 */
public record Evidence(
        String from,
        @Nullable Instant at,
        Witness by,
        @Nullable String why) {
    /** Who says so: the host, or the guest about itself. */
    public enum Witness implements Worded {
        HOST("host"),
        GUEST("guest");

        private final String word;

        Witness(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }
}
