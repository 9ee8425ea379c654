package org.nestguard.engine.waiver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nestguard.catalogue.TableException;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Waived;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.findings.Effect;
import org.nestguard.findings.Verdict;

class WaiversTest {
    private static final MigrationGuard GUARD = MigrationGuard.create();
    private static final String NOW = "2026-11-22T13:00:00Z";
    private static final String RULE = "amd-destination-qemu-5-1";
    private static final String WHOLE =
            "- {rule: " + RULE + ", scope: guest=g1, reason: tested, owner: ann, expires: 2026-12-31}\n";

    // An idle guest on SVM: QEMU 5.1 at the destination is the one forbid, and it can be waived.
    private static final Map<FactName, String> FORBIDDEN = Map.ofEntries(
            Map.entry(FactName.GUEST_NAME, "g1"),
            Map.entry(FactName.GUEST_UUID, "u-1"),
            Map.entry(FactName.GUEST_NESTING, "true"),
            Map.entry(FactName.GUEST_L2_LIVE, "0"),
            Map.entry(FactName.GUEST_CPU_MODE, "custom"),
            Map.entry(FactName.SOURCE_NAME, "l0-a"),
            Map.entry(FactName.SOURCE_ARCH, "x86_64"),
            Map.entry(FactName.SOURCE_VENDOR, "amd"),
            Map.entry(FactName.SOURCE_KERNEL, "6.1.0"),
            Map.entry(FactName.SOURCE_QEMU, "5.1.0"),
            Map.entry(FactName.SOURCE_NESTED, "true"),
            Map.entry(FactName.DESTINATION_NAME, "l0-b"),
            Map.entry(FactName.DESTINATION_ARCH, "x86_64"),
            Map.entry(FactName.DESTINATION_VENDOR, "amd"),
            Map.entry(FactName.DESTINATION_KERNEL, "6.1.0"),
            Map.entry(FactName.DESTINATION_QEMU, "5.1.0"),
            Map.entry(FactName.DESTINATION_NESTED, "true"));

    private static Decision decision(Map<FactName, String> changes) {
        Question.Builder question = GUARD.question(Operation.MIGRATE);
        FORBIDDEN.forEach(question::state);
        changes.forEach(question::state);
        return GUARD.decide(question.build());
    }

