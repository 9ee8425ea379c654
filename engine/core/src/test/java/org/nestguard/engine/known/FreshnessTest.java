package org.nestguard.engine.known;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.nestguard.facts.Evidence;

class FreshnessTest {
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");

    private static Known guest(Duration age) {
        Evidence evidence = new Evidence("virsh domstats", NOW.minus(age), Evidence.Witness.HOST, null);
        return new Known(
                Subject.GUEST,
                NOW,
                Map.of(
                        "name", new Observation("l1", evidence),
                        "l2.live", new Observation("0", evidence),
                        "nesting", new Observation("true", evidence)));
    }

    private static String asOf(Instant moment, Known known, String key) {
        return known.asOf(moment, Freshness.USUAL).get(key).text();
    }

    @Test
    void theStateOfL2IsBelievedForAMinuteAndTheRestForADay() {
        assertEquals("0", asOf(NOW, guest(Duration.ofSeconds(60)), "l2.live"));
        assertEquals("unknown", asOf(NOW, guest(Duration.ofSeconds(61)), "l2.live"));
        assertEquals("true", asOf(NOW, guest(Duration.ofHours(24)), "nesting"));
        assertEquals("unknown", asOf(NOW, guest(Duration.ofHours(25)), "nesting"));
        assertEquals("l1", asOf(NOW, guest(Duration.ofDays(400)), "name"), "a name does not age");
    }

    @Test
    void whatIsTooOldSaysSo() {
        Evidence evidence = Objects.requireNonNull(guest(Duration.ofSeconds(90))
                .asOf(NOW, Freshness.USUAL)
                .get("l2.live")
                .evidence());
        assertEquals("virsh domstats", evidence.from());
        String why = String.valueOf(evidence.why());
        assertTrue(why.contains("it was 0") && why.contains("90 s old and believed for 60 s only"), why);
    }

    @Test
    void aFactWithoutATimeIsAsOldAsTheWhole() {
        Known guest = new Known(Subject.GUEST, NOW, Map.of("l2.live", new Observation("0", null)));
        assertEquals("0", asOf(NOW.plusSeconds(60), guest, "l2.live"));
        assertEquals("unknown", asOf(NOW.plusSeconds(61), guest, "l2.live"));
    }

    @Test
    void aFactOfATimeToComeIsNotBelieved() {
        assertEquals(
                "0", asOf(NOW.minusSeconds(5), guest(Duration.ZERO), "l2.live"), "clocks are never quite the same");
        assertEquals("unknown", asOf(NOW.minusSeconds(6), guest(Duration.ZERO), "l2.live"));
    }

    @Test
    void boundsCanBeSet() {
        Freshness strict = new Freshness(Duration.ofSeconds(1), Duration.ofMinutes(1));
        Known old = guest(Duration.ofSeconds(2)).asOf(NOW, strict);
        assertEquals("unknown", old.get("l2.live").text());
        assertEquals("true", old.get("nesting").text());
    }

    @Test
    void everyKeyIsThereAndNoOther() {
        Known host = new Known(Subject.HOST, NOW, Map.of());
        assertTrue(host.facts().values().stream().noneMatch(Observation::known));
        assertTrue(host.facts().keySet().contains("nestedStateCapability"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Known(Subject.HOST, NOW, Map.of("l2.live", new Observation("0", null))));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Known(Subject.HOST, NOW, Map.of("nested", new Observation("maybe", null))));
    }
}
