package org.nestguard.engine.decision;

import java.time.Instant;

/**
 * A finding that an operator waived; it stands in the findings all the same.
 *
 * @param place where the waiver is written: {@code waivers.yaml, line 7}, or {@code waiver-17} of a service's record
 * @param rule the rule that forbids
 * @param reason why the operator knows better
 * @param owner who answers for it
 * @param expires when the waiver ends
 */
public record Waived(String place, String rule, String reason, String owner, Instant expires) {}
