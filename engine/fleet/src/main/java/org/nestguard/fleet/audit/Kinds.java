package org.nestguard.fleet.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.FactClasses;
import org.nestguard.engine.known.Freshness;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.engine.text.FlatRecord;
import org.nestguard.facts.Fact;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Party;
import org.nestguard.facts.Question;

/**
 * Tells hosts and guests apart as far as rules and tables do, at the moment of the audit: what is too old by then is not
 * known. A site has a million guests and some hundred kinds of them. Safe for use by many threads.
 */
final class Kinds {
    // The bounds keep a made-up fleet from filling the memory; beyond them nothing is shared.
    private static final int MOST_KINDS = 1 << 16;
    private static final int MOST_TEXTS = 1 << 16;

    private static final int QEMU = FlatRecord.keys(Subject.GUEST).indexOf(Subject.QEMU);
    private static final FactName[] AS_GUEST = names(Subject.GUEST, Party.GUEST);
    private static final FactName[] AS_SOURCE = names(Subject.HOST, Party.SOURCE);
    private static final FactName[] AS_DESTINATION = names(Subject.HOST, Party.DESTINATION);

    private final FactClasses classes;
    private final Instant asOf;
    private final Freshness freshness;
    private final Map<Subject, ConcurrentHashMap<Instant, Long>> believed = new EnumMap<>(Subject.class);
    private final Map<FactName, ConcurrentHashMap<String, Integer>> codes = new EnumMap<>(FactName.class);
    private final ConcurrentHashMap<String, Integer> qemus = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Alike, GuestKind> alikes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Codes, GuestKind> guests = new ConcurrentHashMap<>();
    private final Map<Codes, Integer> guestNumbers = new HashMap<>();
    private final Map<List<Object>, HostKind> hosts = new HashMap<>();
    private final Map<Codes, Integer> sourceNumbers = new HashMap<>();
    private final Map<Codes, Integer> destinationNumbers = new HashMap<>();

    Kinds(FactClasses classes, Instant asOf, Freshness freshness) {
        this.classes = classes;
        this.asOf = asOf;
        this.freshness = freshness;
        for (FactName name : FactName.values()) {
            codes.put(name, new ConcurrentHashMap<>());
        }
        for (Subject subject : Subject.values()) {
            believed.put(subject, new ConcurrentHashMap<>());
        }
    }

    /** By the key's number; a key that no question has (how a guest was started) has none. */
    private static FactName[] names(Subject subject, Party party) {
        List<String> keys = FlatRecord.keys(subject);
        FactName[] names = new FactName[keys.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = FactName.of(party, keys.get(i)).orElse(null);
        }
        return names;
    }

    /** The classes of some facts. */
    private static final class Codes {
        private final int[] codes;
        private final int hash;

        Codes(int[] codes) {
            this.codes = codes;
            hash = Arrays.hashCode(codes);
        }

