package org.nestguard.server.record;

import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.Waived;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/**
 * What is written down of a decision, or of a waiver that was made or ended.
 *
 * @param caller who asked
 * @param operation as {@link org.nestguard.facts.Operation#word} has it; another word where it is no decision
 * @param guestUuid null where the question gave none
 * @param guestName null likewise
 * @param source the name of the host it comes from; null likewise
 * @param destination the name of the host it goes to; null likewise
 * @param verdict what the rules said; null where it is no decision
 * @param effective the same with waivers; null likewise
 * @param rules the ids of the rules that spoke
 * @param ruleBase the digest of the rule base
 * @param question the question as it was asked, or the waiver
 * @param waivers which waivers the decision made use of, each a word
 */
public record Entry(
        String caller,
        String operation,
        @Nullable String guestUuid,
        @Nullable String guestName,
        @Nullable String source,
        @Nullable String destination,
        @Nullable Verdict verdict,
        @Nullable Verdict effective,
        List<String> rules,
        String ruleBase,
        String question,
        List<String> waivers) {
    /** How long a question may be, in characters: the largest document that is read. */
    public static final int LONGEST_QUESTION = 1 << 20;

    private static final int LONGEST_NAME = 300;

    /** Texts must be such as any database keeps. @throws IllegalArgumentException where one is not */
    public Entry {
        rules = List.copyOf(rules);
        waivers = List.copyOf(waivers);
        if (question.length() > LONGEST_QUESTION) {
            throw new IllegalArgumentException("a question of " + question.length() + " characters is not recorded");
        }
        CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
        Stream.concat(
                        Stream.of(caller, operation, guestUuid, guestName, source, destination, ruleBase, question)
                                .flatMap(Stream::ofNullable),
                        Stream.concat(rules.stream(), waivers.stream()))
                .forEach(text -> {
                    if (text.indexOf('\0') >= 0 || !utf8.canEncode(text)) {
                        throw new IllegalArgumentException("a text with characters that are none is not recorded");
                    }
                });
        if (Stream.concat(rules.stream(), waivers.stream()).anyMatch(id -> id.isEmpty() || id.indexOf(' ') >= 0)) {
            throw new IllegalArgumentException("the id of a rule or waiver is one word");
        }
    }

    /**
     * Of a decision.
     *
     * @param question the text that was asked
     */
    public static Entry of(String caller, Decision decision, String question) {
        return new Entry(
                Harmless.text(caller, LONGEST_NAME),
                decision.operation().word(),
                name(decision.guestUuid()),
                name(decision.guest()),
                name(decision.source()),
                name(decision.destination()),
                decision.verdict(),
                decision.effective(),
                decision.findings().stream().map(Finding::rule).distinct().toList(),
                decision.ruleBase().digest(),
                question,
                decision.waived().stream().map(Waived::place).distinct().toList());
    }

    /**
     * Of a waiver.
     *
     * @param deed what was done with it, in a word
     * @param waiver all of it
     */
    public static Entry ofWaiver(String caller, String deed, String rule, String ruleBase, String waiver) {
        return new Entry(
                Harmless.text(caller, LONGEST_NAME),
                deed,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(rule),
                ruleBase,
                waiver,
                List.of());
    }

    private static @Nullable String name(@Nullable String text) {
        return text == null ? null : Harmless.text(text, LONGEST_NAME);
    }
}
