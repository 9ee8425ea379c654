package org.nestguard.fleet.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.engine.text.Wrapped;
import org.nestguard.facts.Operation;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.GuestResult;
import org.nestguard.fleet.audit.Hook;
import org.nestguard.fleet.audit.Report;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.merge.Contradiction;
import org.nestguard.fleet.plan.Plan;

/** The numbers for a person: verdicts first, then why, then what is missing. */
public final class TextReport implements Report {
    private static final int BAR = 30;
    private static final int NUMBER = 12;
    private static final int MOST_CONTRADICTIONS = 5;
    private static final int LONGEST = 300;
    private static final String INDENT = " ".repeat(NUMBER + 2);

    private final OutputStream out;
    private final int width;
    private final Map<String, RuleCard> rules;
    private final StringBuilder text = new StringBuilder();
    private final List<Contradiction> contradictions = new ArrayList<>();

    /**
     * Writes to a stream, which stays open.
     *
     * @param width of the paper, in columns
     * @param rules what the rules say of themselves
     */
    public TextReport(OutputStream out, int width, List<RuleCard> rules) {
        this.out = out;
        this.width = width;
        this.rules = rules.stream().collect(Collectors.toMap(RuleCard::id, Function.identity()));
    }

    @Override
    public boolean ofGuests() {
        return false;
    }

    @Override
    public void guest(GuestResult result) {
        throw new IllegalStateException("the summary tells of no guest");
    }

    @Override
    public void problem(Problem problem) {
        // the command says it on standard error
    }

    @Override
    public void contradiction(Contradiction contradiction) {
        if (contradictions.size() < MOST_CONTRADICTIONS) {
            contradictions.add(contradiction);
        }
    }

