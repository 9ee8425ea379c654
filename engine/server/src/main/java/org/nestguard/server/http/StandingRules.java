package org.nestguard.server.http;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.engine.decision.RuleBaseVersion;

/**
 * Rules that passed their test.
 *
 * @param guard decides with them
 * @param version names them
 * @param cards what each says of itself, by id
 */
public record StandingRules(MigrationGuard guard, RuleBaseVersion version, Map<String, RuleCard> cards) {
    static StandingRules of(MigrationGuard guard, RuleBaseVersion version) {
        return new StandingRules(
                guard, version, guard.rules().stream().collect(Collectors.toMap(RuleCard::id, Function.identity())));
    }

    /** The cards in the order of the rule base. */
    List<RuleCard> list() {
        return guard.rules();
    }
}
