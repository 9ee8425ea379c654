package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.facts.Worded;

/** Reads one question from the tokens of one document; an unknown key or a value of the wrong sort is an error with its place. */
final class QuestionParser {
    private static final List<String> TOP =
            List.of("id", "operation", "guest", "snapshot", "source", "destination", "evidence");

    private final StrictTokens tokens;
    private final Set<FactName> stated = EnumSet.noneOf(FactName.class);
    private Map<FactName, Evidence> evidence = Map.of();
    private final Question.Builder question;
    private @Nullable Operation operation;
    private boolean someHost;

    /** @param firstLine the line of the stream at which the parser's line 1 is */
    QuestionParser(String file, JsonParser parser, int firstLine, Tables tables) {
        tokens = new StrictTokens(file, parser, firstLine);
        question = Question.about(Operation.MIGRATE, tables);
    }

    /** Reads the document whose first token the parser stands on. */
    Question parse() throws IOException, UnreadableException {
        JsonLocation start = tokens.startDocument(
                "a question is expected here: keys such as operation, guest, source and destination");
        for (String key = tokens.nextKey(""); key != null; key = tokens.nextKey("")) {
            switch (key) {
                case "id" -> question.id(tokens.text(key));
                case "operation" -> operation = operation(tokens.text(key));
                case "guest" -> facts(key, Party.GUEST);
                case "snapshot" -> facts(key, Party.SNAPSHOT);
                case "source" -> facts(key, Party.SOURCE);
                case "destination" -> facts(key, Party.DESTINATION);
                case "evidence" -> evidence();
                case "facts" ->
                    throw tokens.problem(
                            key, "this is a facts document, not a question; ask with --guest NAME --from FACTS");
                default -> throw tokens.unknownKey(key, key, TOP);
            }
        }
        if (operation == null) {
            throw tokens.problem(start, "operation", "missing; it must be one of " + Worded.words(Operation.class));
        }
        if (!someHost) {
            throw tokens.problem(
                    start,
                    null,
                    "there is no host in it: give the source, the destination, or both (a host may be empty: {})");
        }
        return question.operation(operation).evidence(evidence).build();
    }

    private void facts(String key, Party party) throws IOException, UnreadableException {
        someHost |= party == Party.SOURCE || party == Party.DESTINATION;
        tokens.startObject(key);
        facts(party, "");
    }

    /** @param within the group of the party's keys that is read: none, or {@code l2.} */
    private void facts(Party party, String within) throws IOException, UnreadableException {
        String prefix = party.word() + "." + within;
        boolean l2 = false;
        for (String key = tokens.nextName(prefix); key != null; key = tokens.nextName(prefix)) {
            String path = within.isEmpty() ? key : within + key;
            if (path.equals("l2") && FactName.of(party, "l2.live").isPresent()) {
                if (l2) {
                    throw tokens.twice(prefix, key);
                }
                l2 = true;
                tokens.startObject(prefix + key);
                facts(party, "l2.");
                continue;
            }
            FactName name = key.indexOf('.') >= 0
                    ? null
                    : FactName.of(party, path).filter(FactName::written).orElse(null);
            if (name == null) {
                throw tokens.unknownKey(prefix + key, key, keys(prefix));
            }
            if (!stated.add(name)) {
                throw tokens.twice(prefix, key);
            }
            state(name);
        }
    }

    private void state(FactName name) throws IOException, UnreadableException {
        String text = tokens.text(name.path());
        try {
            question.state(name, text);
        } catch (IllegalArgumentException e) {
            throw tokens.problem(
                    name.path(),
                    "must be " + name.kind().expects() + ", or unknown; not \"" + Harmless.text(text, 60) + "\"");
        }
    }

    private static List<String> keys(String prefix) {
        Stream<String> facts = Arrays.stream(FactName.values())
                .filter(FactName::written)
                .map(FactName::path)
                .filter(p -> p.startsWith(prefix))
                .map(p -> p.substring(prefix.length()).replaceFirst("\\..*", ""));
        return facts.distinct().toList();
    }

    private Operation operation(String text) throws UnreadableException {
        return Worded.read(Operation.class, text)
                .orElseThrow(() -> tokens.problem(
                        "operation",
                        "must be one of " + Worded.words(Operation.class) + ", not \"" + Harmless.text(text, 60)
                                + "\""));
    }

    private void evidence() throws IOException, UnreadableException {
        evidence = new EnumMap<>(FactName.class);
        tokens.startObject("evidence");
        for (String path = tokens.nextKey("evidence."); path != null; path = tokens.nextKey("evidence.")) {
            String key = "evidence." + Harmless.text(path, 80);
            FactName name = FactName.at(path)
                    .orElseThrow(() -> tokens.problem(key, "there is no fact " + key.substring("evidence.".length())));
            evidence.put(name, EvidenceText.read(tokens, key));
        }
    }
}
