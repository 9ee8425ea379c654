package org.nestguard.evidence.artefact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /proc/meminfo}.
 *
 * @param total the memory that the kernel has to give, in whole MiB, rounded down
 */
public record MemInfo(Reading<Long> total) {
    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s{1,40}([0-9]{1,15}) kB\\s*");
    private static final int MOST_LINES = 1_000;
    private static final long KIB_IN_A_MIB = 1024;

    /** Reads it; a text that is none says nothing, with the reason. */
    public static MemInfo read(String text) {
        int number = 0;
        for (String line : (Iterable<String>) text.lines().limit(MOST_LINES)::iterator) {
            number++;
            Matcher total = TOTAL.matcher(line);
            if (total.matches()) {
                return new MemInfo(Reading.said(Long.parseLong(total.group(1)) / KIB_IN_A_MIB, number));
            }
        }
        return new MemInfo(Reading.unsaid("there is no line MemTotal in kB"));
    }
}
