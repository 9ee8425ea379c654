package org.nestguard.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nestguard.engine.decision.Decision;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;

/** How many worlds a question makes: values that no rule tells apart, and facts that only cautions read, make none. */
class WorldsTest {
    private static final MigrationGuard GUARD = MigrationGuard.create();

    private static Question.Builder guest() {
        return GUARD.question(Operation.MIGRATE)
                .state(FactName.GUEST_NAME, "build-farm-07")
                .state(FactName.GUEST_NESTING, "true")
                .state(FactName.GUEST_L2_LIVE, "1")
                .state(FactName.GUEST_CPU_MODE, "custom");
    }

    private static Question.Builder source(Question.Builder q) {
        return q.state(FactName.SOURCE_VENDOR, "intel")
                .state(FactName.SOURCE_KERNEL, "6.1.0")
                .state(FactName.SOURCE_QEMU, "8.2.0")
                .state(FactName.SOURCE_NESTED, "true");
    }

    private static Question.Builder destination(Question.Builder q) {
        return q.state(FactName.DESTINATION_VENDOR, "intel")
                .state(FactName.DESTINATION_KERNEL, "6.1.0")
                .state(FactName.DESTINATION_QEMU, "8.2.0")
                .state(FactName.DESTINATION_NESTED, "true");
    }

    @Test
    void aCompleteQuestionIsOneWorld() {
        Question complete = destination(source(guest()))
                .state(FactName.GUEST_SMM, "false")
                .state(FactName.GUEST_EVMCS, "false")
                .build();
        assertEquals(1, GUARD.worlds(complete));
    }

    @Test
    void aFactThatOnlyCautionsReadMakesNoWorld() {
        assertEquals(1, GUARD.worlds(destination(source(guest())).build()));
    }

    @Test
    void aMissingSourceMakesSomeDozensAndTheAnswerIsExact() {
        exact(destination(guest()).build(), 200);
    }

    @Test
    void aMissingDestinationMakesSomeDozensAndTheAnswerIsExact() {
        exact(source(guest()).build(), 200);
    }

    @Test
    void bothHostsMissingMakeSomeThousandsAndTheAnswerIsExactStill() {
        exact(guest().build(), 10_000);
    }

    @Test
    void aForbidThatHoldsOnStatedFactsIsDenyWhateverElseIsMissing() {
        Decision decision =
                GUARD.decide(guest().state(FactName.SOURCE_VENDOR, "amd").build());
        assertEquals(Verdict.DENY, decision.verdict());
    }

    private static void exact(Question question, int most) {
        int worlds = GUARD.worlds(question);
        assertTrue(worlds > 1 && worlds <= most, "worlds: " + worlds);
        Decision decision = GUARD.decide(question);
        assertEquals(Verdict.UNDETERMINED, decision.verdict());
        assertFalse(decision.incomplete());
        assertFalse(decision.needs().isEmpty());
    }
}
