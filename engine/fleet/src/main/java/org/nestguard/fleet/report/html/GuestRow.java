package org.nestguard.fleet.report.html;

import java.util.List;
import org.nestguard.findings.Verdict;

/**
 * A guest in the list of the page.
 *
 * @param number of the row
 * @param name how it is called
 * @param host where it is
 * @param pool of that host; empty where it is in none
 * @param verdict what the rules say
 * @param effective the same with waivers
 * @param allowed how many destinations it may go to
 * @param destinations how many there are
 * @param rules the first of the rules that speak against it
 * @param moreRules how many more do
 * @param ruleNumbers the places of all of them among the page's rules, each between blanks
 * @param needs the first of the facts that can turn it
 * @param moreNeeds how many more can
 * @param waived what was waived, each with who answers for it
 * @param place where it is written
 */
public record GuestRow(
        int number,
        String name,
        String host,
        String pool,
        Verdict verdict,
        Verdict effective,
        long allowed,
        long destinations,
        List<String> rules,
        int moreRules,
        String ruleNumbers,
        List<String> needs,
        int moreNeeds,
        List<String> waived,
        String place) {
    private static final int FRAME = 300;
    private static final int LINK = 40;

    /** How many bytes it takes in the page, about. */
    int weight() {
        int weight = FRAME + Words.weight(name) + Words.weight(host) + Words.weight(pool) + Words.weight(place);
        for (String rule : rules) {
            weight += LINK + 2 * Words.weight(rule);
        }
        for (String need : needs) {
            weight += Words.weight(need);
        }
        for (String waiver : waived) {
            weight += LINK + Words.weight(waiver);
        }
        return weight + ruleNumbers.length();
    }
}
