package org.nestguard.fleet.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.Hook;
import org.nestguard.fleet.audit.HostResult;

/** How much weighs what is said of a host, in the words of a verdict, so that reports for programs weigh it alike. */
final class HostWeight {
    /** The id of what is said where no hook asks; no rule says it. */
    static final String HOOK_MISSING = "hook-missing";

    static final String HOOK_MISSING_SUMMARY =
            "No hook asks before a guest is moved, and nothing there stops what is refused";

    private HostWeight() {}

    /** What the rules say of it, and that no hook asks there. That it is not known is said in numbers alone. */
    static List<HostResult.Said> said(HostResult host) {
        if (host.hook() != Hook.MISSING) {
            return host.said();
        }
        List<HostResult.Said> said = new ArrayList<>(host.said());
        said.add(new HostResult.Said(HOOK_MISSING, Effect.FORBID, true));
        return said;
    }

    /** The sentence of a rule; its id where it has none. */
    static String sentence(String rule, Map<String, RuleCard> rules) {
        RuleCard card = rules.get(rule);
        return card != null ? card.summary() : rule.equals(HOOK_MISSING) ? HOOK_MISSING_SUMMARY : rule;
    }

    /** DENY where it forbids for certain; UNDETERMINED where it perhaps does, or nothing known covers it; else ALLOW. */
    static Verdict of(HostResult.Said said) {
        return switch (said.effect()) {
            case FORBID -> said.certain() ? Verdict.DENY : Verdict.UNDETERMINED;
            case UNCOVERED -> Verdict.UNDETERMINED;
            case PERMIT, CAUTION -> Verdict.ALLOW;
        };
    }

    /** The gravest of all that is said of it. */
    static Verdict of(HostResult host) {
        Verdict gravest = Verdict.ALLOW;
        for (HostResult.Said said : said(host)) {
            Verdict weight = of(said);
            if (weight == Verdict.DENY) {
                return weight;
            }
            gravest = weight == Verdict.ALLOW ? gravest : weight;
        }
        return gravest;
    }

    /** All that is said of it, a line each. */
    static List<String> lines(HostResult host, Map<String, RuleCard> rules) {
        List<String> lines = new ArrayList<>();
        for (HostResult.Said said : said(host)) {
            lines.add(said.rule() + ": " + sentence(said.rule(), rules) + (said.certain() ? "" : " (perhaps)"));
        }
        if (!host.unknown().isEmpty()) {
            lines.add("not known: " + String.join(", ", host.unknown()));
        }
        lines.add("written at " + host.place());
        return lines;
    }
}
