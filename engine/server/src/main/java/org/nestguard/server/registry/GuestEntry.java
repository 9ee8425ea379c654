package org.nestguard.server.registry;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.nestguard.engine.known.Known;

/**
 * A guest, as it is worth now.
 *
 * @param name its newest, fit for a terminal
 * @param host the name of the host where it runs or, if it does not, where it ran last; empty where that host was forgotten
 * @param running whether the newest document of that host has it
 * @param lastSeen the moment of the newest document that has it
 * @param leftAt the moment of the first document of that host that has it no more; empty where it runs
 * @param facts what is past its bound or not believed is unknown in them, with the reason
 * @param distrusted why its state is not believed; empty where it is
 * @param harm its mark; empty where it has none
 */
public record GuestEntry(
        UUID uuid,
        String name,
        Optional<String> host,
        boolean running,
        Instant lastSeen,
        Optional<Instant> leftAt,
        Known facts,
        Optional<Doubt> distrusted,
        Optional<Harm> harm) {
    /** The same with facts that are known better. */
    public GuestEntry with(Known better) {
        return new GuestEntry(uuid, name, host, running, lastSeen, leftAt, better, distrusted, harm);
    }
}
