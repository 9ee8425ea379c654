package org.nestguard.engine.known;

import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Party;
import org.nestguard.facts.Worded;

/** What a set of facts is about, and with that which keys it has. */
public enum Subject {
    /** Beside the keys of a question's host: whether anybody asks before its guests move, and how much memory it has. */
    HOST(Party.SOURCE, hosts()),
    /**
     * Beside the keys of a question's guest: which QEMU runs it (not the one installed), how and when that began, and
     * how much memory it may take.
     */
    GUEST(Party.GUEST, guests());

    /** Whether the systems that move the guests of a host have the scripts by which they ask; no rule reads it. */
    public static final String HOOK = "hook";
    /** How much memory a host has for guests, or a guest may take, in whole MiB; no rule reads it. */
    public static final String MEMORY = "memory";
    /** The QEMU version of the process that runs a guest. */
    public static final String QEMU = "qemu";
    /** How that process began. */
    public static final String STARTED_BY = "startedBy";
    /** When it began cold. */
    public static final String COLD_STARTED_AT = "coldStartedAt";

    private final Map<String, Form> keys = new LinkedHashMap<>();

    /**
     * What a key takes.
     *
     * @param kind what sort of value that is; empty for one that no fact of a question has
     * @param plain whether its values are numbers or yes and no, which a document writes without quotes
     */
    private record Form(Optional<Kind> kind, Predicate<String> readable, String expects, boolean plain) {
        static Form of(Kind kind) {
            return new Form(
                    Optional.of(kind),
                    text -> kind.forgiving() || kind.read(text).isPresent(),
                    kind.expects(),
                    kind == Kind.FLAG || kind == Kind.COUNT);
        }
    }

    Subject(Party party, Map<String, Form> more) {
        Arrays.stream(FactName.values())
                .filter(name -> name.party() == party && name.written())
                .forEach(name -> keys.put(name.key(), Form.of(name.kind())));
        keys.putAll(more);
    }

    private static Map<String, Form> hosts() {
        Map<String, Form> more = new LinkedHashMap<>();
        more.put(HOOK, Form.of(Kind.FLAG));
        more.put(MEMORY, memory());
        return more;
    }

    private static Form memory() {
        return new Form(
                Optional.empty(),
                text -> text.matches("[1-9][0-9]{0,8}"),
                "a whole number of MiB from 1 to 999999999",
                true);
    }

    private static Map<String, Form> guests() {
        Map<String, Form> more = new LinkedHashMap<>();
        more.put(QEMU, Form.of(Kind.QEMU));
        more.put(
                STARTED_BY,
                new Form(
                        Optional.empty(),
                        text -> Worded.read(Beginning.class, text).isPresent(),
                        "one of " + Worded.words(Beginning.class),
                        false));
        more.put(
                COLD_STARTED_AT,
                new Form(Optional.empty(), Subject::instant, "a time such as 2026-11-22T13:00:00Z", false));
        more.put(MEMORY, memory());
        return more;
    }

    private static boolean instant(String text) {
        try {
            Moments.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Its keys, in the order in which a document has them: {@code l2.live} is one key. */
    public Set<String> keys() {
        return keys.keySet();
    }

    /** Whether a text is a value of that key, or says that it is not known. */
    public boolean takes(String key, String text) {
        Form form = keys.get(key);
        return form != null
                && (text.equals(Observation.UNKNOWN) || form.readable().test(text));
    }

    /**
     * What sort of value a key has; empty where it is none that a question has.
     *
     * @throws NullPointerException for a key that it does not have
     */
    public Optional<Kind> kind(String key) {
        return Objects.requireNonNull(keys.get(key), key).kind();
    }

    /** What a key takes, for a message. @throws NullPointerException for a key that it does not have */
    public String expects(String key) {
        return Objects.requireNonNull(keys.get(key), key).expects();
    }

    /** Whether the values of that key are numbers or yes and no, which a document writes without quotes. */
    public boolean plain(String key) {
        return Objects.requireNonNull(keys.get(key), key).plain();
    }
}
