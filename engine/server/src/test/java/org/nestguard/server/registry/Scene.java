package org.nestguard.server.registry;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.store.Store;

/** Hosts, guests and a clock that a test moves. Moments are seconds after the beginning. */
final class Scene implements InstantSource {
    static final Instant BEGINNING = Instant.parse("2026-11-22T13:00:00Z");
    static final UUID GUEST = UUID.fromString("11111111-2222-4333-8444-555555555555");
    static final UUID OTHER = UUID.fromString("99999999-2222-4333-8444-555555555555");

    final Registry registry;
    private long now;

    Scene(Store store) {
        registry = new Registry(store, Freshness.USUAL, this);
    }

    static Instant at(long seconds) {
        return BEGINNING.plusSeconds(seconds);
    }

    @Override
    public Instant instant() {
        return at(now);
    }

    void clock(long seconds) {
        now = seconds;
    }

    /** The facts of a guest, to be changed by a test. */
    static final class Guest {
        private final Map<String, String> facts = new HashMap<>();
        private final Map<String, Long> times = new HashMap<>();

        Guest(UUID uuid) {
            is("uuid", uuid.toString());
            is("name", "build-farm-07");
            is("level", "L1");
            is("accelerator", "kvm");
            is("nesting", "true");
            is("l2.live", "0");
            cold(-3_600);
        }

        Guest is(String key, String value) {
            facts.put(key, value);
            return this;
        }

        Guest is(String key, String value, long time) {
            times.put(key, time);
            return is(key, value);
        }

        /** Begun cold at that moment, with no snapshot. */
        Guest cold(long started) {
            return is("startedBy", "cold")
                    .is("coldStartedAt", at(started).toString())
                    .is("movedWithLiveL2", "false");
        }

        /** Begun with a state from elsewhere, or nobody knows how. */
        Guest begun(String by) {
            return is("startedBy", by).is("coldStartedAt", "unknown").is("movedWithLiveL2", "unknown");
        }

        private Known known(long moment) {
            Map<String, Observation> observations = new HashMap<>();
            facts.forEach((key, text) -> observations.put(
                    key,
                    new Observation(
                            text,
                            new Evidence("a test", at(times.getOrDefault(key, moment)), Evidence.Witness.HOST, null))));
            return new Known(Subject.GUEST, at(moment), observations);
        }
    }

    static Guest guest() {
        return new Guest(GUEST);
    }

    static FactsDocument document(String host, long moment, Guest... guests) {
        return document(host, "id-of-" + host, moment, guests);
    }

    static FactsDocument document(String host, String id, long moment, Guest... guests) {
        Map<String, Observation> facts = new HashMap<>();
        Map.of("name", host, "id", id, "vendor", "amd", "arch", "x86_64", "level", "L0", "kernel", "6.1.0-18-amd64")
                .forEach((key, text) -> facts.put(
                        key, new Observation(text, new Evidence("a test", at(moment), Evidence.Witness.HOST, null))));
        List<Known> all = new ArrayList<>();
        for (Guest guest : guests) {
            all.add(guest.known(moment));
        }
        return new FactsDocument(new Known(Subject.HOST, at(moment), facts), all);
    }

    /** Takes a document of that moment, at that moment. */
    Taken.Stored stored(String host, long moment, Guest... guests) {
        clock(moment);
        return assertInstanceOf(Taken.Stored.class, registry.take(document(host, moment, guests), Pusher.forAny()));
    }

    GuestEntry entry() {
        return entry(GUEST);
    }

    GuestEntry entry(UUID uuid) {
        return assertInstanceOf(Found.One.class, registry.guest(uuid.toString()))
                .guest();
    }

    String live() {
        return entry().facts().get("l2.live").text();
    }

    String moved() {
        return entry().facts().get("movedWithLiveL2").text();
    }

    /** Why a fact of the guest is as it is. */
    String why(String key) {
        Evidence evidence = entry().facts().get(key).evidence();
        return evidence == null ? "" : String.valueOf(evidence.why());
    }
}
