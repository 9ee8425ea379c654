package org.nestguard.fleet.report.html;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Matrix;

/** How the page says things. */
public final class Words {
    /** How wide a bar is drawn. */
    public static final int BAR = 1_000;

    private static final int LONGEST_NAME = 60;
    private static final int LONGEST_PLACE = 38;
    private static final int LONGEST_SENTENCE = 300;

    private Words() {}

    /** As much of a rule base's digest as tells it from others. */
    public static String digest(RuleBaseVersion rules) {
        return rules.digest().substring(0, Math.min(7, rules.digest().length()));
    }

    /** Somebody else's name, harmless and so short that many of them do not make the page large. */
    public static String shown(String name) {
        return shown(name, LONGEST_NAME);
    }

    /** The same of a sentence. */
    public static String sentence(String text) {
        return shown(text, LONGEST_SENTENCE);
    }

    /** Where something is written: the end of it, where the file and the line are, from a folder on where one fits. */
    static String place(String place) {
        String harmless = shown(place, Integer.MAX_VALUE / 2);
        int over = harmless.codePointCount(0, harmless.length()) - LONGEST_PLACE;
        if (over <= 0) {
            return harmless;
        }
        int cut = harmless.offsetByCodePoints(0, over);
        int folder = harmless.indexOf('/', cut);
        return "…" + harmless.substring(folder < 0 ? cut : folder);
    }

    private static String shown(String text, int longest) {
        // nothing of what is cut off need be looked at
        String harmless = Harmless.text(text.length() > 2 * longest ? text.substring(0, 2 * longest) : text);
        return harmless.codePointCount(0, harmless.length()) > longest
                ? harmless.substring(0, harmless.offsetByCodePoints(0, longest)) + "…"
                : harmless;
    }

    /** A number with its thousands apart. */
    public static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number of things, in words that fit. */
    public static String number(long number, String one, String more) {
        return number(number) + " " + (number == 1 ? one : more);
    }

    /** A share; 0 and 100 % are said of none and all alone. */
    public static String percent(long part, long all) {
        if (part == 0 || all == 0) {
            return "0 %";
        }
        if (part == all) {
            return "100 %";
        }
        double percent = 100.0 * part / all;
        return percent < 0.1 ? "< 0.1 %" : percent > 99.9 ? "> 99.9 %" : String.format(Locale.ROOT, "%.1f %%", percent);
    }

    /** The same without decimals, for a small place. */
    public static String wholePercent(long part, long all) {
        double percent = all == 0 ? 0 : 100.0 * part / all;
        return part > 0 && percent < 1
                ? "<1"
                : part < all && percent > 99 ? ">99" : String.format(Locale.ROOT, "%.0f", percent);
    }

    /** How long a bar is; what is there at all is seen. */
    public static int bar(long part, long all) {
        return part == 0 ? 0 : (int) Math.max(4, BAR * part / Math.max(1, all));
    }

    /** The class of what is coloured by a verdict. */
    public static String style(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }

    /** The class of a cell. */
    public static String style(Matrix.Cell cell) {
        long all = cell.all();
        long allowed = cell.pairs(Verdict.ALLOW);
        if (all == 0) {
            return "empty";
        }
        if (allowed > 0) {
            return allowed == all ? style(Verdict.ALLOW) : "mixed";
        }
        return style(
                cell.pairs(Verdict.DENY) >= cell.pairs(Verdict.UNDETERMINED) ? Verdict.DENY : Verdict.UNDETERMINED);
    }

    /** What is in a cell, for who does not see its colour. */
    public static String said(Matrix.Cell cell) {
        return switch (style(cell)) {
            case "empty" -> "no pairs";
            case "allow" -> "all allowed";
            case "deny" -> "none allowed";
            case "undetermined" -> "none allowed, not known";
            default -> "allowed";
        };
    }

    /** What kind of reason a rule gives. */
    public static String kind(Effect effect) {
        return switch (effect) {
            case FORBID -> "Forbids it";
            case UNCOVERED -> "Nothing known covers it";
            case PERMIT -> "Permits it";
            case CAUTION -> "To know before";
        };
    }

    /** A moment to the second. */
    public static String moment(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
    }

    /** How many bytes a text takes in the page at most. */
    static int weight(String text) {
        return text.chars()
                .map(c -> c < 0x80 ? "<>&\"'".indexOf(c) < 0 ? 1 : 5 : 3)
                .sum();
    }
}
