package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What QMP {@code query-stats} replies for the target {@code vcpu}.
 *
 * @param counters of each virtual CPU; unsaid where the reply has none, as under emulation
 */
public record QueryStats(Reading<List<VcpuCounters>> counters) {

    /** Reads the reply. */
    public static QueryStats read(String text) {
        return new QueryStats(QmpReply.read(text).value().flatMap(QueryStats::counters));
    }

    private static Reading<List<VcpuCounters>> counters(JsonNode value) {
        if (!value.isArray()) {
            return Reading.unsaid("query-stats returns no list");
        }
        List<VcpuCounters> counters = new ArrayList<>();
        for (JsonNode entry : value) {
            String vcpu = entry.path("qom-path").asText("");
            if (entry.path("provider").asText("").equals("kvm") && !vcpu.isEmpty()) {
                counters.add(new VcpuCounters(
                        vcpu,
                        count(entry.path("stats"), "nested_run"),
                        mode(entry.path("stats"), "guest_mode"),
                        count(entry.path("stats"), "exits")));
            }
        }
        return counters.isEmpty()
                ? Reading.unsaid("query-stats returns nothing of KVM for any virtual CPU")
                : Reading.said(counters, 0);
    }

    private static JsonNode named(JsonNode stats, String name) {
        for (JsonNode stat : stats) {
            if (stat.path("name").asText("").equals(name)) {
                return stat.path("value");
            }
        }
        return MissingNode.getInstance();
    }

    private static Reading<Long> count(JsonNode stats, String name) {
        JsonNode value = named(stats, name);
        return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0
                ? Reading.said(value.longValue(), 0)
                : Reading.unsaid("query-stats says no " + name);
    }

    /** A number from kernels before 6.0, else true or false. */
    private static Reading<Boolean> mode(JsonNode stats, String name) {
        JsonNode value = named(stats, name);
        if (value.isBoolean()) {
            return Reading.said(value.booleanValue(), 0);
        }
        return count(stats, name) instanceof Reading.Said<Long> said && said.what() <= 1
                ? Reading.said(said.what() == 1, 0)
                : Reading.unsaid("query-stats says no " + name);
    }
}
