package org.nestguard.engine.text;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;

/** One line of a flat fleet: a host, or a guest on a host. What it does not mention is not known. */
public final class FlatRecord {
    private final Subject subject;
    private final String hostId;
    private final @Nullable String pool;
    private final @Nullable Instant observedAt;
    private final @Nullable String[] texts;
    private final Map<String, Evidence> evidence;
    private final @Nullable String from;
    private final @Nullable FlatRecord like;

    FlatRecord(
            Subject subject,
            String hostId,
            @Nullable String pool,
            @Nullable Instant observedAt,
            @Nullable String[] texts,
            Map<String, Evidence> evidence,
            @Nullable String from,
            @Nullable FlatRecord like) {
        this.subject = subject;
        this.hostId = hostId;
        this.pool = pool;
        this.observedAt = observedAt;
        this.texts = texts;
        this.evidence = evidence;
        this.from = from;
        this.like = like;
    }

    /** The keys of a subject in the order in which {@link #text(int)} counts them. */
    public static List<String> keys(Subject subject) {
        return subject == Subject.HOST ? Keys.HOST : Keys.GUEST;
    }

    private static final class Keys {
        static final List<String> HOST = List.copyOf(Subject.HOST.keys());
        static final List<String> GUEST = List.copyOf(Subject.GUEST.keys());
    }

    /** Host or guest. */
    public Subject subject() {
        return subject;
    }

    /** The id of the host, or of the host that the guest is on. */
    public String hostId() {
        return hostId;
    }

    /** The pool of a host; null where it is in none, and for a guest. */
    public @Nullable String pool() {
        return pool;
    }

    /** When it was observed; null for a guest that was observed together with its host. */
    public @Nullable Instant observedAt() {
        return observedAt;
    }

    /** What is said of the key with that number; null where nothing is. */
    public @Nullable String text(int key) {
        return texts[key];
    }

    /** What is said of each key, to be changed by whoever asked. */
    @Nullable
    String[] texts() {
        return texts.clone();
    }

    /** Whether it is said where some of its facts were read. */
    public boolean hasEvidence() {
        return !evidence.isEmpty();
    }

    /** The same, observed at that moment where it does not say itself when. */
    public FlatRecord observed(Instant otherwise) {
        return observedAt != null
                ? this
                : new FlatRecord(subject, hostId, pool, otherwise, texts, evidence, from, like);
    }

    /** The same with another text of the key with that number, which is of there and then. */
    public FlatRecord with(int key, String text, Evidence where) {
        @Nullable String[] changed = texts();
        changed[key] = text;
        Map<String, Evidence> all = new HashMap<>(evidence);
        all.put(keys(subject).get(key), where);
        return new FlatRecord(subject, hostId, pool, observedAt, changed, all, from, null);
    }

    /**
     * The first record that was found to differ from this one in nothing but the name, the UUID, the host, the times and where it
     * stood; null where nobody found one. Two that have the same say the same of two guests.
     */
    public @Nullable FlatRecord like() {
        return like;
    }

    /** Where it stood before somebody copied it: {@code file:line}; null where it stands in its own place. */
    public @Nullable String from() {
        return from;
    }

    /**
     * The same as facts are known elsewhere.
     *
     * @param otherwise when it was observed, where it does not say so itself
     */
    public Known known(Instant otherwise) {
        Map<String, Observation> facts = new HashMap<>();
        List<String> keys = keys(subject);
        for (int i = 0; i < keys.size(); i++) {
            Evidence where = evidence.get(keys.get(i));
            String text = texts[i];
            if (text != null || where != null) {
                facts.put(keys.get(i), new Observation(Objects.requireNonNullElse(text, Observation.UNKNOWN), where));
            }
        }
        return new Known(subject, observedAt == null ? otherwise : observedAt, facts);
    }
}
