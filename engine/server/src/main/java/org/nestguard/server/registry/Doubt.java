package org.nestguard.server.registry;

import java.time.Instant;

/**
 * Why something is not believed.
 *
 * @param since when that was found
 * @param why a sentence
 */
public record Doubt(Instant since, String why) {}
