package org.nestguard.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.waiver.Waivers;

/**
 * A list of waivers on its way to other machines.
 *
 * @param file as people are told of it
 * @param yaml what is in it
 * @param at the moment for which it counts which of them have expired: one for all machines
 */
record WaiverList(String file, String yaml, Instant at) implements Serializable {
    /** @throws TableException where one of them cannot be read: then none holds */
    Waivers read(MigrationGuard guard) {
        try {
            return Waivers.read(
                    file,
                    new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)),
                    guard.rules(),
                    Clock.fixed(at, ZoneOffset.UTC));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
