package org.nestguard.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;

class QuestionReaderTest {
    private static final MigrationGuard GUARD = MigrationGuard.create();
    private static final String GOOD = "{\"operation\":\"migrate\",\"source\":{}}";

    private static List<Document> read(String file, InputStream in) throws IOException {
        List<Document> documents = new ArrayList<>();
        try (QuestionReader reader = new QuestionReader(file, in, GUARD)) {
            for (Document d = reader.next(); d != null; d = reader.next()) {
                documents.add(d);
                assertTrue(documents.size() < 1_000, "the reader does not come to an end");
            }
            assertNull(reader.next());
        }
        return documents;
    }

    private static List<Document> read(String file, byte[] bytes) throws IOException {
        return read(file, new ByteArrayInputStream(bytes));
    }

    private static List<Document> read(String text) throws IOException {
        return read("q.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Document> ndjson(String text) throws IOException {
        return read("q.ndjson", text.getBytes(StandardCharsets.UTF_8));
    }

    private static Problem problem(Document document) {
        return assertInstanceOf(Document.Unreadable.class, document).problem();
    }

    private static Problem problem(List<Document> documents) {
        assertEquals(1, documents.size(), documents::toString);
        return problem(documents.get(0));
    }

    private static Question question(Document document) {
        return assertInstanceOf(Document.Asked.class, document).question();
    }

    private static Question question(List<Document> documents) {
        assertEquals(1, documents.size(), documents::toString);
        return question(documents.get(0));
    }

    private static Question about(String facts) throws IOException {
        return question(read("operation: migrate\nsource: {}\n" + facts));
    }

    private static void refused(String text, int line, String key, String message) throws IOException {
        Problem problem = problem(read(text).get(0));
        assertEquals("q.yaml", problem.file());
        assertEquals(line, problem.line(), problem::toString);
        assertTrue(problem.column() > 0, problem::toString);
        assertEquals(key, String.valueOf(problem.key()), problem::toString);
        assertTrue(problem.message().contains(message), problem::toString);
    }

    // ---- what is no document

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment\n", "---\n", "---\n---\n...\n", "   ", "\uFEFF"})
    void whatSaysNothingIsNoQuestion(String text) throws IOException {
        assertEquals(List.of(), read(text));
    }

    @Test
    void emptyLinesOfNdjsonAreNoQuestion() throws IOException {
        assertEquals(List.of(), ndjson("\n \r\n\t\n"));
    }

    @Test
    void anyNumberOfEmptyDocumentsIsPassedOver() throws IOException {
        assertEquals(
                Operation.MIGRATE, question(read("---\n".repeat(50_000) + GOOD)).operation());
    }

    @Test
    void whatFollowsAQuestionMayBeEmpty() throws IOException {
        question(read("operation: migrate\nsource: {}\n---\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hello", "[1, 2]", "- operation: migrate", "null", "~", "42", "\"text\""})
    void whatIsNoGroupOfKeysIsNoQuestion(String text) throws IOException {
        refused(text, 1, "null", "a question is expected here");
    }

    @Test
    void brokenYamlIsRefusedWithItsLine() throws IOException {
        refused("operation: migrate\nsource: {level: L0\n", 2, "null", "not YAML");
        refused("operation: migrate\n\tsource: {}\n", 1, "null", "not YAML");
        refused("operation: 'migrate\n", 1, "null", "not YAML");
        refused("operation: migrate\n? [a]: b\n", 2, "null", "not YAML");
        refused("%YAML 9999999999999999999.1\n---\noperation: migrate\n", 1, "null", "not YAML");
        refused("operation: \"\\U00110000\"\n", 1, "null", "not YAML");
        refused("operation: !<tag:%FF> migrate\n", 1, "null", "not YAML");
    }

    @Test
    void brokenJsonIsRefusedWithItsLine() throws IOException {
        refused("{\n\"operation\": \"migrate\",\n\"source\": }\n", 3, "null", "not JSON");
        refused("{\n\"operation\": NaN}", 2, "null", "not JSON");
        refused("{\n\"operation\": \"migrate\", // no\n\"source\": {}}", 2, "null", "not JSON");
        refused("{\n\"operation\": \"mig\nrate\"}", 2, "null", "not JSON");
    }

    @Test
    void aDocumentThatEndsInTheMiddleIsRefused() throws IOException {
        for (int length = 1; length < GOOD.length(); length++) {
            problem(ndjson(GOOD.substring(0, length)));
            problem(read("q.json", ("{\n" + GOOD.substring(1, Math.max(1, length))).getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws IOException {
        byte[][] all = {
            {(byte) 0xff, (byte) 0xfe, 0, 1},
            {0, 0, (byte) 0xfe, (byte) 0xff, 'a'},
            {(byte) 0x80},
            {'{', '"', 'a', (byte) 0xc3},
            {0, 0, 0, 0},
            "operation: migrate\n".getBytes(StandardCharsets.UTF_16),
            {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0}
        };
        for (byte[] bytes : all) {
            for (String file : List.of("q.yaml", "q.ndjson", "-")) {
                assertTrue(
                        read(file, bytes).stream().allMatch(d -> d instanceof Document.Unreadable),
                        file + " " + Arrays.toString(bytes));
                problem(read(file, bytes).get(0));
            }
        }
        refused("operation: migrate\0\n", 1, "null", "not YAML");
        assertEquals(
                "not text in UTF-8",
                problem(read("q.yaml", new byte[] {(byte) 0xff, 'a'})).message());
    }

    @Test
    void bytesThatAreNoTextCostTheirLineOnly() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes((GOOD + "\n").getBytes(StandardCharsets.UTF_8));
        bytes.writeBytes(new byte[] {0, 0, (byte) 0xff, (byte) 0xfe, '{', '}', '\n'});
        bytes.writeBytes(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}', '\n'});
        bytes.writeBytes((GOOD + "\n").getBytes(StandardCharsets.UTF_8));
        List<Document> documents = read("q.ndjson", bytes.toByteArray());
        assertEquals(4, documents.size());
        question(documents.get(0));
        assertEquals(2, problem(documents.get(1)).line());
        assertEquals(3, problem(documents.get(2)).line());
        question(documents.get(3));
    }

    // ---- depth, aliases and tags

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":", "{a: ", "[{\"a\":"})
    void deepNestingIsRefused(String opening) throws IOException {
        for (Document document : read(opening.repeat(100_000))) {
            problem(document);
        }
        problem(read("{\"operation\":\"migrate\",\"guest\":" + opening.repeat(1_000))
                .get(0));
        problem(ndjson(opening.repeat(100_000)));
        problem(read("- ".repeat(100_000)).get(0));
        problem(read("? ".repeat(100_000)).get(0));
        refused("operation: migrate\nguest:\n  name: " + opening.repeat(30), 3, "guest.name", "must be a single value");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "operation: *a\nsource: {}",
                "operation: !!str migrate\nsource: {}",
                "operation: !x migrate\nsource: {}",
                "&a operation: migrate",
                "--- &a\noperation: migrate\nsource: {}",
                "--- !x\noperation: migrate\nsource: {}",
                "--- *a\n",
                "operation: migrate\nsource: &s {}\ndestination: *s",
                "operation: migrate\nguest: !!javax.script.ScriptEngineManager [x]"
            })
    void anchorsAliasesAndTagsAreRefused(String text) throws IOException {
        String message = problem(read(text).get(0)).message();
        assertTrue(message.contains("anchors (&), aliases (*) and tags (!) are not read here"), message);
    }

    @Test
    void anAliasBombIsRefusedAtItsFirstAnchor() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
        }
        refused(bomb.toString(), 1, "a0", "there is no such key");
        refused("operation: &a [x, x]\nguest: [*a, *a]\n", 1, "operation", "anchors");
        refused("operation: migrate\n<<: {source: {}}\n", 2, "<<", "there is no such key");
    }

