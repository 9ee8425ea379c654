package org.nestguard.findings;

import java.util.List;

/**
 * What one rule says of one question.
 *
 * @param rule the id of the rule
 * @param effect what it says
 * @param certain whether it says so whatever the facts that are not known may be
 * @param message the sentence for a person; it names the guest, the hosts and the values
 * @param because the facts behind it
 * @param remedy what to do next
 * @param sources keys of the sources table
 */
public record Finding(
        String rule,
        Effect effect,
        boolean certain,
        String message,
        List<Because> because,
        String remedy,
        List<String> sources) {}
