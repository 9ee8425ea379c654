package org.nestguard.cli;

/** How answers are written. */
enum OutputFormat {
    TEXT,
    JSON,
    NDJSON,
    YAML
}
