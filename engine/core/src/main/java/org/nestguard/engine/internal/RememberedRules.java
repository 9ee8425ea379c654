package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.FactClasses;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.Rulings;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Question;

/**
 * The built-in rules, each remembered by itself. A rule reads a handful of facts, and so there are some thousand different
 * questions for all of them one by one, where there are a hundred thousand for all at once. What is not known is not of one
 * rule alone: each notes what it says in which world, and the worlds of a question are made of that. Safe for use by many
 * threads.
 */
final class RememberedRules {
    private static final int MOST_NODES = 400_000;

    private final Judge judge;
    private final List<ReadingTree<Remembered>> rules = new ArrayList<>();
    private final BitSet all = new BitSet();
    private final BitSet verdicts;
    private final Map<Integer, Fact<?>> qemus = new ConcurrentHashMap<>();

    /** What a rule says, and the facts that it read for it. */
    private record Remembered(List<FactName> read, Set<FactName> all, Course course) {}

    RememberedRules(Judge judge) {
        this.judge = judge;
        AtomicInteger room = new AtomicInteger(MOST_NODES);
        judge.cards().forEach(card -> rules.add(new ReadingTree<>(room)));
        all.set(0, rules.size());
        verdicts = (BitSet) all.clone();
        verdicts.andNot(judge.cautioning());
    }

    /**
     * A hearing of rules that are asked only where nobody asked them of the like.
     *
     * @param codes of the question's facts
     * @param between what {@link FactClasses#between} says of it
     * @param question made where it is needed; each fact is stated, if as unknown
     * @param read takes the facts that are read, in an order that hangs on nothing else
     */
    Hearing hearing(Rulings.Codes codes, int between, Supplier<Question> question, Set<FactName> read) {
        return new Recalled(codes, between, question, read);
    }

    private final class Recalled implements Hearing {
        private final Rulings.Codes codes;
        private final int between;
        private final Supplier<Question> question;
        private final Set<FactName> read;
        private final Set<FactName> seen = EnumSet.noneOf(FactName.class);
        private final @Nullable Course[] courses = new Course[rules.size()];
        private @Nullable PreparedQuestion prepared;

        Recalled(Rulings.Codes codes, int between, Supplier<Question> question, Set<FactName> read) {
            this.codes = codes;
            this.between = between;
            this.question = question;
            this.read = read;
        }

        @Override
        public BitSet all(World world) {
            return matching(all, world);
        }

        @Override
        public BitSet verdicts(World world) {
            return matching(verdicts, world);
        }

        @Override
        public BitSet contradictions(World world) {
            return matching(judge.contradicting(), world);
        }

        @Override
        public BitSet single(int rule, World world) {
            BitSet matching = new BitSet();
            matching.set(rule, course(rule).matches(world));
            return matching;
        }

        private BitSet matching(BitSet asked, World world) {
            BitSet matching = new BitSet();
            for (int rule = asked.nextSetBit(0); rule >= 0; rule = asked.nextSetBit(rule + 1)) {
                if (course(rule).matches(world)) {
                    matching.set(rule);
                }
            }
            return matching;
        }

        private Course course(int rule) {
            Course course = courses[rule];
            if (course == null) {
                Remembered remembered = rules.get(rule).find(codes, between);
                if (remembered == null) {
                    remembered = ask(rule);
                }
                if (!seen.containsAll(remembered.all())) { // quick, and most are seen before long
                    seen.addAll(remembered.all());
                    read.addAll(remembered.read());
                }
                course = remembered.course();
                courses[rule] = course;
            }
            return course;
        }

        private Remembered ask(int rule) {
            PreparedQuestion asked = prepared();
            Set<FactName> noted = new LinkedHashSet<>();
            asked.note(noted);
            List<Leaf> leaves = judge.alone(asked, rule);
            if (leaves == null) {
                throw new GuardFailureException("there is no end of what the rule "
                        + judge.cards().get(rule).id() + " tells apart of what is not known");
            }
            List<FactName> facts = facts(asked.original(), noted);
            Set<FactName> unordered = EnumSet.noneOf(FactName.class);
            unordered.addAll(facts);
            Remembered remembered = new Remembered(facts, unordered, Course.of(leaves));
            rules.get(rule).remember(remembered.read(), codes, between, remembered);
            return remembered;
        }

        private PreparedQuestion prepared() {
            PreparedQuestion made = prepared;
            if (made == null) {
                made = judge.prepare(alike(question.get()));
                prepared = made;
            }
            return made;
        }

        /**
         * The candidates of a QEMU that is not known are made with the other host's. To say the same of all of its class,
         * they are made with the same one of it.
         */
        private Question alike(Question asked) {
            boolean source = asked.fact(FactName.SOURCE_QEMU).known();
            FactName known = source ? FactName.SOURCE_QEMU : FactName.DESTINATION_QEMU;
            if (source == asked.fact(FactName.DESTINATION_QEMU).known() || codes.of(known) == FactClasses.ALONE) {
                return asked;
            }
            Fact<?> first = qemus.computeIfAbsent(codes.of(known), code -> asked.fact(known));
            return asked.toBuilder().put(known, first).build();
        }
    }

    /** The facts that were read, and those that the candidates of one that is not known are made with. */
    private static List<FactName> facts(Question question, Set<FactName> read) {
        Set<FactName> facts = new LinkedHashSet<>();
        for (FactName name : read) {
            Fact<?> fact = question.fact(name);
            switch (name.kind()) {
                case PLATFORM, ARCH, VENDOR -> platform(question, name, facts);
                case QEMU -> {
                    facts.add(name);
                    if (!fact.known()) {
                        facts.add(name == FactName.SOURCE_QEMU ? FactName.DESTINATION_QEMU : FactName.SOURCE_QEMU);
                    }
                }
                case KERNEL -> {
                    facts.add(name);
                    if (!fact.known()) {
                        FactName.of(name.party(), "hpage").ifPresent(facts::add);
                    }
                }
                default -> facts.add(name);
            }
        }
        return List.copyOf(facts);
    }

    /** One half of a platform may say the other, and where they do not say both of them, so may hpage. */
    private static void platform(Question question, FactName name, Set<FactName> facts) {
        boolean known = true;
        for (String half : List.of("arch", "vendor")) {
            FactName part = FactName.of(name.party(), half).orElseThrow();
            facts.add(part);
            known &= question.fact(part).known();
        }
        if (!known) {
            FactName.of(name.party(), "hpage").ifPresent(facts::add);
        }
    }
}