    // ---- keys

    @Test
    void aKeyThatIsThereTwiceIsRefused() throws IOException {
        refused("operation: migrate\noperation: savevm\nsource: {}\n", 2, "operation", "stands there twice");
        refused("operation: migrate\nguest: {}\nguest: {}\n", 3, "guest", "stands there twice");
        refused("operation: migrate\nguest:\n  level: L1\n  level: L2\n", 4, "guest.level", "stands there twice");
        refused("operation: migrate\nguest:\n  l2: {live: 0}\n  l2: {live: 2}\n", 4, "guest.l2", "stands there twice");
        assertEquals(
                "guest.l2.live",
                problem(ndjson("{\"operation\":\"migrate\",\"guest\":{\"l2\":{\"live\":0,\"live\":2}}}"))
                        .key());
        assertEquals(
                "guest.level",
                problem(ndjson("{\"guest\":{\"level\":\"L1\",\"lev\\u0065l\":\"L2\"}}"))
                        .key());
    }

    @Test
    void anUnknownKeyIsRefusedWithTheOneThatWasMeant() throws IOException {
        refused("operation: migrate\nguets: {}\n", 2, "guets", "there is no such key; did you mean guest?");
        refused("operation: migrate\nguest:\n  Level: L1\n", 3, "guest.Level", "did you mean level?");
        refused("operation: migrate\nguest:\n  l2:\n    alive: 0\n", 4, "guest.l2.alive", "did you mean live?");
        refused("operation: migrate\nsource: {kernl: 5.10}\n", 2, "source.kernl", "did you mean kernel?");
        refused("operation: migrate\nxyzzy: 1\n", 2, "xyzzy", "known here are id, operation, guest");
        refused("operation: migrate\nsource: {platform: x}\n", 2, "source.platform", "there is no such key");
        refused("operation: migrate\nsource: {l2: {live: 0}}\n", 2, "source.l2", "there is no such key");
        refused("operation: migrate\nguest: {l2.live: 0}\n", 2, "guest.l2.live", "there is no such key");
        refused("operation: migrate\nguest.level: L1\n", 2, "guest.level", "there is no such key");
        refused("operation: migrate\n\"a\\e[2Jb\": 1\n", 2, "a<U+001B>[2Jb", "there is no such key");
    }

