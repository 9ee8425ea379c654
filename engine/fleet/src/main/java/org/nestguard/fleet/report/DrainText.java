package org.nestguard.fleet.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.nestguard.engine.text.Wrapped;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.drain.Drained;

/** Whether a host can be emptied, for a person: the verdict first, then who goes where, then who cannot and why. */
public final class DrainText {
    private static final int MOST_ROOMS = 3;

    private final StringBuilder text = new StringBuilder();
    private final int width;

    private DrainText(int width) {
        this.width = width;
    }

    /**
     * The text, with the end of its last line.
     *
     * @param width of the paper, in columns
     */
    public static String of(Drained drained, int width) {
        DrainText text = new DrainText(width);
        text.write(drained);
        return text.text.toString();
    }

    private void write(Drained drained) {
        if (!drained.whatIf().isEmpty()) {
            paragraph("WHAT IF: this is no answer about the fleet as it is, but as it would be with "
                    + String.join(", ", drained.whatIf()) + ".");
            text.append('\n');
        }
        String waived =
                drained.effective() == drained.verdict() ? "" : " (waived; the rules say " + drained.verdict() + ")";
        paragraph(drained.effective() + waived + "  empty " + drained.host() + ": " + headline(drained));
        paragraph(String.format(
                Locale.ROOT,
                "Its guests may go to %s (%s). Facts as of %s.",
                where(drained),
                many(drained.destinations(), "host"),
                drained.asOf()));
        if (!drained.going().isEmpty()) {
            text.append("\nThese can go, those with fewest places first, then the largest:\n");
            drained.going().forEach(this::going);
        }
        for (Drained.Staying staying : drained.staying()) {
            staying(staying);
        }
        for (String doubt : drained.doubts()) {
            text.append('\n');
            paragraph(doubt);
        }
        if (!drained.going().isEmpty()) {
            text.append('\n');
            paragraph(room(drained) + " Ask again when they move; the state of L2 guests changes at any moment.");
        }
    }

    private static String room(Drained drained) {
        List<Drained.Room> notKnown =
                drained.rooms().stream().filter(room -> room.why() != null).toList();
        String counted =
                "What a host has left is its memory less that of the guests on it and sent there; what else runs"
                        + " there is not counted.";
        if (notKnown.isEmpty()) {
            return counted;
        }
        String which = notKnown.stream()
                .limit(MOST_ROOMS)
                .map(room -> room.host() + ", where " + room.why())
                .collect(Collectors.joining("; "));
        String more = notKnown.size() > MOST_ROOMS ? "; and " + (notKnown.size() - MOST_ROOMS) + " more" : "";
        return "Whether there is room is not known of " + which + more
                + ": there the guests are spread, each to the host"
                + " that got fewest."
                + (notKnown.size() == drained.rooms().size() ? "" : " " + counted);
    }

    private static String headline(Drained drained) {
        int all = drained.going().size() + drained.staying().size();
        if (drained.staying().isEmpty()) {
            String there = all == 0
                    ? "no guest is known to be on it"
                    : all == 1 ? "its one guest can go" : "all of its " + all + " guests can go";
            return there + (drained.effective() == Verdict.ALLOW ? "" : all == 0 ? "" : ", but there may be others");
        }
        return drained.staying().size() + " of " + many(all, "guest") + " cannot go";
    }

    private static String where(Drained drained) {
        return drained.where().equals("any")
                ? "any other host"
                : drained.where().startsWith("pool:")
                        ? "the other hosts of the pool " + drained.where().substring("pool:".length())
                        : drained.where();
    }

    private void going(Drained.Going going) {
        String places = going.places() == 1 ? "nowhere else" : "one of " + going.places();
        Long memory = going.guest().memory();
        String size = memory == null ? "" : String.format(Locale.ROOT, "%,d MiB, ", memory);
        lines("  ", "    ", called(going.guest()) + " -> " + going.to() + " (" + size + places + ")");
        going.waived()
                .forEach(waived -> lines(
                        "    waived: ",
                        "            ",
                        waived.rule() + ", by " + waived.owner() + " until " + waived.expires() + ": " + waived.reason()
                                + " (the rules say " + going.verdict() + ")"));
        going.heed().forEach(heed -> lines("    heed: ", "          ", heed));
    }

    private void staying(Drained.Staying staying) {
        text.append('\n');
        lines(
                staying.verdict() + "  ",
                "  ",
                called(staying.guest())
                        + (staying.nearest() == null
                                        || (staying.rules().isEmpty()
                                                && staying.needs().isEmpty())
                                ? ""
                                : ": nowhere; nearest is " + staying.nearest()));
        labelled("because", staying.reasons());
        labelled("not known", staying.needs());
        labelled("do next", staying.remedies());
    }

    private static String called(Drained.Guest guest) {
        Integer l2 = guest.l2();
        return l2 == null || l2 == 0 ? guest.called() : guest.called() + ", which runs " + many(l2, "L2 guest");
    }

    private void labelled(String label, List<String> sentences) {
        String first = "  " + String.format(Locale.ROOT, "%-12s", label);
        String rest = " ".repeat(first.length());
        for (int i = 0; i < sentences.size(); i++) {
            lines(i == 0 ? first : rest, rest, sentences.get(i));
        }
    }

    private static String many(long number, String one) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : one + "s");
    }

    private void paragraph(String sentence) {
        lines("", "", sentence);
    }

    private void lines(String first, String rest, String sentence) {
        text.append(Wrapped.text(sentence, width, first, rest));
    }
}
