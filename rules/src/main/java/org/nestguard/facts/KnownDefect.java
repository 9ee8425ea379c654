package org.nestguard.facts;

import java.util.List;

/**
 * A row of the table of known defects.
 *
 * @param id a spoken slug
 * @param component where the defect is
 * @param ranges the versions that have it
 * @param summary what goes wrong
 * @param fixed where it is mended, for a person
 * @param source where it is known from
 */
public record KnownDefect(
        String id, Component component, List<VersionRange> ranges, String summary, String fixed, String source) {
    /** What has the defect. */
    public enum Component implements Worded {
        KERNEL("kernel"),
        QEMU("qemu");

        private final String word;

        Component(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }
    }

    /** Whether that version has it. */
    public boolean in(Version version) {
        return ranges.stream().anyMatch(r -> r.contains(version));
    }
}
