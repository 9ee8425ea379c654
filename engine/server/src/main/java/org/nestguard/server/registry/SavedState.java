package org.nestguard.server.registry;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.nestguard.engine.known.Known;
import org.nestguard.engine.known.Observation;
import org.nestguard.engine.known.Subject;
import org.nestguard.facts.Evidence;
import org.nestguard.facts.FactName;
import org.nestguard.facts.Party;

/**
 * What was known of a guest, and of the host under it, when its saving was allowed.
 *
 * @param guest which
 * @param at when
 * @param ofGuest the facts of the guest by key; what is not in it was not known
 * @param ofHost those of the host
 */
public record SavedState(UUID guest, Instant at, Map<String, String> ofGuest, Map<String, String> ofHost) {
    private static final String FROM = "the mark that its saving left";
    /** What any text format and any log takes as it is. */
    private static final Pattern PLAIN = Pattern.compile("[ -~]{1,200}");

    /** Facts that a saved state cannot have, or that are not plain, are left out. */
    public SavedState {
        ofGuest = taken(ofGuest, Subject.GUEST, guestKeys());
        ofHost = taken(ofHost, Subject.HOST, hostKeys());
    }

    private static Map<String, String> taken(Map<String, String> facts, Subject subject, Set<String> keys) {
        Map<String, String> taken = new LinkedHashMap<>();
        for (String key : keys) {
            String text = facts.get(key);
            if (text != null
                    && !text.equals(Observation.UNKNOWN)
                    && PLAIN.matcher(text).matches()
                    && subject.takes(key, text)) {
                taken.put(key, text);
            }
        }
        return taken;
    }

    /** The keys of the guest's facts: all but its names. */
    public static Set<String> guestKeys() {
        Set<String> keys = new LinkedHashSet<>();
        Arrays.stream(FactName.values())
                .filter(name -> name.party() == Party.GUEST && name.written())
                .filter(name -> name != FactName.GUEST_NAME && name != FactName.GUEST_UUID)
                .forEach(name -> keys.add(name.key()));
        keys.add(Subject.QEMU);
        return keys;
    }

    /** The keys of the host's facts. */
    public static Set<String> hostKeys() {
        Set<String> keys = new LinkedHashSet<>();
        Arrays.stream(FactName.values())
                .filter(name -> name.party() == Party.SNAPSHOT && name.written())
                .map(FactName::key)
                .filter(key -> Subject.HOST.keys().contains(key) && !key.equals(Subject.QEMU))
                .forEach(keys::add);
        return keys;
    }

    /** Of a guest as it is now. */
    public static SavedState of(GuestEntry guest, Known host, Instant now) {
        return new SavedState(guest.uuid(), now, texts(guest.facts()), texts(host));
    }

    private static Map<String, String> texts(Known known) {
        Map<String, String> texts = new LinkedHashMap<>();
        known.facts().forEach((key, observation) -> texts.put(key, observation.text()));
        return texts;
    }

    /** The guest as it was then. */
    Known guestThen() {
        return then(Subject.GUEST, ofGuest);
    }

    /** The host as it was then. */
    Known hostThen() {
        return then(Subject.HOST, ofHost);
    }

    private Known then(Subject subject, Map<String, String> texts) {
        Map<String, Observation> facts = new LinkedHashMap<>();
        texts.forEach((key, text) ->
                facts.put(key, new Observation(text, new Evidence(FROM, at, Evidence.Witness.HOST, null))));
        return new Known(subject, at, facts);
    }
}
