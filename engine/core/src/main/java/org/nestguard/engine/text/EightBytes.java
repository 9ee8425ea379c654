package org.nestguard.engine.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at eight bytes at a time: a fleet has half a gigabyte of them, and each is looked at more than once. */
public final class EightBytes {
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;

    private EightBytes() {}

    /** The place of the first such byte from there on; {@code end} where there is none before that. */
    public static int find(byte wanted, byte[] bytes, int from, int end) {
        int at = from;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long found = marks((long) EIGHT.get(bytes, at), wanted);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < end && bytes[at] != wanted) {
            at++;
        }
        return at;
    }

    /** Whether all of these are printable characters of ASCII, and no backslash. */
    static boolean plain(byte[] bytes, int from, int end) {
        int at = from;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, at);
            long control = (eight - ONES * ' ') & ~eight; // the top bit of some byte, where any is below that
            if (((eight | control) & TOPS) != 0 || marks(eight, (byte) '\\') != 0) {
                return false;
            }
        }
        while (at < end && bytes[at] >= ' ' && bytes[at] != '\\') {
            at++;
        }
        return at == end;
    }

    /** A number that the same bytes have, and others hardly. */
    static int hash(byte[] bytes, int length) {
        long hash = length;
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            hash = Long.rotateLeft((hash ^ (long) EIGHT.get(bytes, at)) * 0x9E3779B97F4A7C15L, 29);
        }
        for (; at < length; at++) {
            hash = (hash ^ bytes[at]) * 0x9E3779B97F4A7C15L;
        }
        return (int) (hash ^ hash >>> 32);
    }

    /**
     * The top bit of each such byte. It misses none; the first that it marks is one, and of those behind one that is, some may
     * not be.
     */
    private static long marks(long eight, byte wanted) {
        long zero = eight ^ (ONES * wanted);
        return (zero - ONES) & ~zero & TOPS;
    }
}
