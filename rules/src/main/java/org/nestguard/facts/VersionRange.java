package org.nestguard.facts;

/** All versions from {@code from} up to, and not including, {@code below}. */
public record VersionRange(Version from, Version below) {
    /** Whether the version lies in the range. */
    public boolean contains(Version version) {
        return version.atLeast(from) && version.before(below);
    }
}