    @Test
    void theOrderOfKeysDoesNotMatter() throws IOException {
        Question one = question(read("{source: {arch: x86_64, vendor: amd}, guest: {l2: {live: 2}, level: L1}, "
                + "operation: savevm, id: a}"));
        Question other = question(read("{id: a, operation: savevm, guest: {level: L1, l2: {live: 2}}, "
                + "source: {vendor: amd, arch: x86_64}}"));
        for (FactName name : FactName.values()) {
            assertEquals(one.fact(name), other.fact(name));
        }
        assertEquals(one.operation(), other.operation());
        assertEquals(GUARD.decide(one), GUARD.decide(other));
    }

    @Test
    void whatAQuestionNeedsIsAskedFor() throws IOException {
        refused("source: {}\n", 1, "operation", "missing; it must be one of migrate, savevm, loadvm");
        refused("operation: migrate\n", 1, "null", "there is no host in it");
        refused("operation: move\n", 1, "operation", "must be one of migrate, savevm, loadvm, not \"move\"");
        refused("operation: MIGRATE\n", 1, "operation", "must be one of");
    }

    @Test
    void aFactsDocumentIsNoQuestion() throws IOException {
        refused("facts: 1\nhost: {name: a}\n", 1, "facts", "this is a facts document, not a question");
    }

    // ---- values

    @Test
    void aValueOfTheWrongSortIsRefused() throws IOException {
        refused("operation: [migrate]\n", 1, "operation", "must be a single value");
        refused("operation: {a: b}\n", 1, "operation", "must be a single value");
        refused("operation: null\n", 1, "operation", "has no value; write unknown");
        refused("operation:\nsource: {}\n", 1, "operation", "has no value");
        refused("operation: migrate\nguest: L1\n", 2, "guest", "must be a group of keys");
        refused("operation: migrate\nguest: null\n", 2, "guest", "must be a group of keys");
        refused("operation: migrate\nguest: [level]\n", 2, "guest", "must be a group of keys");
        refused("operation: migrate\nguest: {l2: 2}\n", 2, "guest.l2", "must be a group of keys");
        refused("operation: migrate\nguest: {name: ~}\n", 2, "guest.name", "has no value; write unknown");
        refused("operation: migrate\nguest: {name: }\n", 2, "guest.name", "has no value; write unknown");
        refused("operation: migrate\nguest: {name: ''}\n", 2, "guest.name", "has no value; write unknown");
        refused("operation: migrate\nguest: {name: [a]}\n", 2, "guest.name", "must be a single value");
    }