    @Override
    public void end(Summary summary) throws IOException {
        if (!summary.asked().whatIf().isEmpty()) {
            paragraph("WHAT IF: this is no answer about the fleet as it is, but as it would be with "
                    + String.join(", ", summary.asked().supposed()) + ".");
            text.append('\n');
        }
        paragraph("May each guest " + summary.asked().deed() + "? Facts as of " + summary.asOf() + ".");
        paragraph(String.format(
                Locale.ROOT,
                "%,d guests on %,d hosts%s",
                summary.guests(),
                summary.hosts(),
                summary.asked().operation() == Operation.SAVEVM
                        ? ""
                        : String.format(Locale.ROOT, ", %,d of them destinations", summary.targets())));
        text.append('\n');
        verdicts(summary.verdicts(), summary.guests());
        if (!summary.effective().equals(summary.verdicts())) {
            text.append("\nWith waivers:\n");
            verdicts(summary.effective(), summary.guests());
        }
        if (summary.asked().to() != null && summary.targets() > 1) {
            text.append("\nPairs of a guest and a destination:\n");
            verdicts(
                    summary.pairs(),
                    summary.pairs().values().stream().mapToLong(n -> n).sum());
        }
        reasons("Why not, in guests that are refused:", summary, false);
        needs(summary);
        contradictions(summary);
        reasons("To be heeded, in guests that are allowed:", summary, true);
        hosts(summary);
        hooks(summary);
        if (summary.plan() != null) {
            plan(summary.plan(), summary);
        }
        remarks(summary);
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void paragraph(String sentence) {
        text.append(Wrapped.text(sentence, width, "", ""));
    }

    private void verdicts(Map<Verdict, Long> counts, long all) {
        for (Verdict verdict : Verdict.values()) {
            long count = counts.getOrDefault(verdict, 0L);
            double share = all == 0 ? 0 : (double) count / all;
            String bar = "#".repeat((int) Math.ceil(share * BAR));
            text.append(String.format(Locale.ROOT, "  %-12s %,15d %5.1f %%  %s", verdict, count, 100 * share, bar)
                            .stripTrailing())
                    .append('\n');
        }
    }

    private void reasons(String title, Summary summary, boolean cautions) {
        List<Summary.Reason> reasons = summary.reasons().stream()
                .filter(reason -> (reason.effect() == Effect.CAUTION) == cautions && reason.guests() > 0)
                .toList();
        if (reasons.isEmpty()) {
            return;
        }
        text.append('\n').append(title).append('\n');
        for (Summary.Reason reason : reasons) {
            RuleCard card = rules.get(reason.rule());
            String summaryOfRule = card == null ? "" : ": " + card.summary();
            numbered(reason.guests(), reason.rule() + summaryOfRule);
        }
    }

    private void numbered(long number, String sentence) {
        String count = String.format(Locale.ROOT, "%," + NUMBER + "d  ", number);
        text.append(Wrapped.text(sentence, width, count, INDENT));
    }

    private void needs(Summary summary) {
        if (summary.needs().isEmpty()) {
            return;
        }
        text.append("\nWhat would decide it and is not known, in guests:\n");
        summary.needs().forEach(need -> numbered(need.guests(), need.fact()));
    }

    private void hosts(Summary summary) {
        if (summary.hostReasons().isEmpty()) {
            return;
        }
        text.append('\n');
        paragraph(
                "Of the hosts themselves, where a guest with a live L2 were on them, in hosts (for certain, and perhaps):");
        for (Summary.HostReason reason : summary.hostReasons()) {
            RuleCard card = rules.get(reason.rule());
            String counts = String.format(Locale.ROOT, "%,12d %,8d  ", reason.hosts(), reason.possible());
            text.append(Wrapped.text(
                    reason.rule() + (card == null ? "" : ": " + card.summary()),
                    width,
                    counts,
                    " ".repeat(counts.length())));
        }
    }

    private void hooks(Summary summary) {
        long missing = summary.hooks(Hook.MISSING);
        long unknown = summary.hooks(Hook.UNKNOWN);
        if (missing + unknown == 0) {
            return;
        }
        text.append("\nWhether a hook asks before a guest is moved, in hosts:\n");
        numbered(summary.hooks(Hook.INSTALLED), "yes");
        numbered(missing, "no: nothing there stops what is refused; nestguard hook install");
        numbered(unknown, "not known; nestguard collect tells, as root");
    }

    private void contradictions(Summary summary) {
        if (summary.contradictions().isEmpty()) {
            return;
        }
        text.append("\nObservations that cannot both be true, so that the fact counts as unknown:\n");
        summary.contradictions().forEach((fact, times) -> numbered(times, fact));
        text.append('\n');
        contradictions.forEach(
                one -> text.append(Wrapped.text(Harmless.text(one.inOneLine(), LONGEST), width, "  ", "    ")));
        long more = summary.contradictions().values().stream().mapToLong(n -> n).sum() - contradictions.size();
        if (more > 0) {
            text.append(String.format(Locale.ROOT, "  and %,d more, which -o ndjson tells one by one%n", more));
        }
    }

    private void plan(Plan plan, Summary summary) {
        text.append("\nWhat to do first, in guests that are allowed then, each on top of those before:\n");
        if (plan.steps().isEmpty() && plan.remarks().isEmpty()) {
            numbered(0, "no single change of a pool frees a guest");
        }
        boolean pairs = summary.asked().to() != null && summary.targets() > 1;
        List<Long> freedPairs = plan.freedPairs(summary.pairs().getOrDefault(Verdict.ALLOW, 0L));
        for (int i = 0; i < plan.steps().size(); i++) {
            Plan.Step step = plan.steps().get(i);
            numbered(
                    step.freedOfDeny() + step.freedOfUndetermined() - step.lost(),
                    said(step, pairs ? freedPairs.get(i) : null));
            for (String whatIf : step.whatIf()) {
                text.append(Wrapped.text("--what-if '" + whatIf + "'", width, INDENT, INDENT));
            }
        }
        if (!plan.readings().isEmpty()) {
            text.append("\nWhat to read; it decides none or up to so many undetermined guests:\n");
            plan.readings().forEach(reading -> numbered(reading.guests(), reading.fact() + " @" + reading.where()));
        }
        plan.remarks().forEach(this::paragraph);
    }

    private static String said(Plan.Step step, @Nullable Long pairs) {
        List<String> numbers = new ArrayList<>();
        if (pairs != null) {
            numbers.add(String.format(Locale.ROOT, "%+,d pairs", pairs));
        }
        numbers.add(String.format(Locale.ROOT, "%,d denied before", step.freedOfDeny()));
        numbers.add(String.format(Locale.ROOT, "%,d undetermined", step.freedOfUndetermined()));
        if (step.lost() > 0) {
            numbers.add(String.format(Locale.ROOT, "%,d others are allowed no more", step.lost()));
        }
        if (step.hosts() > 0) {
            numbers.add(String.format(Locale.ROOT, "%,d hosts change", step.hosts()));
        }
        if (step.guests() > 0) {
            numbers.add(String.format(Locale.ROOT, "%,d guests change", step.guests()));
        }
        return step.text() + " (" + String.join(", ", numbers) + ")";
    }

    private void remarks(Summary summary) {
        text.append('\n');
        if (summary.staleL2() > 0) {
            paragraph(String.format(
                    Locale.ROOT,
                    "Of %,d %s the state of L2 guests was older than %d s and counts as unknown; --max-l2-age"
                            + " believes it for longer.",
                    summary.staleL2(),
                    summary.staleL2() == 1 ? "guest" : "guests",
                    summary.asked().freshness().l2().toSeconds()));
        }
        if (summary.unreadable() > 0) {
            paragraph(String.format(
                    Locale.ROOT,
                    "%,d %s.",
                    summary.unreadable(),
                    summary.unreadable() == 1
                            ? "record or source could not be read and is not in these numbers"
                            : "records or sources could not be read and are not in these numbers"));
        }
        summary.remarks().forEach(remark -> text.append(Wrapped.text(remark, width, "", "  ")));
        if (!summary.whole()) {
            paragraph("The audit was interrupted: these numbers are of what was done until then.");
        }
        paragraph("What is said of one guest: nestguard check --guest NAME --from FACTS --to FACTS; of one rule:"
                + " nestguard rules show ID.");
    }
}
