package org.nestguard.evidence.l2;

import java.util.List;
import org.nestguard.engine.known.Observation;

/**
 * What one must know of a guest to understand its counters.
 *
 * @param nesting whether its CPU shows vmx, svm or sie
 * @param bornHere whether its state never came from elsewhere: its process began cold on this host, and no snapshot was
 *     loaded into it
 * @param samples its counters, oldest first; empty where they could not be read
 * @param noSamples why there are no counters, or not all
 * @param claims what the guest says of itself
 */
public record Circumstances(
        Observation nesting, Observation bornHere, List<CounterSample> samples, String noSamples, List<Claim> claims) {
    public Circumstances {
        samples = List.copyOf(samples);
        claims = List.copyOf(claims);
    }
}
