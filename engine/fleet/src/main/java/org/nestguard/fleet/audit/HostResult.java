package org.nestguard.fleet.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.findings.Effect;

/**
 * What the rules say of a host itself, whoever is on it: nesting that is off, a parameter that excludes another, versions below a
 * floor or with a known defect. That a hook is installed on it no fact tells.
 *
 * @param place where it is written, as {@code file:line}
 * @param id its id
 * @param host its name
 * @param pool null where it is in none
 * @param said what speaks against guests that nest, or is to be heeded
 * @param unknown the facts of it that could change that, as {@code host.nested}
 */
public record HostResult(
        String place, String id, String host, @Nullable String pool, List<Said> said, List<String> unknown) {
    /**
     * What one rule says.
     *
     * @param certain whether it holds whatever the facts are that are not known
     */
    public record Said(String rule, Effect effect, boolean certain) {}
}
