package org.nestguard.facts;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One fact of a question: known, or missing. Rules ask it only through {@link #is} and {@link #value}, so that the engine
 * can stand a fact whose value is not known before them, one possible world at a time.
 */
public interface Fact<T> {
    /** Whether the value has the property. @throws IllegalStateException where there is no value */
    boolean is(Predicate<? super T> property);

    /** The value. @throws IllegalStateException where there is none */
    T value();

    /** Whether somebody said, or an assumption says, what the value is. */
    boolean known();

    /** Whether the question has no such key at all; {@code unknown} is a key. */
    boolean absent();

    /** Whether something was said of it that could not be understood. */
    boolean unreadable();

    /** Whether nobody said it and it is taken to be so all the same. */
    boolean assumed();

    /**
     * A fact that has a value.
     *
     * @param assumption why it is taken to be so though nobody said it; null where it was stated
     */
    record Known<T>(T value, @Nullable String assumption) implements Fact<T> {
        /** A fact that somebody stated. */
        public static <T> Known<T> stated(T value) {
            return new Known<>(value, null);
        }

        @Override
        public boolean assumed() {
            return assumption != null;
        }

        @Override
        public boolean unreadable() {
            return false;
        }

        @Override
        public boolean is(Predicate<? super T> property) {
            return property.test(value);
        }

        @Override
        public boolean known() {
            return true;
        }

        @Override
        public boolean absent() {
            return false;
        }
    }

    /**
     * A fact that has no value.
     *
     * @param state why
     * @param text what was said in its place; null where nothing was
     */
    record Missing<T>(State state, @Nullable String text) implements Fact<T> {
        /** Why a fact is missing. */
        public enum State {
            /** The question does not mention it. */
            ABSENT,
            /** It was looked for and not found out. */
            UNKNOWN,
            /** What was said could not be understood. */
            UNREADABLE
        }

        private static final Missing<?> ABSENT = new Missing<>(State.ABSENT, null);
        private static final Missing<?> UNKNOWN = new Missing<>(State.UNKNOWN, null);

        /** Not mentioned. */
        @SuppressWarnings("unchecked")
        public static <T> Missing<T> notMentioned() {
            return (Missing<T>) ABSENT;
        }

        /** Looked for and not known. */
        @SuppressWarnings("unchecked")
        public static <T> Missing<T> unknown() {
            return (Missing<T>) UNKNOWN;
        }

        @Override
        public boolean is(Predicate<? super T> property) {
            throw new IllegalStateException("a rule asked for a fact that is not known");
        }

        @Override
        public T value() {
            throw new IllegalStateException("a rule asked for the value of a fact that is not known");
        }

        @Override
        public boolean known() {
            return false;
        }

        @Override
        public boolean absent() {
            return state == State.ABSENT;
        }

        @Override
        public boolean assumed() {
            return false;
        }

        @Override
        public boolean unreadable() {
            return state == State.UNREADABLE;
        }
    }
}
