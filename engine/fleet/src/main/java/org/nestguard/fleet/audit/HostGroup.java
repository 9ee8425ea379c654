package org.nestguard.fleet.audit;

/**
 * Hosts that a reader takes as one.
 *
 * @param label what they have in common: a pool, or what made their CPU and which software they run
 * @param mostly of a pool, what most of its hosts are; else empty
 * @param hosts how many
 * @param targets how many of them guests were asked to go to
 */
public record HostGroup(String label, String mostly, long hosts, long targets) {}
