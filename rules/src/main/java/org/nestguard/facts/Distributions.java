package org.nestguard.facts;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The table of distribution kernels; the first row that recognizes a release counts. Safe for use by many threads. */
public final class Distributions {
    // Suffixes repeat (a fleet has a few dozen); the bound keeps hostile ones from filling the memory.
    private static final int REMEMBERED = 4_096;

    private static final char REPRESENTATIVE = '#';

    private final List<Distribution> rows;
    private final ConcurrentHashMap<String, Optional<Distribution>> bySuffix = new ConcurrentHashMap<>();

    /** A table with these rows, in this order. */
    public Distributions(List<Distribution> rows) {
        this.rows = List.copyOf(rows);
    }

    /** All rows, first match first. */
    public List<Distribution> rows() {
        return rows;
    }

    /**
     * A made-up release that stands for all kernels of a row with that upstream version; its suffix no real release has.
     *
     * @param row null for a kernel that no distributor claims
     * @param build put after the dash; negative for none
     */
    public static KernelRelease representative(@Nullable Distribution row, Version version, int build) {
        String suffix = (build < 0 ? "" : "-" + build) + (row == null ? "" : REPRESENTATIVE + row.id());
        return new KernelRelease(version + suffix, version, suffix);
    }

    /** The row that recognizes the release; empty for a kernel that no distributor claims. */
    public Optional<Distribution> of(KernelRelease release) {
        Optional<Distribution> seen = bySuffix.get(release.suffix());
        if (seen != null) {
            return seen;
        }
        Optional<Distribution> row =
                rows.stream().filter(r -> recognizes(r, release.suffix())).findFirst();
        if (bySuffix.size() < REMEMBERED) {
            bySuffix.put(release.suffix(), row);
        }
        return row;
    }

    private static boolean recognizes(Distribution row, String suffix) {
        int made = suffix.lastIndexOf(REPRESENTATIVE);
        if (made >= 0) {
            return suffix.substring(made + 1).equals(row.id());
        }
        try {
            return row.suffix().matcher(new Patient(suffix)).find();
        } catch (TooLongException | StackOverflowError e) {
            throw new IllegalStateException("the pattern of the row " + row.id()
                    + " in the table of distribution kernels does not come to an end on \"" + suffix + "\"");
        }
    }

    /** A text that bears being looked at so many times only: a pattern such as {@code (a+)+$} would look for ever. */
    private static final class Patient implements CharSequence {
        private static final int MOST_LOOKS = 1_000_000;

        private final String text;
        private int looks;

        Patient(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++looks > MOST_LOOKS) {
                throw new TooLongException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Whether the version number of this kernel is upstream's: nobody claims it, or its distributor keeps the numbers. */
    public boolean vanillaLike(KernelRelease release) {
        return of(release)
                .map(row -> row.nestedState() == Distribution.NestedState.UPSTREAM)
                .orElse(true);
    }
}
