package org.nestguard.fleet.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

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

    /**
     * What stands for an id.
     *
     * @param most the first half
     * @param least the second half; both are 0 for no id
     */
    record Id(long most, long least) {
        static Id of(String text) {
            long[] halves = new long[2];
            return uuid(text, halves) ? new Id(halves[0], halves[1]) : hashed(text);
        }

        /** In the form that everybody writes; in any other it is a text like any. */
        private static boolean uuid(String text, long[] halves) {
            if (text.length() != 36) {
                return false;
            }
            for (int i = 0, digits = 0; i < 36; i++) {
                char c = text.charAt(i);
                if (i == 8 || i == 13 || i == 18 || i == 23) {
                    if (c != '-') {
                        return false;
                    }
                    continue;
                }
                int digit = Character.digit(c, 16);
                if (digit < 0 || c > 'f') {
                    return false;
                }
                halves[digits / 16] = halves[digits / 16] << 4 | digit;
                digits++;
            }
            return true;
        }

        private static Id hashed(String text) {
            try {
                byte[] hash = MessageDigest.getInstance("SHA-256")
                        .digest(text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
                return new Id(half(hash, 0), half(hash, 8));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        private static long half(byte[] bytes, int from) {
            long half = 0;
            for (int i = from; i < from + 8; i++) {
                half = half << 8 | (bytes[i] & 0xff);
            }
            return half;
        }
    }

    /** Notes one. @return whether it was not there before. @throws AuditException where the heap has no room for more */
    boolean add(Id id) {
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
