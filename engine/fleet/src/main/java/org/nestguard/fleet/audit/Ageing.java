package org.nestguard.fleet.audit;

import java.time.Instant;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.text.FlatRecord;

/**
 * What records are worth at the moment of the audit.
 *
 * @param asOf that moment
 * @param freshness how long facts are believed
 */
record Ageing(Instant asOf, Freshness freshness) {
    /** What is believed of a host. */
    Known host(FlatRecord record) {
        return record.known(Instant.MIN).asOf(asOf, freshness); // a host says when it was observed
    }

    /** What is believed of a guest on that host. */
    Known guest(FlatRecord record, Host host) {
        return record.known(host.observedAt()).asOf(asOf, freshness);
    }
}
