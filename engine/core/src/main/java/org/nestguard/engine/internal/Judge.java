package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nestguard.catalogue.RuleCard;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;
import org.nestguard.facts.Tables;
import org.nestguard.findings.Verdict;

/**
 * Decides a question: asks the rules once in every possible world and folds what they say. A complete question is one
 * world and is asked once. Safe for use by many threads.
 */
final class Judge {
    /** More worlds than this are not visited; the answer then is UNDETERMINED, unless some rule forbids in all of them. */
    static final int MOST_WORLDS = 20_000;

    private static final int MOST_REFUTED = 12;

    private static final int FEW_WORLDS = 64;

    private final RuleBase rules;
    private final List<RuleCard> cards;
    private final Tables tables;
    private final Candidates candidates;
    private final BitSet forbids = new BitSet();
    private final BitSet uncovered = new BitSet();
    private final BitSet permits = new BitSet();
    private final BitSet cautions = new BitSet();
    private final BitSet contradictions = new BitSet();

    /** What the rules say of a question, before it is put into words. */
    record Judgement(
            PreparedQuestion question,
            Verdict verdict,
            BitSet possible,
            BitSet certain,
            Set<FactName> needs,
            Map<FactName, Settled> settled,
            Set<FactName> asked,
            boolean incomplete,
            int worlds) {

        /** The same of another question, which no built-in rule tells from this one. */
        Judgement about(PreparedQuestion other) {
            return new Judgement(other, verdict, possible, certain, needs, settled, asked, incomplete, worlds);
        }

        /** The same with the opinion of a site's rules in it. */
        Judgement stricter(Verdict stricter, Set<FactName> unknown) {
            Set<FactName> all = new LinkedHashSet<>(needs);
            if (stricter == Verdict.UNDETERMINED) {
                all.addAll(unknown);
            } else {
                all.clear();
            }
            Set<FactName> looked = new LinkedHashSet<>(asked);
            looked.addAll(unknown);
            return new Judgement(question, stricter, possible, certain, all, settled, looked, incomplete, worlds);
        }
    }

    /**
     * What the rules decide, without what is said only in a whole answer.
     *
     * @param asked the facts of which worlds were made
     * @param leaves all worlds; empty where there are too many
     * @param consistent those that do not contradict themselves
     * @param whole whether the worlds are few enough to be visited
     */
    record Decided(
            Verdict verdict,
            BitSet possible,
            BitSet certain,
            Set<FactName> needs,
            Set<FactName> asked,
            List<Leaf> leaves,
            List<Leaf> consistent,
            boolean whole) {}

    /** A fact of which the other facts leave one value, and the rule that excludes the others. */
    record Settled(Object value, RuleCard because) {}

    Judge(RuleBase rules, Tables tables) {
        this.rules = rules;
        this.tables = tables;
        cards = rules.cards();
        candidates = new Candidates(tables);
        for (int i = 0; i < cards.size(); i++) {
            RuleCard card = cards.get(i);
            switch (card.effect()) {
                case FORBID -> forbids.set(i);
                case UNCOVERED -> uncovered.set(i);
                case PERMIT -> permits.set(i);
                case CAUTION -> cautions.set(i);
            }
            if (card.contradiction()) {
                contradictions.set(i);
            }
        }
    }

    Tables tables() {
        return tables;
    }

    Candidates candidates() {
        return candidates;
    }

    List<RuleCard> cards() {
        return cards;
    }

    PreparedQuestion prepare(Question question) {
        return new PreparedQuestion(question, tables, candidates);
    }

    Judgement judge(PreparedQuestion question) {
        World world = World.first();
        BitSet matched = rules.all().matching(question.in(world));
        return world.narrowed().isEmpty() ? complete(question, matched) : incomplete(question);
    }

    /**
     * What comes of a hearing.
     *
     * @param always whether there is a word of caution also where it is not allowed and nobody heeds one
     */
    Decided decide(Hearing hearing, boolean always) {
        Decided decided = decided(hearing);
        if (always || decided.verdict() == Verdict.ALLOW) {
            cautions(hearing, decided.possible(), decided.certain(), decided.asked());
        }
        return decided;
    }

