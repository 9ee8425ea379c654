package org.nestguard.server.registry;

import java.util.UUID;

/**
 * A guest whose state is not believed.
 *
 * @param why a sentence
 */
public record Distrusted(UUID guest, String why) {}
