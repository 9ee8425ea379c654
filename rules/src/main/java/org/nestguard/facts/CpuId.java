package org.nestguard.facts;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Family, model and stepping of an x86 CPU, decimal, as /proc/cpuinfo prints them: {@code 6-85-4}. */
public record CpuId(int family, int model, int stepping) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})-(\\d{1,4})-(\\d{1,4})");

    /** Reads {@code family-model-stepping}; empty for any other text. */
    public static Optional<CpuId> read(String text) {
        Matcher m = TEXT.matcher(text);
        return m.matches()
                ? Optional.of(new CpuId(
                        Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return family + "-" + model + "-" + stepping;
    }
}
