package org.nestguard.engine.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.drools.model.Model;
import org.drools.model.impl.ModelImpl;
import org.junit.jupiter.api.Test;
import org.nestguard.catalogue.BuiltRules;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.catalogue.Catalogue;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.catalogue.Source;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Guest;
import org.nestguard.facts.Host;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Reads;
import org.nestguard.facts.Snapshot;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Effect;

/** What every rule must have, and what the words of the rules promise. */
class RuleContractTest {
    private static final List<RuleCard> CARDS = RuleBase.load().cards();
    private static final Map<String, Source> SOURCES = BuiltTables.sources();
    private static final Tables TABLES = BuiltTables.load();
    private static final Pattern BRACES = Pattern.compile("\\{([^{}]+)\\}");

    @Test
    void everyRowOfTheDecisionTableIsCarriedOutByARule() {
        List<String> rows = new ArrayList<>(List.of("4.1a", "6.1"));
        for (int row = 1; row <= 25; row++) {
            rows.add("4." + row);
        }
        for (int row = 1; row <= 8; row++) {
            rows.add("5." + row);
        }
        Set<String> carriedOut = CARDS.stream().map(RuleCard::row).collect(Collectors.toSet());
        rows.removeAll(carriedOut);
        assertEquals(List.of(), rows, "rows without a rule");
    }

    @Test
    void everySourceOfARuleAndOfATableIsInTheSourcesTable() {
        Set<String> used =
                CARDS.stream().flatMap(c -> c.sources().stream()).collect(Collectors.toCollection(TreeSet::new));
        TABLES.defects().values().forEach(d -> used.add(d.source()));
        TABLES.distributions().rows().forEach(d -> used.add(d.source()));
        used.removeAll(SOURCES.keySet());
        assertEquals(Set.of(), used, "sources that are not in sources.yaml");
    }

    @Test
    void everyFactThatARuleShowsExistsForSomeOperation() {
        for (RuleCard card : CARDS) {
            for (String fact : card.because()) {
                assertTrue(
                        Arrays.stream(Operation.values())
                                .anyMatch(o -> Wording.resolve(o, fact).isPresent()),
                        card.id() + " names " + fact);
            }
        }
    }

    @Test
    void everyWordInBracesIsFilled() {
        for (RuleCard card : CARDS) {
            for (Operation operation : Operation.values()) {
                Shown nothing = new Shown(Question.about(operation, TABLES).build(), Map.of());
                for (String text : List.of(card.message(), card.possible(), card.remedy())) {
                    assertFalse(
                            BRACES.matcher(Template.of(text, operation, TABLES).fill(nothing))
                                    .find(),
                            card.id() + ": " + text);
                }
            }
            for (String text : List.of(card.message(), card.possible(), card.remedy())) {
                Matcher m = BRACES.matcher(text);
                while (m.find()) {
                    String word = m.group(1);
                    boolean fact = word.contains(".") && !word.matches(".*\\.(cpu|distribution|said)");
                    assertTrue(
                            !fact
                                    || Arrays.stream(Operation.values())
                                            .anyMatch(o ->
                                                    Wording.resolve(o, word).isPresent()),
                            card.id() + ": there is no {" + word + "}");
                }
            }
        }
    }

    @Test
    void theSentenceForWhatIsNotKnownNamesNoValueOfAFact() {
        for (RuleCard card : CARDS) {
            if (!card.possible().equals(card.message())) {
                Matcher m = BRACES.matcher(card.possible());
                while (m.find()) {
                    assertFalse(m.group(1).contains("."), card.id() + ": {" + m.group(1) + "} in @possible");
                }
            }
        }
    }

    @Test
    void onlyForbidsCanBeWaivedAndNoContradictionCan() {
        for (RuleCard card : CARDS) {
            assertTrue(!card.waivable() || (card.effect() == Effect.FORBID && !card.contradiction()), card.id());
        }
    }

    @Test
    void theCatalogueIsWhatTheRulesSay() throws IOException {
        String page = Catalogue.markdown(CARDS, SOURCES);
        Path file = Path.of(System.getProperty("nestguard.project"), "rules", "CATALOGUE.md");
        if (Boolean.getBoolean("catalogue.write")) {
            Files.writeString(file, page);
        }
        assertEquals(page, Files.readString(file), "write it anew, see its second line");
    }

