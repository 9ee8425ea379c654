package org.nestguard.engine.internal;

import java.util.Set;
import java.util.TreeSet;
import org.nestguard.engine.MigrationGuard;
import org.nestguard.facts.Question;
import org.nestguard.findings.Verdict;

/** What decides, without its sentences and without what would make it safe, for tests and benchmarks. */
public final class JudgeAlone {
    private final Judge judge;
    private final Memory memory;

    /** The built-in rules, measured against the tables of a guard. */
    public JudgeAlone(MigrationGuard guard) {
        judge = new Judge(RuleBase.load(), guard.tables());
        memory = new Memory(judge);
    }

    /**
     * What is said of one question.
     *
     * @param certain the rules that match whatever is not known
     * @param possible the rules that match in some world
     */
    public record Said(Verdict verdict, Set<String> certain, Set<String> possible, int worlds) {}

    /** The judgement, as an object that keeps it from being optimized away. */
    public Object judge(Question question) {
        return judge.judge(judge.prepare(question));
    }

    /** The same, from memory where a question of its profile was judged before. */
    public Object remembered(Question question) {
        return memory.of(question);
    }

    /** The judgement with the names of its rules. */
    public Said said(Question question) {
        Judge.Judgement judgement = judge.judge(judge.prepare(question));
        Set<String> certain = new TreeSet<>();
        judgement.certain().stream()
                .forEach(i -> certain.add(judge.cards().get(i).id()));
        Set<String> possible = new TreeSet<>();
        judgement.possible().stream()
                .forEach(i -> possible.add(judge.cards().get(i).id()));
        return new Said(judgement.verdict(), certain, possible, judgement.worlds());
    }
}
