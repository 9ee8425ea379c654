package org.nestguard.fleet.audit;

/**
 * What an answer stands on: all that is said and believed of the guest, of its host and of the destinations, but for their
 * names. Made of texts alone, so that it is the same in another process and with other rules. Equal for equal facts; for
 * others it differs but by one chance in 2^64.
 */
public interface Grounds {
    /** Of the guest and its host. */
    long ofGuest();

    /** Of all hosts that guests were asked to go to, in any order; 0 of a question without destination. */
    long ofDestinations();
}
