package org.nestguard.server.http;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Ignored;
import org.nestguard.engine.text.Harmless;
import org.nestguard.engine.waiver.Waiver;
import org.nestguard.engine.waiver.Waivers;
import org.nestguard.evidence.site.SiteFile;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;
import org.nestguard.server.http.access.Caller;
import org.nestguard.server.http.metrics.Meters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, weighs waivers, and records. ALLOW that could not be recorded is not given, unless the site says so; a refusal is given all the
 * same, since it lets nobody do anything.
 */
public final class Decisions {
    private static final Logger LOG = LoggerFactory.getLogger(Decisions.class);
    private static final int LONGEST = 500;

    private final RuleBases rules;
    private final Recorder recorder;
    private final StandingWaivers waivers;
    private final SiteFile site;
    private final Meters meters;
    private final InstantSource clock;

    Decisions(
            RuleBases rules,
            Recorder recorder,
            StandingWaivers waivers,
            SiteFile site,
            Meters meters,
            InstantSource clock) {
        this.rules = rules;
        this.recorder = recorder;
        this.waivers = waivers;
        this.site = site;
        this.meters = meters;
        this.clock = clock;
    }

    /** A decision on its way into the record. */
    public final class Pending {
        private final Decision decision;
        private final Recorder.Receipt receipt;

        private Pending(Decision decision, Recorder.Receipt receipt) {
            this.decision = decision;
            this.receipt = receipt;
        }

        /** The decision, once it may be given. @throws Refusal where it may not */
        public Settled settle() {
            try {
                receipt.await();
                return new Settled(decision, true, receipt.number());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return unrecorded(e);
            } catch (Recorder.NotRecordedException | RuntimeException e) {
                return unrecorded(e);
            }
        }

        private Settled unrecorded(Exception e) {
            meters.notRecorded();
            LOG.atError().setCause(e).log("a decision could not be recorded");
            if (decision.effective() == Verdict.ALLOW) {
                lenient();
            }
            return new Settled(decision, false, OptionalLong.empty());
        }

        private void lenient() {
            if (!site.read().noRecord()) {
                throw new Refusal(
                        ProblemKind.NOT_RECORDED,
                        "it could not be recorded, and what is not recorded is not allowed; the log of the service says"
                                + " why");
            }
            LOG.atWarn()
                    .addKeyValue("operation", decision.operation())
                    .addKeyValue("guest", Harmless.text(String.valueOf(decision.guest()), LONGEST))
                    .log("let pass without a record, as the site says");
        }
    }

    /**
     * A decision that may be given.
     *
     * @param recorded false where it could not be recorded
     * @param number in the record; empty where it has none
     */
    public record Settled(Decision decision, boolean recorded, OptionalLong number) {}

    /** The rules to read questions for. @throws Refusal where there are none */
    public StandingRules rules() {
        return rules.standing()
                .orElseThrow(
                        () -> new Refusal(
                                ProblemKind.NOT_READY,
                                "no rules have passed their test, so there is no answer, which is a refusal; /readyz says more"));
    }

    /** What would be decided, which nobody may act upon: it is neither recorded nor counted. @throws Refusal as for the other */
    public Decision advise(StandingRules standing, Question question) {
        try {
            return waived(standing, standing.guard().decide(question));
        } catch (GuardFailureException e) {
            meters.failed();
            LOG.atError().setCause(e).log("the guard failed");
            throw new Refusal(
                    ProblemKind.GUARD_FAILED,
                    "there is no answer, which is a refusal: "
                            + Harmless.text(String.valueOf(e.getMessage()), LONGEST));
        }
    }

    /** The one place where waivers are weighed, whichever door asks. What cannot be read waives nothing. */
    private Decision waived(StandingRules standing, Decision decision) {
        if (decision.findings().stream()
                .noneMatch(finding -> finding.effect() == Effect.FORBID && waivable(standing, finding.rule()))) {
            return decision;
        }
        Instant now = clock.instant();
        List<Waiver> inForce;
        try {
            inForce = waivers.at(now);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("the waivers could not be read, so none is in force");
            return decision.without(new Ignored(
                    "waivers", "they could not be read, so none is in force; the log of the service says why"));
        }
        return new Waivers(inForce, standing.guard().rules(), Clock.fixed(now, ZoneOffset.UTC)).apply(decision);
    }

    private static boolean waivable(StandingRules standing, String rule) {
        RuleCard card = standing.cards().get(rule);
        return card != null && Waivers.waivable(card);
    }

    /** Decides a question. @throws Refusal where the guard fails; that is never an answer */
    public Pending decide(StandingRules standing, Question question, Caller caller) {
        long begin = System.nanoTime();
        Decision decision = advise(standing, question);
        meters.decided(decision, System.nanoTime() - begin);
        decision.findings().stream()
                .filter(f -> f.rule().equals(SelfTest.OUT_OF_SERVICE))
                .forEach(f -> rules.outOfService(standing, f.message()));
        Instant at = clock.instant();
        try {
            return new Pending(decision, recorder.record(question, decision, caller, at));
        } catch (RuntimeException e) {
            return new Pending(decision, () -> {
                throw new Recorder.NotRecordedException("the recorder failed", e);
            });
        }
    }
}
