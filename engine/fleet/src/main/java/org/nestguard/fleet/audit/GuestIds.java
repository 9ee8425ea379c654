package org.nestguard.fleet.audit;

import org.nestguard.fleet.inventory.Identity;

/**
 * The guests that were seen, 16 bytes each: a UUID is that long, and of any other id as much of its SHA-256 is taken. No heap
 * has room for more than a part of it.
 */
final class GuestIds {
    private static final int FULL = 3; // of four
    private static final long SHARE_OF_HEAP = 3;
    private static final long NO_UUID = 0x6e65737467756172L; // of the one in which all digits are 0

    private final long most;
    private long[] slots = new long[2 * (1 << 14)];
    private int count;

    /** @param heap how large the heap may become, in bytes */
    GuestIds(long heap) {
        most = heap / SHARE_OF_HEAP;
    }

    /** Notes one. @return whether it was not there before. @throws AuditException where the heap has no room for more */
    boolean add(Identity id) {
        if (4L * (count + 1) > (long) FULL * (slots.length / 2)) {
            grow();
        }
        long least = id.most() == 0 && id.least() == 0 ? NO_UUID : id.least(); // zeros mark a free slot
        if (!put(slots, id.most(), least)) {
            return false;
        }
        count++;
        return true;
    }

    private void grow() {
        if (slots.length * 2L * Long.BYTES * 3 / 2 > most || slots.length > 1 << 29) {
            throw new AuditException("the ids of more than " + count
                    + " guests do not fit into this heap; give it more:" + " JAVA_TOOL_OPTIONS=-Xmx"
                    + (4 * (Runtime.getRuntime().maxMemory() >> 20)) + "m");
        }
        long[] larger = new long[2 * slots.length];
        for (int i = 0; i < slots.length; i += 2) {
            if (slots[i] != 0 || slots[i + 1] != 0) {
                put(larger, slots[i], slots[i + 1]);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] slots, long most, long least) {
        int mask = slots.length / 2 - 1;
        long mixed = (most ^ Long.rotateLeft(least, 32)) * 0x9E3779B97F4A7C15L;
        int at = (int) (mixed >>> 32) & mask;
        while (slots[2 * at] != 0 || slots[2 * at + 1] != 0) {
            if (slots[2 * at] == most && slots[2 * at + 1] == least) {
                return false;
            }
            at = (at + 1) & mask;
        }
        slots[2 * at] = most;
        slots[2 * at + 1] = least;
        return true;
    }
}
