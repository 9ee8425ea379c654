package org.nestguard.cli;

import java.util.Locale;

/** How answers are written. */
enum OutputFormat {
    TEXT,
    JSON,
    NDJSON,
    YAML;

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
