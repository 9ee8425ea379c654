package org.nestguard.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
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
    private final Future<Tables> tables;
    private final Future<Deliberation> deliberation;

    private MigrationGuard(Future<Tables> tables, Future<Deliberation> deliberation) {
        this.tables = tables;
        this.deliberation = deliberation;
    }

    /**
     * A guard with the built-in rules.
     *
     * @throws GuardFailureException where the rule base that is loaded is not the one that was built
     */
    public static MigrationGuard create() {
        return begin().made();
    }

    /**
     * The guard of {@link #create}, handed out while another thread still makes its rules: its tables are there, so that a
     * question can be read meanwhile. All that needs the rules waits for them, and throws what {@link #made} throws.
     */
    public static MigrationGuard begin() {
        FutureTask<Tables> tables = new FutureTask<>(BuiltTables::load);
        FutureTask<Deliberation> deliberation = new FutureTask<>(() -> Deliberation.builtIn(tables));
        Thread maker = new Thread(deliberation, "nestguard-rules");
        maker.setDaemon(true);
        maker.start();
        // The rules need both, but not at once: a start is short of time, not of processors.
        Deliberation.findEngine();
        tables.run();
        return new MigrationGuard(tables, deliberation);
    }

    /**
     * This guard, once its rules are there.
     *
     * @throws GuardFailureException where the rule base that is loaded is not the one that was built
     */
    public MigrationGuard made() {
        deliberation();
        return this;
    }

    private Deliberation deliberation() {
        return Deliberation.result(deliberation);
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
        Deliberation deliberation =
                new Deliberation(site.tables(), site.rules(), new RuleBaseVersion(BuiltRules.version(), site.digest()));
        return new MigrationGuard(
                CompletableFuture.completedFuture(site.tables()), CompletableFuture.completedFuture(deliberation));
    }

    /** A question to be filled in. */
    public Question.Builder question(Operation operation) {
        return Question.about(operation, tables());
    }

    /**
     * Decides one question.
     *
     * @throws GuardFailureException where there is no answer; that is a refusal too
     */
    public Decision decide(Question question) {
        try {
            return deliberation().decide(question);
        } catch (GuardFailureException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new GuardFailureException("the question could not be decided: " + e, e);
        }
    }

    /** For who asks very many questions of that operation and wants no words: remembers what the rules say. */
    public Rulings rulings(Operation operation) {
        return deliberation().rulings(operation, false);
    }

    /** The same, and cautions are told also of what is refused: for whoever asks what rules say, not what comes of it. */
    public Rulings rulingsWithEveryCaution(Operation operation) {
        return deliberation().rulings(operation, true);
    }

    /** What its rules tell apart. */
    public FactClasses classes() {
        return deliberation().classes();
    }

    /** What its versions are measured against. */
    public Tables tables() {
        return Deliberation.result(tables);
    }

    /** Which rules decide. */
    public RuleBaseVersion version() {
        return deliberation().version();
    }

    /** What every rule says of itself. */
    public List<RuleCard> rules() {
        return deliberation().cards();
    }

    /** What to do where a rule speaks of some question of that operation; it names no guest and no host. */
    public String remedy(RuleCard rule, Operation operation) {
        return deliberation().inGeneral(rule.remedy(), operation);
    }

    /** The words that the conditions of a rule may use, each with the facts behind it. */
    public static Map<String, Set<String>> words() {
        return Deliberation.words();
    }

    /** How many possible worlds a question has, as far as rules that decide tell them apart; 1 for a complete one. */
    public int worlds(Question question) {
        return deliberation().worlds(question);
    }
}
