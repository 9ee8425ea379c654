package org.nestguard.engine.decision;

import java.util.Map;

/**
 * Something an operator can do, after which the answer is ALLOW; the rule base was asked again to know that. No listed
 * change contains another listed one.
 *
 * @param change the facts that would be different, by their place in the question; a version means that one or later
 * @param text what to do
 */
public record Change(Map<String, String> change, String text) {}
