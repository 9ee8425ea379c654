package org.nestguard.facts;

/**
 * The saved state that is to be loaded.
 *
 * @param l2Live how many L2 guests were live when it was taken
 * @param movedWithLiveL2 whether the guest had been migrated or loaded with a live L2 at that time
 * @param host the host it was taken on
 */
public record Snapshot(Fact<Integer> l2Live, Fact<Boolean> movedWithLiveL2, Host host) {
    /** It was taken while an L2 was live. */
    @Reads("snapshot.l2.live")
    public boolean hasLiveGuests() {
        return l2Live.is(n -> n > 0);
    }

    /** It was taken of a guest that had been moved with a live L2. */
    @Reads("snapshot.movedWithLiveL2")
    public boolean moved() {
        return movedWithLiveL2.is(m -> m);
    }
}
