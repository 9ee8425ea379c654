package org.nestguard.engine.decision;

/**
 * A value that nobody stated: assumed where the question left it out, or settled where the other facts leave no other.
 *
 * @param fact its place in the question
 * @param value as a document would write it
 * @param why what it rests on
 */
public record Supposition(String fact, String value, String why) {}
