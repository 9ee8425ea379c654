package org.nestguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Change;
import org.nestguard.engine.text.Case;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/** The written cases, and the gate on rule coverage: each rule has a case that fires and a near miss, one fact apart. */
class FixturesTest {
    private static final Path FIXTURES = Path.of(System.getProperty("nestguard.fixtures", "fixtures"));
    private static final Path QUESTIONS = FIXTURES.resolve("questions");
    // The site's folder has one made-up row for the table of distribution kernels and no rules.
    private static final MigrationGuard GUARD = MigrationGuard.withSite(FIXTURES.resolve("site"));

    @TestFactory
    Stream<DynamicTest> everyCaseComesOutAsWritten() throws IOException {
        return CaseRun.of(QUESTIONS, GUARD).results().stream()
                .map(result ->
                        DynamicTest.dynamicTest(result.name(), () -> assertEquals(List.of(), result.differences())));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleFiresInOneCaseAndNotInItsNearMiss() {
        return GUARD.rules().stream()
                .map(card -> DynamicTest.dynamicTest(card.id(), () -> {
                    Case fires = read(card, "fires");
                    Case miss = read(card, "near-miss");
                    assertTrue(
                            findings(fires, card).anyMatch(Finding::certain), "fires.yaml does not fire for certain");
                    assertFalse(findings(miss, card).findAny().isPresent(), "near-miss.yaml fires");
                    Set<String> differences = differences(fires.question(), miss.question());
                    assertEquals(1, differences.size(), "they differ in " + differences);
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyChangeThatIsSaidToMakeItSafeDoesAndContainsNoOther() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(QUESTIONS)) {
            files = walk.filter(p -> p.toString().endsWith(".yaml")).sorted().toList();
        }
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(QUESTIONS.relativize(file).toString(), () -> {
                    Question question;
                    try (InputStream in = Files.newInputStream(file)) {
                        question = Case.read(file.toString(), in, GUARD).question();
                    }
                    List<Change> changes = GUARD.decide(question).safeIf();
                    for (Change change : changes) {
                        Question.Builder changed = question.toBuilder();
                        change.change()
                                .forEach((fact, value) ->
                                        changed.state(FactName.at(fact).orElseThrow(), value));
                        assertEquals(
                                Verdict.ALLOW, GUARD.decide(changed.build()).verdict(), change.text());
                        assertFalse(
                                changes.stream()
                                        .anyMatch(other -> !other.equals(change)
                                                && change.change()
                                                        .entrySet()
                                                        .containsAll(
                                                                other.change().entrySet())),
                                change.text());
                    }
                }));
    }

    @Test
    void thereIsNoCaseForARuleThatThereIsNot() throws IOException {
        Set<String> ids = GUARD.rules().stream().map(RuleCard::id).collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> folders = Files.list(QUESTIONS.resolve("rules"))) {
            assertEquals(
                    ids,
                    folders.map(f -> String.valueOf(f.getFileName())).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    private static Case read(RuleCard card, String which) throws IOException {
        Path file = QUESTIONS.resolve("rules").resolve(card.id()).resolve(which + ".yaml");
        try (InputStream in = Files.newInputStream(file)) {
            return Case.read(file.toString(), in, GUARD);
        }
    }

    private static Stream<Finding> findings(Case one, RuleCard card) {
        return GUARD.decide(one.question()).findings().stream()
                .filter(f -> f.rule().equals(card.id()));
    }

    private static Set<String> differences(Question one, Question other) {
        Set<String> differences = Arrays.stream(FactName.values())
                .filter(FactName::written)
                .filter(name -> !said(one.fact(name)).equals(said(other.fact(name))))
                .map(FactName::path)
                .collect(Collectors.toCollection(TreeSet::new));
        if (one.operation() != other.operation()) {
            differences.add("operation");
        }
        return differences;
    }

    private static String said(Fact<?> fact) {
        return fact.known() ? fact.value().toString() : fact.toString();
    }
}
