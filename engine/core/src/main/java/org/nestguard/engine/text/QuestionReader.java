package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads questions one after the other: YAML with any number of documents, JSON, or one JSON document a line (NDJSON). A
 * document that cannot be read costs itself, not the stream, wherever the next one can still be found. Uses constant memory.
 */
public final class QuestionReader implements Closeable {
    /** How large one document may be, in bytes or characters. */
    public static final int LARGEST_DOCUMENT = 1 << 20;

    private static final int DEEPEST = 20;
    // a character may take four bytes, and parsers read ahead
    private static final long MOST_BYTES = 4L * LARGEST_DOCUMENT + (1 << 16);
    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
            .maxStringLength(LARGEST_DOCUMENT)
            .maxNameLength(1_000)
            .maxNumberLength(200)
            .build();

    /** What some editors put before the text. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private static final String NOT_UTF_8 = "not text in UTF-8";
    private static final String TOO_LARGE = "the document is larger than " + LARGEST_DOCUMENT + " characters";

    private final String file;
    private final MigrationGuard guard;
    private final InputStream in;
    private final Format format;
    private final BoundedInput bounded;
    private @Nullable JsonParser parser;
    private @Nullable Lines lines;
    private boolean ended;

    /** How questions are written. */
    public enum Format {
        /** Any number of documents. */
        YAML,
        /** Documents one after the other. */
        JSON,
        /** A document a line. */
        NDJSON
    }

    /**
     * Reads questions from a stream, which is closed with the reader.
     *
     * @param file the name for messages; its ending tells NDJSON ({@code .ndjson}, {@code .jsonl}) from the rest, else the
     *     first line does
     */
    public QuestionReader(String file, InputStream in, MigrationGuard guard) throws IOException {
        this(file, in, guard, null);
    }

    /**
     * Reads questions of which it is known how they are written: of NDJSON no byte is waited for that the next line does
     * not need.
     *
     * @param given null where the name and the first line tell
     */
    public QuestionReader(String file, InputStream in, MigrationGuard guard, @Nullable Format given)
            throws IOException {
        this.file = file;
        this.guard = guard;
        this.in = in.markSupported() ? in : new BufferedInputStream(in, 1 << 16);
        if (given == null) {
            format = format();
        } else {
            format = given;
            skipByteOrderMark();
        }
        bounded = new BoundedInput(this.in, MOST_BYTES, LARGEST_DOCUMENT);
        if (format == Format.NDJSON) {
            lines = new Lines(this.in, LARGEST_DOCUMENT);
        } else {
            parser =
                    format == Format.JSON ? OfJson.FACTORY.createParser(bounded) : OfYaml.FACTORY.createParser(bounded);
        }
    }

    // Made once, where they are needed: a service reads a question a request.
    private static final class OfJson {
        static final JsonFactory FACTORY = json();
    }

    private static final class OfYaml {
        static final YAMLFactory FACTORY = yaml(LARGEST_DOCUMENT);
    }

    static JsonFactory json() {
        return JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();
    }

