package org.nestguard.engine.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.FactClasses;
import org.nestguard.engine.GuardFailureException;
import org.nestguard.engine.Rulings;
import org.nestguard.engine.decision.Ruling;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Operation;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;

/**
 * A tree of what was read. Judging takes the same steps for the same values, so the fact that is read next is decided by the
 * classes of those that were read before: a node is a fact, its branches are the classes that were met, and its leaves are
 * rulings.
 */
final class RememberedRulings implements Rulings {
    // The bound keeps made-up questions from filling the memory; beyond it they are asked about each time.
    private static final int MOST_NODES = 400_000;

    private final Deliberation deliberation;
    private final Set<FactName> always = new LinkedHashSet<>();
    private final Node root = new Node();
    private final AtomicLong asked = new AtomicLong();
    private final Map<Ruling, Ruling> different = new ConcurrentHashMap<>();
    private int nodes;

    /** Where the reading has come to: a fact is read next, or there is a ruling, or nobody was here before. */
    private static final class Node {
        private volatile @Nullable FactName read;
        private volatile @Nullable Ruling ruling;
        private volatile Branches branches = new Branches(new int[0], new Node[0]);

        @Nullable
        Node branch(int code) {
            Branches all = branches;
            for (int i = 0; i < all.codes().length; i++) {
                if (all.codes()[i] == code) {
                    return all.nodes()[i];
                }
            }
            return null;
        }
    }

    /** Never changed once it can be seen. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Branches(int[] codes, Node[] nodes) {
        Branches and(int code, Node node) {
            int[] moreCodes = Arrays.copyOf(codes, codes.length + 1);
            Node[] moreNodes = Arrays.copyOf(nodes, nodes.length + 1);
            moreCodes[codes.length] = code;
            moreNodes[codes.length] = node;
            return new Branches(moreCodes, moreNodes);
        }
    }

    /** @param site the facts that a site's rules read, or say they read */
    RememberedRulings(Deliberation deliberation, Operation operation, Set<FactName> site) {
        this.deliberation = deliberation;
        for (FactName name : FactName.values()) {
            boolean completes = name.kind() == Kind.ARCH
                    || name.kind() == Kind.VENDOR
                    || name.key().equals("hpage");
            // what is read before any rule is asked, to complete the platform; and what is read on another thread
            if (PreparedQuestion.read(operation, name) && (completes || site.contains(name))) {
                always.add(name);
            }
        }
    }

    @Override
    public Ruling of(Codes codes, int between, Supplier<Question> question) {
        Node node = root;
        while (node != null) {
            Ruling ruling = node.ruling;
            if (ruling != null) {
                return ruling;
            }
            FactName read = node.read;
            if (read == null) {
                break;
            }
            int code = codes.of(read);
            node = code == FactClasses.ALONE ? null : node.branch(with(read, code, between));
        }
        return ask(codes, between, question.get());
    }

    @Override
    public long asked() {
        return asked.get();
    }

    private Ruling ask(Codes codes, int between, Question question) {
        asked.incrementAndGet();
        Set<FactName> read = new LinkedHashSet<>(always);
        Ruling ruling;
        try {
            ruling = deliberation.ruling(question, read);
        } catch (GuardFailureException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new GuardFailureException("the question could not be decided: " + e, e);
        }
        Ruling before = different.putIfAbsent(ruling, ruling);
        ruling = before == null ? ruling : before;
        if (allStated(question)) {
            remember(facts(question, read), codes, between, ruling);
        }
        return ruling;
    }

    /** What is left out is assumed by what else is there, and that is not noted. */
    private static boolean allStated(Question question) {
        for (FactName name : FactName.values()) {
            if (PreparedQuestion.read(question.operation(), name)
                    && name.written()
                    && question.fact(name).absent()) {
                return false;
            }
        }
        return true;
    }

    /** The facts that were read, and those that the candidates of one that is not known are made with. */
    private static List<FactName> facts(Question question, Set<FactName> read) {
        Set<FactName> facts = new LinkedHashSet<>();
        for (FactName name : read) {
            if (name.kind() == Kind.PLATFORM) {
                FactName.of(name.party(), "arch").ifPresent(facts::add);
                FactName.of(name.party(), "vendor").ifPresent(facts::add);
                continue;
            }
            facts.add(name);
            Fact<?> fact = question.fact(name);
            if (!fact.known() && name.kind() == Kind.QEMU) {
                facts.add(name == FactName.SOURCE_QEMU ? FactName.DESTINATION_QEMU : FactName.SOURCE_QEMU);
            }
            if (!fact.known() && name.kind() == Kind.KERNEL) {
                FactName.of(name.party(), "hpage").ifPresent(facts::add);
            }
        }
        return new ArrayList<>(facts);
    }

    /** What is read of two hosts at once is part of what is read of the second. */
    private static int with(FactName name, int code, int between) {
        return name.party() == Party.DESTINATION && Profiles.COMPARED.contains(name.key())
                ? code << Profiles.BETWEEN_BITS | (between & Profiles.comparing(name.kind()))
                : code;
    }

    private synchronized void remember(List<FactName> facts, Codes codes, int between, Ruling ruling) {
        Node node = root;
        for (FactName name : facts) {
            int code = codes.of(name);
            if (code == FactClasses.ALONE || nodes >= MOST_NODES || node.ruling != null) {
                return;
            }
            if (node.read == null) {
                node.read = name;
            } else if (node.read != name) {
                return; // it was read in another order: this one is not remembered
            }
            int branch = with(name, code, between);
            Node next = node.branch(branch);
            if (next == null) {
                next = new Node();
                nodes++;
                node.branches = node.branches.and(branch, next);
            }
            node = next;
        }
        if (node.read == null) {
            node.ruling = ruling;
        }
    }
}
