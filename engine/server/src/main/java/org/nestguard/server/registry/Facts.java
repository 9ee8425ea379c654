package org.nestguard.server.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nestguard.engine.known.Beginning;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Worded;

/** What the registry asks of a guest's facts. */
record Facts(Known known) {
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    /** What QEMU gives to all guests that were given none. */
    private static final UUID NIL = new UUID(0, 0);

    static Optional<UUID> uuid(String text) {
        return UUID_TEXT.matcher(text).matches()
                ? Optional.of(UUID.fromString(text)).filter(uuid -> !uuid.equals(NIL))
                : Optional.empty();
    }

    Optional<UUID> uuid() {
        return uuid(known.get(FactName.GUEST_UUID.key()).text());
    }

    Optional<Beginning> startedBy() {
        return Worded.read(Beginning.class, known.get(Subject.STARTED_BY).text());
    }

    boolean cold() {
        return startedBy().filter(Beginning.COLD::equals).isPresent();
    }

    /** Its state came from elsewhere, for sure. */
    boolean notCold() {
        return startedBy().isPresent() && !cold();
    }

    Optional<Instant> coldStartedAt() {
        Observation at = known.get(Subject.COLD_STARTED_AT);
        return at.known() && cold() ? Optional.of(Instant.parse(at.text())) : Optional.empty();
    }

    boolean live() {
        return l2().filter(count -> count > 0).isPresent();
    }

    boolean idle() {
        return l2().filter(count -> count == 0).isPresent();
    }

    private Optional<Integer> l2() {
        return Kind.COUNT.read(known.get(FactName.GUEST_L2_LIVE.key()).text()).map(Integer.class::cast);
    }

    /** No L2 was live at the last look, and that look was not longer ago than a state of L2 guests is believed. */
    boolean idleWithin(Duration bound, Instant moment) {
        return idle() && Duration.between(l2At(), moment).compareTo(bound) <= 0;
    }

    private Instant l2At() {
        Evidence evidence = known.get(FactName.GUEST_L2_LIVE.key()).evidence();
        return evidence == null || evidence.at() == null ? known.observedAt() : evidence.at();
    }

    /** Its CPU shows no virtualization extension: no L2 can be in it as long as it is not started anew. */
    boolean plain() {
        return says(FactName.GUEST_NESTING, false);
    }

    boolean saysMoved(boolean moved) {
        return says(FactName.GUEST_MOVED, moved);
    }

    private boolean says(FactName name, boolean value) {
        return Kind.FLAG
                .read(known.get(name.key()).text())
                .filter(Boolean.valueOf(value)::equals)
                .isPresent();
    }

    /** The latest of all times that a document tells, of what is unknown too. */
    static Instant latest(FactsDocument document) {
        return Stream.concat(Stream.of(document.host()), document.guests().stream())
                .flatMap(Facts::times)
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private static Stream<Instant> times(Known known) {
        Stream<Instant> evidence = known.facts().values().stream()
                .flatMap(observation -> Stream.ofNullable(observation.evidence()))
                .flatMap(where -> Stream.ofNullable(where.at()));
        Stream<Instant> started =
                known.subject() == Subject.GUEST ? new Facts(known).coldStartedAt().stream() : Stream.empty();
        return Stream.of(Stream.of(known.observedAt()), evidence, started).flatMap(times -> times);
    }
}
