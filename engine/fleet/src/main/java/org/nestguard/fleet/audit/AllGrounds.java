package org.nestguard.fleet.audit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.FactName;

/** The grounds of an audit's answers, made only for who asks. Safe for use by many threads. */
final class AllGrounds {
    // what tells guests and hosts apart for people, and what no question has
    private static final Set<String> LEFT_OUT = Set.of(
            FactName.GUEST_NAME.key(),
            FactName.GUEST_UUID.key(),
            FactName.SOURCE_ID.key(),
            Subject.HOOK,
            Subject.MEMORY,
            Subject.STARTED_BY,
            Subject.COLD_STARTED_AT);

    private final Kinds kinds;
    private final Collection<Host> hosts;
    private final Map<String, Long> ofHosts = new ConcurrentHashMap<>();
    private volatile @Nullable Long ofDestinations;

    AllGrounds(Kinds kinds, Collection<Host> hosts) {
        this.kinds = kinds;
        this.hosts = hosts;
    }

    Grounds of(FlatRecord guest, Host host) {
        return new Grounds() {
            @Override
            public long ofGuest() {
                return 31 * digest(guest, host.observedAt()) + ofHost(host);
            }

            @Override
            public long ofDestinations() {
                return destinations();
            }
        };
    }

    private long ofHost(Host host) {
        return ofHosts.computeIfAbsent(host.id(), id -> digest(host.record(), Instant.MIN));
    }

    private long destinations() {
        Long known = ofDestinations;
        if (known == null) {
            known = hosts.stream().filter(Host::target).mapToLong(this::ofHost).sum();
            ofDestinations = known;
        }
        return known;
    }

    private long digest(FlatRecord record, Instant otherwise) {
        List<String> keys = FlatRecord.keys(record.subject());
        @Nullable String[] texts = kinds.texts(record, otherwise);
        StringBuilder all = new StringBuilder(256);
        for (int i = 0; i < texts.length; i++) {
            String text = texts[i];
            if (text != null && !text.equals(Observation.UNKNOWN) && !LEFT_OUT.contains(keys.get(i))) {
                // what it is comes first, so that no text can look like two
                all.append(i).append(':').append(text.length()).append(':').append(text);
            }
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(all.toString().getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
