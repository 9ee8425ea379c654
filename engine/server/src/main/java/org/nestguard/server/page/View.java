package org.nestguard.server.page;

import java.time.Instant;
import java.util.List;
import org.nestguard.server.record.Recorded;
import org.nestguard.server.registry.HostEntry;

/**
 * All that the page shows.
 *
 * @param at the moment that it is of
 * @param caller who asks
 * @param form what stands in the form
 * @param result what came of it
 * @param hosts all that are known
 * @param latest decisions, the newest first
 */
public record View(Instant at, String caller, Form form, Result result, List<HostEntry> hosts, List<Recorded> latest) {
    private static final int MOST_HOSTS = 200;

    public View {
        hosts = List.copyOf(hosts);
        latest = List.copyOf(latest);
    }

    /** Those of the hosts that a page has room for. */
    public List<HostEntry> shownHosts() {
        return hosts.subList(0, Math.min(MOST_HOSTS, hosts.size()));
    }

    /** What a browser's tab and a screen reader say first. */
    public String title() {
        if (result instanceof Result.Answered answered) {
            return answered.settled()
                    .map(settled ->
                            settled.decision().effective() + ": " + Words.deed(settled.decision()) + " - NestGuard")
                    .orElse("Where can " + answered.guest() + " go? - NestGuard");
        }
        if (result instanceof Result.Guests guests) {
            return "Guests on " + guests.host() + " - NestGuard";
        }
        return result instanceof Result.Refused refused
                ? refused.title() + " - NestGuard"
                : "NestGuard: may it be moved, saved or loaded?";
    }
}
