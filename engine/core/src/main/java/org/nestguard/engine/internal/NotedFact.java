package org.nestguard.engine.internal;

import java.util.Set;
import java.util.function.Predicate;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;

/** A fact that notes when a rule reads anything of it. */
record NotedFact<T>(FactName name, Fact<T> fact, Set<FactName> read) implements Fact<T> {
    private Fact<T> noted() {
        read.add(name);
        return fact;
    }

    @Override
    public boolean is(Predicate<? super T> property) {
        return noted().is(property);
    }

    @Override
    public T value() {
        return noted().value();
    }

    @Override
    public boolean known() {
        return noted().known();
    }

    @Override
    public boolean absent() {
        return noted().absent();
    }

    @Override
    public boolean unreadable() {
        return noted().unreadable();
    }

    @Override
    public boolean assumed() {
        return noted().assumed();
    }
}