    @Test
    void aWordReadsTheFactsThatItSaysAndNoOthers() throws ReflectiveOperationException {
        for (Operation operation : Operation.values()) {
            for (Class<?> type : List.of(Question.class, Guest.class, Snapshot.class, Host.class)) {
                for (Method method : type.getDeclaredMethods()) {
                    Reads reads = method.getAnnotation(Reads.class);
                    if (reads != null) {
                        Set<FactName> promised = promised(operation, type, reads);
                        Set<FactName> read = read(operation, type, method);
                        read.removeAll(promised);
                        assertEquals(
                                Set.of(), read, type.getSimpleName() + "." + method.getName() + " on " + operation);
                    }
                }
            }
        }
    }

    private static Set<FactName> promised(Operation operation, Class<?> type, Reads reads) {
        Set<FactName> promised = new HashSet<>();
        for (String fact : reads.value()) {
            String path = type == Host.class ? "destination." + fact : fact;
            Wording.resolve(operation, path)
                    .map(n -> n.kind() == Kind.ARCH || n.kind() == Kind.VENDOR ? n.platform() : n)
                    .ifPresent(promised::add);
        }
        return promised;
    }

    /** What a word reads, found by asking it in every world of a question of which nothing is known. */
    private static Set<FactName> read(Operation operation, Class<?> type, Method method)
            throws ReflectiveOperationException {
        Question.Builder nothing = Question.about(operation, TABLES);
        for (FactName name : FactName.values()) {
            if (name.written() && name.kind() != Kind.TEXT && name.kind() != Kind.CPU_ID) {
                nothing.state(name, "unknown");
            }
        }
        PreparedQuestion question = new PreparedQuestion(nothing.build(), TABLES, new Candidates(TABLES));
        Set<FactName> read = new HashSet<>();
        for (World world = World.first(); world != null; world = world.next()) {
            Question q = question.in(world);
            Object target = type == Question.class
                    ? q
                    : type == Guest.class ? q.guest() : type == Snapshot.class ? q.snapshot() : q.destination();
            Object[] arguments = method.getParameterCount() == 0
                    ? new Object[0]
                    : new Object[] {
                        method.getName().equals("kernelHas")
                                ? "pml-dirty-log"
                                : method.getName().equals("qemuHas") ? "cr4-leak" : "5.0"
                    };
            try {
                method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                // a fact that this operation does not have (the snapshot of a migration): no rule asks for it there
                assertTrue(e.getCause() instanceof IllegalStateException, method + ": " + e.getCause());
                return read;
            }
            read.addAll(world.narrowed().keySet());
        }
        return read;
    }

    // ---- fail closed

    @Test
    void aBaseThatLacksARuleRefusesToAnswer() throws ReflectiveOperationException {
        List<Model> models = new ArrayList<>();
        for (String name : BuiltRules.modelClasses()) {
            models.add(Class.forName(name)
                    .asSubclass(Model.class)
                    .getDeclaredConstructor()
                    .newInstance());
        }
        Model first = models.get(0);
        models.set(
                0,
                new ModelImpl(first.getName())
                        .withRules(first.getRules().subList(1, first.getRules().size())));
        GuardFailureException refused =
                assertThrows(GuardFailureException.class, () -> new RuleBase(models, BuiltRules.ids()));
        assertTrue(String.valueOf(refused.getMessage())
                .contains(first.getRules().get(0).getName()));
    }

    @Test
    void anEmptyBaseRefusesToAnswer() {
        assertThrows(GuardFailureException.class, () -> new RuleBase(List.of(), List.of()));
        assertThrows(GuardFailureException.class, () -> new RuleBase(List.of(), BuiltRules.ids()));
    }

    @Test
    void theDigestInTheClassIsTheOneInTheResource() {
        assertEquals(BuiltRules.digestInClass(), BuiltRules.digestInResource());
        assertEquals(64, BuiltRules.digestInClass().length());
    }

    @Test
    void aRuleWithoutACardIsNamed() {
        IllegalArgumentException missing = assertThrows(
                IllegalArgumentException.class,
                () -> RuleCard.of("some-rule", "topic", Map.of("effect", Effect.FORBID, "summary", "s")));
        assertEquals(
                Optional.of("rule some-rule: @message(\"…\") is missing"), Optional.ofNullable(missing.getMessage()));
    }
}
