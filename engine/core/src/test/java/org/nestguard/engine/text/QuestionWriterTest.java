package org.nestguard.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;

/** A question that was written is read as the same question. */
class QuestionWriterTest {
    private static final Path FIXTURES = Path.of(System.getProperty("nestguard.fixtures", "fixtures"));
    private static final MigrationGuard GUARD = MigrationGuard.create();

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        List<Question> questions = new ArrayList<>();
        try (Stream<Path> files = Files.walk(FIXTURES.resolve("questions"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    questions.add(Case.read(file.toString(), in, GUARD).question());
                }
            }
        }
        questions.add(evidenced());
        assertTrue(questions.size() > 300, () -> questions.size() + " questions");
        questions.forEach(question -> assertSame(question, read(QuestionWriter.json(question))));
    }

    private static Question evidenced() throws IOException {
        return read("""
                {"id": "q1", "operation": "migrate", "guest": {"name": "a\\nb", "l2": {"live": "unknown"}, "smm": true},
                 "source": {"kernel": "what is this", "vendor": "amd"},
                 "evidence": {"guest.l2.live": {"from": "virsh", "at": "2026-11-22T12:00:00Z", "by": "guest", "why": "w"},
                              "source.vendor": {"from": "/proc/cpuinfo"}}}
                """);
    }

    private static Question read(String json) {
        try (QuestionReader reader = new QuestionReader(
                "json",
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                GUARD,
                QuestionReader.Format.JSON)) {
            return ((Document.Asked) Objects.requireNonNull(reader.next())).question();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertSame(Question one, Question other) {
        assertEquals(one.id(), other.id());
        assertEquals(one.operation(), other.operation());
        for (FactName name : FactName.values()) {
            assertEquals(one.fact(name), other.fact(name), name::path);
            assertEquals(one.evidence(name), other.evidence(name), name::path);
        }
    }
}
