package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * The tokens of one document, read strictly: a repeated key, an anchor, alias or tag is an error with its place, and every
 * scalar is taken as the text that was written.
 */
public final class StrictTokens {
    private static final int LONGEST_TEXT = 2_048;
    private static final int LARGEST_SETTINGS = 1 << 16;
    private static final String TOO_LARGE = "larger than " + LARGEST_SETTINGS + " bytes";
    private static final String NO_VALUE = "has no value; write unknown where it is not known";

    private final String file;
    private final JsonParser parser;
    private final int firstLine;
    private final Set<String> seen = new HashSet<>();

    /**
     * Stands before the first token of the document, which the parser stands on.
     *
     * @param firstLine the line of the stream at which the parser's line 1 is
     */
    StrictTokens(String file, JsonParser parser, int firstLine) {
        this.file = file;
        this.parser = parser;
        this.firstLine = firstLine;
    }

    /** Makes something of the tokens of a document. */
    public interface Reading<T> {
        /** Reads the whole document; {@link #startDocument} comes first. */
        T read(StrictTokens tokens) throws IOException, UnreadableException;
    }

    /**
     * The one document of a small YAML file, such as a program's settings.
     *
     * @param file the name for messages
     * @throws UnreadableException where it is none, there are several, or the reading refuses it
     * @throws IOException where the stream itself cannot be read
     */
    public static <T> T yaml(String file, InputStream in, Reading<T> reading) throws IOException, UnreadableException {
        BoundedInput bounded = new BoundedInput(in, LARGEST_SETTINGS, LARGEST_SETTINGS);
        try (JsonParser parser = QuestionReader.yaml(LARGEST_SETTINGS).createParser(bounded)) {
            if (parser.nextToken() == null) {
                throw new UnreadableException(new Problem(file, 0, 0, null, "there is nothing in it"));
            }
            StrictTokens tokens = new StrictTokens(file, parser, 1);
            T read = reading.read(tokens);
            while (!parser.isClosed()) { // the parser says null at the end of each document
                if (parser.nextToken() != null) {
                    throw tokens.problem(null, "one document is expected, not more");
                }
            }
            return read;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new UnreadableException(new Problem(
                    file,
                    at == null ? 0 : at.getLineNr(),
                    at == null ? 0 : at.getColumnNr(),
                    null,
                    bounded.exceeded() ? TOO_LARGE : notYaml(e.getOriginalMessage())));
        } catch (YAMLException e) {
            throw new UnreadableException(
                    new Problem(file, 0, 0, null, bounded.exceeded() ? TOO_LARGE : notYaml(e.getMessage())));
        } catch (IOException e) {
            if (bounded.exceeded()) {
                throw new UnreadableException(new Problem(file, 0, 0, null, TOO_LARGE));
            }
            throw e;
        }
    }

    private static String notYaml(@Nullable String message) {
        return "not YAML: "
                + Harmless.text(
                        message == null ? "" : message.lines().findFirst().orElse(""), 300);
    }

    /** Where the document begins. */
    public JsonLocation startDocument(String expected) throws IOException, UnreadableException {
        JsonLocation start = parser.currentTokenLocation();
        check(null);
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw problem(null, expected);
        }
        return start;
    }

    /** Goes into the group that is the value of a key. */
    public void startObject(String key) throws IOException, UnreadableException {
        if (next(key) != JsonToken.START_OBJECT) {
            throw problem(key, "must be a group of keys");
        }
    }

    /** Goes into the list that is the value of a key. */
    public void startList(String key) throws IOException, UnreadableException {
        if (next(key) != JsonToken.START_ARRAY) {
            throw problem(key, "must be a list");
        }
    }

    /** Whether the list has another element, which must be a group of keys; this goes into it. */
    boolean nextElement(String key) throws IOException, UnreadableException {
        JsonToken token = next(key);
        if (token == JsonToken.END_ARRAY) {
            return false;
        }
        if (token != JsonToken.START_OBJECT) {
            throw problem(key, "must be a group of keys");
        }
        return true;
    }

    /**
     * The next key of the group; null at its end.
     *
     * @param prefix the path of the group, with a dot behind it where it is not the document
     */
    public @Nullable String nextKey(String prefix) throws IOException, UnreadableException {
        String key = nextName(prefix);
        if (key != null && !seen.add(prefix + key)) {
            throw twice(prefix, key);
        }
        return key;
    }

    /** The same for who counts the keys of the group otherwise: of a question a million are read. */
    @Nullable
    String nextName(String prefix) throws IOException, UnreadableException {
        return next(prefix) == JsonToken.FIELD_NAME ? parser.currentName() : null;
    }

    UnreadableException twice(String prefix, String key) {
        return problem(prefix + Harmless.text(key, 60), "stands there twice");
    }

    /** The next single value of a list, as it was written; null at the end of the list. */
    public @Nullable String nextText(String key) throws IOException, UnreadableException {
        JsonToken token = next(key);
        return token == JsonToken.END_ARRAY ? null : text(key, token);
    }

    /** The value of a key, as it was written. */
    public String text(String key) throws IOException, UnreadableException {
        return text(key, next(key));
    }

    private String text(String key, JsonToken token) throws IOException, UnreadableException {
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

    /** A time. */
    Instant instant(String key) throws IOException, UnreadableException {
        try {
            return Instant.parse(text(key));
        } catch (DateTimeParseException e) {
            throw problem(key, "must be a time such as 2026-11-22T13:00:00Z");
        }
    }

    /** The key is not one of those that are known here. */
    public UnreadableException unknownKey(String path, String key, Collection<String> known) {
        String wanted = key.toLowerCase(Locale.ROOT);
        String near = known.stream()
                .filter(k -> Spelling.near(k.toLowerCase(Locale.ROOT), wanted))
                .findFirst()
                .map(k -> "; did you mean " + k + "?")
                .orElse("; known here are " + String.join(", ", known));
        return problem(Harmless.text(path, 80), "there is no such key" + near);
    }

    /** What is wrong here. */
    public UnreadableException problem(@Nullable String key, String message) {
        return problem(parser.currentTokenLocation(), key, message);
    }

    /** What is wrong at that place of the document. */
    public UnreadableException problem(JsonLocation place, @Nullable String key, String message) {
        return new UnreadableException(
                new Problem(file, place.getLineNr() + firstLine - 1, place.getColumnNr(), key, message));
    }

    private JsonToken next(String key) throws IOException, UnreadableException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw problem(key.isEmpty() ? null : key, "the document ends in the middle");
        }
        check(key.isEmpty() ? null : key);
        return token;
    }

    private void check(@Nullable String key) throws IOException, UnreadableException {
        if (parser instanceof YAMLParser yaml
                && (yaml.isCurrentAlias() || yaml.getObjectId() != null || yaml.getTypeId() != null)) {
            throw problem(key, "anchors (&), aliases (*) and tags (!) are not read here; write the value out");
        }
    }
}
