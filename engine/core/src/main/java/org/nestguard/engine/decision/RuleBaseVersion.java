package org.nestguard.engine.decision;

/**
 * Which rules decided.
 *
 * @param version of the rules
 * @param digest SHA-256 over rules, tables and words, a site's own included
 */
public record RuleBaseVersion(String version, String digest) {}
