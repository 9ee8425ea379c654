package org.nestguard.server.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadingsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Readings readings = new Readings();

    private CompletableFuture<Boolean> asker() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return readings.made("l0-a", LONG);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private long wanted() throws Exception {
        return readings.wanted("l0-a", LONG).get(60, TimeUnit.SECONDS).orElseThrow();
    }

    @Test
    void anAgentWhoseConnectionWasCutIsToldOnTheNext() throws Exception {
        CompletableFuture<Optional<Long>> cut = readings.wanted("l0-a", LONG);
        CompletableFuture<Boolean> asker = asker();
        cut.get(60, TimeUnit.SECONDS); // told to nobody
        readings.came("l0-a", wanted());
        assertTrue(asker.get(60, TimeUnit.SECONDS));
    }

    @Test
    void whatCameIsWantedNoMore() throws Exception {
        CompletableFuture<Boolean> asker = asker();
        readings.came("l0-a", wanted());
        assertTrue(asker.get(60, TimeUnit.SECONDS));
        assertEquals(
                Optional.empty(), readings.wanted("l0-a", Duration.ofMillis(1)).get(60, TimeUnit.SECONDS));
    }

    @Test
    void whoStopsLetsEveryAgentGoAndKeepsNone() throws Exception {
        CompletableFuture<Optional<Long>> waiting = readings.wanted("l0-a", LONG);
        readings.close();
        assertEquals(Optional.empty(), waiting.get(60, TimeUnit.SECONDS));
        assertTrue(readings.wanted("l0-a", LONG).isDone());
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotWanted() throws Exception {
        assertFalse(readings.made("l0-a", Duration.ofMillis(1)));
        assertEquals(
                Optional.empty(), readings.wanted("l0-a", Duration.ofMillis(1)).get(60, TimeUnit.SECONDS));
    }

    @Test
    void aReadingOfBeforeIsNotOneForThisDecision() throws Exception {
        CompletableFuture<Boolean> asker = asker();
        long number = wanted();
        readings.came("l0-a", number - 1);
        assertFalse(asker.isDone());
        readings.came("l0-b", number);
        assertFalse(asker.isDone(), "another host's");
        readings.came("l0-a", number);
        assertTrue(asker.get(60, TimeUnit.SECONDS));
    }
}
