package org.nestguard.engine.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Ignored;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.decision.Supposition;
import org.nestguard.engine.decision.Waived;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Because;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/** A decision for a person: the verdict first, then each finding with what it rests on and what to do next. */
public final class DecisionText {
    private static final int LABEL = 10;

    private final int width;
    private final boolean colour;
    private final StringBuilder out = new StringBuilder();

    /**
     * @param width of the terminal in columns; less than 40 counts as 40
     * @param colour whether the verdict may be coloured; a word always says the same
     */
    public DecisionText(int width, boolean colour) {
        this.width = Math.max(width, 40);
        this.colour = colour;
    }

    /** The text, ending with a line end. */
    public String of(Decision d) {
        out.setLength(0);
        head(d);
        d.findings().stream().filter(Finding::certain).forEach(this::finding);
        if (d.findings().isEmpty()) {
            entry("", "no rule speaks of this question");
        }
        needs(d.needs());
        safeIf(d);
        possible(d.findings().stream().filter(f -> !f.certain()).toList());
        suppositions("Assumed, because nobody said it:", d.assumptions());
        suppositions("Settled by the other facts:", d.settled());
        ignored(d.ignored());
        waived(d.waived());
        if (d.incomplete()) {
            heading("Too much is unknown for an exact answer; state more of the facts above.");
        }
        if (d.asOf() != null) {
            entry("as of", d.asOf() + ": what has happened since is not in it");
        }
        entry("rules", d.ruleBase().version() + " (" + shortDigest(d.ruleBase().digest()) + ")");
        return out.toString();
    }

    private void head(Decision d) {
        String verdict = paint(d.effective(), d.effective().name());
        String waiver = d.effective() == d.verdict() ? "" : " (waived; the rules say " + d.verdict() + ")";
        String way = switch (d.operation()) {
            case MIGRATE -> ": " + name(d.source(), "unnamed host") + " -> " + name(d.destination(), "unnamed host");
            case SAVEVM -> " on " + name(d.source(), "unnamed host");
            case LOADVM -> " on " + name(d.destination(), "unnamed host");
        };
        String id = d.id() == null ? "" : " [" + Harmless.text(d.id(), 80) + "]";
        out.append(verdict)
                .append(waiver)
                .append("  ")
                .append(d.operation().word())
                .append(' ')
                .append(name(d.guest(), "unnamed guest"))
                .append(way)
                .append(id)
                .append('\n');
        if (d.verdict() == Verdict.UNDETERMINED) {
            entry("", unsure(d));
        }
    }

    private static String unsure(Decision d) {
        boolean uncovered = d.findings().stream().anyMatch(f -> f.effect() == Effect.UNCOVERED && f.certain());
        String why = uncovered || d.needs().isEmpty()
                ? "nothing known says that this is safe"
                : "the answer depends on facts that are not known";
        return why + "; do not " + verb(d.operation()) + " it until this is cleared up";
    }

    private static String verb(Operation operation) {
        return switch (operation) {
            case MIGRATE -> "migrate";
            case SAVEVM -> "save";
            case LOADVM -> "load";
        };
    }

    private void finding(Finding finding) {
        out.append('\n');
        entry(finding.effect().word(), finding.rule());
        entry("", finding.message());
        if (!finding.because().isEmpty()) {
            List<String> facts = new ArrayList<>();
            finding.because().forEach(b -> facts.add(because(b)));
            entry("because", facts.get(0));
            facts.subList(1, facts.size()).forEach(f -> entry("", f));
        }
        if (finding.effect() != Effect.PERMIT) {
            entry("do next", finding.remedy());
        }
    }

    private void possible(List<Finding> findings) {
        if (!findings.isEmpty()) {
            heading("Possible, depending on what is not known:");
            for (Finding finding : findings) {
                entry(finding.effect().word() + "?", finding.message() + " (" + finding.rule() + ")");
            }
        }
    }

    private static String because(Because because) {
        String value = because.value() == null ? "not known" : because.value();
        String state = switch (because.state()) {
            case STATED, UNKNOWN -> "";
            case ASSUMED -> " (assumed)";
            case SETTLED -> " (settled)";
        };
        Evidence evidence = because.evidence();
        String from = evidence == null
                ? ""
                : " (" + evidence.by().word() + ": " + evidence.from()
                        + (evidence.at() == null ? "" : " at " + evidence.at())
                        + (evidence.why() == null ? "" : "; " + evidence.why()) + ")";
        return because.fact() + " = " + value + state + from;
    }

    private void needs(List<Need> needs) {
        if (!needs.isEmpty()) {
            heading("Not known, and able to turn the answer:");
            for (Need need : needs) {
                entry("", need.fact());
                entry("read it", need.how());
            }
        }
    }

    private void suppositions(String heading, List<Supposition> suppositions) {
        if (!suppositions.isEmpty()) {
            heading(heading);
            suppositions.forEach(s -> entry("", s.fact() + " = " + s.value() + " (" + s.why() + ")"));
        }
    }

    private void ignored(List<Ignored> ignored) {
        if (!ignored.isEmpty()) {
            heading("Not read:");
            ignored.forEach(i -> entry("", i.key() + " (" + i.why() + ")"));
        }
    }

    private void waived(List<Waived> waived) {
        if (!waived.isEmpty()) {
            heading("Waived:");
            waived.forEach(w -> entry(
                    "",
                    w.rule() + ", by " + w.owner() + " until " + w.expires() + ": " + w.reason() + " (" + w.place()
                            + ")"));
        }
    }

    private void safeIf(Decision d) {
        if (!d.safeIf().isEmpty()) {
            heading("It would be allowed after any one of these:");
            for (Change change : d.safeIf()) {
                entry("-", change.text());
            }
        } else if (d.verdict() != Verdict.ALLOW && !d.incomplete()) {
            heading("No single change, nor two or three at once, was found that makes it allowed.");
        }
    }

    private void heading(String text) {
        out.append('\n');
        wrap(text, "", "");
    }

    private void entry(String label, String text) {
        String start = "  " + label + " ".repeat(Math.max(1, LABEL - label.length()));
        wrap(text, start, " ".repeat(LABEL + 2));
    }

    private void wrap(String text, String first, String rest) {
        out.append(Wrapped.text(text, width, first, rest));
    }

    private String paint(Verdict verdict, String text) {
        if (!colour) {
            return text;
        }
        int code = switch (verdict) {
            case ALLOW -> 32;
            case DENY -> 31;
            case UNDETERMINED -> 33;
        };
        return String.format(Locale.ROOT, "\u001b[1;%dm%s\u001b[0m", code, text);
    }

    private static String name(@Nullable String name, String nameless) {
        return name == null ? nameless : Harmless.text(name, 80);
    }

    private static String shortDigest(String digest) {
        return digest.length() > 12 ? digest.substring(0, 12) : digest;
    }
}
