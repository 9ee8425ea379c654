package org.nestguard.evidence.artefact;

import java.util.Optional;
import org.nestguard.facts.Worded;

/** The state of a domain, in the order of libvirt's numbers and in the words of {@code virsh list}. */
public enum DomainState implements Worded {
    NO_STATE("no state"),
    RUNNING("running"),
    /** Waits for something; Xen alone says so. */
    BLOCKED("idle"),
    PAUSED("paused"),
    IN_SHUTDOWN("in shutdown"),
    SHUT_OFF("shut off"),
    CRASHED("crashed"),
    SUSPENDED("pmsuspended");

    private final String word;

    DomainState(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }

    /** Whether it counts as a live guest: only one that is shut off does not. */
    public boolean live() {
        return this != SHUT_OFF;
    }

    /** The state of libvirt's number, {@code state.state} in {@code virsh domstats}. */
    static Optional<DomainState> numbered(long number) {
        return number >= 0 && number < values().length ? Optional.of(values()[(int) number]) : Optional.empty();
    }
}