        boolean alone() {
            for (int code : codes) {
                if (code == FactClasses.ALONE) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Codes c && Arrays.equals(codes, c.codes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Guests of which the same is said and the same believed. How it is compared is written out as in {@link Answers}. */
    private record Alike(FlatRecord like, long believed) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Alike a && like == a.like && believed == a.believed;
        }

        @Override
        public int hashCode() {
            return 31 * System.identityHashCode(like) + Long.hashCode(believed);
        }
    }

    // ---- what is believed

    /** What is said of each key and still believed; null where nothing is. */
    @Nullable
    String[] texts(FlatRecord record, Instant otherwise) {
        List<String> keys = FlatRecord.keys(record.subject());
        String[] texts = new String[keys.size()];
        if (record.hasEvidence()) { // each fact has a time of its own
            Known known = record.known(otherwise).asOf(asOf, freshness);
            for (int i = 0; i < texts.length; i++) {
                texts[i] = known.get(keys.get(i)).text();
            }
            return texts;
        }
        long believed = believed(record, otherwise);
        for (int i = 0; i < texts.length; i++) {
            texts[i] = (believed & bit(i)) != 0 ? record.text(i) : null;
        }
        return texts;
    }

    /**
     * Which of its keys are still believed, a bit each from the lowest on, where the record says of none when it was read.
     *
     * @param otherwise when it was observed, where it does not say so itself
     */
    long believed(FlatRecord record, Instant otherwise) {
        Instant at = Objects.requireNonNullElse(record.observedAt(), otherwise);
        ConcurrentHashMap<Instant, Long> known = Objects.requireNonNull(believed.get(record.subject()));
        Long before = known.get(at);
        if (before != null) {
            return before;
        }
        List<String> keys = FlatRecord.keys(record.subject());
        long bits = 0;
        for (int i = 0; i < keys.size(); i++) {
            bits |= freshness.believes(keys.get(i), at, asOf) ? bit(i) : 0;
        }
        if (known.size() < MOST_TEXTS) {
            known.put(at, bits);
        }
        return bits;
    }

    private static long bit(int key) {
        if (key >= Long.SIZE) {
            throw new IllegalStateException("there is no bit for key " + key);
        }
        return 1L << key;
    }

    /** Whether a key that the record states is not believed any more. */
    boolean forgotten(FlatRecord record, Instant otherwise, int key) {
        String text = record.text(key);
        if (text == null || text.equals(Observation.UNKNOWN)) {
            return false;
        }
        if (record.hasEvidence()) {
            return !record.known(otherwise)
                    .asOf(asOf, freshness)
                    .get(FlatRecord.keys(record.subject()).get(key))
                    .known();
        }
        return (believed(record, otherwise) & bit(key)) == 0;
    }

    private int code(FactName name, @Nullable String text) {
        if (!classes.tells(name)) {
            return 0; // a name: each is another, and nobody looks
        }
        String said = text == null ? Observation.UNKNOWN : text;
        ConcurrentHashMap<String, Integer> known = Objects.requireNonNull(codes.get(name));
        Integer code = known.get(said);
        if (code == null) {
            code = classes.of(name, Question.Builder.read(name, said));
            if (known.size() < MOST_TEXTS) {
                known.put(said, code);
            }
        }
        return code;
    }

    private static Fact<?> fact(FactName name, @Nullable String text) {
        return Question.Builder.read(name, text == null ? Observation.UNKNOWN : text);
    }

    // ---- guests

    /**
     * The kind of a guest.
     *
     * @param hostObservedAt when it was observed, where it does not say so itself
     */
    GuestKind guest(FlatRecord record, Instant hostObservedAt) {
        FlatRecord like = record.like();
        if (like == null) {
            return kind(record, hostObservedAt);
        }
        Alike alike = new Alike(like, believed(record, hostObservedAt));
        GuestKind kind = alikes.get(alike);
        if (kind == null) {
            kind = kind(record, hostObservedAt);
            if (kind.shared() && alikes.size() < MOST_TEXTS) {
                alikes.put(alike, kind);
            }
        }
        return kind;
    }

    private GuestKind kind(FlatRecord record, Instant hostObservedAt) {
        @Nullable String[] texts = texts(record, hostObservedAt);
        int[] numbers = new int[AS_GUEST.length + 2];
        for (int i = 0; i < AS_GUEST.length; i++) {
            numbers[i] = AS_GUEST[i] == null ? 0 : code(AS_GUEST[i], texts[i]);
        }
        String qemu = Objects.requireNonNullElse(texts[QEMU], Observation.UNKNOWN);
        numbers[AS_GUEST.length] = code(FactName.SOURCE_QEMU, qemu);
        numbers[AS_GUEST.length + 1] = exact(qemu);
        Codes key = new Codes(numbers);
        GuestKind kind = guests.get(key);
        return kind != null ? kind : made(key, texts, qemu);
    }

    private int exact(String qemu) {
        Integer number = qemus.get(qemu);
        if (number == null) {
            synchronized (qemus) {
                number = qemus.get(qemu);
                if (number == null && qemus.size() < MOST_TEXTS) {
                    number = qemus.size();
                    qemus.put(qemu, number);
                }
            }
        }
        return number == null ? FactClasses.ALONE : number;
    }

    private GuestKind made(Codes key, @Nullable String[] texts, String qemu) {
        Map<FactName, Fact<?>> facts = new EnumMap<>(FactName.class);
        for (int i = 0; i < AS_GUEST.length; i++) {
            if (AS_GUEST[i] != null) {
                facts.put(AS_GUEST[i], fact(AS_GUEST[i], texts[i]));
            }
        }
        facts.put(FactName.SOURCE_QEMU, fact(FactName.SOURCE_QEMU, qemu));
        synchronized (guestNumbers) {
            GuestKind before = guests.get(key);
            if (before != null) {
                return before;
            }
            boolean shared = !key.alone() && guests.size() < MOST_KINDS;
            int number = shared
                    ? number(guestNumbers, new Codes(Arrays.copyOf(key.codes, key.codes.length - 1)))
                    : FactClasses.ALONE;
            GuestKind kind = new GuestKind(number, byPlace(facts), facts, qemu, shared);
            if (shared) {
                guests.put(key, kind);
            }
            return kind;
        }
    }

    @SuppressWarnings("EnumOrdinal") // no place outlives the process
    private int[] byPlace(Map<FactName, Fact<?>> facts) {
        int[] codes = new int[FactName.values().length];
        facts.forEach((name, fact) -> codes[name.ordinal()] = classes.of(name, fact));
        return codes;
    }

    private static int number(Map<Codes, Integer> numbers, Codes codes) {
        return numbers.computeIfAbsent(codes, c -> numbers.size());
    }

    // ---- hosts

    /** The kind of a host; for one thread. */
    HostKind host(FlatRecord record) {
        @Nullable String[] texts = texts(record, Instant.MIN); // a host says when it was observed
        Codes source = codes(AS_SOURCE, texts, FactName.SOURCE_QEMU);
        Codes destination = codes(AS_DESTINATION, texts, null);
        List<String> keys = FlatRecord.keys(Subject.HOST);
        List<String> compared = new ArrayList<>();
        for (String key : classes.compared()) {
            compared.add(Objects.requireNonNullElse(texts[keys.indexOf(key)], Observation.UNKNOWN));
        }
        List<Object> key = List.of(source, destination, compared);
        HostKind kind = hosts.get(key);
        if (kind != null) {
            return kind;
        }
        boolean shared = !source.alone() && !destination.alone() && hosts.size() < MOST_KINDS;
        Map<FactName, Fact<?>> asSource = facts(AS_SOURCE, texts, FactName.SOURCE_QEMU);
        Map<FactName, Fact<?>> asDestination = facts(AS_DESTINATION, texts, null);
        Map<FactName, Fact<?>> both = new EnumMap<>(asSource);
        both.putAll(asDestination);
        kind = new HostKind(
                shared ? number(sourceNumbers, source) : FactClasses.ALONE,
                shared ? number(destinationNumbers, destination) : FactClasses.ALONE,
                byPlace(both),
                asSource,
                asDestination,
                compared,
                shared);
        if (shared) {
            hosts.put(key, kind);
        }
        return kind;
    }

    /** @param without what the guest says in the place of its host: which QEMU runs it */
    private Codes codes(FactName[] names, @Nullable String[] texts, @Nullable FactName without) {
        int[] numbers = new int[names.length];
        for (int i = 0; i < names.length; i++) {
            numbers[i] = names[i] == null || names[i] == without ? 0 : code(names[i], texts[i]);
        }
        return new Codes(numbers);
    }

    private static Map<FactName, Fact<?>> facts(
            FactName[] names, @Nullable String[] texts, @Nullable FactName without) {
        Map<FactName, Fact<?>> facts = new EnumMap<>(FactName.class);
        for (int i = 0; i < names.length; i++) {
            if (names[i] != null && names[i] != without) {
                facts.put(names[i], fact(names[i], texts[i]));
            }
        }
        return facts;
    }

    /** What a source's values of the compared keys are: the QEMU is the one that runs the guest. */
    List<String> compared(GuestKind guest, HostKind source) {
        List<String> compared = new ArrayList<>(source.compared());
        int qemu = classes.compared().indexOf(Subject.QEMU);
        if (qemu >= 0) {
            compared.set(qemu, guest.qemu());
        }
        return compared;
    }
}
