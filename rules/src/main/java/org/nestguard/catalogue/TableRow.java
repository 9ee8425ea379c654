package org.nestguard.catalogue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One row of a table document: keys with a text or a list of texts.
 *
 * @param place where it begins, for a message: {@code distributions.yaml, line 7}
 */
public record TableRow(String place, Map<String, List<String>> values, Set<String> lists) {
    /** The text of a key. @throws TableException where it is missing or a list */
    public String text(String key) {
        Optional<String> text = optional(key);
        if (text.isEmpty()) {
            throw new TableException(place + ": " + key + " is missing");
        }
        return text.get();
    }

    /** The text of a key; empty where it is missing. @throws TableException where it is a list */
    public Optional<String> optional(String key) {
        if (lists.contains(key)) {
            throw new TableException(place + ": " + key + " must be a text, not a list");
        }
        List<String> value = values.get(key);
        return value == null ? Optional.empty() : Optional.of(value.get(0));
    }

    /** The list of a key. @throws TableException where it is missing or no list */
    public List<String> list(String key) {
        List<String> list = values.get(key);
        if (list == null || !lists.contains(key)) {
            throw new TableException(place + ": " + key + " must be a list");
        }
        return list;
    }

    /** A key read as something. @throws TableException where it is missing or cannot be read so */
    public <T> T read(String key, Function<String, Optional<T>> reader, String expects) {
        return read(key, reader.apply(text(key)), expects);
    }

    /**
     * What the text of a key was read as.
     *
     * @param read empty where it could not be
     * @throws TableException where it could not be
     */
    public <T> T read(String key, Optional<T> read, String expects) {
        if (read.isEmpty()) {
            throw new TableException(place + ": " + key + " must be " + expects + ", not \"" + text(key) + "\"");
        }
        return read.get();
    }

    /** A key that is true or false. @throws TableException where it is neither */
    public boolean flag(String key) {
        String text = text(key);
        return read(
                key,
                text.equals("true") ? Optional.of(true) : text.equals("false") ? Optional.of(false) : Optional.empty(),
                "true or false");
    }

    /** Refuses keys that nobody reads. @throws TableException naming the first of them */
    public TableRow only(Set<String> keys) {
        for (String key : values.keySet()) {
            if (!keys.contains(key)) {
                throw new TableException(place + ": there is no key " + key + " here; known are "
                        + String.join(", ", new TreeSet<>(keys)));
            }
        }
        return this;
    }
}