    @ParameterizedTest
    @CsvSource({
        "guest, nesting, yes",
        "guest, nesting, no",
        "guest, nesting, off",
        "guest, nesting, True",
        "guest, nesting, 2",
        "source, nested, on",
        "source, level, L2",
        "source, level, l0",
        "source, level, 0",
        "guest, level, L0",
        "source, arch, X86_64",
        "source, vendor, GenuineIntel",
        "source, cpuId, 6-85",
        "guest, accelerator, hvf",
        "guest, cpuMode, host",
        "guest, nesting, Unknown"
    })
    void aValueThatTheFactDoesNotHaveIsRefused(String party, String key, String value) throws IOException {
        refused(
                "operation: migrate\n" + party + ": {" + key + ": " + value + "}\n",
                2,
                party + "." + key,
                "or unknown; not \"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-1", "+1", "010", "1_000", "0x10", "0o10", "1.0", "1e0", "1000000", ".inf", "two", "99999999999"
            })
    void aNumberOfGuestsIsWrittenPlainly(String value) throws IOException {
        refused(
                "operation: migrate\nguest: {l2: {live: " + value + "}}\n",
                2,
                "guest.l2.live",
                "must be a whole number from 0 to 999999, or unknown; not \"" + value + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"5.10", "no", "off", "yes", "010", "1_000", "0x10", "1e3", "2026-11-22", "1:30", ".5", "0.0"})
    void aTextStaysWhatWasWritten(String value) throws IOException {
        assertEquals(
                value,
                about("guest: {name: " + value + "}").fact(FactName.GUEST_NAME).value());
    }

    @Test
    void fiveTenIsNotFiveOne() throws IOException {
        Question q = about("destination: {kernel: 5.10, qemu: 5.10}");
        assertEquals("5.10", q.fact(FactName.DESTINATION_KERNEL).value().toString());
        assertEquals("5.10", q.fact(FactName.DESTINATION_QEMU).value().toString());
        assertEquals(
                "5.10.0",
                GUARD.question(Operation.MIGRATE)
                        .state(FactName.DESTINATION_QEMU, "5.10")
                        .build()
                        .destination()
                        .qemu()
                        .value()
                        .version()
                        .toString());
        Question json = question(ndjson("{\"operation\":\"migrate\",\"destination\":{\"kernel\":5.10}}"));
        assertEquals("5.10", json.fact(FactName.DESTINATION_KERNEL).value().toString());
    }

    @Test
    void whatIsNotKnownIsNotAbsentAndWhatCannotBeUnderstoodIsNotKnown() throws IOException {
        Question q = about("destination: {kernel: unknown, qemu: banana}");
        assertEquals(Fact.Missing.unknown(), q.fact(FactName.DESTINATION_KERNEL));
        assertEquals(new Fact.Missing<>(Fact.Missing.State.UNREADABLE, "banana"), q.fact(FactName.DESTINATION_QEMU));
        assertTrue(q.fact(FactName.DESTINATION_NESTED).absent());
    }

