package org.nestguard.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;

class FlatReaderTest {
    private static final String GUEST = "{\"kind\":\"guest\",\"hostId\":\"h\",\"name\":\"a\",\"l2\":{\"live\":2},"
            + "\"observedAt\":\"2026-11-22T13:00:00Z\",\"evidence\":{\"/l2/live\":{\"from\":\"virsh\","
            + "\"at\":\"2026-11-22T13:00:07Z\"}}}";

    private static FlatRecord read(String line) throws UnreadableException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return new FlatReader("f", false).read(bytes, 0, bytes.length, 7);
    }

    @Test
    void aLineSaysOfAGuestWhatAFactsDocumentSays() throws Exception {
        FlatRecord record = read(GUEST);
        Known guest = record.known(Instant.MIN);
        assertEquals(Subject.GUEST, record.subject());
        assertEquals("h", record.hostId());
        assertEquals("2", guest.get("l2.live").text());
        assertEquals(
                "virsh", Objects.requireNonNull(guest.get("l2.live").evidence()).from());
        assertEquals("unknown", guest.get("nesting").text());
        assertEquals(Instant.parse("2026-11-22T13:00:07Z"), guest.newest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "1e3", "\"8G\"", "1000000000", "true", "\"\""})
    void memoryIsAWholeNumberOfMebibytes(String wrong) throws Exception {
        String line = GUEST.replace("\"name\"", "\"memory\":MEMORY,\"name\"");
        for (String text : List.of("4096", "999999999", "unknown")) {
            String said = text.equals("unknown") ? "\"unknown\"" : text;
            assertEquals(
                    text,
                    read(line.replace("MEMORY", said))
                            .known(Instant.MIN)
                            .get("memory")
                            .text());
        }
        assertThrows(UnreadableException.class, () -> read(line.replace("MEMORY", wrong)));
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        Known guest = read(GUEST).known(Instant.MIN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FlatWriter writer = new FlatWriter(out)) {
            writer.guest(guest, "h", "facts.yaml:3");
        }
        byte[] bytes = out.toByteArray();
        FlatRecord again = new FlatReader("copy", true).read(bytes, 0, bytes.length, 1);
        assertEquals(guest, again.known(Instant.MIN));
        assertEquals("facts.yaml:3", again.from());
    }

    private static String said(FlatReader reader, byte[] bytes, int from, int length) {
        try {
            FlatRecord record = reader.read(bytes, from, length, 7);
            return record.hostId() + " " + record.observedAt() + " " + record.from() + " "
                    + record.known(Instant.MIN).facts();
        } catch (UnreadableException e) {
            return e.problem().toString();
        }
    }

    /** One parser reads many lines; none of them may mislead it about another. */
    @Test
    void aLineSaysTheSameAloneAndAmongOthers() {
        String good = "{\"kind\":\"guest\",\"hostId\":\"h\",\"name\":\"b\"}";
        List<String> lines = List.of(
                GUEST,
                good,
                good + " " + good,
                "{\"kind\":\"guest\",",
                "\"hostId\":\"h\"}",
                good,
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"name\":\"a",
                "b\"}",
                "  " + good + " \t",
                good + ",",
                good,
                "\ufeff" + good,
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"nesting\":\"perhaps\"}",
                "[1]",
                good,
                "no JSON",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"name\":\"a\"}}",
                good,
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"l2\":{\"live\":2}",
                good);
        byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        FlatReader among = new FlatReader("f", false);
        int from = 0;
        for (String line : lines) {
            byte[] own = line.getBytes(StandardCharsets.UTF_8);
            assertEquals(
                    said(new FlatReader("f", false), own, 0, own.length), said(among, bytes, from, own.length), line);
            from += own.length + 1;
        }
    }

    private static byte[] line(String uuid, String name, String began) {
        return ("{\"kind\":\"guest\",\"hostId\":\"h-" + name + "\", \"uuid\": \"" + uuid + "\",\"name\":\"" + name
                        + "\",\"observedAt\":\"2026-11-22T13:00:00Z\",\"l2\":{\"live\":2},\"coldStartedAt\":\"" + began
                        + "\",\"memory\":40" + name.length() + ",\"from\":\"" + name + ".yaml:7\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static final byte[] FIRST = line("6d1c3a52-0000-4000-8000-00000000000f", "a", "2026-07-29T20:44:00Z");

    private static FlatReader afterTheFirst() throws UnreadableException {
        FlatReader reader = new FlatReader("f", true);
        assertNull(reader.read(FIRST, 0, FIRST.length, 1).like());
        return reader;
    }

    @Test
    void aLineLikeOneThatWasReadSaysTheSameOfAnother() throws Exception {
        FlatReader reader = afterTheFirst();
        byte[] second = line("unknown", "a guest with a longer name", "unknown");
        assertEquals(said(new FlatReader("f", true), second, 0, second.length), said(reader, second, 0, second.length));
        FlatRecord third = reader.read(FIRST, 0, FIRST.length, 3);
        assertNotNull(third.like());
        assertSame(third.like(), reader.read(second, 0, second.length, 4).like());
        assertNull(
                third.with(0, "b", new Evidence("", null, Evidence.Witness.HOST, null))
                        .like(),
                "it says another thing");
    }

    /** Wherever a line differs from one that was read, it comes to what it would have come to alone. */
    @Test
    void aLineThatIsNotQuiteLikeIsReadByItself() throws Exception {
        FlatReader reader = afterTheFirst();
        List<String> others = List.of(
                "", "0", "-", "1.5", "1e5", "\"", "\\", "\\u0041", "x", "7", "{", "}", ",", ":", "\u0001", "\t", "\n",
                "\u007f", "é");
        for (int at = 0; at < FIRST.length; at++) {
            for (String other : others) {
                ByteArrayOutputStream changed = new ByteArrayOutputStream();
                changed.write(FIRST, 0, at);
                changed.writeBytes(other.getBytes(StandardCharsets.UTF_8));
                changed.write(FIRST, at + 1, FIRST.length - at - 1);
                byte[] bytes = changed.toByteArray();
                assertEquals(
                        said(new FlatReader("f", true), bytes, 0, bytes.length),
                        said(reader, bytes, 0, bytes.length),
                        changed::toString);
            }
            byte[] cut = Arrays.copyOf(FIRST, at); // nothing lies behind it
            assertEquals(said(new FlatReader("f", true), cut, 0, at), said(reader, cut, 0, at), "cut at " + at);
        }
    }

    @Test
    void whatIsNotTakenAloneIsNotTakenOfALineThatIsLikeAnother() throws Exception {
        FlatReader reader = afterTheFirst();
        for (byte[] line : List.of(
                line("", "b", "unknown"),
                line("u", "", "unknown"),
                line("u", "b".repeat(2_049), "unknown"),
                line("u", "b", "yesterday"),
                new String(FIRST, StandardCharsets.UTF_8)
                        .replace("h-a", "unknown")
                        .getBytes(StandardCharsets.UTF_8),
                new String(FIRST, StandardCharsets.UTF_8)
                        .replace("2026-11-22T13:00:00Z", "2026-11-31T13:00:00Z")
                        .getBytes(StandardCharsets.UTF_8))) {
            UnreadableException e = assertThrows(UnreadableException.class, () -> reader.read(line, 0, line.length, 7));
            assertEquals(
                    said(new FlatReader("f", true), line, 0, line.length),
                    e.problem().toString());
        }
    }

    @Test
    void aLineWithEvidenceOrALongOneIsLikeNoOther() throws Exception {
        for (String line : List.of(GUEST, GUEST.replace("virsh", "v".repeat(2_048)))) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            FlatReader reader = new FlatReader("f", false);
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        said(new FlatReader("f", false), bytes, 0, bytes.length), said(reader, bytes, 0, bytes.length));
            }
        }
    }

    @Test
    void aNumberIsReadAsStrictlyInALineThatIsLikeAnother() throws Exception {
        for (String key : List.of("name", "uuid", "memory")) {
            FlatReader reader = new FlatReader("f", false);
            for (String number : List.of("17", "18", "0", "007", "1.0", "9999999999", "-1")) {
                byte[] bytes = ("{\"kind\":\"guest\",\"hostId\":\"h\",\"" + key + "\":" + number + "}")
                        .getBytes(StandardCharsets.UTF_8);
                assertEquals(
                        said(new FlatReader("f", false), bytes, 0, bytes.length),
                        said(reader, bytes, 0, bytes.length),
                        key + number);
            }
        }
    }

    @Test
    void evidenceOfOneFactStandsThereOnce() throws Exception {
        for (String line : List.of(
                GUEST.replace("\"/l2/live\"", "\"/l2.live\""),
                GUEST.replace("\"/l2/live\"", "\"l2/live\""),
                GUEST.replace("\"/l2/live\"", "\"\""),
                GUEST.replace("\"evidence\"", "\"evidence\":{},\"evidence\""))) {
            assertThrows(UnreadableException.class, () -> read(line), line);
        }
    }

    @Test
    void aLineThatIsLongerThanAnyIsRefused() {
        String line = "{\"kind\":\"guest\",\"hostId\":\"h\"" + " ".repeat(FlatReader.LONGEST_LINE) + "}";
        UnreadableException e = assertThrows(UnreadableException.class, () -> read(line));
        assertTrue(e.problem().message().contains("longer than"), e::getMessage);
    }

    @Test
    void twoOfOneKeyAreRefusedHoweverOftenTheyAreRead() throws Exception {
        byte[] twice =
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"name\":\"a\",\"name\":\"b\"}".getBytes(StandardCharsets.UTF_8);
        FlatReader reader = afterTheFirst();
        for (int i = 0; i < 2; i++) {
            assertThrows(UnreadableException.class, () -> reader.read(twice, 0, twice.length, 1));
        }
    }

    @Test
    void linesOfWhichNoneIsLikeAnotherAreNotRememberedWithoutEnd() throws Exception {
        FlatReader reader = new FlatReader("f", false);
        byte[] last = {};
        for (int i = 0; i < 20_000; i++) {
            last = ("{\"kind\":\"guest\",\"hostId\":\"h\",\"machineType\":\"m" + i + "\"}")
                    .getBytes(StandardCharsets.UTF_8);
            reader.read(last, 0, last.length, i);
        }
        assertNull(reader.read(last, 0, last.length, 7).like());
    }

    @Test
    void theNewestMomentIsSeenWhereverItStands() {
        for (int i = 0; i < 20; i++) {
            String line = "{\"kind\":\"guest\",\"name\":\"" + "t".repeat(i)
                    + "\",\"observedAt\":\"2026-11-22T13:00:00Z\",\"startedBy\":\"t\"}";
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            FlatReader reader = new FlatReader("f", false);
            assertEquals(Instant.parse("2026-11-22T13:00:00Z"), reader.newest(bytes, 0, bytes.length), line);
            byte[] escaped = line.replace("startedBy", "st\\u0061rtedBy").getBytes(StandardCharsets.UTF_8);
            assertNull(reader.newest(escaped, 0, escaped.length), "a key may be written in other ways than one");
        }
    }

    @Test
    void aByteIsFoundWhereverItStands() {
        for (int i = 0; i < 40; i++) {
            byte[] bytes = new byte[40];
            Arrays.fill(bytes, (byte) 11); // differs from what is looked for by one
            bytes[i] = '\n';
            for (int from = 0; from <= i; from++) {
                assertEquals(i, EightBytes.find((byte) '\n', bytes, from, 40));
                assertEquals(i, EightBytes.find((byte) '\n', bytes, from, i), "none before the end");
            }
        }
    }

    @Test
    void theNewestMomentOfALineIsSeenWithoutReadingIt() {
        byte[] bytes = GUEST.getBytes(StandardCharsets.UTF_8);
        assertEquals(Instant.parse("2026-11-22T13:00:07Z"), new FlatReader("f", false).newest(bytes, 0, bytes.length));
    }

    @Test
    void aLineThatMayBeWrittenInOtherWaysIsReadToKnow() {
        for (String line : new String[] {
            "{ \"kind\":\"guest\",\"hostId\":\"h\"}",
            "{\"kind\":\"guest\",\"hostId\":\"h\",\"observed\\u0041t\":\"2026-11-22T13:00:00Z\"}",
            "{\"kind\":\"guest\",\"observedAt\":17}"
        }) {
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            assertNull(new FlatReader("f", false).newest(bytes, 0, bytes.length), line);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\":\"a\"} | must come first",
                "{\"kind\":\"hots\"} | must be host or guest",
                "{\"kind\":\"guest\",\"name\":\"a\"} | hostId",
                "{\"kind\":\"host\",\"id\":\"a\"} | facts without a time",
                "{\"kind\":\"host\",\"observedAt\":\"2026-11-22T13:00:00Z\"} | by its id",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"nestng\":true} | there is no such key",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"pool\":\"a\"} | there is no such key",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"from\":\"elsewhere\"} | there is no such key",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"nesting\":\"yes\"} | must be true or false",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"smm\":true,\"smm\":false} | twice",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"l2\":{\"live\":1,\"live\":0}} | twice",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"l2\":{\"dead\":1}} | there is no such key",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"l2\":2} | group of keys",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"observedAt\":\"yesterday\"} | must be a time",
                "{\"kind\":\"guest\",\"hostId\":\"h\",\"name\":null} | has no value",
                "{\"kind\":\"guest\",\"hostId\":\"h\"} {} | one host or guest a line",
                "{\"kind\":\"guest\",\"hostId\":\"h\" | not JSON",
                "[1] | a host or a guest is expected"
            })
    void whatIsWrongIsSaidWithItsPlace(String line, String why) {
        UnreadableException e = assertThrows(UnreadableException.class, () -> read(line));
        String said = e.problem().inOneLine();
        assertTrue(said.contains(why) && said.startsWith("f:7:"), said);
    }
}