    private static Waivers waivers(String text, String now) {
        try {
            return Waivers.read(
                    "w.yaml",
                    new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                    GUARD.rules(),
                    Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Waivers waivers(String text) {
        return waivers(text, NOW);
    }

    private static String of(String rule, String scope) {
        return "- {rule: " + rule + ", scope: '" + scope + "', reason: tested, owner: ann, expires: 2026-12-31}\n";
    }

    private static void refused(String text, String message) {
        String said = String.valueOf(
                assertThrows(TableException.class, () -> waivers(text)).getMessage());
        assertTrue(said.contains(message), said);
    }

    @Test
    void aWaiverThatFitsMakesTheAnswerAllowAndLeavesTheVerdict() {
        Decision decision = decision(Map.of());
        assertEquals(Verdict.DENY, decision.verdict());
        Decision waived = waivers(WHOLE).apply(decision);
        assertEquals(Verdict.DENY, waived.verdict());
        assertEquals(Verdict.ALLOW, waived.effective());
        assertEquals(
                List.of(new Waived("w.yaml, line 1", RULE, "tested", "ann", Instant.parse("2027-01-01T00:00:00Z"))),
                waived.waived());
        assertEquals(decision.findings(), waived.findings());
    }

    @Test
    void anAnswerThatNothingWaivesStaysTheSame() {
        Decision decision = decision(Map.of());
        assertEquals(decision, waivers("").apply(decision));
        assertEquals(decision, waivers(of(RULE, "guest=other")).apply(decision));
        Decision allowed = decision(Map.of(FactName.DESTINATION_QEMU, "8.2.0"));
        assertEquals(Verdict.ALLOW, allowed.verdict());
        assertEquals(allowed, waivers(WHOLE).apply(allowed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rule", "scope", "reason", "owner", "expires"})
    void everyFieldIsRequired(String key) {
        refused(WHOLE.replaceFirst(key + ": [^,}]*", "x: y"), "w.yaml, line 1: there is no key x here");
        refused(WHOLE.replaceFirst("(, )?" + key + ": [^,}]*", "").replace("{, ", "{"), key + " is missing");
        refused(WHOLE.replaceFirst(key + ": [^,}]*", key + ": [a]"), key + " must be a text, not a list");
    }

    @Test
    void wordsMustBeSaid() {
        refused(WHOLE.replace("reason: tested", "reason: ' '"), "reason must be said in words");
        refused(WHOLE.replace("owner: ann", "owner: ''"), "owner must be said in words");
        refused(WHOLE + WHOLE.replace("expires:", "until:"), "w.yaml, line 2: there is no key until here");
        refused("rule: x\n", "a list of rows is expected");
        refused("- [", "a row with keys is expected");
        refused("- {a", "not YAML");
        refused(WHOLE + "---\n" + WHOLE, "one list of rows is expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "2026-13-01", "31.12.2026", "2026-12-31T00:00", "+999999999-12-31", "0", "never"})
    void whatIsNoDateIsRefused(String date) {
        refused(WHOLE.replace("2026-12-31", "'" + date + "'"), "expires must be a date such as 2026-12-31");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22, 2026-11-22T23:59:59.999Z, ALLOW",
        "2026-11-22, 2026-11-23T00:00:00Z, DENY",
        "2026-11-22, 2026-11-21T00:00:00Z, ALLOW",
        "2026-11-22T13:00:00Z, 2026-11-22T12:59:59Z, ALLOW",
        "2026-11-22T13:00:00Z, 2026-11-22T13:00:00Z, DENY"
    })
    void aDateHoldsToItsEndInUtc(String expires, String now, Verdict effective) {
        Waivers waivers = waivers(WHOLE.replace("2026-12-31", expires), now);
        assertEquals(effective, waivers.apply(decision(Map.of())).effective());
    }

    @ParameterizedTest
    @CsvSource({
        "guest=g1, ALLOW",
        "guest=g*, ALLOW",
        "guest=*1, ALLOW",
        "guest=*, ALLOW",
        "guest=*g*1*, ALLOW",
        "guest=g, DENY",
        "guest=G1, DENY",
        "guest=.1, DENY",
        "guest=g1*1, DENY",
        "guestUuid=u-1, ALLOW",
        "guestUuid=u-2, DENY",
        "source=l0-*, ALLOW",
        "destination=l0-b, ALLOW",
        "destination=l0-a, DENY",
        "operation=migrate, ALLOW",
        "operation=savevm, DENY",
        "'guest=g1, destination=l0-b', ALLOW",
        "'guest=g1, destination=l0-c', DENY",
        "'guest=g1, guest=g2', DENY"
    })
    void everyPartOfTheScopeMustFit(String scope, Verdict effective) {
        assertEquals(
                effective, waivers(of(RULE, scope)).apply(decision(Map.of())).effective());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g1", "guest=", "=g1", "host=l0-a", "guest=g1,", ",", "Guest=g1", "guest g1"})
    void whatIsNoScopeIsRefused(String scope) {
        refused(of(RULE, scope), "scope must be parts such as guest=NAME");
    }

    @Test
    void aNameThatIsNotKnownFitsNoScope() {
        Decision nameless = decision(Map.of(FactName.GUEST_NAME, "unknown"));
        assertEquals(Verdict.DENY, waivers(of(RULE, "guest=*")).apply(nameless).effective());
    }

    @Test
    void aScopeOfManyStarsComesToAnEndOnALongName() {
        Decision decision = decision(Map.of(FactName.GUEST_NAME, "-".repeat(2_048)));
        String scope = "guest=" + "*-".repeat(30) + "*x";
        assertEquals(Verdict.DENY, waivers(of(RULE, scope)).apply(decision).effective());
        assertEquals(
                Verdict.ALLOW,
                waivers(of(RULE, scope.replace("x", ""))).apply(decision).effective());
    }

    @Test
    void anotherForbidThatIsNotWaivedKeepsTheAnswer() {
        Decision both = decision(Map.of(FactName.DESTINATION_NESTED, "false"));
        assertEquals(Verdict.DENY, both.verdict());
        Decision waived = waivers(WHOLE).apply(both);
        assertEquals(Verdict.DENY, waived.effective());
        assertEquals(1, waived.waived().size());
    }

    @Test
    void aForbidThatIsOnlyPossibleMustBeWaivedToo() {
        Decision possible = decision(Map.of(FactName.DESTINATION_QEMU, "unknown"));
        assertEquals(Verdict.UNDETERMINED, possible.verdict());
        assertEquals(Verdict.ALLOW, waivers(WHOLE).apply(possible).effective());
        assertEquals(
                Verdict.UNDETERMINED,
                waivers(of("destination-nested-off", "guest=g1"))
                        .apply(possible)
                        .effective());
    }

    @Test
    void withoutACertainPermitNothingIsAllowed() {
        // whether an L2 is live decides what permits it, and amd-live-l2 may forbid it
        Decision decision = decision(Map.of(FactName.GUEST_L2_LIVE, "unknown"));
        assertTrue(decision.findings().stream().noneMatch(f -> f.effect() == Effect.PERMIT && f.certain()));
        assertEquals(decision.verdict(), waivers(WHOLE).apply(decision).effective());
    }

    @Test
    void whatIsUncoveredCannotBeWaived() {
        Decision uncovered = decision(Map.of(
                FactName.GUEST_L2_LIVE, "2",
                FactName.SOURCE_ARCH, "aarch64",
                FactName.SOURCE_VENDOR, "arm",
                FactName.DESTINATION_ARCH, "aarch64",
                FactName.DESTINATION_VENDOR, "arm"));
        assertEquals(Verdict.UNDETERMINED, uncovered.verdict());
        StringBuilder all = new StringBuilder();
        GUARD.rules().forEach(card -> all.append(of(card.id(), "guest=*")));
        assertEquals(
                Verdict.UNDETERMINED, waivers(all.toString()).apply(uncovered).effective());
    }

    @Test
    void aContradictionCannotBeWaived() {
        Decision decision = decision(Map.of(FactName.GUEST_NESTING, "false", FactName.GUEST_L2_LIVE, "2"));
        assertTrue(decision.findings().stream().anyMatch(f -> f.rule().equals("live-l2-in-guest-that-cannot-nest")));
        StringBuilder all = new StringBuilder();
        GUARD.rules().forEach(card -> all.append(of(card.id(), "guest=*")));
        assertEquals(Verdict.DENY, waivers(all.toString()).apply(decision).effective());
    }

    @Test
    void aRuleThatMayNotBeWaivedIsNotWaivedAndThatIsSaid() {
        Decision decision = decision(Map.of(FactName.GUEST_L2_LIVE, "2", FactName.DESTINATION_QEMU, "8.2.0"));
        Waivers waivers = waivers(of("amd-live-l2", "guest=g1") + of("no-such-rule", "guest=g1"));
        assertEquals(decision, waivers.apply(decision));
        assertEquals(
                List.of(
                        "w.yaml, line 1: the waiver of amd-live-l2 waives nothing: that rule cannot be waived",
                        "w.yaml, line 2: the waiver of no-such-rule waives nothing: there is no such rule"),
                said(waivers));
        assertTrue(waivers.findings().stream().allMatch(finding -> finding.kind() == WaiverFinding.Kind.VAIN));
    }

    @Test
    void noContradictionPermitOrCautionIsEverWaivable() {
        GUARD.rules().stream()
                .filter(card -> card.waivable())
                .forEach(card -> assertTrue(card.effect() == Effect.FORBID && !card.contradiction(), card.id()));
    }

    @Test
    void whatIsTooWideExpiredOrUnusedIsSaid() {
        Waivers waivers = waivers(of(RULE, "guest=g*")
                + WHOLE.replace("2026-12-31", "2026-11-21")
                + WHOLE.replace("2026-12-31", "2027-11-21"));
        assertEquals(
                List.of(
                        "w.yaml, line 1: the waiver of " + RULE + " is too wide: it names no single guest",
                        "w.yaml, line 2: the waiver of " + RULE + " waives nothing: it expired at 2026-11-22T00:00:00Z",
                        "w.yaml, line 3: the waiver of " + RULE + " is too wide: it holds for more than 90 days",
                        "w.yaml, line 1: the waiver of " + RULE + " was not needed",
                        "w.yaml, line 3: the waiver of " + RULE + " was not needed"),
                said(waivers));
        assertEquals(
                List.of(
                        WaiverFinding.Kind.TOO_WIDE,
                        WaiverFinding.Kind.EXPIRED,
                        WaiverFinding.Kind.TOO_WIDE,
                        WaiverFinding.Kind.UNUSED,
                        WaiverFinding.Kind.UNUSED),
                waivers.findings().stream().map(WaiverFinding::kind).toList());
        waivers.apply(decision(Map.of()));
        assertEquals(4, waivers.findings().size());
        assertTrue(said(waivers).contains("w.yaml, line 3: the waiver of " + RULE + " was not needed"));
    }

    private static List<String> said(Waivers waivers) {
        return waivers.findings().stream().map(WaiverFinding::text).toList();
    }

    @Test
    void oneWaiverIsReadAsStrictlyAsAList() throws IOException {
        String one = WHOLE.substring(2);
        Waiver waiver = one(one);
        assertEquals(RULE, waiver.rule());
        assertEquals("guest=g1", waiver.scopeText());
        assertEquals(
                waiver.expires(),
                one("{\"expires\": \"2026-12-31\", " + one.substring(1).replace(", expires: 2026-12-31", ""))
                        .expires());
        for (String bad :
                List.of("", WHOLE, one + "---\n" + one, one.replace("rule:", "rules:"), one.replace("tested", "' '"))) {
            assertThrows(TableException.class, () -> one(bad), bad);
        }
    }

    private static Waiver one(String text) throws IOException {
        return Waivers.readOne("body", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
