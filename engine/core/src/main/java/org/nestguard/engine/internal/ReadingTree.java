package org.nestguard.engine.internal;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.FactClasses;
import org.nestguard.engine.Rulings;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Party;

/**
 * Remembers what came of questions by what was read of them. Judging takes the same steps for the same values, so the fact
 * that is read next is decided by the classes of those that were read before: a node is a fact, its branches are the classes
 * that were met, and its leaves are what came of it. Safe for use by many threads.
 */
final class ReadingTree<T> {
    private final Node<T> root = new Node<>();
    private final AtomicInteger room;

    /** Where the reading has come to: a fact is read next, or something came of it, or nobody was here before. */
    private static final class Node<T> {
        private volatile @Nullable FactName read;
        private volatile @Nullable T value;
        private volatile Branches<T> branches = new Branches<>(new int[0], nodes(0));

        @Nullable
        Node<T> branch(int code) {
            Branches<T> all = branches;
            int[] codes = all.codes();
            for (int i = 0; i < codes.length; i++) {
                if (codes[i] == code) {
                    return all.nodes()[i];
                }
            }
            return null;
        }
    }

    /** Never changed once it can be seen. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Branches<T>(int[] codes, Node<T>[] nodes) {
        Branches<T> and(int code, Node<T> node) {
            int[] moreCodes = Arrays.copyOf(codes, codes.length + 1);
            Node<T>[] moreNodes = Arrays.copyOf(nodes, codes.length + 1);
            moreCodes[codes.length] = code;
            moreNodes[codes.length] = node;
            return new Branches<>(moreCodes, moreNodes);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of a generic type
    private static <T> Node<T>[] nodes(int length) {
        return new Node[length];
    }

    /** @param room for how many nodes there is memory; shared with other trees */
    ReadingTree(AtomicInteger room) {
        this.room = room;
    }

    /** What came of a question of that kind; null where nobody asked one. */
    @Nullable
    T find(Rulings.Codes codes, int between) {
        Node<T> node = root;
        while (node != null) {
            T value = node.value;
            if (value != null) {
                return value;
            }
            FactName read = node.read;
            if (read == null) {
                return null;
            }
            int code = codes.of(read);
            node = code == FactClasses.ALONE ? null : node.branch(with(read, code, between));
        }
        return null;
    }

    /** Notes what came of a question of which these facts were read, in that order. */
    synchronized void remember(List<FactName> facts, Rulings.Codes codes, int between, T value) {
        Node<T> node = root;
        for (FactName name : facts) {
            int code = codes.of(name);
            if (code == FactClasses.ALONE || node.value != null) {
                return;
            }
            if (node.read == null) {
                node.read = name;
            } else if (node.read != name) {
                return; // it was read in another order: this one is not remembered
            }
            int branch = with(name, code, between);
            Node<T> next = node.branch(branch);
            if (next == null) {
                if (room.decrementAndGet() < 0) {
                    return;
                }
                next = new Node<>();
                node.branches = node.branches.and(branch, next);
            }
            node = next;
        }
        if (node.read == null) {
            node.value = value;
        }
    }

    /** What is read of two hosts at once is part of what is read of the second. */
    private static int with(FactName name, int code, int between) {
        return name.party() == Party.DESTINATION && Profiles.COMPARED.contains(name.key())
                ? code << Profiles.BETWEEN_BITS | (between & Profiles.comparing(name.kind()))
                : code;
    }
}
