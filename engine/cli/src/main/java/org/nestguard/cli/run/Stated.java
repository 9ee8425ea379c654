package org.nestguard.cli.run;

import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Operation;

/**
 * What an operator says of a command.
 *
 * @param operation what it does; null where its words tell
 * @param guest whom to; null likewise
 * @param to the host where the guest is to be; null where the command's words tell, or it is this one
 */
public record Stated(
        @Nullable Operation operation,
        @Nullable String guest,
        @Nullable String to) {}
