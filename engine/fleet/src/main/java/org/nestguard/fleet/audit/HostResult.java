package org.nestguard.fleet.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nestguard.findings.Effect;

/**
 * What the rules say of a host itself, whoever is on it: nesting that is off, a parameter that excludes another, versions below a
 * floor or with a known defect. Beside it, whether anybody asks them.
 *
 * @param place where it is written, as {@code file:line}
 * @param id its id
 * @param host its name
 * @param pool null where it is in none
 * @param said what speaks against guests that nest, or is to be heeded
 * @param unknown the facts of it that could change that, as {@code host.nested}
 * @param hook whether what moves its guests asks first
 */
public record HostResult(
        String place, String id, String host, @Nullable String pool, List<Said> said, List<String> unknown, Hook hook) {
    /** Whether it is as it should be, as far as is known. */
    public boolean inOrder() {
        return said.isEmpty() && unknown.isEmpty() && hook == Hook.INSTALLED;
    }

    /**
     * What one rule says.
     *
     * @param certain whether it holds whatever the facts are that are not known
     */
    public record Said(String rule, Effect effect, boolean certain) {}
}
