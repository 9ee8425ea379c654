package org.nestguard.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;

class FactsReaderTest {
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");

    private static Observation seen(String text) {
        return new Observation(text, new Evidence("a file, line 3", NOW.minusSeconds(7), Evidence.Witness.HOST, "so"));
    }

    private static FactsDocument document(String guestName) {
        Known host = new Known(
                Subject.HOST,
                NOW,
                Map.of("name", seen("l0-a"), "kernel", seen("5.10"), "vendor", seen("amd"), "nested", seen("true")));
        Known guest = new Known(
                Subject.GUEST,
                NOW.minusSeconds(9),
                Map.of(
                        "name", seen(guestName),
                        "l2.live", seen("2"),
                        "qemu", Observation.unknown("/proc/7/exe", "permission denied"),
                        "startedBy", seen("cold"),
                        "coldStartedAt", seen("2026-11-22T12:00:00Z")));
        return new FactsDocument(host, List.of(guest));
    }

    private static FactsDocument read(byte[] text) throws IOException, UnreadableException {
        return FactsReader.read("facts.yaml", new ByteArrayInputStream(text));
    }

    private static byte[] yaml(FactsDocument document) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FactsWriter.yaml(document, out);
        return out.toByteArray();
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"build-farm-07", "true", "0815", "no", "a: b", "x\u001b[2Jy\nz", "'quoted'", "~", "- x"})
    void whatIsWrittenIsReadAgainWhateverAGuestIsCalled(String name) throws Exception {
        FactsDocument document = document(name);
        assertEquals(document, read(yaml(document)));
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        FactsWriter.json(document, true, json);
        assertEquals(1, json.toString(StandardCharsets.UTF_8).lines().count());
        assertEquals(document, read(json.toByteArray()));
    }

    @Test
    void whatIsWrittenIsOfTheSchema() throws Exception {
        try (InputStream in = Objects.requireNonNull(
                FactsReaderTest.class.getResourceAsStream("/org/nestguard/schemas/facts.schema.json"))) {
            assertEquals(
                    List.of(),
                    SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                            .getSchema(in)
                            .validate(new ObjectMapper(new YAMLFactory()).readTree(yaml(document("l1")))));
        }
    }

    @Test
    void aKeyThatIsLeftOutIsUnknown() throws Exception {
        FactsDocument document = read("{facts: 1, host: {observedAt: 2026-11-22T13:00:00Z}, guests: [{name: a}]}"
                .getBytes(StandardCharsets.UTF_8));
        assertEquals("unknown", document.host().get("nested").text());
        assertEquals("unknown", document.guests().get(0).get("l2.live").text());
        assertEquals(NOW, document.guests().get(0).observedAt());
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                Arguments.of("", 0, "there is nothing in it"),
                Arguments.of("facts: 2\nhost: {observedAt: 2026-11-22T13:00:00Z}\n", 1, "must be 1"),
                Arguments.of("facts: 1\nguests: []\n", 1, "host: missing"),
                Arguments.of("facts: 1\nhost: {name: a}\n", 1, "facts without a time are worth nothing"),
                Arguments.of("facts: 1\nhost:\n  observedAt: yesterday\n", 3, "must be a time"),
                Arguments.of("facts: 1\nhost:\n  nestd: true\n", 3, "did you mean nested?"),
                Arguments.of("facts: 1\nhost:\n  nested: maybe\n", 3, "must be true or false"),
                Arguments.of("facts: 1\nhost:\n  name: a\n  name: b\n", 4, "stands there twice"),
                Arguments.of("facts: 1\nhost: &a {name: x}\n", 2, "anchors"),
                Arguments.of("operation: migrate\n", 1, "this is a question"),
                Arguments.of(
                        "facts: 1\nhost: {observedAt: 2026-11-22T13:00:00Z}\nevidence: {/guests/0/name: {from: x}}\n",
                        1,
                        "there is no such fact in this document"),
                Arguments.of(
                        "facts: 1\nhost: {observedAt: 2026-11-22T13:00:00Z}\n---\nfacts: 1\n", 4, "one facts document"),
                Arguments.of("facts: 1: 2\n", 1, "neither YAML nor JSON"),
                Arguments.of("{\"facts\": 1,,}", 1, "neither YAML nor JSON"),
                Arguments.of("facts: [1, 2\n", 1, "must be a single value"),
                Arguments.of("- a\n", 1, "a facts document is expected"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsSaidWithItsPlace(String text, int line, String words) {
        UnreadableException e =
                assertThrows(UnreadableException.class, () -> read(text.getBytes(StandardCharsets.UTF_8)));
        String said = e.problem().inOneLine();
        assertTrue(said.contains(words), said);
        assertTrue(line == 0 || e.problem().line() == line, said);
    }

    @Test
    void whatIsTooLargeIsRefused() {
        byte[] large = ("facts: 1\nhost: {name: " + "a".repeat(FactsReader.LARGEST_DOCUMENT + 10) + "}\n")
                .getBytes(StandardCharsets.UTF_8);
        UnreadableException e = assertThrows(UnreadableException.class, () -> read(large));
        assertTrue(e.problem().message().contains("larger"), e.problem().message());
        byte[] lines = ("facts: 1\nhost:\n" + "# a comment\n".repeat(FactsReader.LARGEST_DOCUMENT / 12 + 10))
                .getBytes(StandardCharsets.UTF_8);
        assertTrue(assertThrows(UnreadableException.class, () -> read(lines))
                .problem()
                .message()
                .contains("larger"));
    }
}
