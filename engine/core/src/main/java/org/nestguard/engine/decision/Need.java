package org.nestguard.engine.decision;

/**
 * A fact that is not known and can turn the verdict.
 *
 * @param fact its place in the question
 * @param how the command that reads it, and where to run it
 */
public record Need(String fact, String how) {}
