package org.nestguard.evidence.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nestguard.evidence.doctor.Diagnosis.State;

class ExaminationTextTest {
    private static final Diagnosis OK =
            new Diagnosis("a", "the first", State.OK, "It is well.", List.of(), List.of(), List.of());
    private static final Diagnosis FINDING = new Diagnosis(
            "b",
            "the second",
            State.FINDING,
            "It is off.",
            List.of("one", "two"),
            List.of(Step.anyTime("Write it.", "echo 1 > /a"), Step.byHand("Then look.")),
            List.of(new Seen("/a", 2), new Seen("/a", 2), new Seen("/b", 0)));

    private static String text(Diagnosis... diagnoses) {
        return new ExaminationText(80, false).of(new Examination("l0-a", Optional.empty(), List.of(diagnoses)));
    }

    @Test
    void whatIsToBeDoneComesBeforeWhatIsInOrder() {
        assertEquals("""
                host l0-a: 1 finding

                  finding   the second
                            It is off.
                  note      one
                            two
                  looked at /a:2, /b
                  do next   1. Write it.
                                echo 1 > /a
                            2. Then look.

                  ok        the first
                            It is well.

                Commands are for root on that host; --fix-plan writes them as one script.
                """, text(OK, FINDING));
    }

    @Test
    void stepsThatWereToldAreNotToldAgain() {
        String text = text(FINDING, FINDING);
        assertEquals(text.indexOf("echo 1"), text.lastIndexOf("echo 1"));
        assertTrue(text.contains("  do next   the same as above\n"), text);
    }

    @Test
    void theFirstLineCountsWhatWasFound() {
        Diagnosis open = new Diagnosis("c", "c", State.UNKNOWN, "?", List.of(), List.of(), List.of());
        assertTrue(text(OK).startsWith("host l0-a: all in order\n"));
        assertTrue(text(FINDING, FINDING, open).startsWith("host l0-a: 2 findings, 1 unknown\n"));
    }

    @Test
    void aCommandIsNeverBroken() {
        String command = "echo " + "word ".repeat(40) + "> /a";
        Step step = Step.anyTime("Do it.", command);
        Diagnosis wide = new Diagnosis("b", "b", State.FINDING, "s", List.of(), List.of(step), List.of());
        assertTrue(text(wide).lines().anyMatch(l -> l.strip().equals(command)));
    }

    @Test
    void whatOthersWroteIsMadeHarmless() {
        String bad = "x\u001b[2J\nhost l0-a: all in order\u202e";
        Diagnosis hostile = new Diagnosis(
                bad, bad, State.FINDING, bad, List.of(bad), List.of(Step.anyTime(bad, bad)), List.of(new Seen(bad, 0)));
        String text = new ExaminationText(80, false).of(new Examination(bad, Optional.of(bad), List.of(hostile)));
        assertFalse(text.contains("\u001b") || text.contains("\u202e"), text);
        assertFalse(text.lines().anyMatch(l -> l.endsWith("all in order")), text);
    }

    @Test
    void theStateIsColouredWhereThatIsWanted() {
        String text = new ExaminationText(80, true).of(new Examination("a", Optional.empty(), List.of(OK)));
        assertTrue(text.contains("  \u001b[1;32mok\u001b[0m        the first\n"), text);
    }
}