    /** All that one rule says of a question, in all its worlds; null where there are too many of these. */
    @Nullable
    List<Leaf> alone(PreparedQuestion question, int rule) {
        return leaves(world -> rules.single(rule).matching(question.in(world)), MOST_WORLDS);
    }

    /** The rules by what they say, by their index. */
    BitSet cautioning() {
        return cautions;
    }

    /** Those that say that facts contradict each other. */
    BitSet contradicting() {
        return contradictions;
    }

    /**
     * Whether the answer is ALLOW; stops at the first world in which it is not.
     *
     * @param refuted worlds in which like questions were not allowed, tried first; the one that refutes this one is added
     */
    boolean allows(PreparedQuestion question, Deque<Map<FactName, BitSet>> refuted) {
        World only = World.first();
        BitSet asked = rules.all().matching(question.in(only));
        if (only.narrowed().isEmpty()) {
            return fold(asked) == Verdict.ALLOW;
        }
        for (Map<FactName, BitSet> like : refuted) {
            if (refutes(rules.verdicts().matching(question.in(World.like(like))))) {
                return false;
            }
        }
        boolean some = false;
        int worlds = 0;
        for (World world = World.first(); world != null; world = world.next()) {
            BitSet matched = rules.verdicts().matching(question.in(world));
            some |= !matched.intersects(contradictions);
            if (refutes(matched)) {
                refuted.addFirst(world.narrowed());
                if (refuted.size() > MOST_REFUTED) {
                    refuted.removeLast();
                }
                return false;
            }
            if (++worlds > MOST_WORLDS) {
                return false;
            }
        }
        return some;
    }

    /** The rules that decide, but cautions, as they match in some world of the question. */
    BitSet says(PreparedQuestion question) {
        return deciding(rules.all().matching(question.in(World.first())));
    }

    /** The rules that decide among these. */
    BitSet deciding(BitSet matched) {
        BitSet deciding = (BitSet) matched.clone();
        deciding.andNot(cautions);
        return deciding;
    }

    private boolean refutes(BitSet matched) {
        return !matched.intersects(contradictions) && fold(matched) != Verdict.ALLOW;
    }

    private Judgement complete(PreparedQuestion question, BitSet matched) {
        return new Judgement(question, fold(matched), matched, matched, Set.of(), Map.of(), Set.of(), false, 1);
    }

    private Verdict fold(BitSet matched) {
        if (matched.intersects(forbids)) {
            return Verdict.DENY;
        }
        return matched.intersects(uncovered) || !matched.intersects(permits) ? Verdict.UNDETERMINED : Verdict.ALLOW;
    }

    // ---- incomplete questions

    private Judgement incomplete(PreparedQuestion question) {
        Hearing hearing = new Asked(rules, question);
        Decided decided = decided(hearing);
        cautions(hearing, decided.possible(), decided.certain(), decided.asked());
        return new Judgement(
                question,
                decided.verdict(),
                decided.possible(),
                decided.certain(),
                decided.needs(),
                decided.whole() ? settled(question, decided.leaves(), decided.consistent()) : Map.of(),
                decided.asked(),
                !decided.whole(),
                decided.leaves().size());
    }

    /** The rules themselves, asked in each world. */
    private record Asked(RuleBase rules, PreparedQuestion question) implements Hearing {
        @Override
        public BitSet all(World world) {
            return rules.all().matching(question.in(world));
        }

        @Override
        public BitSet verdicts(World world) {
            return rules.verdicts().matching(question.in(world));
        }

        @Override
        public BitSet contradictions(World world) {
            return rules.contradictions().matching(question.in(world));
        }

        @Override
        public BitSet single(int rule, World world) {
            return rules.single(rule).matching(question.in(world));
        }
    }

