package org.nestguard.engine.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines that were read before, but for which guest they are about and since when. A fleet says the same few hundred things of a
 * million guests, so each is read once. A line that differs from one that was read in nothing but plain characters between the
 * quotes of a {@link Gap}, or the digits of one, is as well formed as that one, and says the same but for these.
 */
final class AlikeLines {
    // The bounds keep a made-up fleet, in which no line is like another, from filling the memory.
    private static final int MOST_LINES = 1 << 14;
    private static final int LONGEST = 1 << 11;

    /** What differs between lines that say the same. */
    enum Gap {
        HOST_ID("hostId"),
        UUID("uuid"),
        NAME("name"),
        OBSERVED_AT("observedAt"),
        COLD_STARTED_AT("coldStartedAt"),
        FROM("from"),
        MEMORY("memory");

        private final byte[] key;

        @SuppressWarnings("EnumOrdinal") // of an array, no more
        private final int place = ordinal();

        Gap(String key) {
            this.key = ('"' + key + '"').getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final Gap[] GAPS = Gap.values();

    private final Map<Rest, FlatRecord> records = new HashMap<>();
    private final Rest rest = new Rest(new byte[LONGEST]);
    private final int[] from = new int[GAPS.length];
    private final int[] to = new int[GAPS.length];
    private boolean cut;

    /** A line without what is in its gaps. */
    private static final class Rest {
        final byte[] bytes;
        int length;
        int hash;

        Rest(byte[] bytes) {
            this.bytes = bytes;
        }

        Rest kept() {
            Rest kept = new Rest(Arrays.copyOf(bytes, length));
            kept.length = length;
            kept.hash = hash;
            return kept;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Rest r && Arrays.equals(bytes, 0, length, r.bytes, 0, r.length);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** What a line like this one came to; null where none was read. */
    @Nullable
    FlatRecord find(byte[] bytes, int begin, int end) {
        cut = cut(bytes, begin, end);
        return cut ? records.get(rest) : null;
    }

    /** Remembers what the line came to that was not found just now. */
    void learn(FlatRecord record) {
        // a line with evidence is like no other, and has keys of these names in it
        if (cut && !record.hasEvidence() && records.size() < MOST_LINES) {
            records.put(rest.kept(), record);
        }
    }

    /** What is in a gap of the line that was found; null where the line has none of that name. */
    @Nullable
    String text(byte[] bytes, Gap gap) {
        int place = gap.place;
        return to[place] < 0
                ? null
                : new String(bytes, from[place], to[place] - from[place], StandardCharsets.ISO_8859_1);
    }

    /** Cuts the gaps out of a line. @return false where it is none that could be like another */
    private boolean cut(byte[] bytes, int begin, int end) {
        if (end - begin > LONGEST) {
            return false;
        }
        Arrays.fill(to, -1);
        rest.length = 0;
        int copied = begin;
        int colon = EightBytes.find((byte) ':', bytes, begin, end);
        while (colon + 1 < end) {
            int value = bytes[colon + 1] == ' ' ? colon + 2 : colon + 1;
            boolean quoted = value < end && bytes[value] == '"';
            Gap gap = quoted || digit(bytes, value, end) ? behind(bytes, begin, colon) : null;
            if (gap != null
                    && (quoted || gap == Gap.MEMORY)) { // of which it is looked at whether it begins with a zero
                int first = quoted ? value + 1 : value;
                int last = quoted ? EightBytes.find((byte) '"', bytes, first, end) : digits(bytes, first, end);
                if (last == end || !EightBytes.plain(bytes, first, last)) {
                    return false;
                }
                from[gap.place] = first;
                to[gap.place] = last;
                append(bytes, copied, first);
                copied = last;
                colon = last;
            }
            colon = EightBytes.find((byte) ':', bytes, colon + 1, end);
        }
        append(bytes, copied, end);
        rest.hash = EightBytes.hash(rest.bytes, rest.length);
        return true;
    }

    private static boolean digit(byte[] bytes, int at, int end) {
        return at < end && bytes[at] >= '0' && bytes[at] <= '9';
    }

    /** Where a number ends. One with a fraction has a rest that no whole number has. */
    private static int digits(byte[] bytes, int begin, int end) {
        int at = begin;
        while (digit(bytes, at, end)) {
            at++;
        }
        return at;
    }

    private void append(byte[] bytes, int begin, int end) {
        System.arraycopy(bytes, begin, rest.bytes, rest.length, end - begin);
        rest.length += end - begin;
    }

    /** The gap whose key stands before that colon. */
    private static @Nullable Gap behind(byte[] bytes, int begin, int colon) {
        for (Gap gap : GAPS) {
            int key = colon - gap.key.length;
            if (key >= begin
                    && bytes[colon - 2] == gap.key[gap.key.length - 2]
                    && bytes[key] == '"'
                    && Arrays.equals(bytes, key, colon, gap.key, 0, gap.key.length)) {
                return gap;
            }
        }
        return null;
    }
}
