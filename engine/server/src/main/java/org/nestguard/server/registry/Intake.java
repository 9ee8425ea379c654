package org.nestguard.server.registry;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.store.Store;

/**
 * Has one document taken: in one transaction where it is small; else in several, between which decisions are recorded and other
 * hosts' documents taken. One that says it of the same host must wait meanwhile.
 */
final class Intake {
    /** Guests in one transaction, which takes some ten milliseconds. */
    private static final int TOGETHER = 50;

    private final Store store;
    private final FactsDocument document;
    private final String digest;
    private final Freshness freshness;
    private final Instant now;
    private final Map<UUID, String> distrusted = new LinkedHashMap<>();
    private final List<UUID> harmed = new ArrayList<>();
    private final List<UUID> cleared = new ArrayList<>();
    private final String host;
    private final Instant latest;
    private final Map<UUID, Known> guests = new LinkedHashMap<>();
    private final Set<UUID> twice = new HashSet<>();
    private int withoutUuid;
    private int left;

    /** Reads of the document all that takes long, before anybody has to wait for it. */
    Intake(Store store, FactsDocument document, String digest, Freshness freshness, Instant now) {
        this.store = store;
        this.document = document;
        this.digest = digest;
        this.freshness = freshness;
        this.now = now;
        host = FactsText.ofHost(document.host());
        latest = Facts.latest(document);
        for (Known guest : document.guests()) {
            Optional<UUID> uuid = new Facts(guest).uuid();
            if (uuid.isEmpty()) {
                withoutUuid++;
            } else if (guests.putIfAbsent(uuid.get(), guest) != null) {
                twice.add(uuid.get());
            }
        }
    }

    Taken take(Pusher pusher) {
        Taking.Step step = store.write(handle -> {
            Taking taking = new Taking(handle, this);
            Taking.Step begun = taking.begin(pusher);
            if (begun instanceof Taking.Step.Disbelieve disbelieve) {
                taking.disbelieve(disbelieve);
            } else if (begun instanceof Taking.Step.Take take) {
                taking.open(take);
            }
            return small(begun) ? new Taking.Step.Done(whole(taking, begun)) : begun;
        });
        if (step instanceof Taking.Step.Done done) {
            return done.taken();
        }
        if (step instanceof Taking.Step.Disbelieve disbelieve) {
            parts(disbelieve.guests(), (taking, part) -> taking.distrust(part, disbelieve.why()));
            return disbelieved(disbelieve);
        }
        Taking.Step.Take take = (Taking.Step.Take) step;
        parts(List.copyOf(guests.keySet()), (taking, part) -> taking.sight(take, part));
        parts(take.gone(), (taking, part) -> taking.depart(take, part));
        write(taking -> taking.close(take));
        return stored(take);
    }

    private boolean small(Taking.Step step) {
        if (step instanceof Taking.Step.Disbelieve disbelieve) {
            return disbelieve.guests().size() <= TOGETHER;
        }
        return !(step instanceof Taking.Step.Take take)
                || guests.size() + take.gone().size() <= TOGETHER;
    }

    private Taken whole(Taking taking, Taking.Step step) {
        if (step instanceof Taking.Step.Done done) {
            return done.taken();
        }
        if (step instanceof Taking.Step.Disbelieve disbelieve) {
            taking.distrust(disbelieve.guests(), disbelieve.why());
            return disbelieved(disbelieve);
        }
        Taking.Step.Take take = (Taking.Step.Take) step;
        taking.sight(take, List.copyOf(guests.keySet()));
        taking.depart(take, take.gone());
        taking.close(take);
        return stored(take);
    }

    private void write(Consumer<Taking> work) {
        store.write(handle -> {
            work.accept(new Taking(handle, this));
            return true;
        });
    }

    private void parts(List<UUID> guests, BiConsumer<Taking, List<UUID>> work) {
        for (int from = 0; from < guests.size(); from += TOGETHER) {
            List<UUID> part = guests.subList(from, Math.min(from + TOGETHER, guests.size()));
            write(taking -> work.accept(taking, part));
        }
    }

    private Taken disbelieved(Taking.Step.Disbelieve step) {
        return new Taken.Disbelieved(step.name(), step.why(), List.copyOf(distrusted.keySet()));
    }

    private Taken stored(Taking.Step.Take step) {
        return stored(step.row().name(), false, guests.size(), withoutUuid);
    }

    // ---- for what is done in one transaction

    /** The facts of the host itself. */
    String host() {
        return host;
    }

    /** The latest of all times that the document tells. */
    Instant latest() {
        return latest;
    }

    Map<UUID, Known> guests() {
        return guests;
    }

    /** Those that stand in the document more than once. */
    Set<UUID> twice() {
        return twice;
    }

    int withoutUuid() {
        return withoutUuid;
    }

    FactsDocument document() {
        return document;
    }

    /** Equal for equal documents only. */
    String digest() {
        return digest;
    }

    Freshness freshness() {
        return freshness;
    }

    Instant now() {
        return now;
    }

    void distrusted(UUID guest, String why) {
        distrusted.put(guest, why);
    }

    void harmed(UUID guest) {
        harmed.add(guest);
    }

    void cleared(UUID guest) {
        cleared.add(guest);
    }

    void left() {
        left++;
    }

    Taken stored(String name, boolean repeated, int guests, int without) {
        List<Distrusted> all = new ArrayList<>();
        distrusted.forEach((uuid, why) -> all.add(new Distrusted(uuid, why)));
        return new Taken.Stored(
                name, document.host().observedAt(), repeated, guests, without, left, all, harmed, cleared);
    }
}
