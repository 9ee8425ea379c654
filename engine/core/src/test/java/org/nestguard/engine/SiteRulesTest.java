package org.nestguard.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Need;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/** What a site's own rules cannot do. */
class SiteRulesTest {
    private static final String HEAD = "package site\n\nimport org.nestguard.facts.Question\n\n";
    private static final String CARD = """
                @effect(org.nestguard.findings.Effect.FORBID)
                @summary("a summary")
                @message("a message of {guest}")
                @remedy("a remedy")
                @because("BECAUSE")
                @source("site")
                @since("1")
            """;
    private static final Map<FactName, String> ALLOWED = Map.ofEntries(
            Map.entry(FactName.GUEST_NAME, "g1"),
            Map.entry(FactName.GUEST_NESTING, "false"),
            Map.entry(FactName.GUEST_L2_LIVE, "0"),
            Map.entry(FactName.GUEST_CPU_MODE, "custom"),
            Map.entry(FactName.SOURCE_ARCH, "x86_64"),
            Map.entry(FactName.SOURCE_VENDOR, "intel"),
            Map.entry(FactName.SOURCE_KERNEL, "6.1.0"),
            Map.entry(FactName.SOURCE_QEMU, "8.2.0"),
            Map.entry(FactName.SOURCE_NESTED, "true"),
            Map.entry(FactName.DESTINATION_ARCH, "x86_64"),
            Map.entry(FactName.DESTINATION_VENDOR, "intel"),
            Map.entry(FactName.DESTINATION_KERNEL, "6.1.0"),
            Map.entry(FactName.DESTINATION_QEMU, "8.2.0"),
            Map.entry(FactName.DESTINATION_NESTED, "true"));

    @TempDir
    private Path folder = Path.of("");

    private static String rule(String id, String because, String lhs) {
        return "rule \"" + id + "\"\n" + CARD.replace("BECAUSE", because) + "when\n    " + lhs + "\nthen\nend\n";
    }

    private static String rule(String because, String condition) {
        return HEAD + rule("site-rule", because, "Question(" + condition + ")");
    }

    private MigrationGuard guard(String text) throws IOException {
        Files.writeString(folder.resolve("own.drl"), text);
        return MigrationGuard.withSite(folder);
    }

    private String refusal() {
        return String.valueOf(assertThrows(SiteRulesException.class, () -> MigrationGuard.withSite(folder))
                .getMessage());
    }

