package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Worded;

/**
 * Reads one question from the tokens of one document. Strict: an unknown or repeated key, a value of the wrong sort, an
 * anchor, alias or tag is an error with its place; every scalar is taken as the text that was written.
 */
final class QuestionParser {
    private static final int LONGEST_TEXT = 2_048;
    private static final String NO_VALUE = "has no value; write unknown where it is not known";
    private static final List<String> TOP =
            List.of("id", "operation", "guest", "snapshot", "source", "destination", "evidence");

    private final String file;
    private final JsonParser parser;
    private final int firstLine;
    private final Tables tables;
    private final Set<String> seen = new HashSet<>();
    private final Set<FactName> stated = EnumSet.noneOf(FactName.class);
    private Map<FactName, Evidence> evidence = Map.of();
    private final Question.Builder question;
    private @Nullable Operation operation;

    /** @param firstLine the line of the stream at which the parser's line 1 is */
    QuestionParser(String file, JsonParser parser, int firstLine, Tables tables) {
        this.file = file;
        this.parser = parser;
        this.firstLine = firstLine;
        this.tables = tables;
        question = Question.about(Operation.MIGRATE, this.tables);
    }

    /** Reads the document whose first token the parser stands on. */
    Question parse() throws IOException, UnreadableException {
        JsonLocation start = parser.currentTokenLocation();
        check(null);
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw problem(null, "a question is expected here: keys such as operation, guest, source and destination");
        }
        while (next(null) == JsonToken.FIELD_NAME) {
            String key = key("");
            switch (key) {
                case "id" -> question.id(text(key));
                case "operation" -> operation = operation(text(key));
                case "guest" -> facts(key, Party.GUEST);
                case "snapshot" -> facts(key, Party.SNAPSHOT);
                case "source" -> facts(key, Party.SOURCE);
                case "destination" -> facts(key, Party.DESTINATION);
                case "evidence" -> evidence();
                case "facts" ->
                    throw problem(key, "this is a facts document, not a question; ask with --guest NAME --to HOST");
                default -> throw unknownKey(key, key, TOP);
            }
        }
        if (operation == null) {
            throw new UnreadableException(
                    at(start, "operation", "missing; it must be one of " + Worded.words(Operation.class)));
        }
        if (!seen.contains("source") && !seen.contains("destination")) {
            throw new UnreadableException(at(
                    start,
                    null,
                    "there is no host in it: give the source, the destination, or both (a host may be empty: {})"));
        }
        return question.operation(operation).evidence(evidence).build();
    }

    private void facts(String key, Party party) throws IOException, UnreadableException {
        startObject(key);
        facts(party, "");
    }

    /** @param within the group of the party's keys that is read: none, or {@code l2.} */
    private void facts(Party party, String within) throws IOException, UnreadableException {
        String prefix = party.word() + "." + within;
        while (next(prefix) == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            String path = within.isEmpty() ? key : within + key;
            if (path.equals("l2") && FactName.of(party, "l2.live").isPresent()) {
                String group = key(party.word() + "."); // once
                startObject(party.word() + "." + group);
                facts(party, "l2.");
                continue;
            }
            FactName name = key.indexOf('.') >= 0
                    ? null
                    : FactName.of(party, path).filter(FactName::written).orElse(null);
            if (name == null) {
                throw unknownKey(prefix + key, key, keys(prefix));
            }
            if (!stated.add(name)) {
                throw twice(prefix, key);
            }
            state(name);
        }
    }

    private void state(FactName name) throws IOException, UnreadableException {
        String text = text(name.path());
        try {
            question.state(name, text);
        } catch (IllegalArgumentException e) {
            throw problem(
                    name.path(),
                    "must be " + name.kind().expects() + ", or unknown; not \"" + Harmless.text(text, 60) + "\"");
        }
    }

    private static List<String> keys(String prefix) {
        Stream<String> facts = Arrays.stream(FactName.values())
                .filter(FactName::written)
                .map(FactName::path)
                .filter(p -> p.startsWith(prefix))
                .map(p -> p.substring(prefix.length()).replaceFirst("\\..*", ""));
        return facts.distinct().toList();
    }

    private Operation operation(String text) throws UnreadableException {
        return Worded.read(Operation.class, text)
                .orElseThrow(() -> problem(
                        "operation",
                        "must be one of " + Worded.words(Operation.class) + ", not \"" + Harmless.text(text, 60)
                                + "\""));
    }

    private void evidence() throws IOException, UnreadableException {
        startObject("evidence");
        evidence = new EnumMap<>(FactName.class);
        while (next("evidence") == JsonToken.FIELD_NAME) {
            String path = key("evidence.");
            FactName name = FactName.at(path)
                    .orElseThrow(() -> problem(
                            "evidence." + Harmless.text(path, 80), "there is no fact " + Harmless.text(path, 60)));
            startObject("evidence." + path);
            evidence.put(name, oneEvidence("evidence." + path + "."));
        }
    }

    private Evidence oneEvidence(String prefix) throws IOException, UnreadableException {
        String from = null;
        String why = null;
        Instant at = null;
        Evidence.Witness by = Evidence.Witness.HOST;
        while (next(prefix) == JsonToken.FIELD_NAME) {
            String key = key(prefix);
            String text = text(prefix + key);
            switch (key) {
                case "from" -> from = text;
                case "why" -> why = text;
                case "at" -> at = instant(prefix + key, text);
                case "by" ->
                    by = Worded.read(Evidence.Witness.class, text)
                            .orElseThrow(() ->
                                    problem(prefix + key, "must be one of " + Worded.words(Evidence.Witness.class)));
                default -> throw unknownKey(prefix + key, key, List.of("from", "at", "by", "why"));
            }
        }
        if (from == null) {
            throw problem(prefix + "from", "missing; say the file or command that the fact was read from");
        }
        return new Evidence(from, at, by, why);
    }

    private Instant instant(String key, String text) throws UnreadableException {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw problem(key, "must be a time such as 2026-11-22T13:00:00Z");
        }
    }

    // ---- tokens

    private JsonToken next(@Nullable String key) throws IOException, UnreadableException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw problem(key, "the document ends in the middle");
        }
        check(key);
        return token;
    }

    private void check(@Nullable String key) throws IOException, UnreadableException {
        if (parser instanceof YAMLParser yaml
                && (yaml.isCurrentAlias() || yaml.getObjectId() != null || yaml.getTypeId() != null)) {
            throw problem(key, "anchors (&), aliases (*) and tags (!) are not read here; write the value out");
        }
    }

    private String key(String prefix) throws IOException, UnreadableException {
        String key = parser.currentName();
        if (!seen.add(prefix.isEmpty() ? key : prefix + key)) {
            throw twice(prefix, key);
        }
        return key;
    }

    private UnreadableException twice(String prefix, String key) {
        return problem(prefix + Harmless.text(key, 60), "stands there twice");
    }

    private void startObject(String key) throws IOException, UnreadableException {
        if (next(key) != JsonToken.START_OBJECT) {
            throw problem(key, "must be a group of keys");
        }
    }

    private String text(String key) throws IOException, UnreadableException {
        JsonToken token = next(key);
        if (token == JsonToken.VALUE_NULL) {
            throw problem(key, NO_VALUE);
        }
        if (!token.isScalarValue()) {
            throw problem(key, "must be a single value");
        }
        String text = parser.getText();
        if (text.isEmpty()) { // what YAML makes of a key without a value, and it says no more in JSON
            throw problem(key, NO_VALUE);
        }
        if (text.length() > LONGEST_TEXT) {
            throw problem(key, "is longer than " + LONGEST_TEXT + " characters");
        }
        return text;
    }

    private UnreadableException unknownKey(String path, String key, List<String> known) {
        String wanted = key.toLowerCase(Locale.ROOT);
        String near = known.stream()
                .filter(k -> distance(k.toLowerCase(Locale.ROOT), wanted) <= 2)
                .findFirst()
                .map(k -> "; did you mean " + k + "?")
                .orElse("; known here are " + String.join(", ", known));
        return problem(Harmless.text(path, 80), "there is no such key" + near);
    }

    /** How many letters must be changed, put in or taken out; counted up to 3. */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 2 || a.length() > 40 || b.length() > 40) {
            return 3;
        }
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
                corner = above;
            }
        }
        return row[b.length()];
    }

    private UnreadableException problem(@Nullable String key, String message) {
        return new UnreadableException(at(parser.currentTokenLocation(), key, message));
    }

    private Problem at(JsonLocation place, @Nullable String key, String message) {
        return new Problem(file, place.getLineNr() + firstLine - 1, place.getColumnNr(), key, message);
    }
}
