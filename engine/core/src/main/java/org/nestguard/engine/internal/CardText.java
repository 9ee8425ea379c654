package org.nestguard.engine.internal;

import java.util.List;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Tables;

/**
 * What a rule says of questions of one operation.
 *
 * @param because the facts it shows
 */
record CardText(RuleCard card, Template message, Template possible, Template remedy, List<FactName> because) {
    static CardText of(RuleCard card, Operation operation, Tables tables) {
        return new CardText(
                card,
                Template.of(card.message(), operation, tables),
                Template.of(card.possible(), operation, tables),
                Template.of(card.remedy(), operation, tables),
                Wording.because(operation, card.because()));
    }
}
