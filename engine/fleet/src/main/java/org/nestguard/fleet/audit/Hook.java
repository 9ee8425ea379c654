package org.nestguard.fleet.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Kind;

/** Whether what moves the guests of a host asks NestGuard first. No rule reads it: an answer is the same without. */
public enum Hook {
    INSTALLED,
    MISSING,
    UNKNOWN;

    /** Of what is said of a host and still believed; null where nothing is. */
    static Hook of(@Nullable String text) {
        return Kind.FLAG
                .read(text == null ? "" : text)
                .map(yes -> yes.equals(true) ? INSTALLED : MISSING)
                .orElse(UNKNOWN);
    }

    /** As reports write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
