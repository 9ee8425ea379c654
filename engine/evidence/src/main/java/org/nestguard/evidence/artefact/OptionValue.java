package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands after one option of QEMU: {@code key=value,key2=value2} (a doubled comma is a comma), or a JSON object.
 * Underscores in keys are dashes. The last of several values of a key counts.
 */
record OptionValue(Map<String, String> pairs) {

    /**
     * Reads it.
     *
     * @param implied the key of a first part that has no equals sign
     */
    static OptionValue read(String text, String implied) {
        return text.startsWith("{") ? json(text) : new OptionValue(plain(text, implied));
    }

    private static Map<String, String> plain(String text, String implied) {
        Map<String, String> pairs = new LinkedHashMap<>();
        boolean first = true;
        for (String part : parts(text)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                pairs.put(key(part.substring(0, equals)), part.substring(equals + 1));
            } else if (first) {
                pairs.put(implied, part);
            } else if (!part.isEmpty()) {
                pairs.put(key(part), "on");
            }
            first = false;
        }
        return pairs;
    }

    /** The parts between single commas. */
    static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != ',') {
                part.append(c);
            } else if (i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(c);
                i++;
            } else {
                parts.add(part.toString());
                part.setLength(0);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static OptionValue json(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (JsonDocuments.one(text) instanceof Reading.Said<JsonNode> said
                && said.what().isObject()) {
            said.what().properties().forEach(e -> flatten(key(e.getKey()), e.getValue(), pairs));
        }
        return new OptionValue(pairs);
    }

    private static void flatten(String key, JsonNode value, Map<String, String> pairs) {
        if (value.isObject()) {
            value.properties().forEach(e -> flatten(key + "." + key(e.getKey()), e.getValue(), pairs));
        } else if (value.isBoolean()) {
            pairs.put(key, value.booleanValue() ? "on" : "off");
        } else if (value.isValueNode()) {
            pairs.put(key, value.asText());
        }
    }

    private static String key(String written) {
        return written.replace('_', '-');
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(pairs.get(key));
    }

    /** What QEMU reads as a yes or no; empty for any other word. */
    static Optional<Boolean> flag(String word) {
        return switch (word) {
            case "on", "yes", "true", "y" -> Optional.of(true);
            case "off", "no", "false", "n" -> Optional.of(false);
            default -> Optional.empty();
        };
    }
}
