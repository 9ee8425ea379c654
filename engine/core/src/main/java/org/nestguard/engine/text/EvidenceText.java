package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.Worded;

/** Where a fact was read, as a document writes it. */
final class EvidenceText {
    private EvidenceText() {}

    /** Writes it as a group. */
    static void write(JsonGenerator out, Evidence evidence) throws IOException {
        out.writeStartObject();
        out.writeStringField("from", evidence.from());
        if (evidence.at() != null) {
            out.writeStringField("at", evidence.at().toString());
        }
        out.writeStringField("by", evidence.by().word());
        if (evidence.why() != null) {
            out.writeStringField("why", evidence.why());
        }
        out.writeEndObject();
    }

    /** Reads the value of a key: a group with {@code from} and what else is known. */
    static Evidence read(StrictTokens tokens, String key) throws IOException, UnreadableException {
        String prefix = key + ".";
        String from = null;
        String why = null;
        Instant at = null;
        Evidence.Witness by = Evidence.Witness.HOST;
        tokens.startObject(key);
        for (String part = tokens.nextKey(prefix); part != null; part = tokens.nextKey(prefix)) {
            String path = prefix + part;
            switch (part) {
                case "from" -> from = tokens.text(path);
                case "why" -> why = tokens.text(path);
                case "at" -> at = tokens.instant(path);
                case "by" ->
                    by = Worded.read(Evidence.Witness.class, tokens.text(path))
                            .orElseThrow(() ->
                                    tokens.problem(path, "must be one of " + Worded.words(Evidence.Witness.class)));
                default -> throw tokens.unknownKey(path, part, List.of("from", "at", "by", "why"));
            }
        }
        if (from == null) {
            throw tokens.problem(prefix + "from", "missing; say the file or command that the fact was read from");
        }
        return new Evidence(from, at, by, why);
    }
}
