package org.nestguard.engine.internal;

import org.jspecify.annotations.Nullable;

/**
 * What rules and tables tell of a question, packed: equal for questions that none of them tells apart.
 *
 * @see Profiles
 */
final class Profile {
    private final long guest;
    private final long origin;
    private final long destination;
    private final long kernels;

    Profile(long guest, long origin, long destination, long kernels) {
        this.guest = guest;
        this.origin = origin;
        this.destination = destination;
        this.kernels = kernels;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Profile p
                && p.guest == guest
                && p.origin == origin
                && p.destination == destination
                && p.kernels == kernels;
    }

    @Override
    public int hashCode() {
        long mixed = ((guest * 31 + origin) * 0x9E3779B97F4A7C15L + destination) * 0x9E3779B97F4A7C15L + kernels;
        return (int) ((mixed * 0x9E3779B97F4A7C15L) >>> 32);
    }
}
