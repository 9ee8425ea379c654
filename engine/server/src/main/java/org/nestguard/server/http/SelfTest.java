package org.nestguard.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.BuiltRules;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.text.Case;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/**
 * Whether a rule base says what it must: of each operation a question that is allowed, one that is not, and one without an
 * answer. A site's rules may make an answer stricter, never looser, and must not change what the built-in rules find; the
 * site's own cases, {@code cases/*.yaml} in its folder, must come out as they say.
 */
final class SelfTest {
    private static final List<String> OPERATIONS = List.of("migrate", "savevm", "loadvm");
    private static final List<String> VERDICTS = List.of("allow", "deny", "undetermined");
    static final String OUT_OF_SERVICE = "site-rules-out-of-service";
    private static final int MOST_CASES = 1_000;
    private static final int MOST_DIFFERENCES = 5;

    private final MigrationGuard guard;
    private final boolean site;
    private final Set<String> builtIn = new HashSet<>(BuiltRules.ids());
    private final List<String> differences = new ArrayList<>();
    private @Nullable RuleBaseVersion version;

    private SelfTest(MigrationGuard guard, boolean site) {
        this.guard = guard;
        this.site = site;
    }

    /**
     * Asks a rule base all of it.
     *
     * @param folder the site's; null where it has none
     * @return which rules decided
     * @throws GuardFailureException where an answer is not what it must be
     */
    static RuleBaseVersion run(MigrationGuard guard, @Nullable Path folder) {
        SelfTest test = new SelfTest(guard, folder != null);
        for (String operation : OPERATIONS) {
            for (String verdict : VERDICTS) {
                test.builtIn(operation + "-" + verdict + ".yaml");
            }
        }
        if (folder != null) {
            test.sites(folder.resolve("cases"));
        }
        return test.version();
    }

    private RuleBaseVersion version() {
        if (!differences.isEmpty() || version == null) {
            throw new GuardFailureException("the rules did not pass their test: "
                    + differences.stream().limit(MOST_DIFFERENCES).collect(Collectors.joining("; ")));
        }
        return version;
    }

    private void builtIn(String name) {
        try (InputStream in = SelfTest.class.getResourceAsStream("self-test/" + name)) {
            if (in == null) {
                throw new GuardFailureException("the self-test lacks " + name + "; install NestGuard again");
            }
            Case asked = Case.read("self-test/" + name, in, guard);
            Decision decision = guard.decide(asked.question());
            version = decision.ruleBase();
            if (site) {
                compareWithSite(name, asked, decision);
            } else {
                asked.differences(decision).forEach(d -> differences.add(name + ": " + d));
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new GuardFailureException("the self-test cannot be read: " + e.getMessage(), e);
        }
    }

    private void compareWithSite(String name, Case asked, Decision decision) {
        Set<String> found = decision.findings().stream()
                .filter(Finding::certain)
                .map(Finding::rule)
                .filter(builtIn::contains)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!found.equals(asked.rules())) {
            differences.add(name + ": the built-in rules find " + found + ", expected " + asked.rules());
        }
        if (strictness(decision.verdict()) < strictness(asked.verdict())) {
            differences.add(name + ": verdict is " + decision.verdict() + ", looser than " + asked.verdict());
        }
        decision.findings().stream()
                .filter(f -> f.rule().equals(OUT_OF_SERVICE))
                .forEach(f -> differences.add(name + ": " + f.message()));
    }

    private static int strictness(Verdict verdict) {
        return switch (verdict) {
            case ALLOW -> 0;
            case UNDETERMINED -> 1;
            case DENY -> 2;
        };
    }

    private void sites(Path cases) {
        if (!Files.isDirectory(cases)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(cases)) {
            files = walk.filter(f -> f.toString().endsWith(".yaml"))
                    .sorted()
                    .limit(MOST_CASES + 1L)
                    .toList();
        } catch (IOException e) {
            throw new GuardFailureException(cases + ": cannot be read: " + e, e);
        }
        if (files.size() > MOST_CASES) {
            throw new GuardFailureException(cases + ": more than " + MOST_CASES + " cases");
        }
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                Case asked = Case.read(file.toString(), in, guard);
                asked.differences(guard.decide(asked.question())).forEach(d -> differences.add(file + ": " + d));
            } catch (IOException e) {
                differences.add(file + ": cannot be read: " + e);
            } catch (IllegalArgumentException e) {
                differences.add(String.valueOf(e.getMessage()));
            }
        }
    }
}
