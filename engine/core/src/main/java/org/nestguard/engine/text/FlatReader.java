package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Moments;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;

/**
 * Reads the lines of a flat fleet (NDJSON with {@code {"kind": "host"|"guest", ...}} a line), as strictly as any other facts
 * are read, and quickly: a fleet has a million of them. For one thread at a time.
 */
public final class FlatReader {
    /** How long a line may be, in bytes. */
    public static final int LONGEST_LINE = 1 << 20;

    private static final String KIND = "kind";
    private static final String HOST_ID = "hostId";
    private static final String POOL = "pool";
    private static final String OBSERVED_AT = "observedAt";
    private static final String EVIDENCE = "evidence";
    private static final String FROM = "from";
    private static final byte[] GUEST_LINE = "{\"kind\":\"guest\"".getBytes(StandardCharsets.US_ASCII);
    // the keys of times, cut before the last letter: of that and the quote behind it there are few in a line
    private static final String AT = "\"a";
    private static final String OBSERVED = "\"observedA";
    private static final String END = "t\"";
    private static final byte[] NOTHING = {};
    private static final int LONGEST_TEXT = 2_048;
    private static final int REMEMBERED = 4_096;
    private static final int REMEMBERED_MOMENTS = 1 << 14;
    private static final JsonFactory JSON = QuestionReader.json();
    private static final Layout HOST = new Layout(Subject.HOST);
    private static final Layout GUEST = new Layout(Subject.GUEST);
    private static final int ID = HOST.keys.indexOf(FactName.SOURCE_ID.key());
    private static final int UUID = GUEST.keys.indexOf(FactName.GUEST_UUID.key());
    private static final int NAME = GUEST.keys.indexOf(FactName.GUEST_NAME.key());
    private static final int MEMORY = GUEST.keys.indexOf(Subject.MEMORY);
    private static final int COLD_STARTED_AT = GUEST.keys.indexOf(Subject.COLD_STARTED_AT);

    private final String file;
    private final boolean copy;
    // A fleet says the same few things a million times: what was found readable once is not looked at again.
    private final List<Map<String, String>> readHost = maps(HOST);
    private final List<Map<String, String>> readGuest = maps(GUEST);
    private final Map<String, Instant> moments = new HashMap<>();
    private final AlikeLines alike = new AlikeLines();
    // of the lines that are read one after the other
    private @Nullable JsonParser parser;
    private byte[] parsed = NOTHING;
    private int parserFrom;
    private int parsedTo;
    private String lastText = "";
    private Instant lastMoment = Instant.MIN;
    private String lastHostId = "";

    /**
     * @param file the name for messages
     * @param copy whether a {@link FlatWriter} wrote it, which says where a line comes from
     */
    public FlatReader(String file, boolean copy) {
        this.file = file;
        this.copy = copy;
    }

    private static List<Map<String, String>> maps(Layout layout) {
        return layout.keys.stream()
                .<Map<String, String>>map(key -> new HashMap<>())
                .toList();
    }

    /** Where the keys of a subject stand. */
    private static final class Layout {
        final Subject subject;
        final List<String> keys;
        final Map<String, Integer> places = new HashMap<>();
        final Map<String, Map<String, Integer>> groups = new HashMap<>();
        final boolean[] free;

