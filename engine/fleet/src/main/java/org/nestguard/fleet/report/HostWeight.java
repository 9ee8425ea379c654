package org.nestguard.fleet.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.findings.Verdict;
import org.nestguard.fleet.audit.HostResult;

/** How much weighs what is said of a host, in the words of a verdict, so that reports for programs weigh it alike. */
final class HostWeight {
    private HostWeight() {}

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
        for (HostResult.Said said : host.said()) {
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
        for (HostResult.Said said : host.said()) {
            RuleCard card = rules.get(said.rule());
            lines.add(said.rule() + (card == null ? "" : ": " + card.summary()) + (said.certain() ? "" : " (perhaps)"));
        }
        if (!host.unknown().isEmpty()) {
            lines.add("not known: " + String.join(", ", host.unknown()));
        }
        lines.add("written at " + host.place());
        return lines;
    }
}
