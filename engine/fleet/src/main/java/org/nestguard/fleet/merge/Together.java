package org.nestguard.fleet.merge;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Beginning;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Moments;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;

/**
 * All sightings of one host or guest as one.
 *
 * <p>A guest is where it was seen last, if it was seen nowhere else at about that time or after it came there; else it is not
 * known where it is, and with that nothing of it. What was seen of it on another host, or of another process, is not believed
 * any more but for one thing: an L2 that was live at the last look, or that somebody says went along, makes it
 * {@code movedWithLiveL2}. That it was not, a process whose state came from elsewhere cannot know.
 */
final class Together {
    private static final String LIVE = FactName.GUEST_L2_LIVE.key();
    private static final String MOVED = FactName.GUEST_MOVED.key();
    private static final String UUID = FactName.GUEST_UUID.key();
    private static final String NAME = FactName.GUEST_NAME.key();
    private static final String FROM = "several observations";

    private final String hostId;
    private final Known known;
    private final @Nullable String pool;
    private final String place;
    private final List<Contradiction> contradictions;

    private Together(
            String hostId, Known known, @Nullable String pool, String place, List<Contradiction> contradictions) {
        this.hostId = hostId;
        this.known = known;
        this.pool = pool;
        this.place = place;
        this.contradictions = List.copyOf(contradictions);
    }

    String hostId() {
        return hostId;
    }

    Known known() {
        return known;
    }

    /** Of a host; null where it is in none. */
    @Nullable
    String pool() {
        return pool;
    }

    /** Where the newest stands. */
    String place() {
        return place;
    }

    List<Contradiction> contradictions() {
        return contradictions;
    }

    private static List<Sighting> newestFirst(List<Sighting> sightings) {
        return sightings.stream()
                .sorted(Comparator.comparing(Sighting::at).reversed())
                .toList();
    }

    private static @Nullable String text(Known known, String key) {
        Observation said = known.get(key);
        return said.known() ? said.text() : null;
    }

    // ---- a host

    static Together host(List<Sighting> sightings) {
        List<Sighting> all = newestFirst(sightings);
        Sighting newest = all.get(0);
        boolean several = ofSeveralNames(all);
        Words words = new Words(all, several);
        Known known = words.known();
        List<Contradiction> contradictions = new ArrayList<>();
        String name = text(known, FactName.SOURCE_NAME.key());
        words.differences()
                .forEach(difference -> contradictions.add(new Contradiction(
                        Subject.HOST, newest.hostId(), name, difference.key(), difference.one(), difference.other())));
        List<Sighting> inPools = all.stream().filter(s -> s.pool() != null).toList();
        if (inPools.isEmpty()) {
            return new Together(newest.hostId(), known, null, newest.place(), contradictions);
        }
        Sighting inPool = inPools.get(0);
        String pool = String.valueOf(inPool.pool());
        Optional<Sighting> other = inPools.stream()
                .filter(s -> !pool.equals(s.pool()))
                .filter(s -> several || !s.at().isBefore(inPool.at().minus(Words.CLOCKS_DIFFER)))
                .findFirst();
        other.ifPresent(sighting -> contradictions.add(new Contradiction(
                Subject.HOST,
                newest.hostId(),
                name,
                Contradiction.POOL,
                said(inPool, pool),
                said(sighting, String.valueOf(sighting.pool())))));
        return new Together(newest.hostId(), known, other.isPresent() ? null : pool, newest.place(), contradictions);
    }

    /** Machines that were made of one image have one id; whoever has a name of his own is another, or was given a new one. */
    private static boolean ofSeveralNames(List<Sighting> sightings) {
        return sightings.stream()
                        .map(sighting -> text(sighting.known(), FactName.SOURCE_NAME.key()))
                        .filter(Objects::nonNull)
                        .map(name -> String.valueOf(name).toLowerCase(Locale.ROOT))
                        .map(name -> name.contains(".") ? name.substring(0, name.indexOf('.')) : name)
                        .distinct()
                        .count()
                > 1;
    }

    private static Contradiction.Said said(Sighting sighting, String value) {
        return new Contradiction.Said(value, sighting.at(), sighting.place());
    }

    // ---- a guest

