package org.nestguard.server.registry;

/**
 * The registry in numbers, for metrics.
 *
 * @param hosts hosts that have told of themselves
 * @param disbelieved hosts whose newest word could not be believed
 * @param running guests that run on one of them
 * @param withoutUuid guests that could not be registered
 * @param distrusted guests whose state is not believed
 * @param harmed guests with a mark
 */
public record Counts(int hosts, int disbelieved, int running, int withoutUuid, int distrusted, int harmed) {}
