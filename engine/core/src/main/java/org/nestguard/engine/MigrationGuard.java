package org.nestguard.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nestguard.catalogue.BuiltRules;
import org.nestguard.catalogue.BuiltTables;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.engine.decision.Decision;
import org.nestguard.engine.decision.RuleBaseVersion;
import org.nestguard.engine.internal.Deliberation;
import org.nestguard.engine.internal.SiteFolder;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;

/**
 * May this guest be migrated, saved or loaded? The one door of the library. Made once, it answers the same question the
 * same way for ever, from any number of threads.
 */
public final class MigrationGuard {
    private final Deliberation deliberation;

    private MigrationGuard(Deliberation deliberation) {
        this.deliberation = deliberation;
    }

    /**
     * A guard with the built-in rules.
     *
     * @throws GuardFailureException where the rule base that is loaded is not the one that was built
     */
    public static MigrationGuard create() {
        return new MigrationGuard(
                Deliberation.builtIn(new RuleBaseVersion(BuiltRules.version(), BuiltRules.digestInResource())));
    }

    /**
     * A guard with a site's own rules ({@code *.drl}) and rows for the table of distribution kernels
     * ({@code distributions.yaml}) beside the built-in ones.
     *
     * @throws SiteRulesException where something in the folder cannot be taken; the message names file and line
     * @throws GuardFailureException where the built-in rules cannot be loaded
     */
    public static MigrationGuard withSite(Path folder) {
        SiteFolder site = SiteFolder.read(folder, BuiltTables.load(), BuiltRules.digestInResource());
        return new MigrationGuard(new Deliberation(
                site.tables(), site.rules(), new RuleBaseVersion(BuiltRules.version(), site.digest())));
    }

    /** A question to be filled in. */
    public Question.Builder question(Operation operation) {
        return Question.about(operation, deliberation.tables());
    }

    /**
     * Decides one question.
     *
     * @throws GuardFailureException where there is no answer; that is a refusal too
     */
    public Decision decide(Question question) {
        try {
            return deliberation.decide(question);
        } catch (GuardFailureException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new GuardFailureException("the question could not be decided: " + e, e);
        }
    }

    /** What its versions are measured against. */
    public Tables tables() {
        return deliberation.tables();
    }

    /** What every rule says of itself. */
    public List<RuleCard> rules() {
        return deliberation.cards();
    }

    /** The words that the conditions of a rule may use, each with the facts behind it. */
    public static Map<String, Set<String>> words() {
        return Deliberation.words();
    }

    /** How many possible worlds a question has, as far as rules that decide tell them apart; 1 for a complete one. */
    public int worlds(Question question) {
        return deliberation.worlds(question);
    }
}
