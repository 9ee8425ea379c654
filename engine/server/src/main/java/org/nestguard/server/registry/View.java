package org.nestguard.server.registry;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.server.registry.Rows.GuestRow;
import org.nestguard.server.registry.Rows.HostRow;
import org.nestguard.server.registry.Rows.State;
import org.nestguard.server.registry.Rows.StayRow;
import org.nestguard.store.EpochMicros;

/** What the registry knows, as it is worth at a moment, within one transaction. */
final class View {
    private static final String FROM = "the registry";
    private static final String LIVE = FactName.GUEST_L2_LIVE.key();
    private static final String MOVED = FactName.GUEST_MOVED.key();

    private final Rows rows;
    private final HarmRows harms;
    private final Freshness freshness;
    private final Instant now;

    View(Handle handle, Freshness freshness, Instant now) {
        rows = new Rows(handle);
        harms = new HarmRows(handle, now);
        this.freshness = freshness;
        this.now = now;
    }

    Known host(HostRow row) {
        return FactsText.host(row.facts()).asOf(now, freshness);
    }

    FactsDocument document(HostRow row) {
        List<Known> guests = rows.guestsAt(row.number()).stream()
                .map(this::guest)
                .filter(GuestEntry::running)
                .map(GuestEntry::facts)
                .toList();
        return new FactsDocument(host(row), guests);
    }

    GuestEntry guest(GuestRow row) {
        List<StayRow> stays = rows.stays(row.uuid());
        StayRow stay = stays.stream()
                .filter(each -> row.home() != null && each.host() == row.home())
                .findFirst()
                .or(() -> stays.stream().max(Comparator.comparing(StayRow::lastSeen)))
                .orElseThrow(() -> new IllegalStateException("there is a guest without a stay: " + row.uuid()));
        Optional<String> host = rows.host(stay.host()).map(HostRow::name);
        boolean running = row.home() != null && row.home() == stay.host() && stay.state() == State.HERE;
        Optional<Doubt> distrusted = Optional.ofNullable(row.distrustedAt())
                .map(since -> new Doubt(EpochMicros.instant(since), String.valueOf(row.distrustedWhy())));
        Optional<Harm> harm = harms.find(row.uuid()).map(HarmRows.Row::harm);
        Known stored = FactsText.guest(stay.facts());
        Known aged = stored.asOf(now, freshness);
        String why = running
                ? distrusted.map(Doubt::why).orElse(null)
                : "it does not run on " + host.orElse("its host") + ": it was seen there last at "
                        + EpochMicros.instant(stay.lastSeen());
        Known facts = why == null
                ? aged.with(MOVED, moved(row, stay, new Facts(stored), aged.get(MOVED)))
                : aged.with(LIVE, Observation.unknown(FROM, why)).with(MOVED, Observation.unknown(FROM, why));
        return new GuestEntry(
                row.uuid(),
                row.name(),
                host,
                running,
                EpochMicros.instant(stay.lastSeen()),
                Optional.ofNullable(stay.leftAt()).map(EpochMicros::instant),
                harm.map(mark -> facts.with(MOVED, remembered(mark))).orElse(facts),
                distrusted,
                harm);
    }

    /** A mark has no bound of age. */
    private static Observation remembered(Harm harm) {
        String next = harm.shutOffAt().isPresent()
                ? "; it was seen shut off since, and is yet to be seen begun cold"
                : "; it ends when the guest was seen shut off and then began cold";
        return new Observation("true", evidence(harm.at(), harm.why() + next));
    }

    /** What the documents say of it is believed where they can know. */
    private Observation moved(GuestRow row, StayRow stay, Facts stored, Observation said) {
        Instant seen = EpochMicros.instant(stay.lastSeen());
        if (row.followed() != null) {
            boolean fresh = !seen.plus(freshness.l2()).isBefore(now);
            return fresh
                    ? new Observation("false", evidence(seen, row.followed()))
                    : Observation.unknown(FROM, "it was followed up to " + seen + " only");
        }
        return said.known() && !stored.cold()
                ? Observation.unknown(
                        FROM, "a document says that it was not, and cannot know: its process did not begin cold")
                : said;
    }

    private static Evidence evidence(Instant at, @Nullable String why) {
        return new Evidence(FROM, at, Evidence.Witness.HOST, why);
    }

    /** Of which nothing is known. */
    static Known nothing(Subject subject, Instant moment) {
        return new Known(subject, moment, Map.of());
    }
}
