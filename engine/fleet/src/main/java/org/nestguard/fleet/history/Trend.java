package org.nestguard.fleet.history;

import java.util.List;

/**
 * What came of the same question to the same fleet over time.
 *
 * @param audits the oldest first; none where nobody asked before
 */
public record Trend(List<PastAudit> audits) {
    /** Of what was never asked, or not kept. */
    public static final Trend NONE = new Trend(List.of());
}
