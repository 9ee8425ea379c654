package org.nestguard.facts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of QEMU. A micro number of 50 or more is no release but a development build or release candidate that sorts
 * before the next one (4.1.94 is 4.2.0-rc4); compared as plain numbers that comes out right.
 *
 * @param text the version as it was read
 * @param version the numbers
 */
public record QemuVersion(String text, Version version) {
    private static final int LONGEST = 512;
    private static final int SMALLEST_PACKED = 1_000;
    private static final Pattern BANNER = Pattern.compile(
            "(?:QEMU(?: PC)? emulator version )?v?(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,3}))?(?:-rc(\\d{1,2}))?(?:[-+~, (].*)?");
    private static final Pattern PACKED = Pattern.compile("\\d{4,9}");

    /**
     * Reads a plain version, the first line of {@code qemu-system-… --version}, or libvirt's packed integer
     * (major × 1,000,000 + minor × 1,000 + micro); empty for any other text.
     */
    public static Optional<QemuVersion> read(String text) {
        String line = text.strip();
        if (line.isEmpty() || line.length() > LONGEST) {
            return Optional.empty();
        }
        if (PACKED.matcher(line).matches()) {
            int packed = Integer.parseInt(line);
            return packed < SMALLEST_PACKED
                    ? Optional.empty()
                    : Optional.of(new QemuVersion(
                            text, new Version(packed / 1_000_000, packed / 1_000 % 1_000, packed % 1_000)));
        }
        Matcher m = BANNER.matcher(line);
        if (!m.matches()) {
            return Optional.empty();
        }
        return Optional.of(new QemuVersion(
                text,
                new Version(
                        Integer.parseInt(m.group(1)),
                        Integer.parseInt(m.group(2)),
                        m.group(3) == null ? 0 : Integer.parseInt(m.group(3)),
                        m.group(4) == null ? Version.RELEASED : Integer.parseInt(m.group(4)))));
    }

    @Override
    public String toString() {
        return text;
    }
}