    static Together guest(List<Sighting> sightings) {
        List<Sighting> all = newestFirst(sightings);
        Sighting newest = all.get(0);
        List<Sighting> here =
                all.stream().filter(s -> s.hostId().equals(newest.hostId())).toList();
        List<Sighting> elsewhere =
                all.stream().filter(s -> !s.hostId().equals(newest.hostId())).toList();
        List<Sighting> atOnce = elsewhere.stream()
                .collect(Collectors.groupingBy(Sighting::hostId, LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .filter(there -> atOnce(here, there))
                .map(there -> there.get(0))
                .toList();
        if (!atOnce.isEmpty()) {
            return nowhere(all, newest, atOnce);
        }
        List<Sighting> now = ofOneProcess(here);
        List<Sighting> before = all.stream().filter(s -> !now.contains(s)).toList();
        Words words = new Words(now);
        Known known = words.known();
        List<Contradiction> contradictions = words.differences().stream()
                .map(d -> contradiction(known, d.key(), d.one(), d.other()))
                .toList();
        Observation moved = moved(all, before, known);
        return new Together(
                newest.hostId(),
                moved == null ? known : known.with(MOVED, moved),
                null,
                newest.place(),
                contradictions);
    }

    private static boolean atOnce(List<Sighting> here, List<Sighting> elsewhere) {
        Instant came = here.get(here.size() - 1).at();
        Instant seenElsewhere = elsewhere.get(0).at();
        return !came.isAfter(seenElsewhere.plus(Words.CLOCKS_DIFFER))
                || here.stream().anyMatch(Sighting::anyTime)
                || elsewhere.stream().anyMatch(Sighting::anyTime);
    }

    private static Contradiction contradiction(
            Known known, String key, Contradiction.Said one, Contradiction.Said other) {
        String name = text(known, NAME);
        String uuid = text(known, UUID);
        return new Contradiction(
                Subject.GUEST, uuid != null ? uuid : name != null ? name : "without a name", name, key, one, other);
    }

    /** It is being moved, or two guests have its UUID. */
    private static Together nowhere(List<Sighting> all, Sighting newest, List<Sighting> others) {
        Map<String, Observation> facts = new HashMap<>();
        for (String key : List.of(UUID, NAME)) {
            facts.put(key, newest.known().get(key));
        }
        Contradiction.Said one = said(newest, newest.hostId());
        Contradiction.Said another = said(others.get(0), others.get(0).hostId());
        facts.put(LIVE, Words.contradicted(one, another));
        facts.put(MOVED, Words.contradicted(one, another));
        Known known = new Known(Subject.GUEST, newest.at(), facts);
        Observation moved = told(all) ? harmed(newest.at(), "an observation of it says so") : null;
        return new Together(
                newest.hostId(),
                moved == null ? known : known.with(MOVED, moved),
                null,
                newest.place(),
                others.stream()
                        .map(other -> contradiction(known, Contradiction.HOST_ID, one, said(other, other.hostId())))
                        .toList());
    }

    /** Those that saw the process which the newest saw. */
    private static List<Sighting> ofOneProcess(List<Sighting> here) {
        String begun = first(here, Subject.STARTED_BY);
        String cold = first(here, Subject.COLD_STARTED_AT);
        Instant started = cold == null ? null : Moments.parse(cold);
        Instant sameTime = here.get(0).at().minus(Words.CLOCKS_DIFFER);
        for (int i = 1; i < here.size(); i++) {
            Sighting sighting = here.get(i);
            String itsBeginning = text(sighting.known(), Subject.STARTED_BY);
            String itsStart = text(sighting.known(), Subject.COLD_STARTED_AT);
            boolean another = (started != null && sighting.at().isBefore(started))
                    || (itsBeginning != null && !itsBeginning.equals(begun))
                    || (started != null && itsStart != null && !near(started, Moments.parse(itsStart)));
            if (another && sighting.at().isBefore(sameTime)) {
                return here.subList(0, i);
            }
        }
        return here;
    }

    private static @Nullable String first(List<Sighting> sightings, String key) {
        return sightings.stream()
                .filter(s -> s.known().get(key).known())
                .map(s -> s.known().get(key).text())
                .findFirst()
                .orElse(null);
    }

    private static boolean near(Instant one, Instant other) {
        return Duration.between(one, other).abs().compareTo(Words.CLOCKS_DIFFER) <= 0;
    }

    // ---- harm

    /** Whether it was moved with a live L2, where its former whereabouts tell more than its own word; else null. */
    private static @Nullable Observation moved(List<Sighting> all, List<Sighting> before, Known known) {
        Instant at = all.get(0).at();
        if (told(all)) {
            return harmed(at, "an observation of it says so");
        }
        boolean cold = Beginning.COLD.word().equals(text(known, Subject.STARTED_BY));
        if (before.isEmpty() || cold) {
            return null;
        }
        Optional<Sighting> look =
                before.stream().filter(s -> s.known().get(LIVE).known()).findFirst();
        if (look.isPresent() && live(look.get())) {
            return harmed(
                    at,
                    "an L2 was live in it at the last look before ("
                            + look.get().place() + ", " + look.get().at() + "), and it did not begin cold since");
        }
        return known.get(MOVED).known()
                ? Observation.unknown(
                        FROM, "its process did not begin cold, and was seen as another before: it cannot know")
                : null;
    }

    private static boolean told(List<Sighting> all) {
        return all.stream()
                .anyMatch(s -> Kind.FLAG
                        .read(s.known().get(MOVED).text())
                        .filter(Boolean.TRUE::equals)
                        .isPresent());
    }

    private static boolean live(Sighting sighting) {
        return !sighting.known().get(LIVE).text().equals("0");
    }

    private static Observation harmed(Instant at, String why) {
        return new Observation("true", new Evidence(FROM, at, Evidence.Witness.HOST, why));
    }
}
