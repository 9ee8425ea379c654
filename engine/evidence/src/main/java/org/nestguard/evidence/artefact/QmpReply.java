package org.nestguard.evidence.artefact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A reply of QEMU's monitor: what it returns, or what it complains of. Greetings and events between replies are passed
 * over.
 *
 * @param value what came under {@code return}; unsaid, with QEMU's own words, for an error
 */
record QmpReply(Reading<JsonNode> value) {

    /** The only reply in the text. */
    static QmpReply read(String text) {
        return new QmpReply(all(text)
                .flatMap(all -> all.size() == 1
                        ? all.get(0).value()
                        : Reading.unsaid("there are " + all.size() + " replies in it, not one")));
    }

    /** All replies, in their order; unsaid where there is none. */
    static Reading<List<QmpReply>> all(String text) {
        return JsonDocuments.all(text).flatMap(QmpReply::among);
    }

    private static Reading<List<QmpReply>> among(List<JsonNode> documents) {
        List<QmpReply> replies = new ArrayList<>();
        for (JsonNode document : documents) {
            if (document.has("return")) {
                replies.add(new QmpReply(Reading.said(document.get("return"), 0)));
            } else if (document.has("error")) {
                String words = document.path("error").path("desc").asText("");
                replies.add(new QmpReply(Reading.unsaid(
                        "QEMU answers: " + (words.length() > 300 ? words.substring(0, 300) + "…" : words))));
            }
        }
        return replies.isEmpty() ? Reading.unsaid("it is no reply of QEMU's monitor") : Reading.said(replies, 0);
    }
}
