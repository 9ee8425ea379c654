package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.FactsDocument;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;

/** Reads one facts document, version 1, as strictly as a question is read. */
final class FactsParser {
    private static final String VERSION = "1";
    private static final String OBSERVED_AT = "observedAt";
    private static final int MOST_GUESTS = 100_000;

    private final StrictTokens tokens;
    private final Map<String, Evidence> evidence = new HashMap<>();

    FactsParser(String file, JsonParser parser, int firstLine) {
        tokens = new StrictTokens(file, parser, firstLine);
    }

    /** Facts as they stand there, before their evidence is known. */
    private record Written(Subject subject, @Nullable Instant observedAt, Map<String, String> texts) {
        Known known(Instant otherwise, String pointer, Map<String, Evidence> evidence) {
            Map<String, Observation> facts = new HashMap<>();
            for (String key : subject.keys()) {
                Evidence from = evidence.remove(pointer + key.replace('.', '/'));
                String text = texts.get(key);
                if (text != null || from != null) {
                    facts.put(key, new Observation(text == null ? Observation.UNKNOWN : text, from));
                }
            }
            return new Known(subject, observedAt == null ? otherwise : observedAt, facts);
        }
    }

    /** Reads the document whose first token the parser stands on. */
    FactsDocument parse() throws IOException, UnreadableException {
        JsonLocation start =
                tokens.startDocument("a facts document is expected here: the keys facts, host, guests and evidence");
        String version = null;
        Written host = null;
        List<Written> guests = new ArrayList<>();
        for (String key = tokens.nextKey(""); key != null; key = tokens.nextKey("")) {
            switch (key) {
                case "facts" -> version = version();
                case "host" -> {
                    tokens.startObject(key);
                    host = written(Subject.HOST, "host.");
                }
                case "guests" -> guests(guests);
                case "evidence" -> evidence();
                case "operation" ->
                    throw tokens.problem(
                            key, "this is a question, not a facts document; ask it with nestguard check FILE");
                default -> throw tokens.unknownKey(key, key, List.of("facts", "host", "guests", "evidence"));
            }
        }
        if (version == null || host == null) {
            throw tokens.problem(
                    start, version == null ? "facts" : "host", "missing; a facts document begins with facts: 1");
        }
        if (host.observedAt() == null) {
            throw tokens.problem(start, "host." + OBSERVED_AT, "missing; facts without a time are worth nothing");
        }
        return document(start, host, host.observedAt(), guests);
    }

    private FactsDocument document(JsonLocation start, Written host, Instant observedAt, List<Written> guests)
            throws UnreadableException {
        Known known = host.known(observedAt, "/host/", evidence);
        List<Known> all = new ArrayList<>();
        for (int i = 0; i < guests.size(); i++) {
            all.add(guests.get(i).known(observedAt, "/guests/" + i + "/", evidence));
        }
        if (!evidence.isEmpty()) {
            String pointer = evidence.keySet().iterator().next();
            throw tokens.problem(
                    start, "evidence." + Harmless.text(pointer, 80), "there is no such fact in this document");
        }
        return new FactsDocument(known, all);
    }

    private String version() throws IOException, UnreadableException {
        String version = tokens.text("facts");
        if (!version.equals(VERSION)) {
            throw tokens.problem("facts", "must be " + VERSION + ", the only version of facts documents known here");
        }
        return version;
    }

    private void guests(List<Written> guests) throws IOException, UnreadableException {
        tokens.startList("guests");
        while (tokens.nextElement("guests")) {
            if (guests.size() == MOST_GUESTS) {
                throw tokens.problem("guests", "has more than " + MOST_GUESTS + " elements");
            }
            guests.add(written(Subject.GUEST, "guests." + guests.size() + "."));
        }
    }

    private Written written(Subject subject, String prefix) throws IOException, UnreadableException {
        Map<String, String> texts = new HashMap<>();
        Instant observedAt = null;
        for (String key = tokens.nextKey(prefix); key != null; key = tokens.nextKey(prefix)) {
            if (key.equals(OBSERVED_AT)) {
                observedAt = tokens.instant(prefix + key);
            } else if (subject.keys().contains(key) && key.indexOf('.') < 0) {
                text(subject, prefix, key, texts);
            } else if (groups(subject).contains(key)) {
                tokens.startObject(prefix + key);
                String group = prefix + key + ".";
                for (String part = tokens.nextKey(group); part != null; part = tokens.nextKey(group)) {
                    if (!subject.keys().contains(key + "." + part)) {
                        throw tokens.unknownKey(group + part, part, List.of());
                    }
                    text(subject, prefix, key + "." + part, texts);
                }
            } else {
                throw tokens.unknownKey(prefix + key, key, subject.keys());
            }
        }
        return new Written(subject, observedAt, texts);
    }

    private static Set<String> groups(Subject subject) {
        Set<String> groups = new LinkedHashSet<>();
        subject.keys().stream()
                .filter(key -> key.indexOf('.') > 0)
                .forEach(key -> groups.add(key.substring(0, key.indexOf('.'))));
        return groups;
    }

    private void text(Subject subject, String prefix, String key, Map<String, String> texts)
            throws IOException, UnreadableException {
        String text = tokens.text(prefix + key);
        if (!subject.takes(key, text)) {
            throw tokens.problem(
                    prefix + key,
                    "must be " + subject.expects(key) + ", or unknown; not \"" + Harmless.text(text, 60) + "\"");
        }
        texts.put(key, text);
    }

    private void evidence() throws IOException, UnreadableException {
        tokens.startObject("evidence");
        for (String pointer = tokens.nextKey("evidence."); pointer != null; pointer = tokens.nextKey("evidence.")) {
            evidence.put(pointer, EvidenceText.read(tokens, "evidence." + pointer));
        }
    }
}
