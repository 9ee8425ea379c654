package org.nestguard.evidence.artefact;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a module parameter takes as input (the kernel's kernel/params.c); anything else keeps the module from loading. */
public enum ParameterType {
    /** Yes and no in many spellings, and the bare name for yes. {@code kvm_intel.nested}, {@code kvm_hv.nested}. */
    BOOL("y, n, 1, 0, on or off"),
    /** Numbers alone: {@code nested=y} is refused, as is the bare name. {@code kvm_amd.nested}, {@code kvm.nested}. */
    INT("a number");

    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:0[xX][0-9a-fA-F]{1,8}|\\d{1,10})");

    private final String takes;

    ParameterType(String takes) {
        this.takes = takes;
    }

    /** What it takes, to follow "takes". */
    public String takes() {
        return takes;
    }

    /** What an input of {@code nested} or the like comes to. */
    enum Input {
        ON,
        OFF,
        /** -1 for an int: the module decides when it loads, where it knows that value at all. */
        AUTOMATIC,
        REFUSED
    }

    Input input(Optional<String> value) {
        return this == BOOL ? bool(value) : value.map(ParameterType::integer).orElse(Input.REFUSED);
    }

    private static Input bool(Optional<String> value) {
        if (value.isEmpty()) {
            return Input.ON;
        }
        String text = value.get();
        if (text.isEmpty()) {
            return Input.REFUSED;
        }
        // the kernel looks at the first character only, and at the second behind an o
        return switch (text.charAt(0)) {
            case 'y', 'Y', 't', 'T', '1' -> Input.ON;
            case 'n', 'N', 'f', 'F', '0' -> Input.OFF;
            case 'o', 'O' ->
                switch (text.length() > 1 ? text.charAt(1) : ' ') {
                    case 'n', 'N' -> Input.ON;
                    case 'f', 'F' -> Input.OFF;
                    default -> Input.REFUSED;
                };
            default -> Input.REFUSED;
        };
    }

    private static Input integer(String text) {
        if (!NUMBER.matcher(text).matches()) {
            return Input.REFUSED;
        }
        boolean hex = text.regionMatches(true, text.startsWith("+") || text.startsWith("-") ? 1 : 0, "0x", 0, 2);
        if (!hex && text.length() > 1 && text.charAt(0) == '0' && !text.matches("0[0-7]*")) {
            return Input.REFUSED; // base 8, as in C
        }
        if (text.equals("-1")) {
            return Input.AUTOMATIC;
        }
        return text.replaceFirst("^[+-]?(?:0[xX])?", "").chars().allMatch(c -> c == '0') ? Input.OFF : Input.ON;
    }
}
