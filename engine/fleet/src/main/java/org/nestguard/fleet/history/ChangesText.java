package org.nestguard.fleet.history;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.nestguard.engine.text.Wrapped;
import org.nestguard.fleet.history.Changes.Cause;
import org.nestguard.fleet.history.Changes.Change;
import org.nestguard.fleet.history.Changes.State;

/** Changes for a person: by rule in numbers, and the first guests. */
public final class ChangesText implements Changes.Listener {
    private static final int MOST_GUESTS = 20;

    private final Changes changes;
    private final int width;
    private final Map<String, Map<State, Long>> rules = new TreeMap<>();
    private final Map<State, Map<Cause, Long>> causes = new EnumMap<>(State.class);
    private final Map<State, List<Change>> first = new EnumMap<>(State.class);

    /** @param width of the paper, in columns */
    public ChangesText(Changes changes, int width) {
        this.changes = changes;
        this.width = width;
        for (State state : State.values()) {
            first.put(state, new ArrayList<>());
            causes.put(state, new EnumMap<>(Cause.class));
        }
    }

    @Override
    public void change(Change change) {
        rules.computeIfAbsent(change.rule(), rule -> new EnumMap<>(State.class)).merge(change.state(), 1L, Long::sum);
        Cause cause = change.cause();
        if (cause != null) {
            causes.getOrDefault(change.state(), new EnumMap<>(Cause.class)).merge(cause, 1L, Long::sum);
            List<Change> shown = first.getOrDefault(change.state(), new ArrayList<>());
            if (shown.size() < MOST_GUESTS) {
                shown.add(change);
            }
        }
    }

    /** All that was told of. */
    public void writeTo(Appendable out) throws IOException {
        PastAudit before = changes.before();
        PastAudit after = changes.after();
        out.append(Wrapped.text(
                "From audit " + before.number() + " (" + shown(before) + ") to audit " + after.number() + " ("
                        + shown(after) + "): " + after.question() + ", " + after.series(),
                width,
                "",
                ""));
        if (!before.series().equals(after.series())) {
            out.append(Wrapped.text(
                    "They are of two series: audit " + before.number() + " is of " + before.series() + ".",
                    width,
                    "",
                    ""));
        }
        boolean sameRules = before.ruleBase().digest().equals(after.ruleBase().digest());
        out.append(Wrapped.text(
                sameRules
                        ? "Both were answered by the same rules ("
                                + after.ruleBase().version() + ")."
                        : "The rules changed: " + before.ruleBase().version() + ", digest "
                                + start(before) + ", then " + after.ruleBase().version() + ", digest " + start(after)
                                + ".",
                width,
                "",
                ""));
        unreadable(out, before);
        unreadable(out, after);
        if (rules.isEmpty()) {
            out.append("\nNo guest is refused in either of them.\n");
            return;
        }
        out.append(String.format("%n%9s %9s %9s  %s%n", "new", "fixed", "unchanged", "rule"));
        for (Map.Entry<String, Map<State, Long>> rule : rules.entrySet()) {
            out.append(String.format(
                    Locale.ROOT,
                    "%,9d %,9d %,9d  %s%n",
                    rule.getValue().getOrDefault(State.NEW, 0L),
                    rule.getValue().getOrDefault(State.FIXED, 0L),
                    rule.getValue().getOrDefault(State.UNCHANGED, 0L),
                    rule.getKey()));
        }
        list(out, State.NEW, "New");
        list(out, State.FIXED, "Fixed");
    }

    private void unreadable(Appendable out, PastAudit audit) throws IOException {
        if (audit.unreadable() > 0) {
            out.append(Wrapped.text(
                    String.format(
                            Locale.ROOT,
                            "In audit %d %,d records or sources could not be read: guests in them look as if they were"
                                    + " not there.",
                            audit.number(),
                            audit.unreadable()),
                    width,
                    "",
                    ""));
        }
    }

    private static Instant shown(PastAudit audit) {
        return audit.at().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String start(PastAudit audit) {
        String digest = audit.ruleBase().digest();
        return digest.substring(0, Math.min(12, digest.length()));
    }

    private void list(Appendable out, State state, String title) throws IOException {
        Map<Cause, Long> by = causes.getOrDefault(state, Map.of());
        long all = by.values().stream().mapToLong(n -> n).sum();
        if (all == 0) {
            return;
        }
        List<String> parts = new ArrayList<>();
        by.forEach((cause, count) -> parts.add(String.format(Locale.ROOT, "%s %,d", cause.words(), count)));
        out.append('\n')
                .append(Wrapped.text(
                        String.format(Locale.ROOT, "%s: %,d, caused by %s.", title, all, String.join(", ", parts)),
                        width,
                        "",
                        ""));
        List<Change> shown = first.getOrDefault(state, List.of());
        for (Change change : shown) {
            out.append(Wrapped.text(
                    change.guest().name() + " on " + change.guest().host() + ": " + change.rule() + " ("
                            + verdicts(change) + "; "
                            + (change.cause() == null ? "" : change.cause().words()) + ")",
                    width,
                    "  ",
                    "    "));
        }
        if (all > shown.size()) {
            out.append(String.format(Locale.ROOT, "  and %,d more: -o json has all%n", all - shown.size()));
        }
    }

    private static String verdicts(Change change) {
        if (change.was() == null || change.is() == null || change.was() == change.is()) {
            return String.valueOf(change.is() == null ? change.was() : change.is());
        }
        return change.was() + ", now " + change.is();
    }
}
