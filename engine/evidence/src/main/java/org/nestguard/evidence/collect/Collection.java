package org.nestguard.evidence.collect;

import java.util.List;
import org.nestguard.engine.known.FactsDocument;

/**
 * What came of looking at a host.
 *
 * @param document the facts
 * @param complaints what could not be looked at, and what would help, a sentence each
 */
public record Collection(FactsDocument document, List<String> complaints) {
    public Collection {
        complaints = List.copyOf(complaints);
    }

    /** Whether everything was there that one can hope for: nothing was complained of. */
    public boolean whole() {
        return complaints.isEmpty();
    }
}
