package org.nestguard.server.record;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The newest decision of the record.
 *
 * @param seq its number; 0 where there is none
 * @param mac its MAC, 64 hexadecimal digits
 */
public record Head(long seq, String mac) {
    /** Before the first. */
    static final Head NONE = new Head(0, "0".repeat(64));

    private static final Pattern TEXT = Pattern.compile("seq=([0-9]{1,18}) mac=([0-9a-f]{64})");

    /** The head in a text such as a line of the log, {@code … seq=17 mac=5f…}; empty where there is none. */
    public static Optional<Head> in(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.find()
                ? Optional.of(new Head(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    /** As the log and the head file have it. */
    @Override
    public String toString() {
        return "seq=" + seq + " mac=" + mac;
    }
}
