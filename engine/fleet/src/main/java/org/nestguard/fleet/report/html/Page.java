package org.nestguard.fleet.report.html;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.text.Problem;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.HostResult;
import org.nestguard.fleet.audit.Matrix;
import org.nestguard.fleet.audit.Summary;
import org.nestguard.fleet.history.PastAudit;
import org.nestguard.fleet.merge.Contradiction;

/**
 * All that the page shows.
 *
 * @param summary the numbers
 * @param rules all that say something, those that refuse most guests first, cautions last
 * @param matrix all pairs; null where nobody made it
 * @param guests the list, those that are refused first
 * @param problems the first of what could not be read
 * @param contradictions the first of the observations that cannot both be true
 * @param sentences what each rule says, by its id
 * @param hosts the first of the hosts of which something is to be said
 * @param past what came of the same question before, the oldest first
 * @param ndjson where each guest is told of in the same run, as a link from the page; null where it is not
 * @param style what it looks like
 * @param script what helps in it
 * @param policy what a browser may do with it
 */
public record Page(
        Summary summary,
        List<RuleSection> rules,
        @Nullable Matrix matrix,
        List<GuestRow> guests,
        List<Problem> problems,
        List<Contradiction> contradictions,
        Map<String, String> sentences,
        List<HostResult> hosts,
        List<PastAudit> past,
        @Nullable String ndjson,
        String style,
        String script,
        String policy) {
    /** How many reasons are seen at once. */
    public static final int FIRST_REASONS = 10;

    private static final int MOST_REMARKS = 50;
    private static final int MOST_EARLIER = 30;

    /** What a rule says; empty for one that has no sentence. */
    public String sentence(String rule) {
        return sentences.getOrDefault(rule, "");
    }

    /** Whether more may be said of hosts than is here. */
    public boolean moreHosts() {
        return hosts.size() == HtmlReport.MOST_HOSTS;
    }

    /** The newest of the audits before this one, the newest first. */
    public List<PastAudit> earlier() {
        List<PastAudit> newest = new ArrayList<>(past.subList(Math.max(0, past.size() - MOST_EARLIER), past.size()));
        Collections.reverse(newest);
        return newest;
    }

    /** How many earlier audits are not told of. */
    public long moreEarlier() {
        return Math.max(0, past.size() - MOST_EARLIER);
    }

    /** Of how many pairs the verdicts are counted. */
    public long pairs() {
        return summary.pairs().values().stream().mapToLong(n -> n).sum();
    }

    /** Whether there is more to say of pairs than of guests. */
    public boolean severalDestinations() {
        return summary.asked().to() != null && summary.targets() > 1;
    }

    /** Whether waivers turned a verdict. */
    public boolean waived() {
        return !summary.effective().equals(summary.verdicts());
    }

    /** The rules that refuse a guest, or are to be heeded where one is allowed. */
    public List<RuleSection> reasons(boolean cautions) {
        return rules.stream()
                .filter(rule -> rule.caution() == cautions && rule.reason().guests() > 0)
                .toList();
    }

    /** The rules that speak against pairs of guests that may go elsewhere. */
    public List<RuleSection> ofPairsAlone() {
        return rules.stream().filter(rule -> rule.reason().guests() == 0).toList();
    }

    /** How many guests are not in the list. */
    public long moreGuests() {
        return summary.guests() - guests.size();
    }

    /** How many of the guests with that verdict are in the list. */
    public long listed(Verdict effective) {
        return guests.stream().filter(guest -> guest.effective() == effective).count();
    }

    /** The first of the remarks about waivers. */
    public List<String> remarks() {
        return summary.remarks()
                .subList(0, Math.min(MOST_REMARKS, summary.remarks().size()));
    }

    /** How often observations contradict each other. */
    public long contradicted() {
        return summary.contradictions().values().stream().mapToLong(n -> n).sum();
    }

    /** How many contradictions are not told of. */
    public long moreContradictions() {
        return contradicted() - contradictions.size();
    }

    /** How many problems are not told of. */
    public long moreProblems() {
        return summary.unreadable() - problems.size();
    }

    /** The verdict that the page begins with: what most people came for. Of a fleet as it would be it says so first. */
    public String title() {
        List<String> supposed = summary.asked().supposed();
        String whatIf = supposed.isEmpty()
                ? ""
                : "WHAT IF, and not the fleet as it is, with " + Harmless.text(String.join(", ", supposed)) + ": ";
        return whatIf + Words.number(summary.effective().getOrDefault(Verdict.ALLOW, 0L)) + " of "
                + Words.number(summary.guests(), "guest", "guests") + " may "
                + summary.asked().deed();
    }
}
