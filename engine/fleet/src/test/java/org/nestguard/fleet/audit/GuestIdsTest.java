package org.nestguard.fleet.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nestguard.fleet.inventory.Identity;

class GuestIdsTest {
    @Test
    void eachIsNewOnceAndNeverAgain() throws IOException {
        GuestIds seen = new GuestIds();
        for (int round = 0; round < 2; round++) {
            Random random = new Random(1);
            for (int i = 0; i < 100_000; i++) {
                String uuid = new UUID(random.nextLong(), random.nextLong()).toString();
                assertEquals(round == 0, seen.add(Identity.of(uuid)), uuid);
            }
        }
    }

    @Test
    void theSameUuidInCapitalsIsTheSame() {
        String uuid = "6d1c3a52-0000-4000-8000-00000000000f";
        assertEquals(Identity.of(uuid), Identity.of(uuid.toUpperCase(Locale.ROOT)));
    }

    @Test
    void anyOtherTextIsAnIdTooAndTheUuidOfZerosAsWell() throws IOException {
        GuestIds seen = new GuestIds();
        assertTrue(seen.add(Identity.of("h-1\nweb-01")));
        assertTrue(seen.add(Identity.of("h-1\nweb-02")));
        assertFalse(seen.add(Identity.of("h-1\nweb-01")));
        String zeros = new UUID(0, 0).toString();
        assertTrue(seen.add(Identity.of(zeros)));
        assertFalse(seen.add(Identity.of(zeros)));
    }

    @Test
    void thereIsAnEndOfThem() throws IOException {
        GuestIds seen = new GuestIds(1 << 16);
        Random random = new Random(1);
        AuditException e = assertThrows(AuditException.class, () -> {
            for (int i = 0; i < 1 << 16; i++) {
                seen.add(Identity.of(new UUID(random.nextLong(), random.nextLong()).toString()));
            }
        });
        assertTrue(String.valueOf(e.getMessage()).contains("more than 49152 guests"), e.getMessage());
    }
}
