package org.nestguard.fleet.audit;

import org.jspecify.annotations.Nullable;

/** What is left of a host's memory for guests, in MiB: all of it less what the guests take that are on it or sent there. */
final class Room {
    private final @Nullable Long memory;
    private long taken;
    private long unsized;
    private boolean others;

    /** @param memory of the host; null where that is not known */
    Room(@Nullable Long memory) {
        this.memory = memory;
    }

    /** A guest is on it, or is sent there. */
    void take(@Nullable Long size) {
        if (size == null) {
            unsized++;
        } else {
            taken += size;
        }
    }

    /** There may be guests on it of which nobody has told. */
    void othersMayBeThere() {
        others = true;
    }

    /** How much is left at most: no guest takes nothing. Without bound where the host's memory is not known. */
    long atMost() {
        return memory == null ? Long.MAX_VALUE : memory - taken - unsized;
    }

    /** How much is left; null where that is not known. */
    @Nullable
    Long left() {
        return memory == null || unsized > 0 || others ? null : (Long) (memory - taken);
    }

    /** Whether a guest can be there, as far as is known. */
    boolean mayHold(@Nullable Long size) {
        return (size == null ? 1 : size) <= atMost();
    }

    /** Whether there is room for a guest for certain. */
    boolean holds(@Nullable Long size) {
        Long left = left();
        return size != null && left != null && size <= left;
    }

    /** Why it is not known how much is left; null where it is. */
    @Nullable
    String whyNotKnown() {
        if (memory == null) {
            return "its memory is not known";
        }
        if (unsized > 0) {
            return "of " + unsized + (unsized == 1 ? " guest" : " guests") + " there the memory is not known";
        }
        return others ? "there may be guests there that are not listed" : null;
    }
}
