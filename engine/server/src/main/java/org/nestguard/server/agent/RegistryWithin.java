package org.nestguard.server.agent;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.server.registry.Pusher;
import org.nestguard.server.registry.Registry;
import org.nestguard.server.registry.Taken;
import org.nestguard.server.site.Readings;

/** The registry in this very process, where one host is the whole site. */
public final class RegistryWithin implements RegistryLink {
    private static final Duration WAITING = Duration.ofSeconds(60);

    private final Registry registry;
    private final Readings readings;
    private final String host;

    /** @param host the name of this host */
    public RegistryWithin(Registry registry, Readings readings, String host) {
        this.registry = registry;
        this.readings = readings;
        this.host = host;
    }

    @Override
    public OptionalLong wanted() throws InterruptedException {
        try {
            return readings.wanted(host, WAITING).get().map(OptionalLong::of).orElseGet(OptionalLong::empty);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // nobody completes it so
        }
    }

    @Override
    public Optional<String> tell(FactsDocument facts, OptionalLong reading) {
        Taken taken = registry.take(facts, Pusher.boundTo(host));
        if (taken instanceof Taken.Refused refused) {
            return Optional.of(refused.why());
        }
        if (taken instanceof Taken.Disbelieved disbelieved) {
            return Optional.of(disbelieved.why());
        }
        reading.ifPresent(number -> readings.came(host, number));
        return Optional.empty();
    }
}
