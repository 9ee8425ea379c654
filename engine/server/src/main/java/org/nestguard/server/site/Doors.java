package org.nestguard.server.site;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.known.Known;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.StandingRules;
import org.nestguard.server.registry.GuestEntry;

/**
 * Decides for a door: about a guest that is about to be moved, saved or restored, to a host that the door names, or to one that
 * it does not know. Then each host that the guest could go to must do, and there must be no other.
 */
final class Doors {
    private static final int MOST_SHOWN = 5;

    private final Answering answering;

    Doors(Answering answering) {
        this.answering = answering;
    }

    /** How a question is decided; the answer may be waited for, as for its record. */
    interface Judging {
        /** Begins to decide. */
        Supplier<Decision> begin(StandingRules rules, Question question);
    }

    /**
     * Decides.
     *
     * @param guest as it is now
     * @param destination the host where the guest is to be; empty where the door does not know, and for what moves nothing
     */
    DoorAnswer answer(
            StandingRules rules, Operation operation, GuestEntry guest, Optional<String> destination, Judging judging) {
        if (operation == Operation.SAVEVM || destination.isPresent()) {
            Optional<Known> to = destination.map(answering::host);
            return answer(judging.begin(rules, answering.question(rules.guard(), operation, guest, to))
                    .get());
        }
        return anywhere(rules, guest, judging);
    }

    private record Judged(String host, Supplier<Decision> decision) {}

    private DoorAnswer anywhere(StandingRules rules, GuestEntry guest, Judging judging) {
        Candidates candidates = answering.candidates(guest);
        // all are begun before the first is waited for: the record takes them together
        List<Judged> judged = candidates.known().stream()
                .map(host -> new Judged(
                        Answering.name(host),
                        judging.begin(
                                rules, answering.question(rules.guard(), Operation.MIGRATE, guest, Optional.of(host)))))
                .toList();
        List<String> pass = new ArrayList<>();
        List<String> cautions = new ArrayList<>();
        Decision against = null;
        for (Judged one : judged) {
            Decision decision = one.decision().get();
            if (decision.effective() == Verdict.ALLOW) {
                pass.add(one.host());
                cautions.addAll(cautions(decision));
            } else if (against == null
                    || (decision.effective() == Verdict.DENY && against.effective() != Verdict.DENY)) {
                against = decision;
            }
        }
        String better = pass.isEmpty() ? "" : "the destination is not known here; known to do are only " + some(pass);
        if (against != null) {
            DoorAnswer said = answer(against);
            return better.isEmpty() ? said : new DoorAnswer(said.verdict(), said.rule(), said.why(), better, List.of());
        }
        if (!candidates.unheardOf().isEmpty()) {
            return DoorAnswer.undetermined(
                    "nothing is known of " + some(candidates.unheardOf()) + ", to which " + guest.name()
                            + " could go; no agent has told of it",
                    better);
        }
        if (!candidates.doubt().isEmpty()) {
            return DoorAnswer.undetermined(candidates.doubt(), better);
        }
        if (pass.isEmpty()) {
            return DoorAnswer.undetermined("no host is known that " + guest.name() + " could go to", "");
        }
        return new DoorAnswer(
                Verdict.ALLOW,
                Optional.empty(),
                "",
                "",
                cautions.stream().distinct().toList());
    }

    private static String some(List<String> hosts) {
        return hosts.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "))
                + (hosts.size() > MOST_SHOWN ? " and " + (hosts.size() - MOST_SHOWN) + " more" : "");
    }

    /** What a door is told of one decision. */
    static DoorAnswer answer(Decision decision) {
        String unknown =
                decision.needs().stream().map(Need::fact).limit(MOST_SHOWN).collect(Collectors.joining(", "));
        String wanted = decision.effective() == Verdict.UNDETERMINED && !unknown.isEmpty()
                ? "not known, and it would decide: " + unknown
                : "";
        Optional<Finding> deciding = deciding(decision);
        String why = deciding.map(finding -> finding.message() + " (" + finding.rule() + ")")
                .orElse("");
        return new DoorAnswer(
                decision.effective(),
                deciding.map(Finding::rule),
                why.isEmpty() ? wanted : why,
                why.isEmpty()
                        ? ""
                        : wanted.isEmpty() ? deciding.map(Finding::remedy).orElse("") : wanted,
                decision.effective() == Verdict.ALLOW ? cautions(decision) : List.of());
    }

    /** What speaks against it, the surest first; of an ALLOW a caution. */
    private static Optional<Finding> deciding(Decision decision) {
        List<Effect> order = List.of(Effect.FORBID, Effect.UNCOVERED, Effect.CAUTION);
        return decision.findings().stream()
                .filter(finding -> order.contains(finding.effect()))
                .min(Comparator.comparingInt((Finding finding) -> order.indexOf(finding.effect()))
                        .thenComparing(finding -> !finding.certain()));
    }

    private static List<String> cautions(Decision decision) {
        return decision.findings().stream()
                .filter(finding -> finding.effect() == Effect.CAUTION)
                .map(finding -> finding.message() + " (" + finding.rule() + ")")
                .toList();
    }
}