    static YAMLFactory yaml(int largest) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(largest);
        options.setNestingDepthLimit(DEEPEST);
        options.setMaxAliasesForCollections(0);
        return YAMLFactory.builder()
                .loaderOptions(options)
                .streamReadConstraints(CONSTRAINTS)
                .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                .build();
    }

    private void skipByteOrderMark() throws IOException {
        in.mark(BYTE_ORDER_MARK.length);
        byte[] start = in.readNBytes(BYTE_ORDER_MARK.length);
        if (!Arrays.equals(start, BYTE_ORDER_MARK)) {
            in.reset();
        }
    }

    private Format format() throws IOException {
        in.mark(8_192);
        String start = new String(in.readNBytes(8_000), StandardCharsets.UTF_8);
        in.reset();
        if (start.startsWith("\uFEFF")) {
            in.skipNBytes(BYTE_ORDER_MARK.length);
            start = start.substring(1);
        }
        String name = file.toLowerCase(Locale.ROOT);
        if (name.endsWith(".ndjson") || name.endsWith(".jsonl")) {
            return Format.NDJSON;
        }
        String first = start.stripLeading().lines().findFirst().orElse("").strip();
        if (!first.startsWith("{")) {
            return Format.YAML;
        }
        // One whole object on the first line: a document a line. A flow mapping that is no JSON is left to YAML.
        boolean quoted = first.substring(1).stripLeading().startsWith("\"") || first.equals("{");
        if (!quoted) {
            return Format.YAML;
        }
        return first.endsWith("}") ? Format.NDJSON : Format.JSON;
    }

    /** The next document; null at the end. @throws IOException where the stream itself cannot be read */
    public @Nullable Document next() throws IOException {
        if (ended) {
            return null;
        }
        return lines != null ? nextLine(lines) : nextParsed(parser);
    }

    private @Nullable Document nextLine(Lines lines) throws IOException {
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            if (lines.tooLong()) {
                return unreadable(lines.number(), 1, "the line is longer than " + LARGEST_DOCUMENT + " bytes");
            }
            if (blank(line)) {
                continue;
            }
            try (JsonParser p = OfJson.FACTORY.createParser(line)) {
                p.nextToken();
                Document document = parse(p, lines.number());
                if (document instanceof Document.Asked && p.nextToken() != null) {
                    return unreadable(
                            lines.number(),
                            p.currentTokenLocation().getColumnNr(),
                            "one document a line is expected, not more");
                }
                return document;
            } catch (JsonProcessingException e) {
                return syntax(e, lines.number());
            } catch (CharConversionException e) {
                return unreadable(lines.number(), 1, NOT_UTF_8);
            }
        }
        ended = true;
        return null;
    }

    private static boolean blank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private @Nullable Document nextParsed(@Nullable JsonParser p) throws IOException {
        if (p == null) {
            return null;
        }
        try {
            JsonToken token;
            do {
                bounded.nextDocument();
                token = p.nextToken();
                if (token == null && (p.isClosed() || format == Format.JSON)) {
                    ended = true;
                    return null;
                }
                // the end of a YAML document, or an empty one between two markers
            } while (token == null || (token.isScalarValue() && p.getText().isEmpty()));
            return parse(p, 1);
        } catch (JsonProcessingException e) {
            ended = true; // where the next document begins is not known any more
            return syntax(e, 1);
        } catch (MarkedYAMLException e) {
            ended = true;
            return unreadable(
                    e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1,
                    e.getProblemMark() == null ? 0 : e.getProblemMark().getColumn() + 1,
                    "not YAML: " + e.getProblem());
        } catch (YAMLException e) {
            ended = true;
            return unreadable(0, 0, "not YAML: " + firstLine(e.getMessage()));
        } catch (CharConversionException e) {
            ended = true;
            return unreadable(0, 0, NOT_UTF_8);
        } catch (IOException e) {
            if (!bounded.exceeded()) {
                throw e;
            }
            ended = true;
            return unreadable(0, 0, TOO_LARGE);
        }
    }

    private Document parse(JsonParser p, int firstLine) throws IOException {
        try {
            return new Document.Asked(new QuestionParser(file, p, firstLine, guard.tables()).parse());
        } catch (UnreadableException e) {
            try {
                skipRest(p);
            } catch (JsonProcessingException | CharConversionException rest) {
                ended = lines == null; // what was wrong first is said; a line ends by itself
            }
            return new Document.Unreadable(e.problem());
        }
    }

    /** To the end of the document, so that the next one can be read. */
    private static void skipRest(JsonParser p) throws IOException {
        while (p.currentToken() != null && !p.getParsingContext().inRoot()) {
            p.nextToken();
        }
    }

    private Document syntax(JsonProcessingException e, int firstLine) {
        JsonLocation at = e.getLocation();
        String message = firstLine(e.getOriginalMessage());
        if (bounded.exceeded()) {
            message = TOO_LARGE;
        } else if (message.contains(CharConversionException.class.getName())) {
            message = NOT_UTF_8; // YAML's reader hides it in an exception of its own
        } else {
            message = (format == Format.YAML ? "not YAML: " : "not JSON: ") + message;
        }
        return unreadable(
                at == null ? firstLine : at.getLineNr() + firstLine - 1, at == null ? 0 : at.getColumnNr(), message);
    }

    private Document unreadable(int line, int column, String message) {
        return new Document.Unreadable(new Problem(file, line, column, null, Harmless.text(message, 300)));
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "unknown error" : message.lines().findFirst().orElse("");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
