package org.nestguard.catalogue;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads a YAML document that is a list of flat rows. Every scalar stays the text that was written ({@code 5.10} is not a
 * number); anchors, aliases, tags, repeated keys and nesting are refused.
 */
public final class TableReader {
    private static final int LARGEST = 1 << 20;
    private static final YAMLFactory YAML =
            YAMLFactory.builder().loaderOptions(options()).build();

    private TableReader() {}

    private static LoaderOptions options() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(LARGEST);
        options.setNestingDepthLimit(4);
        options.setMaxAliasesForCollections(0);
        return options;
    }

    /** Reads all rows. @throws TableException naming the file, line and key that is wrong */
    public static List<TableRow> read(String file, InputStream in) throws IOException {
        return read(file, in, parser -> {
            List<TableRow> rows = new ArrayList<>();
            JsonToken first = next(file, parser);
            if (first == null) {
                return rows;
            }
            if (first != JsonToken.START_ARRAY) {
                throw new TableException(place(file, parser) + ": a list of rows is expected");
            }
            while (next(file, parser) == JsonToken.START_OBJECT) {
                rows.add(row(file, parser));
            }
            if (parser.currentToken() != JsonToken.END_ARRAY) {
                throw new TableException(place(file, parser) + ": a row with keys is expected");
            }
            if (next(file, parser) != null) {
                throw new TableException(place(file, parser) + ": one list of rows is expected, not more");
            }
            return rows;
        });
    }

    /** Reads a document that is one such row, and no list. @throws TableException naming the line and key that is wrong */
    public static TableRow readOne(String file, InputStream in) throws IOException {
        return read(file, in, parser -> {
            if (next(file, parser) != JsonToken.START_OBJECT) {
                throw new TableException(place(file, parser) + ": keys with a text each are expected");
            }
            TableRow row = row(file, parser);
            if (next(file, parser) != null) {
                throw new TableException(place(file, parser) + ": one document is expected, not more");
            }
            return row;
        });
    }

    private interface Reading<T> {
        T of(YAMLParser parser) throws IOException;
    }

    private static <T> T read(String file, InputStream in, Reading<T> reading) throws IOException {
        try (YAMLParser parser = YAML.createParser(in)) {
            return reading.of(parser);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new TableException(file + (at == null ? "" : ", line " + at.getLineNr()) + ": not YAML: "
                    + firstLine(e.getOriginalMessage()));
        } catch (org.yaml.snakeyaml.error.YAMLException e) {
            throw new TableException(file + ": not YAML: " + firstLine(e.getMessage()));
        }
    }

    private static TableRow row(String file, YAMLParser parser) throws IOException {
        String place = place(file, parser);
        Map<String, List<String>> values = new LinkedHashMap<>();
        Set<String> lists = new HashSet<>();
        while (next(file, parser) == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            List<String> texts = new ArrayList<>();
            if (next(file, parser) == JsonToken.START_ARRAY) {
                lists.add(key);
                while (next(file, parser) != JsonToken.END_ARRAY) {
                    texts.add(scalar(file, parser, key));
                }
            } else {
                texts.add(scalar(file, parser, key));
            }
            if (values.put(key, List.copyOf(texts)) != null) {
                throw new TableException(place(file, parser) + ": " + key + " stands there twice");
            }
        }
        return new TableRow(place, values, lists);
    }

    private static String scalar(String file, JsonParser parser, String key) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null || !token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            throw new TableException(place(file, parser) + ": " + key + " must be a text");
        }
        return parser.getText();
    }

    private static JsonToken next(String file, YAMLParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token != null && (parser.isCurrentAlias() || parser.getObjectId() != null || parser.getTypeId() != null)) {
            throw new TableException(place(file, parser) + ": anchors, aliases and tags are not read here");
        }
        return token;
    }

    private static String place(String file, JsonParser parser) {
        return file + ", line " + parser.currentTokenLocation().getLineNr();
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
