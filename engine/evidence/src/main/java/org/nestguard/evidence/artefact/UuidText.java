package org.nestguard.evidence.artefact;

import java.util.Locale;
import java.util.regex.Pattern;

/** UUIDs as files write them, made alike so that they can be compared. */
final class UuidText {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{32}");

    private UuidText() {}

    /** Small letters, with dashes; unsaid where the text is no UUID. */
    static Reading<String> canonical(String text, int line) {
        String digits = text.length() > 36 ? "" : text.replace("-", "").toLowerCase(Locale.ROOT);
        if (!DIGITS.matcher(digits).matches()) {
            return Reading.unsaid("what stands as the UUID is none");
        }
        return Reading.said(
                String.join(
                        "-",
                        digits.substring(0, 8),
                        digits.substring(8, 12),
                        digits.substring(12, 16),
                        digits.substring(16, 20),
                        digits.substring(20)),
                line);
    }
}