    @Test
    void evidenceIsKeptBesideItsFact() throws IOException {
        Question q = about(
                "evidence:\n  guest.l2.live: {from: virsh, at: 2026-11-22T13:00:00Z, by: guest, why: guest_mode}\n");
        assertEquals(
                new Evidence("virsh", Instant.parse("2026-11-22T13:00:00Z"), Evidence.Witness.GUEST, "guest_mode"),
                q.evidence(FactName.GUEST_L2_LIVE).orElseThrow());
        String start = "operation: migrate\nsource: {}\nevidence:\n";
        refused(start + "  guest.l2: {from: x}\n", 4, "evidence.guest.l2", "there is no fact guest.l2");
        refused(start + "  guest.level: x\n", 4, "evidence.guest.level", "must be a group of keys");
        refused(start + "  guest.level: {by: host}\n", 4, "evidence.guest.level.from", "missing");
        refused(
                start + "  guest.level: {from: x, by: me}\n",
                4,
                "evidence.guest.level.by",
                "must be one of host, guest");
        refused(start + "  guest.level: {from: x, at: now}\n", 4, "evidence.guest.level.at", "must be a time such as");
        refused(start + "  guest.level: {form: x}\n", 4, "evidence.guest.level.form", "did you mean from?");
        refused(start + "  \"a\\nb\": {from: x}\n", 4, "evidence.a<U+000A>b", "there is no fact");
    }

    // ---- several documents

    @Test
    void aBadDocumentOfYamlCostsItselfOnly() throws IOException {
        String good = "{operation: migrate, source: {}}\n";
        String bad = "operation: fly\nguest: {x: [1, {y: 2}]}\n";
        List<Document> documents = read(String.join("---\n", good, bad, good.replace("{op", "{id: third, op")));
        assertEquals(3, documents.size());
        question(documents.get(0));
        assertEquals(3, problem(documents.get(1)).line());
        assertEquals("third", question(documents.get(2)).id());
    }

    @Test
    void afterBrokenYamlNothingIsGuessed() throws IOException {
        List<Document> documents = read("operation: migrate\nsource: {}\n---\noperation: [\n---\n" + GOOD);
        assertEquals(2, documents.size());
        question(documents.get(0));
        problem(documents.get(1));
    }

    @Test
    void aBadLineOfNdjsonCostsItselfOnly() throws IOException {
        List<Document> documents = ndjson(
                GOOD + "\n{\"operation\":\n" + GOOD + "\n{} {}\n" + GOOD + " x\n" + GOOD + GOOD + "\n" + GOOD + "\r\n");
        assertEquals(7, documents.size());
        question(documents.get(0));
        assertEquals(2, problem(documents.get(1)).line());
        question(documents.get(2));
        assertEquals(4, problem(documents.get(3)).line());
        assertEquals(5, problem(documents.get(4)).line());
        assertEquals(
                "one document a line is expected, not more",
                problem(documents.get(5)).message());
        question(documents.get(6));
    }

    @Test
    void oneObjectALineIsSeenWithoutTheNameOfTheFile() throws IOException {
        List<Document> documents = read("-", (GOOD + "\nbad\n" + GOOD).getBytes(StandardCharsets.UTF_8));
        assertEquals(3, documents.size());
        assertEquals("-", problem(documents.get(1)).file());
        assertTrue(problem(documents.get(1)).inOneLine().startsWith("standard input:2:"));
    }

    @Test
    void severalObjectsOfJsonAreSeveralQuestionsAndWhatTrailsThemIsRefused() throws IOException {
        String pretty = GOOD.replace("{\"op", "{\n\"op");
        List<Document> documents = read("q.json", (pretty + "\n" + pretty + " x").getBytes(StandardCharsets.UTF_8));
        assertEquals(3, documents.size());
        question(documents.get(0));
        question(documents.get(1));
        assertTrue(problem(documents.get(2)).message().startsWith("not JSON"));
    }

    @Test
    void aByteOrderMarkIsPassedOver() throws IOException {
        question(read("\uFEFFoperation: migrate\nsource: {}\n"));
        question(read("\uFEFF{\n" + GOOD.substring(1)));
        question(ndjson("\uFEFF" + GOOD));
        assertEquals(
                2,
                read("-", ("\uFEFF" + GOOD + "\n" + GOOD).getBytes(StandardCharsets.UTF_8))
                        .size());
    }

    @Test
    void linesMayEndAsOnWindows() throws IOException {
        Question q = question(read("operation: migrate\r\nguest:\r\n  name: a\r\nsource: {}\r\n"));
        assertEquals("a", q.fact(FactName.GUEST_NAME).value());
    }

