package org.nestguard.engine.decision;

/**
 * A key of the question that the operation does not read.
 *
 * @param key its place in the question
 * @param why why it is not read
 */
public record Ignored(String key, String why) {}
