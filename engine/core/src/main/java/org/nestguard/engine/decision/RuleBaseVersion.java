package org.nestguard.engine.decision;

import java.io.Serializable;

/**
 * Which rules decided.
 *
 * @param version of the rules
 * @param digest SHA-256 over rules, tables and words, a site's own included
 */
public record RuleBaseVersion(String version, String digest) implements Serializable {}
