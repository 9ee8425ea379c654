package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** JSON, one document or several one after another, within bounds; a key that stands twice in an object is an error. */
final class JsonDocuments {
    private static final int MOST_CHARACTERS = 64 << 20;
    private static final int MOST_DOCUMENTS = 10_000;
    // an empty object of two characters takes some eighty bytes
    private static final long MOST_TOKENS = 4_000_000;
    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxStringLength(4 << 20)
                    .maxNumberLength(100)
                    .maxNameLength(10_000)
                    .maxTokenCount(MOST_TOKENS)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private JsonDocuments() {}

    /** All documents; unsaid where there is none, or where any part of the text is no JSON. */
    static Reading<List<JsonNode>> all(String text) {
        if (text.isBlank()) {
            return Reading.unsaid("the text is empty");
        }
        if (text.length() > MOST_CHARACTERS) {
            return Reading.unsaid("the JSON has more than " + MOST_CHARACTERS + " characters");
        }
        List<JsonNode> documents = new ArrayList<>();
        // not readValues, which takes an array for its elements
        try (JsonParser parser = MAPPER.createParser(text)) {
            while (parser.nextToken() != null) {
                if (documents.size() == MOST_DOCUMENTS) {
                    return Reading.unsaid("there are more than " + MOST_DOCUMENTS + " JSON documents");
                }
                documents.add(MAPPER.readTree(parser));
            }
        } catch (JsonProcessingException e) {
            String what = e.getOriginalMessage() == null
                    ? ""
                    : e.getOriginalMessage().lines().findFirst().orElse("");
            String shown = what.length() > 200 ? what.substring(0, 200) + "…" : what;
            return Reading.unsaid("it is no JSON that can be read: "
                    + (e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ") + shown);
        } catch (IOException e) {
            return Reading.unsaid("it is no JSON that can be read");
        }
        return documents.isEmpty() ? Reading.unsaid("the text is empty") : Reading.said(documents, 0);
    }

    /** The only document of the text. */
    static Reading<JsonNode> one(String text) {
        Reading<List<JsonNode>> all = all(text);
        return all instanceof Reading.Said<List<JsonNode>> said && said.what().size() > 1
                ? Reading.unsaid("there are " + said.what().size() + " JSON documents in it, not one")
                : all.map(documents -> documents.get(0));
    }

    /** A text that is not empty. */
    static Reading<String> text(JsonNode object, String... path) {
        JsonNode value = at(object, path);
        return value.isTextual() && !value.textValue().isEmpty()
                ? Reading.said(value.textValue(), 0)
                : missing("text", path);
    }

    static Reading<Boolean> flag(JsonNode object, String... path) {
        JsonNode value = at(object, path);
        return value.isBoolean() ? Reading.said(value.booleanValue(), 0) : missing("true or false", path);
    }

    static JsonNode at(JsonNode object, String... path) {
        JsonNode here = object;
        for (String key : path) {
            here = here.path(key);
        }
        return here;
    }

    private static <T> Reading<T> missing(String kind, String... path) {
        return Reading.unsaid("there is no " + kind + " at " + String.join(".", path));
    }
}