    // ---- size

    @Test
    void aLongTextIsRefused() throws IOException {
        refused(
                "operation: migrate\nguest: {name: " + "a".repeat(2_049) + "}\n",
                2,
                "guest.name",
                "is longer than 2048 characters");
        about("guest: {name: " + "a".repeat(2_048) + "}");
    }

    @Test
    void aLineOfNdjsonThatIsTooLongCostsItselfOnly() throws IOException {
        List<Document> documents =
                ndjson(GOOD + "\n{\"id\":\"" + "a".repeat(QuestionReader.LARGEST_DOCUMENT) + "\"}\n" + GOOD);
        assertEquals(3, documents.size());
        assertEquals(2, problem(documents.get(1)).line());
        assertTrue(problem(documents.get(1)).message().contains("longer than 1048576 bytes"));
        question(documents.get(2));
    }

    /** A hundred million bytes that are never all there. */
    private static final class Endless extends InputStream {
        private static final long SIZE = 100_000_000;

        private final byte[] start;
        private final byte[] again;
        private long at;

        Endless(String start, String again) {
            this.start = start.getBytes(StandardCharsets.UTF_8);
            this.again = again.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int read() {
            if (at == SIZE) {
                return -1;
            }
            long i = at++;
            return i < start.length ? start[(int) i] : again[(int) ((i - start.length) % again.length)];
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int count = 0;
            for (int next; count < length && (next = read()) >= 0; count++) {
                bytes[offset + count] = (byte) next;
            }
            return count == 0 && length > 0 ? -1 : count;
        }

        long consumed() {
            return at;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "operation: \"",
                "operation: ",
                "operation: |\n ",
                "\"",
                "# ",
                "{\n\"operation\": \"",
                "{\n\"",
                "[\""
            })
    void aDocumentOfAHundredMegabytesIsGivenUpSoon(String start) throws IOException {
        Endless endless = new Endless(start, "aaaaaaaaaaaaaaa ");
        for (Document document : read("-", endless)) {
            problem(document);
        }
        assertTrue(endless.consumed() < 8_000_000, "read " + endless.consumed());
    }

    @ParameterizedTest
    @CsvSource({"'{\n', '\n'", "'{\n\"x\": [', '1, '", "'operation: migrate', '\n'", "'x: [', 'a, '", "'a: b\n', '? '"})
    void aDocumentOfManyPiecesIsGivenUpSoon(String start, String again) throws IOException {
        Endless endless = new Endless(start, again);
        for (Document document : read("-", endless)) {
            problem(document);
        }
        assertTrue(endless.consumed() < 8_000_000, "read " + endless.consumed());
    }

    @Test
    void aStreamOfAHundredMegabytesIsReadLineByLine() throws IOException {
        String line = "{\"operation\":\"migrate\",\"source\":{},\"guest\":{\"name\":\"" + "a".repeat(2_000) + "\"}}\n";
        Endless endless = new Endless("", line);
        int questions = 0;
        int problems = 0;
        Runtime runtime = Runtime.getRuntime();
        long most = 0;
        try (QuestionReader reader = new QuestionReader("-", endless, GUARD)) {
            for (Document d = reader.next(); d != null; d = reader.next()) {
                if (d instanceof Document.Asked) {
                    questions++;
                } else {
                    problems++;
                }
                if (questions % 20_000 == 0) {
                    System.gc();
                    most = Math.max(most, runtime.totalMemory() - runtime.freeMemory());
                }
            }
        }
        assertEquals(100_000_000 / line.length(), questions);
        assertEquals(1, problems, "the last line is cut off");
        assertTrue(most < 90_000_000, "bytes in use: " + most);
    }

    @Test
    void aStreamThatFailsIsNoAnswer() {
        InputStream failing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                throw new IOException("gone");
            }
        };
        IOException failure = null;
        try (QuestionReader reader = new QuestionReader("-", failing, GUARD)) {
            reader.next();
        } catch (IOException e) {
            failure = e;
        }
        assertNotNull(failure);
    }
}
