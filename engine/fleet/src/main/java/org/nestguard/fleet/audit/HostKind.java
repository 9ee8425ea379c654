package org.nestguard.fleet.audit;

import java.util.List;
import java.util.Map;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;

/**
 * Hosts that no rule tells apart, neither as source nor as destination. Kinds are the same or they are not; nobody compares
 * what is in them.
 */
final class HostKind {
    static final int NAME = FlatRecord.keys(Subject.HOST).indexOf(FactName.SOURCE_NAME.key());

    private final int source;
    private final int destination;
    private final int[] codes;
    private final Map<FactName, Fact<?>> asSource;
    private final Map<FactName, Fact<?>> asDestination;
    private final List<String> compared;
    private final boolean shared;

    /**
     * A kind.
     *
     * @param source the number of those that are alike as sources
     * @param destination the number of those that are alike as destinations, but for what is compared with the source
     * @param codes of its facts as source and as destination, by the facts' places
     * @param asSource facts of one of them, as source
     * @param asDestination the same, as destination
     * @param compared its values of the keys that are compared with another host's
     * @param shared whether others may be of this kind
     */
    HostKind(
            int source,
            int destination,
            int[] codes,
            Map<FactName, Fact<?>> asSource,
            Map<FactName, Fact<?>> asDestination,
            List<String> compared,
            boolean shared) {
        this.source = source;
        this.destination = destination;
        this.codes = codes;
        this.asSource = asSource;
        this.asDestination = asDestination;
        this.compared = List.copyOf(compared);
        this.shared = shared;
    }

    int source() {
        return source;
    }

    int destination() {
        return destination;
    }

    int code(int place) {
        return codes[place];
    }

    Map<FactName, Fact<?>> asSource() {
        return asSource;
    }

    Map<FactName, Fact<?>> asDestination() {
        return asDestination;
    }

    List<String> compared() {
        return compared;
    }

    boolean shared() {
        return shared;
    }
}
