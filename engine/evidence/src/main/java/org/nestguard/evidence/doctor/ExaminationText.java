package org.nestguard.evidence.doctor;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Wrapped;
import org.nestguard.evidence.doctor.Diagnosis.State;

/** An examination for a person: the result first, then what is to be done or to be cleared up, then what is in order. */
public final class ExaminationText {
    private static final int LABEL = 10;

    private final int width;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();
    private final Set<Step> told = new HashSet<>();

    /**
     * @param width of the terminal in columns; less than 40 counts as 40. Commands are never broken
     * @param colour whether the states may be coloured; a word always says the same
     */
    public ExaminationText(int width, boolean colour) {
        this.width = Math.max(width, 40);
        this.colour = colour;
    }

    /** The text, ending with a line end. */
    public String of(Examination examination) {
        out.setLength(0);
        told.clear();
        out.append("host ")
                .append(Harmless.text(examination.host(), 80))
                .append(": ")
                .append(result(examination))
                .append('\n');
        List<Diagnosis> all = examination.diagnoses();
        // within each the order stays: the first is often the cause of those that follow
        all.stream().filter(d -> d.state() != State.OK).forEach(this::diagnosis);
        all.stream().filter(d -> d.state() == State.OK).forEach(this::diagnosis);
        if (told.stream().anyMatch(step -> !step.commands().isEmpty())) {
            out.append('\n')
                    .append(Wrapped.text(
                            "Commands are for root on that host; --fix-plan writes them as one script.",
                            width,
                            "",
                            ""));
        }
        return out.toString();
    }

    private static String result(Examination examination) {
        if (examination.fine()) {
            return "all in order";
        }
        int findings = examination.count(State.FINDING);
        int unknown = examination.count(State.UNKNOWN);
        List<String> counts = new ArrayList<>();
        if (findings > 0) {
            counts.add(findings + (findings == 1 ? " finding" : " findings"));
        }
        if (unknown > 0) {
            counts.add(unknown + " unknown");
        }
        return String.join(", ", counts);
    }

    private void diagnosis(Diagnosis diagnosis) {
        out.append('\n');
        State state = diagnosis.state();
        out.append("  ")
                .append(paint(state))
                .append(" ".repeat(LABEL - state.word().length()))
                .append(Harmless.text(diagnosis.title(), 80))
                .append('\n');
        entry("", diagnosis.sentence());
        for (int i = 0; i < diagnosis.details().size(); i++) {
            entry(i == 0 ? "note" : "", diagnosis.details().get(i));
        }
        if (!diagnosis.evidence().isEmpty()) {
            entry(
                    "looked at",
                    diagnosis.evidence().stream().map(Seen::toString).distinct().collect(Collectors.joining(", ")));
        }
        if (!diagnosis.doNext().isEmpty()) {
            doNext(diagnosis.doNext());
        }
    }

    private void doNext(List<Step> steps) {
        if (told.containsAll(steps)) {
            entry("do next", "the same as above");
            return;
        }
        told.addAll(steps);
        int number = 1;
        for (Step step : steps) {
            String counted = steps.size() == 1 ? "" : number + ". ";
            String indent = " ".repeat(LABEL + 2 + counted.length());
            out.append(Wrapped.text(
                    counted + step.say(), width, number == 1 ? start("do next") : " ".repeat(LABEL + 2), indent));
            // on a line of its own, however long, so that it can be taken over as it is
            step.commands()
                    .forEach(command -> out.append(" ".repeat(LABEL + 6))
                            .append(Harmless.text(command))
                            .append('\n'));
            number++;
        }
    }

    private void entry(String label, String text) {
        out.append(Wrapped.text(text, width, start(label), " ".repeat(LABEL + 2)));
    }

    private static String start(String label) {
        return "  " + label + " ".repeat(LABEL - label.length());
    }

    private String paint(State state) {
        if (!colour) {
            return state.word();
        }
        int code = switch (state) {
            case OK -> 32;
            case FINDING -> 31;
            case UNKNOWN -> 33;
        };
        return String.format(Locale.ROOT, "\u001b[1;%dm%s\u001b[0m", code, state.word());
    }
}
