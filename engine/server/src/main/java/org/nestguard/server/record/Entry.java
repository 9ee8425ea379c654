package org.nestguard.server.record;

import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.text.Harmless;
import org.nestguard.findings.Finding;
import org.nestguard.findings.Verdict;

/**
 * What is written down of a decision.
 *
 * @param caller who asked
 * @param operation as {@link org.nestguard.facts.Operation#word} has it
 * @param guestUuid null where the question gave none
 * @param guestName null likewise
 * @param source the name of the host it comes from; null likewise
 * @param destination the name of the host it goes to; null likewise
 * @param verdict what the rules said
 * @param effective the same with waivers
 * @param rules the ids of the rules that spoke
 * @param ruleBase the digest of the rule base
 * @param question the question as it was asked
 */
public record Entry(
        String caller,
        String operation,
        @Nullable String guestUuid,
        @Nullable String guestName,
        @Nullable String source,
        @Nullable String destination,
        Verdict verdict,
        Verdict effective,
        List<String> rules,
        String ruleBase,
        String question) {
    /** How long a question may be, in characters: the largest document that is read. */
    public static final int LONGEST_QUESTION = 1 << 20;

    private static final int LONGEST_NAME = 300;

    /** Texts must be such as any database keeps. @throws IllegalArgumentException where one is not */
    public Entry {
        rules = List.copyOf(rules);
        if (question.length() > LONGEST_QUESTION) {
            throw new IllegalArgumentException("a question of " + question.length() + " characters is not recorded");
        }
        CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
        Stream.concat(
                        Stream.of(caller, operation, guestUuid, guestName, source, destination, ruleBase, question)
                                .flatMap(Stream::ofNullable),
                        rules.stream())
                .forEach(text -> {
                    if (text.indexOf('\0') >= 0 || !utf8.canEncode(text)) {
                        throw new IllegalArgumentException("a text with characters that are none is not recorded");
                    }
                });
        if (rules.stream().anyMatch(rule -> rule.isEmpty() || rule.indexOf(' ') >= 0)) {
            throw new IllegalArgumentException("the id of a rule is one word");
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
                question);
    }

    private static @Nullable String name(@Nullable String text) {
        return text == null ? null : Harmless.text(text, LONGEST_NAME);
    }
}