    private void refused(String text, String... parts) throws IOException {
        Files.writeString(folder.resolve("own.drl"), text);
        String message = refusal();
        assertTrue(message.contains("own.drl"), message);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static Decision ask(MigrationGuard guard, Operation operation, Map<FactName, String> changes) {
        Question.Builder question = guard.question(operation);
        ALLOWED.forEach(question::state);
        changes.forEach(question::state);
        return guard.decide(question.build());
    }

    private static Decision ask(MigrationGuard guard, Map<FactName, String> changes) {
        return ask(guard, Operation.MIGRATE, changes);
    }

    private static Set<String> rules(Decision decision) {
        return decision.findings().stream().map(Finding::rule).collect(Collectors.toSet());
    }

    private static List<String> needs(Decision decision) {
        return decision.needs().stream().map(Need::fact).toList();
    }

    @Test
    void aRuleOfTheFormForbids() throws IOException {
        MigrationGuard guard = guard(rule("guest.name", "guestName matches \"g[0-9]\""));
        assertEquals(Verdict.ALLOW, ask(MigrationGuard.create(), Map.of()).verdict());
        Decision decision = ask(guard, Map.of());
        assertEquals(Verdict.DENY, decision.verdict());
        assertTrue(rules(decision).contains("site-rule"));
        assertEquals("a message of g1", decision.findings().get(0).message());
        assertEquals(
                Verdict.ALLOW, ask(guard, Map.of(FactName.GUEST_NAME, "h1")).verdict());
    }

    @ParameterizedTest
    @ValueSource(strings = {"büro", "сервер", "機", "a\\\"b", "a\\\\b"})
    void aNameIsComparedLetterByLetter(String name) throws IOException {
        MigrationGuard guard = guard(rule("guest.name", "guestName == \"" + name + "\""));
        String plain = name.replace("\\\"", "\"").replace("\\\\", "\\");
        assertEquals(
                Verdict.DENY, ask(guard, Map.of(FactName.GUEST_NAME, plain)).verdict());
    }

    // ---- what may not stand in a file

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.exit(1);",
                "modify($q) {}",
                "insert(new Object());",
                "drools.halt();",
                "; // nothing",
                "/* a */ int a;"
            })
    void aRuleDoesNothing(String consequence) throws IOException {
        refused(
                rule("guest.name", "guestName == \"x\"").replace("then\n", "then\n" + consequence + "\n"),
                "line 5",
                "between `then` and `end`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "function boolean f() { System.exit(1); return true; } | a function",
                "declare T a : int end | a declared type",
                "declare enum E A(1); a : int end | a declared enum",
                "declare Question extra : String end | a declared type",
                "global java.util.List list | a global",
                "import java.lang.System | the import of java.lang.System",
                "import java.io.* | the import of java.io.*",
                "import org.nestguard.engine.MigrationGuard | the import of",
                "import static java.lang.System.exit | the import of",
                "import function java.lang.System.exit | the import of",
                "import accumulate java.util.List f | the import of",
                "declare window W Question() over window:length(5) end | a window",
                "declare entry-point E end | an entry point",
                "dialect \"mvel\" | an attribute",
                "salience 5 | an attribute",
                "query q(String a) Question(guestName == a) end | a query",
                "unit Site; | not a rule",
            })
    void nothingButRulesStandsInAFile(String extra, String message) throws IOException {
        refused(HEAD + extra + "\n" + rule("site-rule", "guest.name", "Question(guestName == \"x\")"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "salience 5",
                "no-loop true",
                "dialect \"mvel\"",
                "dialect \"java\"",
                "enabled false",
                "enabled (System.exit(1) == null)",
                "lock-on-active",
                "agenda-group \"a\"",
                "timer (int: 1s)",
                "date-expires \"01-Jan-2020\"",
                "auto-focus true",
                "duration 5"
            })
    void aRuleHasNoAttributes(String attribute) throws IOException {
        refused(rule("guest.name", "guestName == \"x\"").replace("when\n", attribute + "\nwhen\n"), "an attribute");
    }

    @Test
    void aRuleExtendsNoOther() throws IOException {
        refused(
                rule("guest.name", "guestName == \"x\"")
                        .replace("rule \"site-rule\"", "rule \"site-rule\" extends \"o\""),
                "a rule that extends another");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Question() Question()",
                "Question() or Question()",
                "(Question() and Question())",
                "not Question(guest.l1)",
                "not(Question(guest.l1))",
                "exists Question(guest.l1)",
                "forall(Question(guest.l1))",
                "eval(System.exit(1) == null)",
                "eval(true)",
                "Object()",
                "String()",
                "org.nestguard.facts.Guest()",
                "java.lang.Runtime()",
                "org.nestguard.facts.Question(guest.l1)",
                "$q : Question(guest.l1)",
                "$q := Question(guest.l1)",
                "?Question(guest.l1)",
                "Question(guest.l1) from entry-point \"a\"",
                "Question(guest.l1) from System.exit(1)",
                "Question(guest.l1) from collect(Question())",
                "Number() from accumulate(Question(), count(1))",
                "accumulate(Question(); $n : count(1))",
                "Question(guest.l1) over window:length(5)",
                "Question(guest.l1) @watch(*)",
                "Question(\"a\";)",
                "Question(guest.l1) do[a]",
                "Question(guest.l1) if (guest.l1) break[a]"
            })
    void aRuleIsOnePlainPattern(String lhs) throws IOException {
        refused(HEAD + rule("site-rule", "guest.name", lhs));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "System.exit(1) == null",
                "java.lang.System.exit(1) == null",
                "new java.io.File(\"/tmp/x\").delete()",
                "getClass() != null",
                "class != null",
                "this != null",
                "this.guestName == \"a\"",
                "hashCode == 5",
                "toString() == \"a\"",
                "eval(guest.l1)",
                "guestName.length() > 3",
                "guestName.getClass().forName(\"x\") != null",
                "\"\".getClass() != null",
                "(guestName).bytes != null",
                "source.toString() == \"\"",
                "source.tables.defects != null",
                "source.tables != null",
                "source.kernel.value != null",
                "guest.level.known",
                "source.distribution(null) != null",
                "guest != null",
                "source == destination",
                "snapshot.host",
                "id == \"a\"",
                "operation != null",
                "fact(null) != null",
                "toBuilder() != null",
                "about(null, null) != null",
                "$x : guestName",
                "guestName := \"a\"",
                "guestName = \"a\"",
                "guestName == \"a\" ? true : false",
                "guestName str[startsWith] \"a\"",
                "guestName soundslike \"a\"",
                "guestName memberOf machineType",
                "guestName == \"a\" + \"b\"",
                "guestName[0] == 'a'",
                "{ guest.l1 }",
                "guest.l1; guest.l2",
                "guest.l1()",
                "source.kernelBelow == true",
                "guest!.l1",
                "guest#Object.l1",
                "source/kernel",
                "?/source",
                "guestName == `id`",
                "guestName == $1",
                "guestName == \"a",
                "with (guest) { }",
                "import.x",
                "guest.l1 @x"
            })
    void aConditionIsMadeOfWords(String condition) throws IOException {
        refused(rule("guest.name, guest.level, source.kernel", condition));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.lang.System.exit(0)",
                "System.setProperty(\"a\", \"b\")",
                "\"a\" + System.getProperty(\"user.name\")",
                "\"a\".getClass()",
                "\"a\", System.exit(0)",
                "value = System.exit(0)",
                "a = \"b\", c = \"d\"",
                "{\"a\", \"b\"}",
                "{System.exit(0)}",
                "@x(System.exit(0))",
                "new java.io.File(\"/\")",
                "a",
                "'a'",
                "5",
                "",
                "Effect.FORBID.getClass()"
            })
    void nothingInMetadataIsExecuted(String value) throws IOException {
        String whole = rule("guest.name", "guestName == \"x\"");
        refused(whole.replace("@summary(\"a summary\")", "@summary(" + value + ")"), "@summary");
        refused(whole.replace("@since(\"1\")", "@since(\"1\")\n    @unheardOf(" + value + ")"), "@unheardOf");
        refused(whole.replace("@effect(org.nestguard.findings.Effect.FORBID)", "@effect(" + value + ")"), "@effect");
    }

    // ---- what a rule must say of itself

    @Test
    void aRuleDoesNotPermit() throws IOException {
        String text = rule("guest.name", "guestName == \"x\"");
        refused(text.replace("FORBID", "PERMIT"), "line 5", "may not permit");
        refused(text.replace("FORBID", "ALLOW"), "line 5", "@effect must be one of");
        refused(text.replace("FORBID", "PERMIT").replace("org.nestguard.findings.Effect", "Effect"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"effect", "summary", "message", "remedy", "because", "source", "since"})
    void aRuleSaysAllOfItself(String key) throws IOException {
        String text = rule("guest.name", "guestName == \"x\"");
        refused(text.replaceFirst(" *@" + key + "\\([^\n]*\n", ""), "line 5", "site-rule", "@" + key);
    }

    @Test
    void aRuleSaysEachThingOnce() throws IOException {
        String text = rule("guest.name", "guestName == \"x\"");
        refused(text.replace("@since", "@remedy(\"another\") @since"), "line 12", "@remedy stands there twice");
        guard(text.replace("a remedy", "say @remedy, and // go on")
                + rule("other", "guest.name", "Question(guestName == \"y\")"));
    }

    @Test
    void aSentenceNamesADefectThatIsKnown() throws IOException {
        String text = rule("guest.name", "guestName == \"x\"");
        refused(text.replace("a remedy", "upgrade to {defect no-such}"), "line 5", "no no-such");
    }

    @Test
    void aRuleSaysNothingThatNobodyReads() throws IOException {
        refused(
                rule("guest.name", "guestName == \"x\"").replace("@since", "@waiveable(true) @since"),
                "nobody reads @waiveable");
    }

    @ParameterizedTest
    @ValueSource(strings = {"guest.nmae", "name", "", ",", "guest.name,", "guest.name;guest.level", "source.platform"})
    void whatARuleListsAreFacts(String because) throws IOException {
        refused(rule(because, "guestName == \"x\""), "line 5", "@because");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "guest.name | guest.l1 | guest.level",
                "guest.name | guestName == \"x\" && source.kernelBelow(\"6.0\") | source.kernel",
                "source.arch | source.svm | source.vendor",
                "source.arch, source.vendor | svm | here.arch",
                "source.arch, source.vendor | here.svm | here.arch",
                "source.kernel | origin.kernelBelow(\"6.0\") | origin.kernel",
                "guest.l2.live | live | state.l2.live",
                "state.l2.live | idle | guest.l2.live",
                "state.l2.live | loadvm, !guest.hasLiveGuests | guest.l2.live",
                "origin.kernel | destination.kernelBelow(\"6.0\") | destination.kernel",
                "here.kernel | destination.kernelBelow(\"6.0\") | destination.kernel",
                "snapshot.kernel | snapshot.host.qemuBelow(\"6.0\") | snapshot.qemu",
                "guest.nesting, here.arch, here.vendor | plain | source.nested"
            })
    void aRuleReadsWhatItLists(String because, String condition, String fact) throws IOException {
        refused(rule(because, condition), "line 5", "reads " + fact + ", which its @because does not list");
    }

    @Test
    void everyRuleHasAnIdOfItsOwn() throws IOException {
        String one = rule("site-rule", "guest.name", "Question(guestName == \"x\")");
        refused(HEAD + one + one, "site-rule");
        refused(HEAD + one.replace("site-rule", "amd-live-l2"), "line 5", "there is a rule amd-live-l2 already");
        Files.writeString(folder.resolve("second.drl"), HEAD.replace("package site", "package other") + one);
        Files.writeString(folder.resolve("own.drl"), HEAD + one);
        String message = refusal();
        assertTrue(message.contains("second.drl, line 5: there is a rule site-rule already"), message);
    }

    // ---- files

    @Test
    void aMistakeIsNamedWithItsFileAndLine() throws IOException {
        refused(HEAD + "rule \"a\"\nwhen\n  Question(guest.l1\nthen\nend\n", "own.drl, line ", "not a rule");
        refused(rule("guest.level", "guest.l1 &&"), "own.drl");
        refused(HEAD + "rulle \"a\" end\n", "own.drl, line 5: not a rule");
        refused("not a rule at all", "own.drl, line 1");
        refused("", "own.drl: there is no rule in it");
        refused("package site\n/* rule */\n", "own.drl: there is no rule in it");
        refused(rule("guest.name", "guestName == 5.5.5"), "own.drl, line 14");
        refused(
                rule("guest.name", "guestName matches \"(\"").replace("import org.nestguard.facts.Question", ""),
                "own");
    }

    @Test
    void aLongTextOrADeepNestingIsRefusedOrAnswered() throws IOException {
        MigrationGuard guard = guard(rule("guest.name", "guestName == \"" + "a".repeat(100_000) + "\""));
        assertEquals(Verdict.ALLOW, ask(guard, Map.of()).verdict());
        refused(rule("guest.level", "(".repeat(100_000) + "guest.l1" + ")".repeat(100_000)));
    }

    @Test
    void aFileThatIsTooLargeIsRefused() throws IOException {
        refused(HEAD + "//" + "x".repeat(1 << 20), "larger than 1048576 bytes");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Files.write(
                folder.resolve("own.drl"),
                rule("guest.name", "guestName == \"b\u00fcro\"").getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refusal().contains("own.drl: is not written in UTF-8"));
    }

    @Test
    void aRuleFileThatIsNoFileIsRefused() throws IOException {
        Files.writeString(folder.resolve("a.drl"), rule("guest.name", "guestName == \"x\""));
        Files.createSymbolicLink(folder.resolve("b.drl"), folder.resolve("gone"));
        assertTrue(refusal().contains("b.drl: is no file"));
        Files.delete(folder.resolve("b.drl"));
        Files.createDirectory(folder.resolve("c.drl"));
        assertTrue(refusal().contains("c.drl: is no file"));
    }

    @Test
    void aFolderThatSaysNothingIsRefused() throws IOException {
        assertTrue(refusal().contains("has neither *.drl files nor distributions.yaml"));
        Path file = Files.createFile(folder.resolve("file"));
        assertTrue(String.valueOf(assertThrows(SiteRulesException.class, () -> MigrationGuard.withSite(file))
                        .getMessage())
                .contains("is no folder"));
        assertThrows(SiteRulesException.class, () -> MigrationGuard.withSite(folder.resolve("gone")));
    }

    @Test
    void aFileThatItsAuthorMayTakeForARuleInForceIsRefused() throws IOException {
        String text = rule("guest.name", "guestName == \"x\"");
        Files.writeString(folder.resolve("own.drl"), text);
        Files.writeString(folder.resolve("README"), "no rule");
        MigrationGuard.withSite(folder);
        Path shouted = Files.writeString(folder.resolve("LATER.DRL"), text);
        assertTrue(refusal().contains("LATER.DRL: a file with rules is called *.drl"), refusal());
        Files.delete(shouted);
        Path table = Files.writeString(folder.resolve("distributions.yml"), "");
        assertTrue(refusal().contains("the table is called distributions.yaml"), refusal());
        Files.delete(table);
        Path below = Files.createDirectory(folder.resolve("below"));
        MigrationGuard.withSite(folder);
        Files.writeString(below.resolve("more.drl"), text);
        assertTrue(refusal().contains("below: rules in a folder below are not read"), refusal());
    }

    @Test
    void aFolderThatCannotBeReadIsRefused() throws IOException {
        Files.writeString(folder.resolve("own.drl"), rule("guest.name", "guestName == \"x\""));
        assertTrue(folder.toFile().setReadable(false));
        try {
            assumeFalse(Files.isReadable(folder), "this user can read everything");
            assertTrue(refusal().contains("cannot be read"));
        } finally {
            assertTrue(folder.toFile().setReadable(true));
        }
    }

    // ---- answers

    @Test
    void aRuleThatDoesNotComeToAnEndAllowsNothingAnyMore() throws IOException {
        MigrationGuard guard = guard(rule("guest.name", "guestName matches \"" + ".*a".repeat(12) + "!!\""));
        assertEquals(Verdict.ALLOW, ask(guard, Map.of()).verdict());
        Decision first = ask(guard, Map.of(FactName.GUEST_NAME, "a".repeat(2_000) + "!"));
        assertEquals(Verdict.UNDETERMINED, first.verdict());
        assertTrue(rules(first).contains("site-rules-out-of-service"));
        assertEquals(List.of(), first.safeIf());
        Decision next = ask(guard, Map.of());
        assertEquals(Verdict.UNDETERMINED, next.verdict());
        assertTrue(rules(next).contains("site-rules-out-of-service"));
        Decision denied = ask(guard, Map.of(FactName.DESTINATION_NESTED, "false", FactName.GUEST_NESTING, "true"));
        assertEquals(Verdict.DENY, denied.verdict());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "source.kernel | source.kernelBelow(\"six\")",
                "source.kernel | source.kernelHas(\"no-such-defect\")",
                "guest.name | guestName matches \"(\"",
                "guest.name, source.name | guestName matches sourceName"
            })
    void aRuleThatFailsAllowsNothingAnyMore(String because, String condition) throws IOException {
        MigrationGuard guard;
        try {
            guard = guard(rule(because, condition));
        } catch (SiteRulesException e) {
            return; // better still
        }
        for (int i = 0; i < 2; i++) {
            Decision decision = ask(guard, Map.of(FactName.SOURCE_NAME, "("));
            assertEquals(Verdict.UNDETERMINED, decision.verdict());
            assertTrue(rules(decision).contains("site-rules-out-of-service"));
        }
    }

    @ParameterizedTest
    @CsvSource({"FORBID", "UNCOVERED"})
    void anUnknownBehindAThresholdOfTheSiteIsNeverAllowed(Effect effect) throws IOException {
        MigrationGuard guard = guard(rule("destination.kernel", "arrives, destination.kernelBelow(\"6.2\")")
                .replace("FORBID", effect.name()));
        Verdict below = effect == Effect.FORBID ? Verdict.DENY : Verdict.UNDETERMINED;
        assertEquals(below, ask(guard, Map.of()).verdict());
        assertEquals(
                Verdict.ALLOW,
                ask(guard, Map.of(FactName.DESTINATION_KERNEL, "6.2.0")).verdict());
        for (String unknown : List.of("unknown", "gibberish")) {
            Decision decision = ask(guard, Map.of(FactName.DESTINATION_KERNEL, unknown));
            assertEquals(Verdict.UNDETERMINED, decision.verdict());
            assertEquals(List.of("destination.kernel"), needs(decision));
        }
    }

    @Test
    void aNameThatIsNotGivenMayBeTheOneThatIsForbidden() throws IOException {
        MigrationGuard guard = guard(rule("guest.name", "guestName == \"x\""));
        Decision decision = ask(guard, Map.of(FactName.GUEST_NAME, "unknown"));
        assertEquals(Verdict.UNDETERMINED, decision.verdict());
        assertEquals(List.of("guest.name"), needs(decision));
    }

    @Test
    void aCautionDoesNotTurnTheVerdict() throws IOException {
        MigrationGuard guard = guard(rule("guest.name", "guestName == \"g1\"").replace("FORBID", "CAUTION"));
        Decision decision = ask(guard, Map.of());
        assertEquals(Verdict.ALLOW, decision.verdict());
        assertTrue(rules(decision).contains("site-rule"));
    }

    @Test
    void aRuleOfTheSiteMakesNothingLooser() throws IOException {
        MigrationGuard guard = guard(rule("guest.name", "guestName == \"x\""));
        Map<FactName, String> off = Map.of(FactName.DESTINATION_NESTED, "false", FactName.GUEST_NESTING, "true");
        assertEquals(Verdict.DENY, ask(guard, off).verdict());
    }

    // ---- the table of distribution kernels

    private static final String ROW = """
            - id: %s
              name: Our own
              pattern: '%s'
              nestedState: %s
              upstreamNumbers: false
              sure: true
              source: site
            """;
    private static final Map<FactName, String> LIVE = Map.of(
            FactName.GUEST_NESTING, "true",
            FactName.GUEST_L2_LIVE, "1",
            FactName.DESTINATION_KERNEL, "5.0.0-own");

    private MigrationGuard table(String text) throws IOException {
        Files.writeString(folder.resolve("distributions.yaml"), text);
        return MigrationGuard.withSite(folder);
    }

    private void badRow(String text, String... parts) throws IOException {
        Files.writeString(folder.resolve("distributions.yaml"), text);
        String message = refusal();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void aRowOfTheSiteIsShownAndChangesTheDigest() throws IOException {
        MigrationGuard built = MigrationGuard.create();
        MigrationGuard own = table(String.format(ROW, "own", "-own$", "never"));
        Decision decision = ask(own, LIVE);
        assertEquals(Verdict.DENY, decision.verdict());
        assertTrue(rules(decision).contains("destination-kernel-by-site-table"));
        String digest = decision.ruleBase().digest();
        assertNotEquals(ask(built, LIVE).ruleBase().digest(), digest);
        MigrationGuard other = table(String.format(ROW, "own", "-own$", "open"));
        Decision open = ask(other, LIVE);
        assertEquals(Verdict.UNDETERMINED, open.verdict());
        assertNotEquals(digest, open.ruleBase().digest());
    }

    @Test
    void aRowOfTheSiteTakesThePlaceOfTheBuiltOne() throws IOException {
        Map<FactName, String> rhel = Map.of(
                FactName.GUEST_NESTING, "true",
                FactName.GUEST_L2_LIVE, "1",
                FactName.DESTINATION_KERNEL, "3.10.0-1160.el7.x86_64");
        assertEquals(Verdict.DENY, ask(MigrationGuard.create(), rhel).verdict());
        Decision decision = ask(table(String.format(ROW, "rhel-7", "[.]el7", "open")), rhel);
        assertEquals(Verdict.UNDETERMINED, decision.verdict());
        assertTrue(rules(decision).contains("destination-kernel-by-site-table"));
        assertTrue(needs(decision).contains("destination.nestedStateCapability"));
    }

    @Test
    void aPatternThatDoesNotComeToAnEndIsARefusal() throws IOException {
        MigrationGuard guard = table(String.format(ROW, "own", ".*a".repeat(12) + "!!", "never"));
        Map<FactName, String> hostile = Map.of(
                FactName.GUEST_NESTING, "true",
                FactName.GUEST_L2_LIVE, "1",
                FactName.DESTINATION_KERNEL, "5.0.0-" + "a".repeat(100) + "!");
        String message = String.valueOf(assertThrows(GuardFailureException.class, () -> ask(guard, hostile))
                .getMessage());
        assertTrue(message.contains("could not be decided"), message);
        assertEquals(Verdict.ALLOW, ask(guard, Map.of()).verdict());
    }

    @Test
    void aBadRowIsNamedWithItsFileLineAndKey() throws IOException {
        String row = String.format(ROW, "own", "-own$", "never");
        badRow(
                row.replace("never", "perhaps"),
                "distributions.yaml, line 1: nestedState must be one of upstream, never");
        badRow(row.replace("-own$", "("), "distributions.yaml, line 1: pattern must be a regular expression");
        badRow(row.replace("-own$", "x".repeat(501)), "pattern must be a regular expression of at most 500");
        badRow(row.replace("sure: true", "sure: yes"), "sure must be true or false, not \"yes\"");
        badRow(row.replace("  source: site\n", ""), "source is missing");
        badRow(row + row, "distributions.yaml, line 8: the id own is there twice");
        badRow(row.replace("name:", "nmae:"), "line 1: there is no key nmae here; known are buildsOf");
        badRow(row.replace("  sure: true", "  sure: true\n  sure: true"), "line 7: sure stands there twice");
        badRow(row.replace("never", "from-build"), "fromBuild is missing");
        badRow(row.replace("Our own", "[a, b]"), "name must be a text, not a list");
        badRow(row.replace("Our own", "*a"), "distributions.yaml");
        badRow("a: b\n", "line 1: a list of rows is expected");
        badRow("- [", "distributions.yaml");
        badRow("x".repeat((1 << 20) + 1), "larger than 1048576 bytes");
    }
}
