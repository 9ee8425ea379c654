package org.nestguard.server.registry;

import java.util.List;

/** What the registry has under a guest's UUID or name. */
public sealed interface Found {
    /** Just that one. */
    record One(GuestEntry guest) implements Found {}

    /** A name that several have: only a UUID tells them apart. */
    record Several(List<GuestEntry> guests) implements Found {
        public Several {
            guests = List.copyOf(guests);
        }
    }

    /** No guest is known by that. */
    record None() implements Found {}
}
