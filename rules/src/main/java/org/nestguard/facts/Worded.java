package org.nestguard.facts;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A constant that has one spelling in every document and answer, such as {@code host-passthrough}. */
public interface Worded {
    /** The spelling, never empty. */
    String word();

    /** The constant spelt that way, case counting; empty where there is none. */
    static <E extends Enum<E> & Worded> Optional<E> read(Class<E> type, String word) {
        for (E constant : type.getEnumConstants()) {
            if (constant.word().equals(word)) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }

    /** All spellings of a type, for a message: {@code migrate, savevm, loadvm}. */
    static <E extends Enum<E> & Worded> String words(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Worded::word).collect(Collectors.joining(", "));
    }
}
