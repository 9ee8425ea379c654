package org.nestguard.catalogue;

import org.jspecify.annotations.Nullable;

/**
 * Where something is known from.
 *
 * @param key how rules and tables refer to it
 * @param document the document, commit or report
 * @param section where in it
 * @param quote a few of its words; null where none are quoted
 */
public record Source(
        String key,
        String document,
        String section,
        @Nullable String quote) {}
