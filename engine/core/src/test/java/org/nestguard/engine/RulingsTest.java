package org.nestguard.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Need;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

/** What is remembered of other questions is what would have been said of this one. */
class RulingsTest {
    private static final int QUESTIONS = 1_500;
    private static final MigrationGuard GUARD = MigrationGuard.create();

    private static final Map<Kind, List<String>> VALUES = Map.of(
            Kind.OPERATING_LEVEL, List.of("L0", "L0", "L0", "L1"),
            Kind.GUEST_LEVEL, List.of("L1", "L1", "L1", "L2"),
            Kind.ACCELERATOR, List.of("kvm", "kvm", "kvm", "tcg"),
            Kind.CPU_MODE, List.of("custom", "custom", "host-model", "host-passthrough"),
            Kind.FLAG, List.of("true", "false"),
            Kind.COUNT, List.of("0", "0", "2"),
            Kind.CPU_ID, List.of("6-85-4", "6-63-2", "25-1-1"),
            Kind.KERNEL, List.of("4.18.0-193.el8", "5.4.0-100-generic", "5.10.0", "6.8.0", "7.0.1", "3.10.0"),
            Kind.QEMU, List.of("2.12.0", "4.2.0", "4.2.1", "5.1.0", "5.2.0", "6.2.0", "8.2.0", "8.2.3"),
            Kind.TEXT, List.of("one", "another", "Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz"));
    private static final List<List<String>> PLATFORMS = List.of(
            List.of("x86_64", "intel"),
            List.of("x86_64", "intel"),
            List.of("x86_64", "amd"),
            List.of("x86_64", "amd"),
            List.of("s390x", "ibm"),
            List.of("aarch64", "arm"),
            List.of("ppc64le", "ibm"));

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource
    void aQuestionIsRuledAsItIsDecidedAlone(Operation operation) {
        ruledAsDecided(GUARD, operation, 1);
    }

    /** A caution that reads what no built-in rule reads, and a forbid that reads what only cautions do. */
    @Test
    void soItIsWithTheRulesOfASite() throws IOException {
        rule("odd-machine", "CAUTION", "guest.machineType", "machineType == \"another\"");
        rule("no-smm", "FORBID", "guest.smm, destination.name", "guest.mayUseSmm, destinationName == \"one\"");
        ruledAsDecided(MigrationGuard.withSite(folder), Operation.MIGRATE, 2);
    }

    private void rule(String id, String effect, String because, String when) throws IOException {
        Files.write(
                folder.resolve(id + ".drl"),
                List.of(
                        "package site.rules;",
                        "import org.nestguard.facts.Question;",
                        "import org.nestguard.findings.Effect;",
                        "rule \"" + id + "\"",
                        "    @effect(Effect." + effect + ")",
                        "    @summary(\"A rule of the site.\")",
                        "    @message(\"{guest} is not as the site has it\")",
                        "    @remedy(\"none\")",
                        "    @because(\"" + because + "\")",
                        "    @source(\"site\")",
                        "    @since(\"1\")",
                        "when",
                        "    Question(" + when + ")",
                        "then",
                        "end"));
    }

    private static void ruledAsDecided(MigrationGuard guard, Operation operation, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Rulings rulings = guard.rulings(operation);
        FactClasses classes = guard.classes();
        int allowed = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            Question question = question(guard, operation, random, i % 10 / 40.0);
            Ruling ruling = rulings.of(
                    name -> classes.of(name, question.fact(name)), classes.between(question), () -> question);
            Decision decision = guard.decide(question);
            List<String> said = new ArrayList<>();
            ruling.said().forEach(s -> said.add(s.effect() + " " + s.rule() + " " + s.certain()));
            List<String> found = new ArrayList<>();
            decision.findings().stream()
                    .filter(f -> f.effect() != Effect.CAUTION || decision.verdict() == Verdict.ALLOW)
                    .forEach(f -> found.add(f.effect() + " " + f.rule() + " " + f.certain()));
            String about = i + ": " + described(question);
            assertEquals(decision.verdict(), ruling.verdict(), about);
            assertEquals(new TreeSet<>(found), new TreeSet<>(said), about);
            assertEquals(
                    new TreeSet<>(decision.needs().stream().map(Need::fact).toList()),
                    new TreeSet<>(ruling.needs().stream().map(FactName::path).toList()),
                    about);
            allowed += decision.verdict() == Verdict.ALLOW ? 1 : 0;
        }
        assertTrue(
                allowed > QUESTIONS / 20, "only " + allowed + " were allowed, and cautions are heeded of them alone");
        assertTrue(rulings.asked() < QUESTIONS, "nothing was remembered");
    }

    /** Each fact is stated; so many of them are unknown. */
    private static Question question(
            MigrationGuard guard, Operation operation, SplittableRandom random, double unknown) {
        Question.Builder question = guard.question(operation);
        for (Party party : List.of(Party.SNAPSHOT, Party.SOURCE, Party.DESTINATION)) {
            List<String> platform = PLATFORMS.get(random.nextInt(PLATFORMS.size()));
            state(question, party, "arch", platform.get(0), random, unknown);
            state(question, party, "vendor", platform.get(1), random, unknown);
            state(question, party, "hpage", platform.get(0).equals("s390x") ? "false" : "unknown", random, unknown);
        }
        for (FactName name : FactName.values()) {
            if (name.written() && question.get(name).absent()) {
                List<String> values = VALUES.getOrDefault(name.kind(), List.of("unknown"));
                state(question, name.party(), name.key(), values.get(random.nextInt(values.size())), random, unknown);
            }
        }
        return question.build();
    }

    private static void state(
            Question.Builder question, Party party, String key, String value, SplittableRandom random, double unknown) {
        FactName.of(party, key)
                .ifPresent(name -> question.state(name, random.nextDouble() < unknown ? "unknown" : value));
    }

    private static String described(Question question) {
        StringBuilder text = new StringBuilder(question.operation().word());
        for (FactName name : FactName.values()) {
            if (question.fact(name).known() && name.written()) {
                text.append(' ')
                        .append(name.path())
                        .append('=')
                        .append(question.fact(name).value());
            }
        }
        return text.toString();
    }
}
