package org.nestguard.fleet.history;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.findings.Verdict;

/**
 * What came of a past audit for one guest.
 *
 * @param key made of what tells it from all others: its UUID, else its host and name
 * @param uuid null where it has none
 * @param name its name, else its UUID, else where it was written; fit for a terminal
 * @param host the name of its host, likewise
 * @param rules what speaks against it; of one that is allowed nothing
 * @param facts made of all that was believed of it and its host
 */
public record PastGuest(
        long key,
        @Nullable String uuid,
        String name,
        String host,
        Verdict verdict,
        Verdict effective,
        List<String> rules,
        long facts) {}
