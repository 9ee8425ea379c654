package org.nestguard.engine.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nestguard.engine.FactClasses;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.KernelRelease;
import org.nestguard.facts.QemuVersion;
import org.nestguard.facts.Question;

/**
 * What the built-in rules tell apart, and of the facts that a site's rules read every single value: nobody knows what
 * thresholds they have.
 */
final class Classes implements FactClasses {
    private static final int MOST_VALUES = 1 << 16;

    private final Profiles profiles;
    private final HostWords words;
    private final Set<FactName> exact;
    private final Map<Value, Integer> numbers = new ConcurrentHashMap<>();

    private record Value(FactName name, Fact<?> fact) {}

    Classes(Profiles profiles, HostWords words, Set<FactName> exact) {
        this.profiles = profiles;
        this.words = words;
        this.exact = exact;
    }

    @Override
    public int of(FactName name, Fact<?> fact) {
        if (exact.contains(name)) {
            return number(new Value(name, fact));
        }
        if (fact instanceof Fact.Known<?> known && known.value() instanceof KernelRelease kernel) {
            return Profiles.coded(words.kernel(kernel), known);
        }
        if (fact instanceof Fact.Known<?> known && known.value() instanceof QemuVersion qemu) {
            return Profiles.coded(words.qemu(qemu), known);
        }
        return profiles.of(name, fact);
    }

    @Override
    public boolean tells(FactName name) {
        return exact.contains(name) || Profiles.tells(name);
    }

    private int number(Value value) {
        Integer number = numbers.get(value);
        if (number == null) {
            synchronized (numbers) {
                number = numbers.get(value);
                if (number == null && numbers.size() < MOST_VALUES) {
                    number = numbers.size();
                    numbers.put(value, number);
                }
            }
        }
        return number == null ? ALONE : number;
    }

    @Override
    public List<String> compared() {
        return Profiles.COMPARED;
    }

    @Override
    public int between(Question question) {
        return profiles.between(question);
    }
}
