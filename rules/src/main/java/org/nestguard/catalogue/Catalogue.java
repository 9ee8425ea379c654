package org.nestguard.catalogue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All rules as a page for people: {@code CATALOGUE.md} is what this writes of the built-in ones. */
public final class Catalogue {
    private Catalogue() {}

    /** The page in Markdown. */
    public static String markdown(List<RuleCard> cards, Map<String, Source> sources) {
        StringBuilder page =
                new StringBuilder("# The rules\n\nWritten from what the rules say of themselves; do not edit it."
                        + " `mvn -pl rules,engine/core -am test -Dcatalogue.write=true` writes it anew.\n"
                        + "Words in braces are filled from the question; \"row\" is the row of the decision table.\n");
        Map<String, StringBuilder> topics = new TreeMap<>();
        for (RuleCard card : cards) {
            topics.computeIfAbsent(card.topic(), t -> new StringBuilder()).append(entry(card, sources));
        }
        topics.forEach((topic, entries) ->
                page.append("\n## ").append(topic).append('\n').append(entries));
        return page.toString();
    }

    private static String entry(RuleCard card, Map<String, Source> sources) {
        StringBuilder entry = new StringBuilder(
                "\n### " + card.id() + "\n\n**" + card.effect().word() + "**"
                        + (card.contradiction() ? ", contradiction" : "")
                        + (card.waivable() ? ", may be waived" : "")
                        + (card.row() == null ? "" : ", row " + card.row())
                        + ", since " + card.since() + ". " + card.summary() + ".\n\n");
        entry.append("- says: ").append(card.message()).append('\n');
        if (!card.possible().equals(card.message())) {
            entry.append("- where it is not known: ").append(card.possible()).append('\n');
        }
        entry.append("- do next: ").append(card.remedy()).append('\n');
        entry.append("- shows: ").append(String.join(", ", card.because())).append('\n');
        for (String key : card.sources()) {
            Source source = sources.get(key);
            entry.append("- source: ")
                    .append(
                            source == null
                                    ? key
                                    : source.document() + ", " + source.section()
                                            + (source.quote() == null ? "" : ": \"" + source.quote() + "\""))
                    .append('\n');
        }
        return entry.toString();
    }
}
