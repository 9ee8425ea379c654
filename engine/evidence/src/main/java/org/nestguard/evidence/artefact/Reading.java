package org.nestguard.evidence.artefact;

import java.util.Optional;
import java.util.function.Function;

/** What a text says of one thing: a value and where it stands, or why it says none. There is never a default. */
public sealed interface Reading<T> {
    /**
     * The text says so.
     *
     * @param line the line it stands on, from 1; 0 where the whole text says it
     */
    record Said<T>(T what, int line) implements Reading<T> {}

    /**
     * The text does not say.
     *
     * @param why for a person: "no line begins with vendor_id"
     */
    record Unsaid<T>(String why) implements Reading<T> {}

    static <T> Reading<T> said(T value, int line) {
        return new Said<>(value, line);
    }

    static <T> Reading<T> unsaid(String why) {
        return new Unsaid<>(why);
    }

    /** The value; empty where the text says none. */
    default Optional<T> value() {
        return this instanceof Said<T> said ? Optional.of(said.what()) : Optional.empty();
    }

    /** The same reading in other terms. */
    default <U> Reading<U> map(Function<? super T, ? extends U> terms) {
        if (this instanceof Said<T> said) {
            return new Said<>(terms.apply(said.what()), said.line());
        }
        return new Unsaid<>(((Unsaid<T>) this).why());
    }

    /** What comes of the value; unsaid for the same reason where there is none. It stands where the value stands. */
    default <U> Reading<U> flatMap(Function<? super T, Reading<U>> next) {
        if (this instanceof Said<T> said) {
            Reading<U> other = next.apply(said.what());
            return other instanceof Said<U> fits && fits.line() == 0 ? new Said<>(fits.what(), said.line()) : other;
        }
        return new Unsaid<>(((Unsaid<T>) this).why());
    }
}
