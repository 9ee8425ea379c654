package org.nestguard.engine.text;

import org.jspecify.annotations.Nullable;

/**
 * Why a document could not be read.
 *
 * @param file the file, or {@code -} for standard input
 * @param line from 1; 0 where the place is not known
 * @param column from 1; 0 where the place is not known
 * @param key the key that is wrong; null where it is not one key
 * @param message what is wrong and what to do about it
 */
public record Problem(
        String file, int line, int column, @Nullable String key, String message) {
    /** One line for a person: {@code file:line:column: key: message}. */
    public String inOneLine() {
        return (file.equals("-") ? "standard input" : file)
                + (line > 0 ? ":" + line + ":" + column : "")
                + ": "
                + (key == null ? "" : key + ": ")
                + message;
    }
}
