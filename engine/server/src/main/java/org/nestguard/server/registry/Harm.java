package org.nestguard.server.registry;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The mark of a guest that was moved, saved or loaded while an L2 was live, and of which no cold start is proven since.
 *
 * @param at when the harm was done, or seen
 * @param why a sentence
 * @param shutOffAt when it was first seen shut off after that
 */
public record Harm(UUID guest, HarmCause cause, Instant at, String why, Optional<Instant> shutOffAt) {}
