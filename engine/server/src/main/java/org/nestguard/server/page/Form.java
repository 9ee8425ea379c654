package org.nestguard.server.page;

/**
 * What stands in the form: what was typed, whether or not it means anything.
 *
 * @param operation as {@link org.nestguard.facts.Operation#word} has it
 * @param guest a UUID or a name
 * @param to the name of a host
 */
public record Form(String operation, String guest, String to) {}
