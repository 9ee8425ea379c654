package org.nestguard.facts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An upstream version of Linux or QEMU. A release candidate sorts before its release.
 *
 * @param candidate the number after {@code -rc}, or {@link #RELEASED}
 */
public record Version(int major, int minor, int micro, int candidate) implements Comparable<Version> {
    /** Stands in {@link #candidate} for a version that is no release candidate. */
    public static final int RELEASED = Integer.MAX_VALUE;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,5}))?(?:-rc(\\d{1,3}))?");

    /** A release. */
    public Version(int major, int minor, int micro) {
        this(major, minor, micro, RELEASED);
    }

    /** Reads {@code 5.3}, {@code 4.2.0} or {@code 5.4-rc2}; empty for any other text. */
    public static Optional<Version> read(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Version(
                Integer.parseInt(m.group(1)),
                Integer.parseInt(m.group(2)),
                m.group(3) == null ? 0 : Integer.parseInt(m.group(3)),
                m.group(4) == null ? RELEASED : Integer.parseInt(m.group(4))));
    }

    /** Not older than the other. */
    public boolean atLeast(Version other) {
        return compareTo(other) >= 0;
    }

    /** Older than the other. */
    public boolean before(Version other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(Version other) {
        int order = Integer.compare(major, other.major);
        if (order == 0) {
            order = Integer.compare(minor, other.minor);
        }
        if (order == 0) {
            order = Integer.compare(micro, other.micro);
        }
        return order != 0 ? order : Integer.compare(candidate, other.candidate);
    }

    /** As people write it: {@code 5.3}, {@code 4.2.0}, {@code 5.4.0-rc2}. */
    @Override
    public String toString() {
        String numbers = major + "." + minor + "." + micro;
        return candidate == RELEASED ? numbers : numbers + "-rc" + candidate;
    }
}
