package org.nestguard.engine.internal;

import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.nestguard.facts.Fact;

/** A fact whose assumption depends on another fact that may itself not be known: decided in each world when it is asked for. */
record Either<T>(BooleanSupplier condition, Fact<T> then, Fact<T> otherwise) implements Fact<T> {
    @Override
    public boolean is(Predicate<? super T> property) {
        return chosen().is(property);
    }

    @Override
    public T value() {
        return chosen().value();
    }

    @Override
    public boolean known() {
        return false;
    }

    @Override
    public boolean absent() {
        return false;
    }

    @Override
    public boolean unreadable() {
        return false;
    }

    @Override
    public boolean assumed() {
        return chosen().assumed();
    }

    private Fact<T> chosen() {
        return condition.getAsBoolean() ? then : otherwise;
    }
}
