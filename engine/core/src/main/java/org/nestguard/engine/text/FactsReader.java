package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads the facts document of a host: YAML or JSON. */
public final class FactsReader {
    /** How large it may be, in bytes: some thousand guests. */
    public static final int LARGEST_DOCUMENT = 16 << 20;

    private static final int LONGEST_LINE = 1 << 16;
    private static final int LOOK_AHEAD = 4_096;
    private static final Pattern JSON_OBJECT = Pattern.compile("\\uFEFF?\\s*[{]\\s*\"");

    private FactsReader() {}

    /**
     * The one document of a stream, which stays open.
     *
     * @param file the name for messages
     * @throws UnreadableException where it is none, or there are several
     * @throws IOException where the stream itself cannot be read
     */
    public static FactsDocument read(String file, InputStream in) throws IOException, UnreadableException {
        return read(file, in, 1);
    }

    /**
     * The same of one document among several.
     *
     * @param firstLine the line of the file at which it begins, for messages
     */
    public static FactsDocument read(String file, InputStream in, int firstLine)
            throws IOException, UnreadableException {
        BufferedInputStream start = new BufferedInputStream(in, LOOK_AHEAD);
        boolean json = json(start);
        BoundedInput bounded = new BoundedInput(start, LARGEST_DOCUMENT, json ? LARGEST_DOCUMENT : LONGEST_LINE);
        try (JsonParser parser = factory(json).createParser(bounded)) {
            parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            if (parser.nextToken() == null) {
                throw unreadable(file, 0, 0, "there is nothing in it");
            }
            FactsDocument document = new FactsParser(file, parser, firstLine).parse();
            JsonToken next = parser.nextToken();
            if (next != null) {
                throw unreadable(
                        file,
                        parser.currentTokenLocation().getLineNr() + firstLine - 1,
                        parser.currentTokenLocation().getColumnNr(),
                        "one facts document is expected, not more; give each host's in a file of its own");
            }
            return document;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr() + firstLine - 1;
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw unreadable(file, line, column, bounded.exceeded() ? tooLarge() : notText(e.getOriginalMessage()));
        } catch (YAMLException e) {
            throw unreadable(file, 0, 0, bounded.exceeded() ? tooLarge() : notText(e.getMessage()));
        } catch (CharConversionException e) {
            throw unreadable(file, 0, 0, "not text in UTF-8");
        } catch (IOException e) {
            if (bounded.exceeded()) {
                throw unreadable(file, 0, 0, tooLarge());
            }
            throw e;
        }
    }

    /** An object whose first key is quoted; a flow mapping that is no JSON is left to YAML. */
    private static boolean json(BufferedInputStream in) throws IOException {
        in.mark(LOOK_AHEAD);
        String start = new String(in.readNBytes(LOOK_AHEAD - 1), StandardCharsets.UTF_8);
        in.reset();
        return JSON_OBJECT.matcher(start).lookingAt();
    }

    private static JsonFactory factory(boolean json) {
        return json ? QuestionReader.json() : QuestionReader.yaml(LARGEST_DOCUMENT);
    }

    private static String tooLarge() {
        return "the document is larger than " + LARGEST_DOCUMENT + " bytes, or a line of YAML longer than "
                + LONGEST_LINE;
    }

    private static String notText(@Nullable String message) {
        return "neither YAML nor JSON: "
                + Harmless.text(
                        message == null
                                ? "unknown error"
                                : message.lines().findFirst().orElse(""),
                        300);
    }

    private static UnreadableException unreadable(String file, int line, int column, String message) {
        return new UnreadableException(new Problem(file, line, column, null, message));
    }
}
