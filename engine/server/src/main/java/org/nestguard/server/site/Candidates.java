package org.nestguard.server.site;

import java.util.List;
import org.nestguard.engine.known.Known;

/**
 * The hosts that a guest could go to.
 *
 * @param known those that have told of themselves
 * @param unheardOf the names of those that the site lists and that have told nothing
 * @param doubt why there may be more of them, with what to do; empty where these are all
 */
public record Candidates(List<Known> known, List<String> unheardOf, String doubt) {}
