package org.nestguard.catalogue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.kie.api.definition.rule.Rule;
import org.nestguard.findings.Effect;

/**
 * What a rule says of itself. A rule has no right-hand side: this is all that it says when it matches.
 *
 * @param id its name: a spoken slug, never renamed or reused
 * @param topic the file it stands in
 * @param effect what it says
 * @param summary when it says so and why, in one sentence
 * @param message the sentence for a person; words in braces are filled from the question
 * @param possible the sentence where a fact in {@code because} is not known; it names no value of such a fact
 * @param remedy what to do next
 * @param because the facts shown with the finding
 * @param sources keys of the sources table
 * @param since the version that brought the rule
 * @param row the row of the decision table that it carries out; null for an operator's rule
 * @param contradiction whether it says that the facts cannot all be true
 * @param waivable whether an operator who knows better may waive it
 */
public record RuleCard(
        String id,
        String topic,
        Effect effect,
        String summary,
        String message,
        String possible,
        String remedy,
        List<String> because,
        List<String> sources,
        String since,
        @Nullable String row,
        boolean contradiction,
        boolean waivable) {

    private static final Set<String> KEYS = Set.of(
            "effect",
            "summary",
            "message",
            "possible",
            "remedy",
            "because",
            "source",
            "since",
            "row",
            "contradiction",
            "waivable");

    /** Reads the card of a rule. @throws IllegalArgumentException naming the rule and the key that is missing or wrong */
    public static RuleCard of(Rule rule) {
        String name = rule.getPackageName();
        String topic = name.substring(name.lastIndexOf('.') + 1).replace('_', '-');
        return of(rule.getName(), topic, rule.getMetaData());
    }

    /** Reads a card from metadata. @throws IllegalArgumentException naming the rule and the key that is missing or wrong */
    public static RuleCard of(String id, String topic, Map<String, Object> metadata) {
        for (String key : metadata.keySet()) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("rule " + id + ": nobody reads @" + key);
            }
        }
        String message = text(id, metadata, "message");
        return new RuleCard(
                id,
                topic,
                effect(id, metadata.get("effect")),
                text(id, metadata, "summary"),
                message,
                metadata.containsKey("possible") ? text(id, metadata, "possible") : message,
                text(id, metadata, "remedy"),
                list(text(id, metadata, "because")),
                list(text(id, metadata, "source")),
                text(id, metadata, "since"),
                metadata.containsKey("row") ? text(id, metadata, "row") : null,
                flag(id, metadata, "contradiction"),
                flag(id, metadata, "waivable"));
    }

    private static Effect effect(String id, @Nullable Object value) {
        if (value instanceof Effect effect) {
            return effect;
        }
        // An operator's rule is compiled at run time, where an enum constant may arrive as its name.
        return Arrays.stream(Effect.values())
                .filter(e -> value != null && String.valueOf(value).endsWith("Effect." + e.name()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "rule " + id + ": @effect must be one of org.nestguard.findings.Effect"));
    }

    private static String text(String id, Map<String, Object> metadata, String key) {
        if (metadata.get(key) instanceof String text && !text.isBlank()) {
            return text.strip();
        }
        throw new IllegalArgumentException("rule " + id + ": @" + key + "(\"…\") is missing");
    }

    private static boolean flag(String id, Map<String, Object> metadata, String key) {
        Object value = metadata.getOrDefault(key, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new IllegalArgumentException("rule " + id + ": @" + key + " must be true or false");
    }

    private static List<String> list(String text) {
        List<String> list = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            list.add(part.strip());
        }
        return List.copyOf(list);
    }
}
