package org.nestguard.fleet.audit;

import java.util.Map;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;

/** Guests that no rule tells apart. Kinds are the same or they are not; nobody compares what is in them. */
final class GuestKind {
    private final int number;
    private final int[] codes;
    private final Map<FactName, Fact<?>> facts;
    private final String qemu;
    private final boolean shared;

    /**
     * A kind.
     *
     * @param number of those that are alike but for what is compared of the hosts
     * @param codes of its facts and of the QEMU that runs it, by the facts' places
     * @param facts of one of them, and the QEMU that runs it as the source's
     * @param qemu that QEMU, as it is written
     * @param shared whether others may be of this kind
     */
    GuestKind(int number, int[] codes, Map<FactName, Fact<?>> facts, String qemu, boolean shared) {
        this.number = number;
        this.codes = codes;
        this.facts = facts;
        this.qemu = qemu;
        this.shared = shared;
    }

    int number() {
        return number;
    }

    int code(int place) {
        return codes[place];
    }

    Map<FactName, Fact<?>> facts() {
        return facts;
    }

    String qemu() {
        return qemu;
    }

    boolean shared() {
        return shared;
    }
}