    /** What is decided without cautions. */
    private Decided decided(Hearing hearing) {
        List<Leaf> leaves = leaves(hearing::verdicts, MOST_WORLDS);
        boolean whole = leaves != null;
        if (leaves == null) {
            leaves = List.of();
        }
        List<Leaf> consistent = consistent(leaves);
        BitSet possible = new BitSet();
        BitSet certain = new BitSet();
        Verdict verdict;
        if (whole) {
            certain.set(0, cards.size());
            for (Leaf leaf : consistent) {
                possible.or(leaf.matched());
                certain.and(leaf.matched());
            }
            verdict = verdict(consistent);
        } else {
            ofVerdictRulesAlone(hearing, possible, certain);
            if (!certain.intersects(contradictions)) {
                possible.andNot(contradictions); // they only match in worlds that do not count
            }
            verdict = certain.intersects(forbids) ? Verdict.DENY : Verdict.UNDETERMINED;
        }
        Set<FactName> asked = EnumSet.noneOf(FactName.class);
        leaves.forEach(leaf -> asked.addAll(leaf.narrowed().keySet()));
        return new Decided(
                verdict,
                possible,
                certain,
                verdict == Verdict.UNDETERMINED && whole ? needs(consistent) : Set.of(),
                asked,
                leaves,
                consistent,
                whole);
    }

    /** All worlds, as far as these rules tell them apart; null where there are more than so many. */
    private static @Nullable List<Leaf> leaves(Function<World, BitSet> hearing, int most) {
        List<Leaf> leaves = new ArrayList<>();
        for (World world = World.first(); world != null; world = world.next()) {
            if (leaves.size() == most) {
                return null;
            }
            BitSet matched = hearing.apply(world);
            leaves.add(world.leaf(matched));
        }
        return leaves;
    }

    /** The worlds that do not contradict themselves; all, where every one does. */
    private List<Leaf> consistent(List<Leaf> leaves) {
        List<Leaf> consistent = leaves.stream()
                .filter(leaf -> !leaf.matched().intersects(contradictions))
                .toList();
        return consistent.isEmpty() ? leaves : consistent;
    }

    private Verdict verdict(List<Leaf> consistent) {
        Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
        consistent.forEach(leaf -> verdicts.add(fold(leaf.matched())));
        return verdicts.size() == 1 ? verdicts.iterator().next() : Verdict.UNDETERMINED;
    }

    /** With too many worlds: each rule by itself, which needs only the worlds that this rule tells apart. */
    private void ofVerdictRulesAlone(Hearing hearing, BitSet possible, BitSet certain) {
        for (int i = 0; i < cards.size(); i++) {
            if (!cautions.get(i)) {
                alone(hearing, i, List.of(Leaf.EVERYTHING), possible, certain);
            }
        }
    }

    /**
     * Facts that only cautions read are kept out of the product: each caution is asked by itself. Where the worlds of all
     * rules together are few, a caution that matches in none of them is not asked: it matches in no world at all.
     */
    private void cautions(Hearing hearing, BitSet possible, BitSet certain, Set<FactName> asked) {
        cautions.stream().forEach(certain::clear);
        BitSet some = (BitSet) cautions.clone();
        List<Leaf> few = leaves(hearing::all, FEW_WORLDS);
        if (few != null) {
            BitSet anywhere = new BitSet();
            few.forEach(leaf -> anywhere.or(leaf.matched()));
            some.and(anywhere);
        }
        if (some.isEmpty()) {
            return;
        }
        List<Leaf> all = leaves(hearing::contradictions, MOST_WORLDS);
        List<Leaf> consistent = consistent(all == null ? List.of() : all);
        for (int i = some.nextSetBit(0); i >= 0; i = some.nextSetBit(i + 1)) {
            List<Leaf> own = alone(hearing, i, consistent, possible, certain);
            if (possible.get(i)) {
                own.forEach(leaf -> asked.addAll(leaf.narrowed().keySet()));
            }
        }
    }

    private List<Leaf> alone(Hearing hearing, int rule, List<Leaf> consistent, BitSet possible, BitSet certain) {
        List<Leaf> own = leaves(world -> hearing.single(rule, world), MOST_WORLDS);
        if (own == null) {
            possible.set(rule); // what cannot be looked through may match
            return List.of();
        }
        boolean some = false;
        boolean every = true;
        for (Leaf leaf : own) {
            if (consistent.stream().anyMatch(leaf::meets)) {
                some |= leaf.matched().get(rule);
                every &= leaf.matched().get(rule);
            }
        }
        possible.set(rule, some);
        certain.set(rule, some && every);
        return own;
    }

