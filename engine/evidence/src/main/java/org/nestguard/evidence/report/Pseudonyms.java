package org.nestguard.evidence.report;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntFunction;

/** Stand-ins of one kind: the same secret always has the same, whichever file it stands in. */
final class Pseudonyms {
    private final IntFunction<String> form;
    private final Map<String, String> given = new HashMap<>();

    /**
     * A kind.
     *
     * @param form the stand-in of the n-th secret, from 1
     */
    Pseudonyms(IntFunction<String> form) {
        this.form = form;
    }

    String of(String secret) {
        return given.computeIfAbsent(secret, unseen -> form.apply(given.size() + 1));
    }

    int count() {
        return given.size();
    }
}
