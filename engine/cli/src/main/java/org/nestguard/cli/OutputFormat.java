package org.nestguard.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How answers are written. */
enum OutputFormat {
    TEXT,
    JSON,
    NDJSON,
    YAML;

    /** The format of that name, in small letters; null where there is none. */
    static @Nullable OutputFormat named(String name) {
        for (OutputFormat format : values()) {
            if (format.toString().equals(name)) {
                return format;
            }
        }
        return null;
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
