package org.nestguard.fleet.inventory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.FactName;

/**
 * What stands for the id of a host or guest: a UUID itself, and of any other text as much of its SHA-256 as a UUID is long.
 *
 * @param most the first half
 * @param least the second half; both are 0 for no id
 */
public record Identity(long most, long least) {
    private static final String NO_UUID = "00000000-0000-0000-0000-000000000000";
    private static final int UUID = FlatRecord.keys(Subject.GUEST).indexOf(FactName.GUEST_UUID.key());
    private static final int NAME = FlatRecord.keys(Subject.GUEST).indexOf(FactName.GUEST_NAME.key());

    private static final byte[] DIGITS = new byte['f' + 1];

    static {
        for (char c = 0; c < DIGITS.length; c++) {
            DIGITS[c] = (byte) Character.digit(c, 16);
        }
    }

    /** What stands for a text; in which letters it is written makes no difference, for there are UUIDs in capitals. */
    public static Identity of(String text) {
        long[] halves = new long[2];
        return uuid(text, halves) ? new Identity(halves[0], halves[1]) : hashed(text);
    }

    /**
     * What stands for a guest: its UUID or, where it has none of its own, its host and name. QEMU gives zeros to all that were
     * given none. Null where it has neither: nobody can tell whether two such are one.
     */
    public static @Nullable Identity of(FlatRecord guest) {
        String uuid = guest.text(UUID);
        if (uuid != null && !uuid.equals(Observation.UNKNOWN) && !uuid.equals(NO_UUID)) {
            return of(uuid);
        }
        String name = guest.text(NAME);
        return name == null || name.equals(Observation.UNKNOWN) ? null : of(guest.hostId() + "\n" + name);
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
            int digit = c < DIGITS.length ? DIGITS[c] : -1;
            if (digit < 0) {
                return false;
            }
            halves[digits / 16] = halves[digits / 16] << 4 | digit;
            digits++;
        }
        return true;
    }

    private static Identity hashed(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return new Identity(half(hash, 0), half(hash, 8));
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
