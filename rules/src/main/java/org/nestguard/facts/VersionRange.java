package org.nestguard.facts;

/** All versions from {@code from} up to, and not including, {@code below}. */
public record VersionRange(Version from, Version below) {
    /** Stands in {@link #below} for a range that goes on to this day. */
    public static final Version NO_END = new Version(Integer.MAX_VALUE, 0, 0);

    /** Whether the version lies in the range. */
    public boolean contains(Version version) {
        return version.atLeast(from) && version.before(below);
    }
}
