package org.nestguard.evidence.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nestguard.evidence.artefact.Reading;

class NestedStateProbeTest {
    private static NestedStateProbe.Answer read(String text) {
        return NestedStateProbe.read(new Artefact.Text("nestguard-probe nested-state", Instant.EPOCH, text));
    }

    @Test
    void anAnswerAboveNoughtIsYes() {
        NestedStateProbe.Answer answer = read("api 12\nnested-state 16512\nby perl\n");
        assertEquals(Optional.of(true), answer.supported().value());
        assertEquals(OptionalInt.of(16512), answer.bytes());
        assertEquals("perl", answer.how());
    }

    @Test
    void noughtIsNo() {
        assertEquals(
                Optional.of(false),
                read("api 12\nnested-state 0\nby java\n").supported().value());
    }

    @Test
    void whatIsNoAnswerIsUnsaid() {
        for (String text : new String[] {
            "", "api 11\nnested-state 1\nby perl", "nested-state 1", "api 12\nnested-state -1\nby perl"
        }) {
            NestedStateProbe.Answer answer = read(text);
            assertInstanceOf(Reading.Unsaid.class, answer.supported(), text);
            assertTrue(answer.bytes().isEmpty());
        }
    }

    @Test
    void thisMachineAnswersOrSaysWhyNot() {
        NestedStateProbe.Answer answer = NestedStateProbe.ask(new LiveHost());
        if (answer.supported() instanceof Reading.Unsaid<Boolean> unsaid) {
            assertFalse(unsaid.why().isBlank());
        } else {
            assertTrue(answer.bytes().isPresent());
            assertFalse(answer.how().isEmpty());
        }
    }

    @Test
    void aTreeSaysWhatWasRecorded(@TempDir Path root) throws Exception {
        Path folder = Files.createDirectories(root.resolve("commands/nestguard-probe_nested-state"));
        Files.writeString(folder.resolve("words"), "nestguard-probe\nnested-state\n");
        Files.writeString(folder.resolve("status"), "0\n");
        Files.writeString(folder.resolve("stdout"), "api 12\nnested-state 16512\nby python3\n");
        NestedStateProbe.Answer answer = NestedStateProbe.ask(CapturedTree.open(root));
        assertEquals(Optional.of(true), answer.supported().value());
        assertEquals("python3", answer.how());
    }
}
