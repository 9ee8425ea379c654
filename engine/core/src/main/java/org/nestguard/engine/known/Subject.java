package org.nestguard.engine.known;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Kind;
import org.nestguard.facts.Party;
import org.nestguard.facts.Worded;

/** What a set of facts is about, and with that which keys it has. */
public enum Subject {
    HOST(Party.SOURCE, Map.of()),
    /** Beside the keys of a question's guest: which QEMU runs it (not the one installed), and how and when that began. */
    GUEST(Party.GUEST, guests());

    /** The QEMU version of the process that runs a guest. */
    public static final String QEMU = "qemu";
    /** How that process began. */
    public static final String STARTED_BY = "startedBy";
    /** When it began cold. */
    public static final String COLD_STARTED_AT = "coldStartedAt";

    private final Map<String, Predicate<String>> keys = new LinkedHashMap<>();
    private final Set<String> plain;

    Subject(Party party, Map<String, Predicate<String>> more) {
        Arrays.stream(FactName.values())
                .filter(name -> name.party() == party && name.written())
                .forEach(name -> keys.put(name.key(), text -> readable(name.kind(), text)));
        keys.putAll(more);
        plain = Arrays.stream(FactName.values())
                .filter(name -> name.party() == party && (name.kind() == Kind.FLAG || name.kind() == Kind.COUNT))
                .map(FactName::key)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Map<String, Predicate<String>> guests() {
        Map<String, Predicate<String>> more = new LinkedHashMap<>();
        more.put(QEMU, text -> readable(Kind.QEMU, text));
        more.put(STARTED_BY, text -> Worded.read(Beginning.class, text).isPresent());
        more.put(COLD_STARTED_AT, Subject::instant);
        return more;
    }

    private static boolean readable(Kind kind, String text) {
        return kind.forgiving() || kind.read(text).isPresent();
    }

    private static boolean instant(String text) {
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    /** Its keys, in the order in which a document has them: {@code l2.live} is one key. */
    public Set<String> keys() {
        return keys.keySet();
    }

    /** Whether the values of that key are numbers or yes and no, which a document writes without quotes. */
    public boolean plain(String key) {
        return plain.contains(key);
    }

    /** Whether a text is a value of that key, or says that it is not known. */
    public boolean takes(String key, String text) {
        Predicate<String> readable = keys.get(key);
        return readable != null && (text.equals(Observation.UNKNOWN) || readable.test(text));
    }
}
