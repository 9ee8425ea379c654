package org.nestguard.evidence.artefact;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory as libvirt and Kubernetes write them, in whole MiB. */
final class Mebibytes {
    private static final BigDecimal MIB = BigDecimal.valueOf(1L << 20);
    private static final int MOST_DIGITS = 18;
    private static final Map<String, Long> OF_KUBERNETES = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("k", 1_000L),
            Map.entry("M", 1_000_000L),
            Map.entry("G", 1_000_000_000L),
            Map.entry("T", 1_000_000_000_000L),
            Map.entry("Ki", 1L << 10),
            Map.entry("Mi", 1L << 20),
            Map.entry("Gi", 1L << 30),
            Map.entry("Ti", 1L << 40));
    private static final Map<String, Long> OF_LIBVIRT = Map.ofEntries(
            Map.entry("b", 1L),
            Map.entry("bytes", 1L),
            Map.entry("KB", 1_000L),
            Map.entry("k", 1L << 10),
            Map.entry("KiB", 1L << 10),
            Map.entry("MB", 1_000_000L),
            Map.entry("M", 1L << 20),
            Map.entry("MiB", 1L << 20),
            Map.entry("GB", 1_000_000_000L),
            Map.entry("G", 1L << 30),
            Map.entry("GiB", 1L << 30),
            Map.entry("TB", 1_000_000_000_000L),
            Map.entry("T", 1L << 40),
            Map.entry("TiB", 1L << 40));
    private static final Pattern QUANTITY =
            Pattern.compile("([0-9]{1," + MOST_DIGITS + "}(?:\\.[0-9]{1,9})?)([A-Za-z]{0,2})");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1," + MOST_DIGITS + "}");

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,9})?)([bBkKmMgGtT]?)");

    private Mebibytes() {}

    /**
     * A quantity of Kubernetes: {@code 264010036Ki}, {@code 4Gi}, {@code 1.5G} or bytes.
     *
     * @param rounding up for what is needed, down for what is there
     */
    static Reading<Long> ofQuantity(String text, RoundingMode rounding) {
        Matcher quantity = QUANTITY.matcher(text);
        return quantity.matches() && OF_KUBERNETES.containsKey(quantity.group(2))
                ? whole(quantity.group(1), OF_KUBERNETES.get(quantity.group(2)), rounding)
                : Reading.unsaid("an amount of memory is expected, such as 4Gi");
    }

    /**
     * What libvirt's description needs, rounded up.
     *
     * @param unit empty for KiB
     */
    static Reading<Long> ofLibvirt(String text, Optional<String> unit) {
        Long bytes = OF_LIBVIRT.get(unit.orElse("KiB"));
        return bytes != null && NUMBER.matcher(text).matches()
                ? whole(text, bytes, RoundingMode.CEILING)
                : Reading.unsaid("the amount of memory is none that libvirt writes");
    }

    /** What QEMU takes behind {@code -m}, in MiB where there is no unit; rounded up. */
    static Reading<Long> ofQemu(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            return Reading.unsaid("the amount of memory is none that QEMU takes");
        }
        String unit = size.group(2).isEmpty() ? "m" : size.group(2).toLowerCase(Locale.ROOT);
        long bytes = 1L << (10 * "bkmgt".indexOf(unit));
        return whole(size.group(1), bytes, RoundingMode.CEILING);
    }

    private static Reading<Long> whole(String number, long bytes, RoundingMode rounding) {
        BigDecimal mebibytes =
                new BigDecimal(number).multiply(BigDecimal.valueOf(bytes)).divide(MIB, 0, rounding);
        return Reading.said(mebibytes.longValue(), 0);
    }
}
