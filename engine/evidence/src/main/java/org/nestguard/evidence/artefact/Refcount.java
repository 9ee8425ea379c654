package org.nestguard.evidence.artefact;

import java.util.regex.Pattern;

/**
 * {@code /sys/module/M/refcnt}. For kvm_intel and kvm_amd 0 says that no virtual machine exists; more than 0 does not say
 * that one does, an open {@code /dev/kvm} counts too.
 *
 * @param uses how often the module is in use
 */
public record Refcount(Reading<Integer> uses) {
    private static final Pattern COUNT = Pattern.compile("\\d{1,9}");

    /** Reads the file. */
    public static Refcount read(String text) {
        return new Refcount(uses(text.length() > 64 ? "" : text.strip(), 1));
    }

    static Reading<Integer> uses(String text, int line) {
        return COUNT.matcher(text).matches()
                ? Reading.said(Integer.valueOf(text), line)
                : Reading.unsaid("the use count is no number");
    }
}
