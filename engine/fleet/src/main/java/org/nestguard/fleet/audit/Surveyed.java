package org.nestguard.fleet.audit;

import java.time.Instant;
import java.util.List;
import org.nestguard.engine.text.FlatRecord;

/**
 * What of a piece of a fleet is needed before any guest can be judged.
 *
 * @param hosts that are in it
 * @param lines the number of each host's line among the lines of the piece, from 0
 * @param newest the newest observation in it; {@link Instant#MIN} where there is none
 * @param count how many lines there are
 */
public record Surveyed(List<FlatRecord> hosts, List<Integer> lines, Instant newest, int count) {}
