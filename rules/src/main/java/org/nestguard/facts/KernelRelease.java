package org.nestguard.facts;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel release as {@code uname -r} prints it, taken apart.
 *
 * @param text the release as it was read
 * @param version its upstream part; where a distribution prints 0 for the micro number (Debian, Ubuntu), so does this
 * @param suffix what follows the numbers, empty for an upstream kernel; the distribution shows in it
 */
public record KernelRelease(String text, Version version, String suffix) {
    private static final int LONGEST = 128;
    // X.Y, then up to two more numbers (WSL has four), then nothing or a suffix that does not go on as a number or word
    private static final Pattern RELEASE =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,4})(?:\\.(\\d{1,5}))?(?:\\.\\d{1,5})?((?:[-+~_.].*)?)");
    // upstream: 5.17.0-rc1-syzkaller; Fedora hides it in the package's release: 3.10.0-0.rc0.git23.1.fc20
    private static final Pattern CANDIDATE = Pattern.compile("^-(?:0\\.)?rc(\\d{1,3})(?!\\d)");
    private static final Pattern BUILD = Pattern.compile("^-(\\d{1,8})(?!\\d)");

    /** Reads one release; empty where the text is none, so that nobody guesses at it. */
    public static Optional<KernelRelease> read(String text) {
        if (text.length() > LONGEST || !text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#')) {
            return Optional.empty();
        }
        Matcher m = RELEASE.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        String suffix = m.group(4);
        Matcher rc = CANDIDATE.matcher(suffix);
        return Optional.of(new KernelRelease(
                text,
                new Version(
                        Integer.parseInt(m.group(1)),
                        Integer.parseInt(m.group(2)),
                        m.group(3) == null ? 0 : Integer.parseInt(m.group(3)),
                        rc.find() ? Integer.parseInt(rc.group(1)) : Version.RELEASED),
                suffix));
    }

    /** The distributor's build number: 193 in {@code 4.18.0-193.6.3.el8_2}; empty where no number follows the dash. */
    public OptionalInt build() {
        Matcher m = BUILD.matcher(suffix);
        return m.find() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return text;
    }
}
