package org.nestguard.engine.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Need;
import org.nestguard.facts.Question;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/**
 * A question with what must come out: a file with two YAML documents.
 *
 * @param question the first document
 * @param verdict what the rules must say
 * @param rules all rules that must match for certain
 * @param possible all rules that must match in some worlds only
 * @param needs all facts that must be named as missing and decisive
 */
public record Case(Question question, Verdict verdict, Set<String> rules, Set<String> possible, Set<String> needs) {

    /** Reads a case. @throws IllegalArgumentException with a message that names the file, line and key */
    public static Case read(String file, InputStream in, MigrationGuard guard) throws IOException {
        try (JsonParser parser =
                QuestionReader.yaml(QuestionReader.LARGEST_DOCUMENT).createParser(in)) {
            parser.nextToken();
            Question question = new QuestionParser(file, parser, 1, guard.tables()).parse();
            JsonToken token = parser.nextToken();
            while (token == null && !parser.isClosed()) {
                token = parser.nextToken();
            }
            if (token != JsonToken.START_OBJECT) {
                throw problem(file, parser, "a second document with verdict and rules is missing");
            }
            return expected(file, parser, question);
        } catch (UnreadableException e) {
            throw new IllegalArgumentException(e.problem().inOneLine());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    file + ":" + e.getLocation().getLineNr() + ": not YAML: " + e.getOriginalMessage());
        }
    }

    private static Case expected(String file, JsonParser parser, Question question) throws IOException {
        Verdict verdict = null;
        Set<String> rules = null;
        Set<String> possible = Set.of();
        Set<String> needs = Set.of();
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (!seen.add(key)) {
                throw problem(file, parser, key + " stands there twice");
            }
            parser.nextToken();
            switch (key) {
                case "verdict" ->
                    verdict = verdict(parser.getText())
                            .orElseThrow(() -> problem(file, parser, "verdict must be ALLOW, DENY or UNDETERMINED"));
                case "rules" -> rules = list(file, parser, key);
                case "possible" -> possible = list(file, parser, key);
                case "needs" -> needs = list(file, parser, key);
                default ->
                    throw problem(
                            file,
                            parser,
                            "there is no key " + key + " here; known are verdict, rules, possible and needs");
            }
        }
        if (verdict == null || rules == null) {
            throw problem(file, parser, "verdict and rules are needed");
        }
        return new Case(question, verdict, rules, possible, needs);
    }

    private static Optional<Verdict> verdict(@Nullable String text) {
        return Arrays.stream(Verdict.values())
                .filter(v -> v.name().equals(text))
                .findFirst();
    }

    private static Set<String> list(String file, JsonParser parser, String key) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw problem(file, parser, key + " must be a list");
        }
        Set<String> list = new TreeSet<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == null || !parser.currentToken().isScalarValue()) {
                throw problem(file, parser, key + " must be a list of names");
            }
            list.add(parser.getText());
        }
        return list;
    }

    private static IllegalArgumentException problem(String file, JsonParser parser, String message) {
        return new IllegalArgumentException(
                file + ":" + parser.currentTokenLocation().getLineNr() + ": " + Harmless.text(message, 300));
    }

    /** What differs between a decision and what must come out; empty where nothing does. */
    public List<String> differences(Decision decision) {
        List<String> differences = new ArrayList<>();
        if (decision.verdict() != verdict) {
            differences.add("verdict is " + decision.verdict() + ", expected " + verdict);
        }
        compare("rules", rules, names(decision.findings(), Finding::certain), differences);
        compare("possible", possible, names(decision.findings(), f -> !f.certain()), differences);
        compare(
                "needs",
                needs,
                decision.needs().stream().map(Need::fact).collect(Collectors.toCollection(TreeSet::new)),
                differences);
        return differences;
    }

    private static Set<String> names(List<Finding> findings, Function<Finding, Boolean> which) {
        return findings.stream().filter(which::apply).map(Finding::rule).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void compare(String what, Set<String> expected, Set<String> found, List<String> differences) {
        Set<String> missing = new TreeSet<>(expected);
        missing.removeAll(found);
        Set<String> more = new TreeSet<>(found);
        more.removeAll(expected);
        if (!missing.isEmpty()) {
            differences.add(what + " lacks " + String.join(", ", missing));
        }
        if (!more.isEmpty()) {
            differences.add(what + " has " + String.join(", ", more) + " beside what is expected");
        }
    }
}