    /** The facts that alone can turn the verdict: two worlds that differ in no other fact have different verdicts. */
    private Set<FactName> needs(List<Leaf> leaves) {
        Set<FactName> needs = EnumSet.noneOf(FactName.class);
        List<Verdict> verdicts =
                leaves.stream().map(leaf -> fold(leaf.matched())).toList();
        needs(leaves, verdicts, 0, leaves.size(), 0, needs);
        return needs;
    }

    /**
     * The leaves of this range took the same sides up to a depth. Two that part there differ in the fact that was asked
     * there, so only that one can be their only difference.
     */
    private static void needs(
            List<Leaf> leaves, List<Verdict> verdicts, int from, int to, int depth, Set<FactName> needs) {
        if (to - from < 2) {
            return;
        }
        FactName fact = leaves.get(from).turns().get(depth);
        int middle = from;
        while (middle < to && leaves.get(middle).sides().get(depth)) {
            middle++;
        }
        for (int i = from; i < middle && !needs.contains(fact); i++) {
            for (int j = middle; j < to; j++) {
                if (verdicts.get(i) != verdicts.get(j) && onlyDifference(leaves.get(i), leaves.get(j)) == fact) {
                    needs.add(fact);
                    break;
                }
            }
        }
        needs(leaves, verdicts, from, middle, depth + 1, needs);
        needs(leaves, verdicts, middle, to, depth + 1, needs);
    }

    private static @Nullable FactName onlyDifference(Leaf one, Leaf other) {
        FactName difference = null;
        for (Map.Entry<FactName, BitSet> entry : one.narrowed().entrySet()) {
            BitSet theirs = other.narrowed().get(entry.getKey());
            if (theirs != null && !theirs.intersects(entry.getValue())) {
                if (difference != null) {
                    return null;
                }
                difference = entry.getKey();
            }
        }
        return difference;
    }

    /** The open facts of which the consistent worlds leave one value. */
    private Map<FactName, Settled> settled(PreparedQuestion question, List<Leaf> leaves, List<Leaf> consistent) {
        if (consistent.size() == leaves.size()) {
            return Map.of();
        }
        Map<FactName, BitSet> left = new EnumMap<>(FactName.class);
        Set<FactName> free = EnumSet.noneOf(FactName.class);
        Set<FactName> all = EnumSet.noneOf(FactName.class);
        leaves.forEach(leaf -> all.addAll(leaf.narrowed().keySet()));
        for (Leaf leaf : consistent) {
            for (FactName name : all) {
                BitSet values = leaf.narrowed().get(name);
                if (values == null) {
                    free.add(name);
                } else {
                    left.computeIfAbsent(name, n -> new BitSet()).or(values);
                }
            }
        }
        Map<FactName, Settled> settled = new EnumMap<>(FactName.class);
        left.forEach((name, values) -> {
            List<?> list = question.candidates(name);
            if (!free.contains(name) && values.cardinality() == 1 && list.size() > 1) {
                RuleCard because = excluding(name, values, leaves);
                if (because != null) {
                    settled.put(name, new Settled(list.get(values.nextSetBit(0)), because));
                }
            }
        });
        return settled;
    }

    private @Nullable RuleCard excluding(FactName name, BitSet kept, List<Leaf> leaves) {
        Map<Integer, Integer> counts = new HashMap<>();
        Predicate<Leaf> excluded = leaf -> {
            BitSet values = leaf.narrowed().get(name);
            return values != null && !values.intersects(kept);
        };
        leaves.stream().filter(excluded).forEach(leaf -> {
            BitSet rulesThere = (BitSet) leaf.matched().clone();
            rulesThere.and(contradictions);
            rulesThere.stream().forEach(i -> counts.merge(i, 1, Integer::sum));
        });
        return counts.entrySet().stream()
                .max(Map.Entry.<Integer, Integer>comparingByValue().thenComparing(e -> -e.getKey()))
                .map(e -> cards.get(e.getKey()))
                .orElse(null);
    }
}