        Layout(Subject subject) {
            this.subject = subject;
            keys = FlatRecord.keys(subject);
            free = new boolean[keys.size()];
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                int dot = key.indexOf('.');
                if (dot < 0) {
                    places.put(key, i);
                } else {
                    groups.computeIfAbsent(key.substring(0, dot), g -> new HashMap<>())
                            .put(key.substring(dot + 1), i);
                }
                free[i] = subject.takes(key, " any text at all "); // names: each is another, and none is wrong
            }
        }
    }

    /** What of a line was read so far. */
    private static final class Draft {
        @Nullable
        Layout layout;

        @Nullable
        String[] texts = {};

        @Nullable
        String hostId;

        @Nullable
        String pool;

        @Nullable
        Instant observedAt;

        @Nullable
        String from;

        @Nullable
        Map<String, Evidence> evidence;
    }

    /**
     * Reads one line.
     *
     * @param number the number of the line, for messages
     * @throws UnreadableException where it is no host and no guest, or something in it is wrong
     */
    public FlatRecord read(byte[] bytes, int from, int length, long number) throws UnreadableException {
        if (length > LONGEST_LINE) {
            throw tooLong(number);
        }
        int line = (int) Math.min(number, Integer.MAX_VALUE);
        FlatRecord like = alike.find(bytes, from, from + length);
        FlatRecord record = like == null ? null : like(like, bytes);
        if (record == null) {
            record = inTurn(bytes, from, from + length, line);
            if (record == null) {
                return alone(bytes, from, length, line);
            }
            if (like == null && record.subject() == Subject.GUEST) {
                alike.learn(record);
            }
        }
        return record;
    }

    /** The same of another guest, as it stands in a line; null where that line is to be read to know, or to say what is wrong. */
    private @Nullable FlatRecord like(FlatRecord record, byte[] bytes) {
        @Nullable String[] texts = record.texts();
        String hostId = record.hostId();
        Instant observedAt = record.observedAt();
        String from = record.from();
        for (AlikeLines.Gap gap : AlikeLines.Gap.values()) {
            String text = alike.text(bytes, gap);
            if (text == null) {
                continue;
            }
            if (text.isEmpty()) { // too long it cannot be: such a line is not looked for
                return null;
            }
            switch (gap) {
                case HOST_ID -> {
                    if (text.equals(Observation.UNKNOWN)) {
                        return null;
                    }
                    lastHostId = text.equals(lastHostId) ? lastHostId : text; // whose hash is known
                    hostId = lastHostId;
                }
                case UUID -> texts[UUID] = text;
                case NAME -> texts[NAME] = text;
                case COLD_STARTED_AT -> {
                    if (!Subject.GUEST.takes(Subject.COLD_STARTED_AT, text)) {
                        return null;
                    }
                    texts[COLD_STARTED_AT] = text;
                }
                case OBSERVED_AT -> {
                    try {
                        observedAt = moment(text);
                    } catch (DateTimeParseException e) {
                        return null;
                    }
                }
                case FROM -> from = text;
                case MEMORY -> {
                    String readable = readable(GUEST, MEMORY, text);
                    if (readable == null) {
                        return null;
                    }
                    texts[MEMORY] = readable;
                }
            }
        }
        return new FlatRecord(Subject.GUEST, hostId, null, observedAt, texts, Map.of(), from, record);
    }

    /**
     * Reads a line with the parser that read those before it: to make one takes as long as to read a line. Null where the line
     * is not one record and nothing else, or anything is wrong with it: then it is read alone, and what is wrong is said. That
     * other lines stand by now where those before stood does no harm: what the parser finds must end where this line ends.
     */
    private @Nullable FlatRecord inTurn(byte[] bytes, int from, int end, int line) {
        try {
            JsonParser parser = parser(bytes, from);
            FlatRecord record = record(parser, line);
            long place = parser.currentLocation().getByteOffset();
            if (place >= 0 && place <= end - parserFrom && blank(bytes, parserFrom + (int) place, end)) {
                parsedTo = end;
                return record;
            }
        } catch (IOException | UnreadableException e) {
            // it is said of the line alone, where the parser was misled by no other line
        }
        parsed = NOTHING;
        return null;
    }

    private JsonParser parser(byte[] bytes, int from) throws IOException {
        JsonParser before = parser;
        if (before != null && parsed == bytes && parsedTo <= from && blank(bytes, parsedTo, from)) {
            return before;
        }
        if (before != null) {
            before.close();
        }
        JsonParser made = JSON.createParser(bytes, from, bytes.length - from);
        parser = made;
        parsed = bytes;
        parserFrom = from;
        return made;
    }

    private static boolean blank(byte[] bytes, int from, int end) {
        for (int i = from; i < end; i++) {
            if (bytes[i] != '\n' && bytes[i] != '\r' && bytes[i] != ' ' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    private FlatRecord alone(byte[] bytes, int from, int length, int line) throws UnreadableException {
        try (JsonParser parser = JSON.createParser(bytes, from, length)) {
            FlatRecord record = record(parser, line);
            if (parser.nextToken() != null) {
                throw problem(parser, line, null, "one host or guest a line is expected, not more");
            }
            return record;
        } catch (JsonProcessingException e) {
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            String message = e.getOriginalMessage().lines().findFirst().orElse("");
            throw unreadable(line, column, null, "not JSON: " + Harmless.text(message, 300));
        } catch (CharConversionException e) {
            throw unreadable(line, 1, null, "not text in UTF-8");
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory cannot be read", e);
        }
    }

    /**
     * The newest moment at which something in the line of a guest was observed, without reading the line: for who wants to
     * know no more of it. {@link Instant#MIN} where it does not say; null where the line is to be read to know.
     */
    public @Nullable Instant newest(byte[] bytes, int from, int length) {
        if (length < GUEST_LINE.length
                || !Arrays.equals(bytes, from, from + GUEST_LINE.length, GUEST_LINE, 0, GUEST_LINE.length)) {
            return null;
        }
        String line = new String(bytes, from, length, StandardCharsets.ISO_8859_1);
        if (line.indexOf('\\') >= 0) {
            return null; // a key may be written in other ways than one
        }
        Instant newest = Instant.MIN;
        for (int last = line.indexOf(END, GUEST_LINE.length); last >= 0; last = line.indexOf(END, last + 1)) {
            if (line.startsWith(AT, last - AT.length()) || line.startsWith(OBSERVED, last - OBSERVED.length())) {
                Instant at = moment(line, last + END.length());
                if (at == null) {
                    return null;
                }
                newest = at.isAfter(newest) ? at : newest;
            }
        }
        return newest;
    }

    /** The value behind a key, where it is a time; null where it is not one beyond doubt. */
    private @Nullable Instant moment(String line, int key) {
        int from = key;
        while (from < line.length() && (line.charAt(from) == ' ' || line.charAt(from) == ':')) {
            from++;
        }
        int to = line.indexOf('"', from + 1);
        if (to < 0 || line.charAt(from) != '"') {
            return null;
        }
        try {
            return moment(line.substring(from + 1, to));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /** Says that a line is too long to be read. */
    public UnreadableException tooLong(long number) {
        return unreadable(
                (int) Math.min(number, Integer.MAX_VALUE),
                1,
                null,
                "the line is longer than " + LONGEST_LINE + " bytes");
    }

    private FlatRecord record(JsonParser parser, int line) throws IOException, UnreadableException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw problem(parser, line, null, "a host or a guest is expected here: {\"kind\": \"host\", ...}");
        }
        Draft draft = new Draft();
        for (JsonToken token = parser.nextToken(); token == JsonToken.FIELD_NAME; token = parser.nextToken()) {
            String key = parser.currentName();
            if (draft.layout == null) {
                if (!key.equals(KIND)) {
                    throw problem(parser, line, KIND, "must come first, with the value host or guest");
                }
                draft.layout = kind(parser, line);
                draft.texts = new String[draft.layout.keys.size()];
                continue;
            }
            key(parser, line, draft, draft.layout, key);
        }
        if (draft.layout == null) {
            throw problem(parser, line, KIND, "missing; a line begins with {\"kind\": \"host\"} or \"guest\"");
        }
        return finished(parser, line, draft, draft.layout);
    }

    private Layout kind(JsonParser parser, int line) throws IOException, UnreadableException {
        String kind = text(parser, line, KIND);
        return switch (kind) {
            case "host" -> HOST;
            case "guest" -> GUEST;
            default -> throw problem(parser, line, KIND, "must be host or guest");
        };
    }

    private void key(JsonParser parser, int line, Draft draft, Layout layout, String key)
            throws IOException, UnreadableException {
        Integer place = layout.places.get(key);
        if (place != null) {
            put(parser, line, draft, layout, place);
            return;
        }
        boolean host = layout == HOST;
        switch (key) {
            case OBSERVED_AT -> {
                once(parser, line, key, draft.observedAt);
                draft.observedAt = moment(parser, line);
            }
            case HOST_ID -> {
                known(parser, line, key, !host, layout);
                once(parser, line, key, draft.hostId);
                draft.hostId = text(parser, line, key);
            }
            case POOL -> {
                known(parser, line, key, host, layout);
                once(parser, line, key, draft.pool);
                draft.pool = text(parser, line, key);
            }
            case FROM -> {
                known(parser, line, key, copy, layout);
                once(parser, line, key, draft.from);
                draft.from = text(parser, line, key);
            }
            case EVIDENCE -> {
                once(parser, line, key, draft.evidence);
                draft.evidence = evidence(parser, line, layout);
            }
            default -> {
                Map<String, Integer> group = layout.groups.get(key);
                known(parser, line, key, group != null, layout);
                if (parser.nextToken() != JsonToken.START_OBJECT || group == null) {
                    throw problem(parser, line, key, "must be a group of keys");
                }
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    Integer part = group.get(parser.currentName());
                    if (part == null) {
                        String path = key + "." + Harmless.text(parser.currentName(), 60);
                        throw problem(parser, line, path, "there is no such key; known here are " + group.keySet());
                    }
                    put(parser, line, draft, layout, part);
                }
            }
        }
    }

    private void put(JsonParser parser, int line, Draft draft, Layout layout, int place)
            throws IOException, UnreadableException {
        String key = layout.keys.get(place);
        once(parser, line, key, draft.texts[place]);
        String text = text(parser, line, key);
        String readable = readable(layout, place, text);
        if (readable == null) {
            throw problem(
                    parser,
                    line,
                    key,
                    "must be " + layout.subject.expects(key) + ", or unknown; not \"" + Harmless.text(text, 60) + "\"");
        }
        draft.texts[place] = readable;
    }

    /** The text, mostly as the very object that was read before; null where the key does not take it. */
    private @Nullable String readable(Layout layout, int place, String text) {
        if (layout.free[place]) {
            return text;
        }
        Map<String, String> read = (layout == HOST ? readHost : readGuest).get(place);
        String before = read.get(text);
        if (before != null) {
            return before;
        }
        if (!layout.subject.takes(layout.keys.get(place), text)) {
            return null;
        }
        if (read.size() < REMEMBERED) {
            read.put(text, text);
        }
        return text;
    }

    private void once(JsonParser parser, int line, String key, @Nullable Object before)
            throws IOException, UnreadableException {
        if (before != null) {
            throw problem(parser, line, key, "stands there twice");
        }
    }

    private void known(JsonParser parser, int line, String key, boolean known, Layout layout)
            throws IOException, UnreadableException {
        if (known) {
            return;
        }
        Set<String> keys = new TreeSet<>(layout.keys);
        keys.addAll(List.of(OBSERVED_AT, EVIDENCE, layout == HOST ? POOL : HOST_ID));
        throw problem(
                parser,
                line,
                Harmless.text(key, 80),
                "there is no such key; known here are " + String.join(", ", keys));
    }

    private String text(JsonParser parser, int line, String key) throws IOException, UnreadableException {
        JsonToken token = parser.nextToken();
        if (token == null || !token.isScalarValue()) {
            throw problem(parser, line, key, "must be a single value");
        }
        String text = token == JsonToken.VALUE_NULL ? "" : parser.getText();
        if (text.isEmpty()) {
            throw problem(parser, line, key, "has no value; write unknown where it is not known");
        }
        if (text.length() > LONGEST_TEXT) {
            throw problem(parser, line, key, "is longer than " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    private Instant moment(JsonParser parser, int line) throws IOException, UnreadableException {
        try {
            return moment(text(parser, line, OBSERVED_AT));
        } catch (DateTimeParseException e) {
            throw problem(parser, line, OBSERVED_AT, "must be a time such as 2026-11-22T13:00:00Z");
        }
    }

    private Instant moment(String text) {
        if (text.equals(lastText)) { // a fleet is mostly observed at one moment
            return lastMoment;
        }
        Instant moment = moments.get(text);
        if (moment == null) {
            moment = Moments.parse(text);
            if (moments.size() < REMEMBERED_MOMENTS) {
                moments.put(text, moment);
            }
        }
        lastText = text;
        lastMoment = moment;
        return moment;
    }

    private Map<String, Evidence> evidence(JsonParser parser, int line, Layout layout)
            throws IOException, UnreadableException {
        StrictTokens tokens = new StrictTokens(file, parser, line);
        tokens.startObject(EVIDENCE);
        Map<String, Evidence> evidence = new HashMap<>();
        for (String pointer = tokens.nextKey(EVIDENCE); pointer != null; pointer = tokens.nextKey(EVIDENCE)) {
            String key = pointer.replace('/', '.').substring(Math.min(1, pointer.length()));
            String path = EVIDENCE + "." + Harmless.text(pointer, 80);
            if (!layout.subject.keys().contains(key) || !pointer.equals('/' + key.replace('.', '/'))) {
                throw tokens.problem(path, "there is no such fact");
            }
            evidence.put(key, EvidenceText.read(tokens, path));
        }
        return evidence;
    }

    private FlatRecord finished(JsonParser parser, int line, Draft draft, Layout layout)
            throws IOException, UnreadableException {
        String id = layout == HOST ? draft.texts[ID] : draft.hostId;
        if (id == null || id.equals(Observation.UNKNOWN)) {
            throw problem(
                    parser,
                    line,
                    layout == HOST ? FactName.SOURCE_ID.key() : HOST_ID,
                    "missing; guests name their host by its id");
        }
        if (layout == HOST && draft.observedAt == null) {
            throw problem(parser, line, OBSERVED_AT, "missing; facts without a time are worth nothing");
        }
        return new FlatRecord(
                layout.subject,
                id,
                draft.pool,
                draft.observedAt,
                draft.texts,
                Objects.requireNonNullElse(draft.evidence, Map.of()),
                draft.from,
                null);
    }

    private UnreadableException problem(JsonParser parser, int line, @Nullable String key, String message) {
        return unreadable(line, parser.currentTokenLocation().getColumnNr(), key, message);
    }

    private UnreadableException unreadable(int line, int column, @Nullable String key, String message) {
        return new UnreadableException(new Problem(file, line, column, key, message));
    }
}
